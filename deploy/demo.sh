# SPDX-License-Identifier: ISC
# The steps of deploy/demo, which sets top, dir, port, mode and admin.

say()
{
	printf '%s\n' "$*"
}

die()
{
	printf 'demo: %s\n' "$*" >&2
	exit 1
}

# fail MESSAGE LOG: with what the log says last.
fail()
{
	tail -n 20 "$2" >&2 || :
	die "$1; the end of $2 is above"
}

# The living processes of the group that the pid file's process leads or led:
# lighttpd's programs outlive it when it is killed.
members()
{
	group=$(cat "$dir/run/$1.pid" 2>/dev/null) || return 0
	for stat in /proc/[0-9]*/stat; do
		read -r line 2>/dev/null <"$stat" || continue
		member=${stat#/proc/}
		# State, parent, group: words, so that they are split.
		# shellcheck disable=SC2086
		set -- ${line##*) }
		[ "$1" = Z ] || [ "$3" != "$group" ] || echo "${member%/stat}"
	done
}

# True if those processes are this folder's and not others with old numbers.
is_ours()
{
	for pid in $(members "$1"); do
		! cat "/proc/$pid/cmdline" "/proc/$pid/environ" 2>/dev/null |
		    tr '\0' '\n' | grep -qxF -e "--datadir=$dir/db" \
		    -e "LATCHKEY_RUN=$dir/run" || return 0
	done
	return 1
}

# The same, with its leader alive.
is_running()
{
	is_ours "$1" && members "$1" | grep -qx "$(cat "$dir/run/$1.pid")"
}

# stop_one NAME SIGNAL: false if it was not running.
stop_one()
{
	is_ours "$1" || {
		rm -f "$dir/run/$1.pid"
		return 1
	}
	leader=$(cat "$dir/run/$1.pid")
	cp "$dir/run/$1.pid" "$dir/run/$1-ends.pid"
	tries=0
	kill -s "$2" "$leader" 2>/dev/null || kill -s TERM -- "-$leader"
	while [ -n "$(members "$1-ends")" ]; do
		tries=$((tries + 1))
		case $tries in
		50) kill -s TERM -- "-$leader" || : ;;
		100) kill -s KILL -- "-$leader" || : ;;
		150) die "$1 does not end (process group $leader)" ;;
		esac
		sleep 0.1
	done
	rm -f "$dir/run/$1.pid" "$dir/run/$1-ends.pid"
}

stop_all()
{
	stopped=1
	! stop_one lighttpd INT || stopped=0
	! stop_one mariadbd TERM || stopped=0
	return $stopped
}

url_of_running()
{
	sed -n 's/^LATCHKEY_SITE=//p' "$dir/demo.env" 2>/dev/null
}

# 7 is curl's "could not connect".
port_is_free()
{
	status=0
	curl -s -o /dev/null --noproxy '*' --max-time 2 \
	    "http://127.0.0.1:$port/" || status=$?
	[ $status -eq 7 ]
}

latchkey()
{
	"$top/build/latchkey" --config "$dir/etc/latchkey.ini" "$@"
}

random_text()
{
	openssl rand -hex 16
}

# In a shared /tmp one server deletes the others' temporary tables: tmpdir.
# A first start that did not reach its end left nothing worth keeping.
start_database()
{
	[ -e "$dir/etc/password" ] || rm -rf "$dir/db" "$dir/etc/keyring"
	fresh=no
	if [ ! -d "$dir/db" ]; then
		fresh=yes
		say "Making a private MariaDB in $dir/db."
		mariadb-install-db --no-defaults --datadir="$dir/db" \
		    --tmpdir="$dir/run" \
		    --auth-root-authentication-method=normal --skip-test-db \
		    --skip-name-resolve --user="$(id -un)" \
		    >"$dir/run/install-db.log" 2>&1 ||
		    fail "mariadb-install-db failed" "$dir/run/install-db.log"
	fi
	setsid "$(command -v mariadbd || echo /usr/sbin/mariadbd)" \
	    --no-defaults --datadir="$dir/db" --tmpdir="$dir/run" \
	    --socket="$dir/run/db.sock" \
	    --pid-file="$dir/run/mariadbd.pid" --skip-networking \
	    --log-error="$dir/run/mariadbd.log" --skip-name-resolve \
	    --skip-log-bin --performance-schema=OFF \
	    --character-set-server=utf8mb4 --innodb-log-file-size=16M \
	    --innodb-buffer-pool-size=64M --user="$(id -un)" \
	    </dev/null >/dev/null 2>&1 &
	database=$!
	wait_for "mariadbd" "$database" "$dir/run/mariadbd.log" sql 'SELECT 1'
	[ $fresh = no ] || make_database
}

sql()
{
	printf '%s\n' "$*" | mariadb --no-defaults --user=root \
	    --socket="$dir/run/db.sock" >/dev/null 2>&1
}

# wait_for NAME PID LOG COMMAND...: until the command succeeds.
wait_for()
{
	name=$1 process=$2 log=$3
	shift 3
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		kill -0 "$process" 2>/dev/null && [ $tries -lt 150 ] ||
		    fail "$name did not start" "$log"
		sleep 0.1
	done
}

make_database()
{
	secret=$(random_text)
	sql "CREATE DATABASE latchkey CHARACTER SET utf8mb4;
	    CREATE USER latchkey@localhost IDENTIFIED BY '$secret';
	    GRANT ALL PRIVILEGES ON latchkey.* TO latchkey@localhost;" ||
	    fail "the database could not be made" "$dir/run/mariadbd.log"
	cat >"$dir/etc/my.cnf" <<-END
	[latchkey]
	socket=$dir/run/db.sock
	user=latchkey
	password=$secret
	database=latchkey
	END
}

# Mail stays on this machine, as files.
write_settings()
{
	cat >"$dir/etc/sendmail" <<-END
	#!/bin/sh
	cat >"$dir/mail/\$(date +%s%N).eml"
	END
	chmod 700 "$dir/etc/sendmail"
	cat >"$dir/etc/latchkey.ini" <<-END
	[site]
	base = /api/v1
	https = required
	[database]
	my_cnf = my.cnf
	group = latchkey
	connections = kept
	[files]
	keyring = keyring
	state = ../state
	schema = $top/schema
	hosts = 1
	[mail]
	sendmail = $dir/etc/sendmail
	from = latchkey@demo.example
	END
}

make_accounts()
{
	say "Making the account \"demo\", its owner and a service user."
	{
		latchkey account add --legacy-id demo "Demo company"
		latchkey permission add pages:read --role developer
		latchkey permission add orders:read --role workspace-manager
		latchkey user add --account demo --email service@demo.example \
		    --name "Export service" --type service --role developer \
		    --no-password
		random_text >"$dir/etc/password.new"
		latchkey user add --account demo --email "$admin" \
		    --name "Demo owner" --handle demo-owner --role owner \
		    --password-fd 0 \
		    <"$dir/etc/password.new"
	} >"$dir/run/accounts.log" 2>&1 ||
	    fail "the accounts could not be made" "$dir/run/accounts.log"
	mv "$dir/etc/password.new" "$dir/etc/password"
}

make_certificate()
{
	! openssl x509 -in "$dir/run/site.crt" -noout -checkend 604800 \
	    >/dev/null 2>&1 || return 0
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
	    -nodes -keyout "$dir/run/site.key" -out "$dir/run/site.crt" \
	    -days 365 -subj /CN=localhost \
	    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
	    >"$dir/run/openssl.log" 2>&1 ||
	    fail "no certificate" "$dir/run/openssl.log"
}

write_env()
{
	cat >"$dir/demo.env" <<-END
	LATCHKEY_URL=https://127.0.0.1:$port/api/v1
	LATCHKEY_SITE=https://127.0.0.1:$port/guarded/
	LATCHKEY_CA='$dir/run/site.crt'
	LATCHKEY_ACCOUNT=demo
	LATCHKEY_ADMIN_EMAIL=$admin
	LATCHKEY_ADMIN_PASSWORD=$(cat "$dir/etc/password")
	LATCHKEY_CONFIG='$dir/etc/latchkey.ini'
	END
	cat >"$dir/guides.env" <<-END
	export LATCHKEY_ISSUER=https://127.0.0.1:$port
	export LATCHKEY_URL=https://127.0.0.1:$port/api/v1
	export LATCHKEY_ACCOUNT_ID=demo
	export LATCHKEY_USERNAME=$admin
	export LATCHKEY_HANDLE=demo-owner
	export LATCHKEY_PASSWORD=$(cat "$dir/etc/password")
	export CURL_CA_BUNDLE='$dir/run/site.crt'
	export REQUESTS_CA_BUNDLE='$dir/run/site.crt'
	END
}

# The paths that the products' clients expect at the root of the site.
include_products()
{
	for file in "$top"/deploy/routes/lighttpd/*.conf; do
		[ "${file##*/}" = base.conf ] || printf 'include "%s"\n' "$file"
	done
}

# The environment holds what lighttpd.conf.example asks for and no more.
start_site()
{
	mkdir -p "$dir/etc/apps"
	cp "$top/deploy/lighttpd/apps.conf" "$dir/etc/apps/"
	rm -f "$dir/etc/apps/php.conf"
	[ ! -x /usr/bin/php-cgi ] ||
	    cp "$top/deploy/lighttpd/php.conf" "$dir/etc/apps/"
	include_products >"$dir/etc/apps/products.conf"
	: >"$dir/run/error.log"
	setsid env -i PATH="$PATH" LANG=C.UTF-8 \
	    LATCHKEY_BIN="$top/build" LATCHKEY_DEPLOY="$top/deploy" \
	    LATCHKEY_CONFIG="$dir/etc/latchkey.ini" \
	    LATCHKEY_WWW="$top/deploy/site" LATCHKEY_PAGES="$top/www" \
	    LATCHKEY_RUN="$dir/run" \
	    LATCHKEY_PORT="$port" LATCHKEY_APPS="$dir/etc/apps/*.conf" \
	    "$(command -v lighttpd || echo /usr/sbin/lighttpd)" -D \
	    -f "$top/lighttpd.conf.example" \
	    </dev/null >>"$dir/run/error.log" 2>&1 &
	site=$!
	wait_for "lighttpd" "$site" "$dir/run/error.log" site_answers
}

site_answers()
{
	curl -s -o /dev/null -f --noproxy '*' --max-time 5 \
	    --cacert "$dir/run/site.crt" "https://127.0.0.1:$port/"
}

wait_for_end()
{
	wait "$site" || :
	say "lighttpd has ended."
}

print_tour()
{
	cat <<-END

	The example site: https://127.0.0.1:$port/
	Behind the gate:  https://127.0.0.1:$port/guarded/
	The products' own paths are at the root, too: what docs/ shows can be pasted
	after . '$dir/guides.env'
	What Latchkey mails is put into $dir/mail, logs are in $dir/run.

	Paste these lines: log in, make a key, use it, revoke it, see it refused.

	  . '$dir/demo.env'
	  lk() { curl -sS --cacert "\$LATCHKEY_CA" -b '$dir/cookies' "\$@"; echo; }
	  printf '{"username":"%s","password":"%s"}' "\$LATCHKEY_ADMIN_EMAIL" "\$LATCHKEY_ADMIN_PASSWORD" | lk -c '$dir/cookies' -H 'Content-Type: application/json' -d @- "\$LATCHKEY_URL/sessions/"
	  key=\$(lk -H 'Content-Type: application/json' -d '{"name":"my first key","scopes":["pages:read","orders:read"]}' "\$LATCHKEY_URL/api_tokens/"); echo "\$key"
	  id=\$(echo "\$key" | sed 's/.*"uuid": *"\([^"]*\)".*/\1/') secret=\$(echo "\$key" | sed 's/.*"secret": *"\([^"]*\)".*/\1/')
	  curl -sS --cacert "\$LATCHKEY_CA" -u "\$id:\$secret" "\${LATCHKEY_SITE}whoami.cgi"
	  lk -X DELETE "\$LATCHKEY_URL/api_tokens/\$id/"
	  curl -sS -i --cacert "\$LATCHKEY_CA" -u "\$id:\$secret" "\${LATCHKEY_SITE}whoami.cgi"

	END
}
