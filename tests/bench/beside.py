# SPDX-License-Identifier: ISC
"""Apache, nginx and PHP-FPM, set up for the bench."""

import glob
import os
import shutil

import processes
import programs
import servers

APACHE = """
{modules}
ServerRoot "{home}"
ServerName localhost
PidFile run/httpd.pid
Mutex file:{home}/run
DefaultRuntimeDir run
ScriptSock {home}/run/cgid.sock
ErrorLog run/apache.log
StartServers 2
ThreadsPerChild 25
MaxRequestWorkers 50
MaxKeepAliveRequests 0
FcgidIPCDir run/fcgid
FcgidProcessTableFile run/fcgid_shm
FcgidMaxProcessesPerClass 16
FcgidMinProcessesPerClass 16
FcgidIdleTimeout 0
FcgidProcessLifeTime 0
<Directory />
	AllowOverride None
	Require all denied
</Directory>
<Directory "{home}/bin">
	Require all granted
	Options +ExecCGI
	CGIPassAuth On
</Directory>
Listen 127.0.0.1:{fcgid}
<VirtualHost 127.0.0.1:{fcgid}>
	Alias /noop "{home}/bin/noop"
	Alias /api/v1/check "{home}/bin/check.fcgi"
	<Directory "{home}/bin">
		SetHandler fcgid-script
	</Directory>
</VirtualHost>
Listen 127.0.0.1:{cgi}
<VirtualHost 127.0.0.1:{cgi}>
	Alias /noop "{home}/bin/noop.cgi"
	Alias /api/v1/check "{home}/bin/check.cgi"
	<Directory "{home}/bin">
		SetHandler cgi-script
	</Directory>
</VirtualHost>
Listen 127.0.0.1:{proxied}
<VirtualHost 127.0.0.1:{proxied}>
	SetEnvIf Authorization "^(.*)$" HTTP_AUTHORIZATION=$1
	ProxyPass /noop "unix:{home}/run/pool-noop.sock|fcgi://localhost/noop"
	ProxyPass /api "unix:{home}/run/pool-check.sock|fcgi://localhost/api"
	<Location />
		Require all granted
	</Location>
</VirtualHost>
"""

NGINX = """
daemon off;
worker_processes 1;
pid {home}/run/nginx.pid;
error_log {home}/run/nginx.log;
events {{ worker_connections 512; }}
http {{
	access_log off;
	client_body_temp_path {home}/run/nginx-body;
	fastcgi_temp_path {home}/run/nginx-fastcgi;
	proxy_temp_path {home}/run/nginx-proxy;
	scgi_temp_path {home}/run/nginx-scgi;
	uwsgi_temp_path {home}/run/nginx-uwsgi;
	keepalive_requests 1000000;
	server {{
		listen 127.0.0.1:{port};
		root {home}/deploy/site;
		location = /noop {{
			{names}
			fastcgi_param REQUEST_URI $request_uri;
			fastcgi_pass unix:{home}/run/pool-noop.sock;
		}}
		location /api/v1/ {{
			{names}
			fastcgi_param REQUEST_URI $request_uri;
			fastcgi_pass unix:{home}/run/pool-check.sock;
		}}
		location = /_noop {{
			internal;
			{names}
			fastcgi_pass_request_body off;
			fastcgi_pass unix:{home}/run/pool-noop.sock;
		}}
		location = /_check {{
			internal;
			{names}
			{gate}
			fastcgi_pass_request_body off;
			fastcgi_pass unix:{home}/run/pool-check.sock;
		}}
		location /noop-guarded/ {{ auth_request /_noop; }}
		location /guarded/ {{ auth_request /_check; }}
	}}
}}
"""

# A location that has parameters of its own inherits none.
NAMES = """fastcgi_param REQUEST_METHOD $request_method;
			fastcgi_param SERVER_PROTOCOL $server_protocol;
			fastcgi_param REMOTE_ADDR $remote_addr;
			fastcgi_param REQUEST_SCHEME $scheme;"""

CHECK = "fastcgi_param REQUEST_URI /api/v1/check;"
GATE = """fastcgi_param REQUEST_URI /api/v1/check/gate;
			fastcgi_param LATCHKEY_REQUIRE any;
			fastcgi_param LATCHKEY_METHOD $request_method;
			fastcgi_param LATCHKEY_TARGET $request_uri;"""

PHP = """
[global]
daemonize = no
error_log = {home}/run/php.log
[bench]
listen = {home}/run/php.sock
listen.backlog = 1024
pm = static
pm.max_children = 4
"""

LOOKUP = """<?php
return [
	'dsn' => 'mysql:unix_socket={socket};dbname={name}',
	'user' => '{name}',
	'password' => '{name}',
	'key' => hex2bin('{key}'),
];
"""


def where(name):
    """The program as it is called here, or None: php-fpm8.2 for php-fpm."""
    found = shutil.which(name, path=processes.CLEAN["PATH"]) or \
        next(iter(sorted(glob.glob("/usr/sbin/%s[0-9]*" % name))), None)
    return found


class Beside:
    """One server: start() it, stop() it."""

    def __init__(self, home, command, socket=None, port=None):
        self.log = home + "/run/" + command[0].rpartition("/")[2] + ".out"
        self.command = command
        self.socket, self.port = socket, port
        self.process = None

    def start(self):
        self.process = processes.spawn(self.command, self.log)
        processes.wait_until(self.is_up, self.command[0], self.process,
                             lambda: processes.contents(self.log))

    def is_up(self):
        if self.port is not None:
            return processes.answers(self.port)
        return os.path.exists(self.socket)

    def pids(self):
        return [self.process.pid]

    def stop(self):
        processes.stop(self.process)


def pools(home):
    environment = {"LATCHKEY_CONFIG": home + "/etc/latchkey.ini"}
    return [programs.Pool("%s/run/pool-%s.sock" % (home, name),
                          "%s/bin/%s" % (home, program), 2, environment)
            for name, program in (("noop", "noop"), ("check", "check.fcgi"))]


def apache(home, ports):
    modules = ("mpm_event", "authz_core", "alias", "env", "setenvif", "cgid",
               "fcgid", "proxy", "proxy_fcgi")
    servers.write(home + "/etc/bench-httpd.conf", APACHE.format(
        home=home, **ports, modules="\n".join(
            "LoadModule {0}_module {1}/mod_{0}.so".format(
                name, servers.MODULES) for name in modules)))
    return Beside(home, [where("apache2"), "-D", "FOREGROUND", "-f",
                         home + "/etc/bench-httpd.conf"],
                  port=ports["proxied"])


def gate():
    """What nginx asks: the gate's own path, where these programs have it."""
    door = os.path.join(servers.TOP, "deploy", "nginx", "latchkey.conf")
    return GATE if os.path.exists(door) else CHECK


def nginx(home, port):
    servers.write(home + "/etc/nginx.conf", NGINX.format(
        home=home, port=port, names=NAMES, gate=gate()))
    return Beside(home, [where("nginx"), "-e", home + "/run/nginx.log",
                         "-c", home + "/etc/nginx.conf"], port=port)


def php(home, table):
    servers.write(home + "/etc/lookup.php", LOOKUP.format(
        socket=table.mariadb.socket, name=table.name,
        key=table.ring.token_key.hex()), 0o600)
    servers.write(home + "/etc/php-fpm.conf", PHP.format(home=home))
    return Beside(home, [where("php-fpm"), "-y", home + "/etc/php-fpm.conf"],
                  socket=home + "/run/php.sock")
