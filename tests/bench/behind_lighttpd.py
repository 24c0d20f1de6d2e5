# SPDX-License-Identifier: ISC
"""The lighttpd of the bench: the example's, with what ours is beside."""

import os
import shutil
import subprocess

import servers

HERE = os.path.dirname(os.path.abspath(__file__))

CONF = """
fastcgi.server += (
	"/noop" => (( "check-local" => "disable", "max-procs" => 2,
		"socket" => "{home}/run/noop.sock",
		"bin-path" => "{home}/bin/noop" )),
	"/detached" => (( "check-local" => "disable", "max-procs" => 2,
		"socket" => "{home}/run/detached.sock",
		"bin-path" => "{home}/bin/noop",
		"bin-environment" => ( "DETACHED" => "1" ) )),
	"/uncached/" => (( "check-local" => "disable", "max-procs" => 2,
		"socket" => "{home}/run/uncached.sock",
		"bin-path" => "{home}/bin/check.fcgi",
		"bin-environment" => (
			"LATCHKEY_CONFIG" => "{home}/etc/uncached.ini" ) )),
	"/asked/" => (( "check-local" => "disable", "max-procs" => 2,
		"mode" => "authorizer",
		"socket" => "{home}/run/asked.sock",
		"bin-path" => "{home}/bin/check.fcgi",
		"bin-environment" => (
			"LATCHKEY_CONFIG" => "{home}/etc/uncached.ini" ) )),
	"/small/" => (( "check-local" => "disable", "max-procs" => 2,
		"socket" => "{home}/run/small.sock",
		"bin-path" => "{home}/bin/check.fcgi",
		"bin-environment" => (
			"LATCHKEY_CONFIG" => "{home}/etc/small.ini" ) )),
	"/php/" => (( "socket" => "{home}/run/php.sock" ))
)
$HTTP["url"] =~ "^/asked/" {{
	setenv.set-environment = ( "LATCHKEY_REQUIRE" => "any" )
}}
$HTTP["url"] =~ "^/php/" {{
	setenv.set-environment = ( "BENCH_SITE" => "{home}/etc/lookup.php" )
}}
alias.url += (
	"/cgi/noop" => "{home}/bin/noop.cgi",
	"/cgi/check" => "{home}/bin/check.cgi"
)
$HTTP["url"] =~ "^/cgi/" {{
	cgi.assign = ( "" => "" )
	setenv.set-environment = ( "LATCHKEY_CONFIG" => "{home}/etc/cgi.ini" )
}}
"""


def compile_c(source, program, *libraries):
    subprocess.run(["cc", "-O2", "-o", program,
                    os.path.join(HERE, source), *libraries], check=True)


class Lighttpd(servers.Lighttpd):
    """The harness's: its gate, its port with TLS and that without."""

    https = "loopback"	# without TLS: it would flatter every ratio

    def prepare(self):
        super().prepare()
        compile_c("noop.c", self.path("bin", "noop"), "-lfcgi")
        compile_c("noop_cgi.c", self.path("bin", "noop.cgi"))
        self.prepare_cgi()
        self.prepare_pages()
        conf = self.path("etc", "lighttpd.conf")
        # A line for each of millions of requests would fill the disk.
        servers.write(conf, servers.read(conf).replace(
            'env.LATCHKEY_RUN + "/access.log"', '"/dev/null"'))

    def prepare_cgi(self):
        """The program for plain CGI, or the FastCGI program where none is."""
        static = os.path.join(servers.BUILD, "check.cgi")
        shutil.copy(static if os.path.exists(static) else
                    self.path("bin", "check.fcgi"),
                    self.path("bin", "check.cgi"))

    def prepare_pages(self):
        site = self.path("deploy", "site")
        for name in ("guarded/any", "guarded", "asked", "noop-guarded"):
            folder = os.path.join(site, name)
            os.makedirs(folder, exist_ok=True)
            shutil.copy(os.path.join(site, "index.html"),
                        os.path.join(folder, "page.html"))
        os.makedirs(os.path.join(site, "php"))
        shutil.copy(os.path.join(HERE, "lookup.php"),
                    os.path.join(site, "php"))

    def tests_conf(self):
        return super().tests_conf() + CONF.format(home=self.home)
