# SPDX-License-Identifier: ISC
"""nginx, Apache's mod_authnz_fcgi and Caddy by their files of deploy/, as
tests/doors has them, but without TLS and with programs that come back."""

import os

import doors
from servers import read, write

# As a supervisor does: who has died is started anew on the same socket.
AGAIN = ('exec 3<&0; trap \'kill $!; exit\' TERM; '
         'while :; do "$0" <&3 3<&- & wait $!; sleep 0.1; done')


class Behind(doors.Behind):
    def spawn(self, name, command, where, sanitized=True):
        super().spawn(name, ["/bin/sh", "-c", AGAIN, *command], where,
                      sanitized)


def edit(path, *pairs):
    write(path, doors.replaced(read(path), *pairs))


class Nginx(doors.Nginx):
    def prepare(self):
        super().prepare()
        self.behind = Behind(self)
        line = "listen 127.0.0.1:%d ssl;" % self.port
        edit(self.path("etc", "latchkey.conf"), (
            line, line + "\n\tlisten 127.0.0.1:%d;" % self.plain_port))


class Authnz(doors.Authnz):
    def prepare(self):
        super().prepare()
        self.behind = Behind(self)


class Caddy(doors.Caddy):
    """It asks the lighttpd that is there already."""

    def __init__(self, home, app_port, asked):
        super().__init__(home, app_port)
        self.asked = asked

    def prepare(self):
        super().prepare()
        edit(self.path("etc", "Caddyfile"),
             ("https://127.0.0.1:%d {" % self.front_port,
              "http://:%d {" % self.plain_port),
             ("\ttls %s/run/site.crt %s/run/site.key\n" % (
                 self.home, self.home), ""),
             ("127.0.0.1:%d" % self.gate_port, "127.0.0.1:%d" % self.asked))
        self.front_port = self.plain_port

    def start(self):
        self.start_front()
        self.process = self.front

    def stop(self):
        self.stop_front()


ALL = ("/usr/bin/spawn-fcgi", "/usr/bin/php-cgi", "/usr/sbin/fcgiwrap")

# What each needs besides, its home, what makes it
FRONTS = (
    ("/usr/sbin/nginx", "nginx", lambda home, asked: Nginx(home, 1)),
    ("/usr/lib/apache2/modules/mod_authnz_fcgi.so", "authnz",
     lambda home, asked: Authnz(home, 1)),
    ("/usr/bin/caddy", "caddy", lambda home, asked: Caddy(home, 1, asked)),
)


def installed(asked):
    """{name: what makes it of its home}; asked: the port of forward-auth."""
    if not all(map(os.path.exists, ALL)):
        return {}
    return {name: lambda home, make=make: make(home, asked)
            for needed, name, make in FRONTS if os.path.exists(needed)}
