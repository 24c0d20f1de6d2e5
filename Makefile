# make, make check, make SAN=1 check, make lint, make install DESTDIR=
# Others: statements, faults, races, memory, bench, valgrind, mutants, analyze,
# routes, clean.
# A new resource is a new file in cgi-bin/, a new subcommand one in src/cli/.

CC	?= cc
PREFIX	?= /usr/local
BASE	?= /api/v1

PACKAGES := libmariadb openssl yajl libargon2 inih libxxhash
CFLAGS	?= -O2 -g
CFLAGS	+= -std=c11 -D_GNU_SOURCE -Isrc $(shell pkg-config --cflags $(PACKAGES))
CFLAGS	+= -Wall -Wextra -Wpedantic -Wshadow -Wconversion
CFLAGS	+= -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
CFLAGS	+= -Wwrite-strings -Wcast-qual -Wformat=2 -Wundef -Wvla
CFLAGS	+= -Werror=implicit-function-declaration $(WERROR)
LDLIBS	+= -lfcgi $(shell pkg-config --libs $(PACKAGES))
ifdef SAN
B	:= build-san
CFLAGS	+= -fsanitize=address,undefined -fno-sanitize-recover=all
LDFLAGS	+= -fsanitize=address,undefined
else
B	:= build
CFLAGS	+= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
CFLAGS	+= -fstack-clash-protection -ffunction-sections
STATIC	:= -static-pie
LDFLAGS	+= -pie -Wl,-z,relro,-z,now -Wl,--gc-sections -Wl,--as-needed
endif

LIB	:= $(patsubst %.c,$(B)/%.o,\
	     $(wildcard $(addprefix src/,$(addsuffix /*.c,\
	     base http store auth check serve))))
# What stands in for foreign libraries where plain CGI must start quickly.
QUICK	:= $(patsubst %.c,$(B)/%.o,$(wildcard src/quick/*.c))
RESOURCES := $(patsubst cgi-bin/%.c,%,$(wildcard cgi-bin/*.c))
FCGI	:= $(RESOURCES:%=$(B)/%.fcgi)
CGI	:= $(B)/check.cgi
CLI	:= $(patsubst %.c,$(B)/%.o,$(wildcard src/cli/*.c))
UNIT	:= $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
STORE	:= $(patsubst %.c,$(B)/%,$(wildcard tests/store/test_*.c))
SOURCES	:= $(wildcard src/*/*.c cgi-bin/*.c cgi-bin/*/*.c)

# tests find the programs in this folder
export LATCHKEY_BUILD := $(B)
PYTEST	:= /usr/bin/python3 -B -m pytest -q -p no:cacheprovider

# make V=1 shows the commands
q	:= $(if $(V),,@)
say	:= @$(if $(V),:,echo)

.SECONDARY:

all: $(FCGI) $(CGI) $(B)/latchkey

.SECONDEXPANSION:
$(B)/%.fcgi: $(B)/cgi-bin/%.o $$(addprefix $(B)/,$$(addsuffix .o,\
    $$(basename $$(wildcard cgi-bin/$$*/*.c)))) $(B)/liblatchkey.a
	$(say) LD $@
	$(q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Of the libraries only what needs nothing to be started: base/crypto_digest.c.
$(B)/%.cgi: $(B)/cgi-bin/%.o $$(addprefix $(B)/,$$(addsuffix .o,\
    $$(basename $$(wildcard cgi-bin/$$*/*.c)))) $(QUICK) $(B)/liblatchkey.a
	$(say) LD $@
	$(q)$(CC) $(filter-out -pie,$(LDFLAGS)) $(STATIC) -o $@ $^ -lcrypto \
	    $(if $(SAN),-lyajl,-l:libyajl_s.a) -linih -lxxhash

$(B)/latchkey: $(CLI) $(B)/liblatchkey.a
	$(say) LD $@
	$(q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/liblatchkey.a: $(LIB)
	$(say) AR $@
	$(q)rm -f $@ && $(AR) rcs $@ $^

$(B)/tests/%: $(B)/tests/%.o $(B)/liblatchkey.a
	$(say) LD $@
	$(q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# -- tests ------------------------------------------------------------------

CHECKS	:= $(addprefix check-,layers routes unit store cli http deploy)
# Two side by side, as they wait for servers; the slowest first.
BESIDE	:= $(addprefix check-,races faults doors bench)

# All of them run, whatever the first ones say.
check: all $(UNIT) $(STORE)
	@rm -f $(B)/tests.json
	@status=0; for t in $(CHECKS); do \
	    $(MAKE) --no-print-directory $$t || status=1; done; \
	$(MAKE) --no-print-directory -j2 -k -Otarget $(BESIDE) || status=1; \
	exit $$status

check-layers:
	@tests/layers

check-routes: all
	@deploy/routes/generate "$(BASE)" $(B) $(B)/routes
	@diff -r -x generate -x routes.awk deploy/routes $(B)/routes
	@deploy/openapi/generate "$(BASE)" $(B) $(B)/openapi.json
	@diff www/openapi.json $(B)/openapi.json
	@echo "routes: ok"

check-unit: $(UNIT)
	@status=0; for t in $(UNIT); do $$t || status=1; done; \
	    $(PYTEST) tests/unit || status=1; exit $$status

check-store: $(STORE)
	@command -v mariadbd >/dev/null || \
	    { echo "store: SKIPPED, there is no MariaDB"; exit 0; }; \
	status=0; for t in $(STORE); do $$t || status=1; done; exit $$status

check-cli: all
	@$(PYTEST) tests/cli

check-http: all
	@command -v lighttpd >/dev/null || \
	    { echo "http: SKIPPED, there is no lighttpd"; exit 0; }; \
	$(MAKE) --no-print-directory -j2 -k -Otarget $(HTTP)

# Two side by side, the slowest first.
HTTP	:= $(addprefix check-http-,$(if $(SAN),lighttpd,\
	     apache-cgi lighttpd apache-fcgid))

$(HTTP): check-http-%: all
	@$(PYTEST) tests/http --server=$*

check-doors: all
	@command -v lighttpd >/dev/null && command -v nginx >/dev/null && \
	    command -v caddy >/dev/null || { echo "doors: SKIPPED, there is" \
	    "no lighttpd, nginx or Caddy"; exit 0; }; \
	$(PYTEST) tests/doors $(if $(SAN),--door=lighttpd --door=nginx)

# The demo makes a build without SAN, whatever is tested.
check-deploy: all
	@command -v lighttpd >/dev/null && command -v mariadbd >/dev/null || \
	    { echo "deploy: SKIPPED, there is no lighttpd or MariaDB"; \
	    exit 0; }; $(if $(SAN),echo "deploy: SKIPPED under SAN",\
	    $(PYTEST) tests/deploy)

check-faults: all
	@command -v lighttpd >/dev/null && command -v mariadbd >/dev/null || \
	    { echo "faults: SKIPPED, there is no lighttpd or MariaDB"; \
	    exit 0; }; $(PYTEST) tests/faults $(if $(SAN),,tests/leaks)

check-races: all
	@command -v lighttpd >/dev/null && command -v mariadbd >/dev/null && \
	    command -v apache2 >/dev/null || \
	    { echo "races: SKIPPED, there is no lighttpd, Apache or MariaDB"; \
	    exit 0; }; $(if $(SAN),echo "races: SKIPPED under SAN",\
	    $(PYTEST) tests/races)

# That the bench works, on a few scenarios; never how fast anything is.
check-bench: all
	@command -v wrk >/dev/null && command -v lighttpd >/dev/null && \
	    command -v mariadbd >/dev/null || \
	    { echo "bench: SKIPPED, there is no wrk, lighttpd or MariaDB"; \
	    exit 0; }; $(if $(SAN),echo "bench: SKIPPED under SAN",\
	    $(PYTEST) tests/bench)

# Which statements, the products' and those about traps that others fell into,
# the tests have proven, after make check.
statements:
	@tests/statements

# The same, with twenty times the rounds of what is random.
faults: all
	FAULT_ROUNDS=20 $(PYTEST) tests/faults

# Ten thousand changes, and the nth call of each kind that can fail.
races: all
	RACE_CHANGES=10000 $(PYTEST) tests/races

# A million checks of each kind in one process: about ten minutes.
memory: all
	MEMORY_CHECKS=1000000 $(PYTEST) -s tests/leaks/test_memory.py

# Figures into $(B)/bench.json, a page and a chart into docs/; the machine
# should have nothing else to do for half an hour.  deploy/install-packages
# bench installs what is measured beside.
bench: all
	tests/bench/run
	tests/bench/draw $(B)/bench.json docs

valgrind: $(UNIT)
	@status=0; for t in $(UNIT); do valgrind -q --error-exitcode=9 \
	    --leak-check=full --child-silent-after-fork=yes $$t || \
	    { echo "valgrind: $$t"; status=1; }; done; exit $$status

mutants: $(UNIT)
	@CC="$(CC)" tests/mutants

# -- reading the source -----------------------------------------------------

lint:
	@tests/layers
	@tests/words
	cppcheck --quiet --error-exitcode=1 --std=c11 -j2 -Isrc \
	    --enable=warning,performance,portability --inline-suppr \
	    src cgi-bin
	@printf '%s\n' $(SOURCES) | xargs -P2 -n8 sh -c 'clang-tidy --quiet \
	    "$$@" -- $(CFLAGS) 2>/dev/null' clang-tidy

analyze:
	@$(MAKE) --no-print-directory B=$(B)/analyze \
	    WERROR='-fanalyzer -Werror' $(B)/analyze/latchkey \
	    $(RESOURCES:%=$(B)/analyze/%.fcgi)

# -- installing -------------------------------------------------------------

# Programs find PREFIX/etc/latchkey.ini, which names share/latchkey/schema.
SHARE	:= $(DESTDIR)$(PREFIX)/share/latchkey

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/etc \
	    $(DESTDIR)$(PREFIX)/share/man/man1 $(SHARE)/schema $(SHARE)/www
	install $(B)/latchkey $(FCGI) $(CGI) $(DESTDIR)$(PREFIX)/bin
	install -m 644 deploy/latchkey.ini.example deploy/my.cnf.example \
	    $(DESTDIR)$(PREFIX)/etc
	install -m 644 deploy/latchkey.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 schema/*.sql $(SHARE)/schema
	install -m 644 www/* $(SHARE)/www
	install -m 644 lighttpd.conf.example $(SHARE)
	cp -R deploy/apache deploy/caddy deploy/errors deploy/lighttpd \
	    deploy/nginx deploy/routes deploy/traefik $(SHARE)

# What web servers and clients are told, from the programs' own tables.
routes: all
	deploy/routes/generate "$(BASE)" $(B) deploy/routes
	deploy/openapi/generate "$(BASE)" $(B) www/openapi.json

clean:
	rm -rf build build-san

.PHONY: all check $(CHECKS) $(BESIDE) $(HTTP) statements faults races memory \
    bench valgrind mutants lint analyze install routes clean
