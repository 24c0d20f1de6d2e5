# SPDX-License-Identifier: ISC
"""What is measured, and what is compared with what."""

from typing import NamedTuple

LIGHTTPD, TLS, FCGID, PROXIED, CGI, NGINX = (
    "lighttpd", "tls", "fcgid", "proxied", "cgi", "nginx")


class Scenario(NamedTuple):
    """One address, asked with the keys of one file."""

    what: str
    path: str
    keys: str = "hot"		# a file of keys; see keys.lua
    how: str = "first"
    status: int = 200
    door: str = LIGHTTPD
    warm: bool = False		# every key of the file is asked for before
    fresh: str = ""		# settings by which then nothing is kept
    short: bool = False		# also in the short form
    needs: str = ""		# a program that it cannot do without


CHECK = "/api/v1/check"
PAGE = "/guarded/any/page.html"

SCENARIOS = {
    "static": Scenario("a static file", "/index.html"),
    "noop": Scenario("do-nothing FastCGI program", "/noop", short=True),
    "noop_detached": Scenario("do-nothing program, closing as ours do",
                              "/detached", short=True),
    "cached": Scenario("check, one hot key", CHECK, short=True),
    "cached_gate": Scenario("gate, one hot key", PAGE, short=True),
    "cached_basic": Scenario("check, Basic", CHECK, "basic"),
    "cached_jwt": Scenario("check, JSON web token", CHECK, "jwt"),
    "cached_random": Scenario("check, many keys at random", CHECK, "many",
                              "random", warm=True),
    "noop_tls": Scenario("do-nothing program, TLS", "/noop", door=TLS),
    "cached_tls": Scenario("check, TLS", CHECK, door=TLS),
    "uncached": Scenario("check, confirmed by the database",
                         "/uncached/check", short=True),
    "uncached_gate": Scenario("gate, confirmed by the database",
                              "/asked/page.html"),
    "first": Scenario("check, each key for the first time",
                      "/uncached/check", "many", "walk", fresh="uncached"),
    "uncached_10k": Scenario("each for the first time, small table",
                             "/small/check", "small", "walk", warm=True,
                             fresh="small"),
    "uncached_10m": Scenario("each for the first time, large table",
                             "/uncached/check", "some", "walk", warm=True,
                             fresh="uncached"),
    "unknown": Scenario("unknown tokens", CHECK, "unknown", "walk", 401),
    "bad_checksum": Scenario("garbage and forged tokens", CHECK, "bad",
                             "walk", 401, short=True),
    "expired": Scenario("an expired key", CHECK, "expired", status=401),
    "rate_limited": Scenario("a key whose rate is used up", CHECK, "limited",
                             status=429, short=True),
    "php_pdo": Scenario("PHP-FPM and PDO", "/php/lookup.php",
                        needs="php-fpm"),
    "noop_cgi": Scenario("do-nothing CGI program", "/cgi/noop"),
    "cgi": Scenario("check as plain CGI", "/cgi/check"),
    "apache_fcgid_noop": Scenario(
        "Apache mod_fcgid, do-nothing program", "/noop", door=FCGID,
        needs="apache2"),
    "apache_fcgid": Scenario("Apache mod_fcgid, check", CHECK,
                             door=FCGID, needs="apache2"),
    "apache_proxy_fcgi_noop": Scenario(
        "Apache mod_proxy_fcgi, do-nothing program", "/noop", door=PROXIED,
        needs="apache2"),
    "apache_proxy_fcgi": Scenario("Apache mod_proxy_fcgi, check", CHECK,
                                  door=PROXIED, needs="apache2"),
    "apache_cgi_noop": Scenario("Apache plain CGI, do-nothing program",
                                "/noop", door=CGI, needs="apache2"),
    "apache_cgi": Scenario("Apache plain CGI, check", CHECK, door=CGI,
                           needs="apache2"),
    "nginx_noop": Scenario("nginx fastcgi_pass, do-nothing program", "/noop",
                           door=NGINX, needs="nginx"),
    "nginx": Scenario("nginx fastcgi_pass, check", CHECK, door=NGINX,
                      needs="nginx"),
    "nginx_auth_request_noop": Scenario(
        "nginx auth_request, do-nothing program", "/noop-guarded/page.html",
        door=NGINX, needs="nginx"),
    "nginx_auth_request": Scenario("nginx auth_request, check",
                                   "/guarded/page.html", door=NGINX,
                                   needs="nginx"),
}

# name: the requests a second of one by those of the other
RATIOS = {
    "cached_vs_noop": ("cached", "noop"),
    "cached_gate_vs_noop": ("cached_gate", "noop"),
    "cached_vs_noop_detached": ("cached", "noop_detached"),
    "cached_gate_vs_noop_detached": ("cached_gate", "noop_detached"),
    "random100k_vs_hot": ("cached_random", "cached"),
    "uncached_vs_noop": ("uncached", "noop"),
    "uncached_gate_vs_noop": ("uncached_gate", "noop"),
    "first_vs_noop": ("first", "noop"),
    "table10m_vs_10k": ("uncached_10m", "uncached_10k"),
    "vs_php_pdo": ("cached", "php_pdo"),
    "jwt_vs_opaque": ("cached_jwt", "cached"),
    "basic_vs_bearer": ("cached_basic", "cached"),
    "tls_vs_plain": ("cached_tls", "cached"),
    "tls_vs_noop_tls": ("cached_tls", "noop_tls"),
    "unknown_vs_hit": ("unknown", "cached"),
    "bad_checksum_vs_hit": ("bad_checksum", "cached"),
    "expired_vs_hit": ("expired", "cached"),
    "rate_limited_vs_hit": ("rate_limited", "cached"),
    "cgi_vs_noop_cgi": ("cgi", "noop_cgi"),
    "apache_cgi_vs_noop_cgi": ("apache_cgi", "apache_cgi_noop"),
    "apache_fcgid_vs_noop": ("apache_fcgid", "noop"),
    "apache_proxy_fcgi_vs_noop": ("apache_proxy_fcgi", "noop"),
    "nginx_vs_noop": ("nginx", "noop"),
    "nginx_auth_request_vs_noop": ("nginx_auth_request",
                                   "nginx_auth_request_noop"),
}

# the same with the time within which 99 of 100 are answered
LATE = {
    "p99_vs_noop": ("cached", "noop"),
    "gate_p99_vs_noop": ("cached_gate", "noop"),
}
