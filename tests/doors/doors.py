# SPDX-License-Identifier: ISC
"""The doors: servers that ask the gate, each by its file of deploy/.

What differs from machine to machine (folders, ports, names) is replaced in
the file; nothing else is.
"""

import os
import shutil

import forward
import processes
import servers
from servers import TOP, read, write

PROGRAMS = ("users", "keys", "tokens", "check", "audit")
HOME = "/home/example/latchkey"


def replaced(text, *pairs):
    """Each of the old texts is there, or the test is not of this file."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, str(new))
    return text


class Behind:
    """Programs that somebody has to start before the server."""

    def __init__(self, server):
        self.server = server
        self.running = []

    def spawn(self, name, command, where, sanitized=True):
        env = {"LATCHKEY_CONFIG": self.server.path("etc", "latchkey.ini")}
        if sanitized:
            env.update(self.server.sanitizer())
        self.running.append(processes.spawn(
            ["/usr/bin/spawn-fcgi", "-n", *where, "--", *command],
            self.server.path("run", name + ".log"), env))

    def socket(self, name, command):
        path = self.server.path("run", name + ".sock")
        if os.path.exists(path):
            os.remove(path)
        self.spawn(name, command, ["-s", path, "-M", "0660"])
        self.wait(lambda: os.path.exists(path), name)

    def port(self, name, command, port):
        self.spawn(name, command, ["-a", "127.0.0.1", "-p", str(port)])
        self.wait(lambda: processes.answers(port), name)

    def wait(self, holds, name):
        processes.wait_until(holds, name, self.running[-1], self.server.log)

    def stop(self):
        for one in self.running:
            processes.stop(one)
        self.running = []


class Door:
    """What the tests ask of a door beside what every server has."""

    apps = ("whoami.cgi", "whoami.php")
    proxied = True
    flat = False	# each refusal is a 401
    asks_by_http = False
    hides = False	# the key, from programs behind it, too

    def api(self):
        """Where Latchkey's own paths are."""
        return self.origin()


class Lighttpd(Door, servers.Lighttpd):
    """lighttpd.conf.example with deploy/lighttpd/proxied.conf."""

    def prepare(self):
        super().prepare()
        shutil.copy(self.path("deploy", "lighttpd", "proxied.conf"),
                    self.path("etc", "apps-zz-proxied.conf"))

    def tests_conf(self):
        return ""

    def environment(self):
        return {**super().environment(), "LATCHKEY_PROXIED":
                str(self.app_port)}

    def require(self, name, words):
        with open(self.path("etc", "apps-zz-proxied.conf"), "a") as out:
            out.write('$HTTP["url"] =~ "^/guarded/%s/" {\n'
                      '\tsetenv.set-environment = ( %s )\n}\n' % (
                          name, "" if words is None else
                          '"LATCHKEY_REQUIRE" => "%s"' % words))

    def documents(self):
        return self.path("deploy", "site")


class Fcgid(Door, servers.ApacheFcgid):
    """FcgidAccessChecker from .htaccess, all else there, too."""

    flat = True

    def httpd_conf(self):
        return super().httpd_conf().replace(
            "LoadModule fcgid_module", "LoadModule proxy_module"
            " {0}/mod_proxy.so\nLoadModule proxy_http_module"
            " {0}/mod_proxy_http.so\nLoadModule fcgid_module".format(
                servers.MODULES))

    def prepare_gate(self, folder):
        super().prepare_gate(folder)
        write(os.path.join(folder, "proxied", ".htaccess"), replaced(
            read("deploy", "apache", "proxied.htaccess"),
            ("127.0.0.1:8080", "127.0.0.1:%d" % self.app_port)) +
            read("deploy", "apache", "identity.conf"))

    def require(self, name, words):
        write(os.path.join(self.documents(), "guarded", name, ".htaccess"),
              "SetEnvIf Request_URI . %s\n" % (
                  "!LATCHKEY_REQUIRE" if words is None else
                  '"LATCHKEY_REQUIRE=%s"' % words))

    def documents(self):
        return self.path("htdocs")


class Authnz(Fcgid):
    """mod_authnz_fcgi, with the API as .htaccess has it."""

    flat = False

    def prepare(self):
        self.gate_port = processes.free_port()
        self.behind = Behind(self)
        super().prepare()

    def prepare_gate(self, folder):
        write(os.path.join(folder, ".htaccess"),
              "Options +ExecCGI\nAddHandler cgi-script .cgi\n"
              "AddHandler fcgid-script .php\n"
              "FcgidWrapper /usr/bin/php-cgi .php\n")
        write(self.path("etc", "authnz.conf"), replaced(
            read("deploy", "apache", "authnz.conf"),
            (HOME + "/share/latchkey", os.path.join(TOP, "deploy")),
            ("127.0.0.1:9130", "127.0.0.1:%d" % self.gate_port),
            ("127.0.0.1:8080", "127.0.0.1:%d" % self.app_port)))

    def httpd_conf(self):
        return "".join("LoadModule %s_module %s/mod_%s.so\n" % (
            name, servers.MODULES, name) for name in (
                "authn_core", "authz_user", "authnz_fcgi")) + \
            super().httpd_conf().replace(
                "LoadModule authn_core_module %s/mod_authn_core.so\n" %
                servers.MODULES, "") + \
            "Include %s\n" % self.path("etc", "authnz.conf")

    def require(self, name, words):
        with open(self.path("etc", "authnz.conf"), "a") as out:
            out.write('<Location "/guarded/%s/">\n'
                      '\tSetEnvIf Request_URI . %s\n</Location>\n' % (
                          name, "!LATCHKEY_REQUIRE" if words is None else
                          '"LATCHKEY_REQUIRE=%s"' % words))

    def start(self):
        self.behind.port("gate", [self.path("bin", "check.fcgi")],
                         self.gate_port)
        super().start()

    def stop(self):
        super().stop()
        self.behind.stop()


NGINX = """
daemon off;
worker_processes 1;
pid {home}/run/nginx.pid;
error_log {home}/run/error.log;
events {{ }}
http {{
	client_body_temp_path {home}/run/body;
	proxy_temp_path {home}/run/proxy;
	fastcgi_temp_path {home}/run/fastcgi;
	uwsgi_temp_path {home}/run/uwsgi;
	scgi_temp_path {home}/run/scgi;
	types {{ text/html html; text/plain txt; application/json json; }}
	include {home}/etc/latchkey.conf;
}}
"""


class Nginx(Door, servers.Server):
    """deploy/nginx, all programs started by hand."""

    connections = "kept"
    hoster = False
    hides = True

    def prepare(self):
        self.behind = Behind(self)
        shutil.copytree(os.path.join(TOP, "deploy", "site"),
                        self.documents())
        for name in ("latchkey_params", "app_params", "app_headers"):
            shutil.copy(os.path.join(TOP, "deploy", "nginx", name),
                        self.path("etc"))
        servers.build_certificate(self.path("run", "site"))
        write(self.path("etc", "nginx.conf"), NGINX.format(home=self.home))
        write(self.path("etc", "latchkey.conf"), replaced(
            read("deploy", "nginx", "latchkey.conf"),
            (HOME + "/share/latchkey", os.path.join(TOP, "deploy")),
            (HOME, self.home), ("/home/example/htdocs", self.documents()),
            ("listen 443", "listen 127.0.0.1:%d" % self.port),
            ("127.0.0.1:8080", "127.0.0.1:%d" % self.app_port)))

    def require(self, name, words):
        said = "" if words is None else \
            '\t\tset $latchkey_require "%s";\n' % words
        path = self.path("etc", "latchkey.conf")
        text = read(path).rstrip()
        assert text.endswith("}")
        write(path, text[:-1] + (
            "\tlocation ^~ /guarded/%s/ {\n\t\tauth_request /latchkey-gate;\n"
            "%s\t}\n}\n" % (name, said)))

    def documents(self):
        return self.path("htdocs")

    def start(self):
        for name in PROGRAMS:
            self.behind.socket(name, [self.path("bin", name + ".fcgi")])
        self.behind.socket("php", ["/usr/bin/php-cgi"])
        self.behind.socket("cgi", ["/usr/sbin/fcgiwrap"])
        self.spawn(["/usr/sbin/nginx", "-c", self.path("etc", "nginx.conf"),
                    "-p", self.home])

    def stop(self):
        processes.stop(self.process)
        self.behind.stop()


class Asking(Lighttpd):
    """A proxy that asks by HTTP, and lighttpd that it asks."""

    asks_by_http = True
    hides = True

    def prepare(self):
        self.gate_port = processes.free_port()
        self.front_port = processes.free_port()
        super().prepare()
        write(self.path("etc", "apps-zzz-forward.conf"), replaced(
            read("deploy", "lighttpd", "forward-auth.conf"),
            ("127.0.0.1:9180", "127.0.0.1:%d" % self.gate_port)))

    def require(self, name, words):
        path = self.path("etc", "apps-zzz-forward.conf")
        text = read(path).rstrip()
        assert text.endswith("}")
        write(path, text[:-1] + (
            '\t$HTTP["url"] == "/api/v1/check/gate/%s" {\n'
            '\t\tsetenv.set-environment = ( %s )\n\t}\n}\n' % (
                name, "" if words is None else
                '"LATCHKEY_REQUIRE" => "%s"' % words)))

    def api(self):
        return "https://127.0.0.1:%d" % self.port

    def origin(self):
        return "https://127.0.0.1:%d" % self.front_port

    def start(self):
        super().start()
        self.start_front()

    def stop(self):
        self.stop_front()
        super().stop()


class Caddy(Asking):
    """deploy/caddy/Caddyfile."""

    front = None

    def prepare(self):
        self.behind = Behind(self)
        super().prepare()
        write(self.path("etc", "Caddyfile"),
              "{\n\tadmin off\n\tauto_https disable_redirects\n"
              "\tskip_install_trust\n\thttp_port %d\n}\n" %
              processes.free_port() + replaced(
                  read("deploy", "caddy", "Caddyfile"),
                  (HOME, self.home),
                  ("/home/example/htdocs", self.documents()),
                  ("example.org {", "https://127.0.0.1:%d {" %
                   self.front_port),
                  ("127.0.0.1:9180", "127.0.0.1:%d" % self.gate_port),
                  ("127.0.0.1:8080", "127.0.0.1:%d" % self.app_port)))

    def require(self, name, words):
        super().require(name, words)
        path = self.path("etc", "Caddyfile")
        write(path, replaced(read(path), (
            "\thandle /guarded/orders/* {",
            "\thandle /guarded/%s/* {\n\t\troute {\n\t\t\timport latchkey"
            " %s\n\t\t\timport site\n\t\t}\n\t}\n"
            "\thandle /guarded/orders/* {" % (name, name))))

    def start_front(self):
        self.behind.socket("php", ["/usr/bin/php-cgi"])
        self.behind.socket("cgi", ["/usr/sbin/fcgiwrap"])
        self.front = processes.spawn(
            ["/usr/bin/caddy", "run", "--config",
             self.path("etc", "Caddyfile"), "--adapter", "caddyfile"],
            self.path("run", "caddy.log"), {
                "HOME": self.path("run"), "XDG_DATA_HOME": self.path("run"),
                "XDG_CONFIG_HOME": self.path("run")})
        processes.wait_until(lambda: processes.answers(self.front_port),
                             "caddy", self.front, self.log)

    def stop_front(self):
        processes.stop(self.front)
        self.behind.stop()


class Traefik(Asking):
    """deploy/traefik/latchkey.yml, asked as Traefik asks, but not by it."""

    apps = ()
    front = None

    def require(self, name, words):
        super().require(name, words)
        self.more = getattr(self, "more", []) + [name]

    def start_front(self):
        self.front = forward.Proxy(
            self.front_port, self.certificate(),
            self.path("run", "site.key"),
            os.path.join(TOP, "deploy", "traefik", "latchkey.yml"),
            self.gate_port, self.app_port, getattr(self, "more", []))

    def stop_front(self):
        if self.front is not None:
            self.front.end()


DOORS = {
    "lighttpd": Lighttpd,
    "apache-fcgid": Fcgid,
    "apache-authnz": Authnz,
    "nginx": Nginx,
    "caddy": Caddy,
    "traefik": Traefik,
}
