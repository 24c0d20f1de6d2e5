# make, make check, make SAN=1 check, make lint, make install DESTDIR=
# A new resource is a new file in cgi-bin/, a new subcommand one in src/cli/.

CC	?= cc
PREFIX	?= /usr/local
BASE	?= /api/v1

PACKAGES := libmariadb openssl yajl libargon2 inih
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
LDFLAGS	+= -pie -Wl,-z,relro,-z,now -Wl,--gc-sections -Wl,--as-needed
endif

LIB	:= $(patsubst %.c,$(B)/%.o,\
	     $(wildcard $(addprefix src/,$(addsuffix /*.c,\
	     base http store auth check serve))))
RESOURCES := $(patsubst cgi-bin/%.c,%,$(wildcard cgi-bin/*.c))
FCGI	:= $(RESOURCES:%=$(B)/%.fcgi)
CLI	:= $(patsubst %.c,$(B)/%.o,$(wildcard src/cli/*.c))
UNIT	:= $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
STORE	:= $(patsubst %.c,$(B)/%,$(wildcard tests/store/test_*.c))

# make V=1 shows the commands
q	:= $(if $(V),,@)
say	:= @$(if $(V),:,echo)

.SECONDARY:

all: $(FCGI) $(B)/latchkey

.SECONDEXPANSION:
$(B)/%.fcgi: $(B)/cgi-bin/%.o $$(addprefix $(B)/,$$(addsuffix .o,\
    $$(basename $$(wildcard cgi-bin/$$*/*.c)))) $(B)/liblatchkey.a
	$(say) LD $@
	$(q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

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

clean:
	rm -rf build build-san

.PHONY: all clean
