# SPDX-License-Identifier: ISC
"""The three servers that the tests run against, each from files of deploy/."""

import glob
import os
import shutil
import signal
import subprocess

import processes
import terminator

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, os.environ.get("LATCHKEY_BUILD", "build"))
MODULES = "/usr/lib/apache2/modules"


def read(*path):
    with open(os.path.join(TOP, *path)) as text:
        return text.read()


def products():
    """Whose clients find their own paths, as the routing files are called."""
    names = os.listdir(os.path.join(TOP, "deploy", "routes", "lighttpd"))
    return sorted(name[:-len(".conf")] for name in names
                  if name != "base.conf")


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(text)
    os.chmod(path, mode)


def build_whoami(path):
    """A FastCGI application that shows its environment."""
    subprocess.run(["cc", "-O1", "-o", path, os.path.join(HERE, "whoami.c"),
                    "-lfcgi"], check=True)


def build_certificate(path):
    """A key and a certificate of its own for a server on this machine."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec",
                    "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", path + ".key", "-out", path + ".crt",
                    "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                   check=True, capture_output=True)


class Server:
    """What the servers have in common.  home holds bin/, etc/ and the rest."""

    https = "required"
    connections = "shared"
    hoster = True
    guarded = True
    proxied = False

    def __init__(self, home, app_port):
        self.home = home
        self.app_port = app_port
        self.port = processes.free_port()
        self.plain_port = processes.free_port()
        self.process = None

    def path(self, *names):
        return os.path.join(self.home, *names)

    def origin(self):
        return "https://127.0.0.1:%d" % self.port

    def listens_on(self):
        return self.port

    def certificate(self):
        return self.path("run", "site.crt")

    def spawn(self, command, env=None):
        self.process = processes.spawn(command, self.path("run", "out.log"),
                                       {**self.sanitizer(), **(env or {})})
        processes.wait_until(lambda: processes.answers(self.listens_on()),
                             type(self).__name__, self.process, self.log)

    def sanitizer(self):
        """Where programs built with SAN=1 leave their reports."""
        where = "log_path=" + self.path("run", "san")
        return {"ASAN_OPTIONS": where, "UBSAN_OPTIONS":
                where + ":print_stacktrace=1"}

    def log(self):
        return "".join(processes.contents(path) for path in
                       sorted(glob.glob(self.path("run", "*.log"))))


class Lighttpd(Server):
    """lighttpd.conf.example itself, over TLS."""

    connections = "kept"
    hoster = False
    proxied = True

    def prepare(self):
        shutil.copytree(os.path.join(TOP, "deploy"), self.path("deploy"))
        shutil.copy(os.path.join(TOP, "lighttpd.conf.example"),
                    self.path("etc", "lighttpd.conf"))
        build_whoami(self.path("bin", "whoami"))
        for name in ("apps", "php"):
            shutil.copy(self.path("deploy", "lighttpd", name + ".conf"),
                        self.path("etc", "apps-%s.conf" % name))
        if not os.path.exists("/usr/bin/php-cgi"):
            os.remove(self.path("etc", "apps-php.conf"))
        write(self.path("etc", "apps-tests.conf"), self.tests_conf())
        build_certificate(self.path("run", "site"))

    def tests_conf(self):
        """Aliases, a FastCGI and a proxied application, a port without TLS."""
        return """
{routes}
fastcgi.server += ( "/guarded/fastcgi/" => ((
	"socket" => "{home}/run/whoami.sock",
	"bin-path" => "{home}/bin/whoami",
	"check-local" => "disable", "max-procs" => 1 )) )
$HTTP["url"] =~ "^/guarded/proxied/" {{
	proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => {app} )) )
}}
$HTTP["url"] =~ "^/guarded/any/" {{
	setenv.set-environment = ( "LATCHKEY_REQUIRE" => "any" )
}}
$HTTP["url"] =~ "^/guarded/unset/" {{
	setenv.set-environment = ( "LATCHKEY_REQUIRE" => "" )
}}
$SERVER["socket"] == "127.0.0.1:{plain}" {{ ssl.engine = "disable" }}
""".format(home=self.home, app=self.app_port, plain=self.plain_port,
           routes="".join('include "%s/deploy/routes/lighttpd/%s.conf"\n' %
                          (self.home, name) for name in products()))

    def environment(self):
        return {"LATCHKEY_BIN": self.path("bin"),
                "LATCHKEY_CONFIG": self.path("etc", "latchkey.ini"),
                "LATCHKEY_DEPLOY": self.path("deploy"),
                "LATCHKEY_WWW": self.path("deploy", "site"),
                "LATCHKEY_PAGES": os.path.join(TOP, "www"),
                "LATCHKEY_RUN": self.path("run"),
                "LATCHKEY_PORT": str(self.port),
                "LATCHKEY_APPS": self.path("etc", "apps-*.conf")}

    def start(self):
        self.spawn(["/usr/sbin/lighttpd", "-D", "-f",
                    self.path("etc", "lighttpd.conf")], self.environment())
        processes.wait_until(lambda: processes.all_run(self.process.pid),
                             "a program", self.process, self.log)

    def stop(self):
        processes.stop(self.process, signal.SIGINT)


class ApacheFcgid(Server):
    """Apache as a hoster runs it: all of ours stands in .htaccess files."""

    handlers = ("cgid", "fcgid")
    engine = "on"
    htaccess = "cgi-bin.htaccess"
    without_tls = """
Listen 127.0.0.1:{plain}
<VirtualHost 127.0.0.1:{plain}>
	SSLEngine off
</VirtualHost>
"""

    def prepare(self):
        site = self.path("htdocs")
        shutil.copytree(os.path.join(TOP, "deploy", "site"), site)
        shutil.copytree(os.path.join(TOP, "deploy", "errors"),
                        os.path.join(site, "errors"))
        shutil.copy(os.path.join(TOP, "www", "openapi.json"), site)
        routes = [read("deploy", "routes", "apache", name + ".conf")
                  for name in ["base", *products()]]
        write(os.path.join(site, ".htaccess"),
              read("deploy", "apache", "htaccess") + "".join(routes))
        self.prepare_programs(os.path.join(site, "cgi-bin"))
        if self.guarded:
            self.prepare_gate(os.path.join(site, "guarded"))
        else:
            shutil.rmtree(os.path.join(site, "guarded"))
        os.makedirs(self.path("run", "fcgid"))
        build_certificate(self.path("run", "site"))
        write(self.path("etc", "mime.types"),
              "text/html html\ntext/plain txt\napplication/json json\n")
        shutil.copy(os.path.join(TOP, "deploy", "apache", "access-log.conf"),
                    self.path("etc", "access-log.conf"))
        write(self.path("etc", "httpd.conf"), self.httpd_conf())

    def prepare_programs(self, folder):
        write(os.path.join(folder, ".htaccess"),
              read("deploy", "apache", self.htaccess))
        for program in glob.glob(self.path("bin", "*.fcgi")):
            name = os.path.basename(program)
            os.symlink(self.program(program), os.path.join(folder, name))

    def program(self, path):
        """What stands in cgi-bin under the name of a program."""
        return path

    def prepare_gate(self, folder):
        text = read("deploy", "apache", "guarded.htaccess")
        text = text.replace("/home/example/latchkey", self.home)
        text += """
SetEnvIf Request_URI "^/guarded/any/" LATCHKEY_REQUIRE=any
SetEnvIf Request_URI "^/guarded/unset/" !LATCHKEY_REQUIRE
Options +ExecCGI
AddHandler cgi-script .cgi
AddHandler fcgid-script .fcgi
"""
        if os.path.exists("/usr/bin/php-cgi"):
            text += ("AddHandler fcgid-script .php\n"
                     "FcgidWrapper /usr/bin/php-cgi .php\n")
        write(os.path.join(folder, ".htaccess"), text)
        build_whoami(os.path.join(folder, "whoami.fcgi"))

    def httpd_conf(self):
        modules = ["mpm_event", "authn_core", "authz_core", "mime", "dir",
                   "env", "setenvif", "headers", "alias", "rewrite", "ssl",
                   *self.handlers]
        loads = "".join("LoadModule {0}_module {1}/mod_{0}.so\n".format(
            name, MODULES) for name in modules)
        return loads + """
ServerRoot "{home}"
ServerName localhost
Listen 127.0.0.1:{port}
PidFile run/httpd.pid
Mutex file:{home}/run
DefaultRuntimeDir run
TypesConfig {home}/etc/mime.types
ScriptSock {home}/run/cgid.sock
StartServers 1
ThreadsPerChild 8
MaxRequestWorkers 16
ErrorLog run/error.log
Define APACHE_LOG_DIR {home}/run
Include {home}/etc/access-log.conf
SSLEngine {engine}
SSLCertificateFile run/site.crt
SSLCertificateKeyFile run/site.key
DocumentRoot {home}/htdocs
DirectoryIndex index.html
<IfModule fcgid_module>
	FcgidIPCDir run/fcgid
	FcgidProcessTableFile run/fcgid_shm
	FcgidMaxProcesses 20
	FcgidMaxProcessesPerClass 2
	FcgidMinProcessesPerClass 0
	FcgidIOTimeout 20
</IfModule>
<Directory />
	AllowOverride None
	Require all denied
</Directory>
<Directory {home}/htdocs>
	AllowOverride FileInfo AuthConfig Limit Indexes \
Options=ExecCGI,Indexes,MultiViews
	Options +ExecCGI +FollowSymLinks
	Require all granted
</Directory>
""".format(home=self.home, engine=self.engine, port=self.listens_on()) + \
            self.without_tls.format(plain=self.plain_port)

    def start(self):
        self.spawn(["/usr/sbin/apache2", "-D", "FOREGROUND",
                    "-f", self.path("etc", "httpd.conf")])

    def stop(self):
        processes.stop(self.process)


class ApacheCgi(ApacheFcgid):
    """Without mod_fcgid: each request starts a program.

    TLS ends in front of this server, which shows nothing of it."""

    https = "assumed"
    handlers = ("cgid",)
    engine = "off"
    htaccess = "cgi-bin-plain.htaccess"
    without_tls = ""
    guarded = False
    tls = None

    def listens_on(self):
        return self.plain_port

    def program(self, path):
        quick = path.replace(".fcgi", ".cgi")
        return quick if os.path.exists(quick) else path

    def start(self):
        super().start()
        self.tls = terminator.Terminator(
            self.port, self.plain_port, self.certificate(),
            self.path("run", "site.key"))

    def stop(self):
        if self.tls is not None:
            self.tls.end()
        super().stop()


SERVERS = {
    "lighttpd": Lighttpd,
    "apache-fcgid": ApacheFcgid,
    "apache-cgi": ApacheCgi,
}
