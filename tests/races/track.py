# SPDX-License-Identifier: ISC
"""One site with every door."""

import contextlib
import json
import os
import subprocess
import time
import urllib.parse

import requests

import fronts
import gates
import people
import processes
import servers
import site_under_test

PATIENCE = 60	# seconds for an answer
HERE = os.path.dirname(os.path.abspath(__file__))


# Doors


class Door:
    """How a checker asks, and what it takes for a yes."""

    def __init__(self, name, port, write, needle):
        self.name, self.port, self.needle = name, port, needle
        self.write = write

    def request(self, key):
        """The bytes that ask about it; None: not here."""
        return self.write(key)


def http(method, path, authorization, body="", type="application/json",
         more=""):
    length = "Content-Type: %s\r\nContent-Length: %d\r\n" % (
        type, len(body)) if body else ""
    return ("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\n"
            "%s%s\r\n%s" % (method, path, authorization, length, more,
                            body)).encode()


def ask_itself(key):
    return None if key.needs else http("GET", "/api/v1/check", key.text)


def ask_gate(key):
    return http("GET", "/guarded/index.html", key.text)


def ask_forward(key):
    """As Traefik and Caddy do."""
    return http("GET", "/api/v1/check/gate/pages", key.text, more=(
        "X-Forwarded-Proto: https\r\nX-Forwarded-Method: GET\r\n"
        "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Uri: /guarded/\r\n"))


def ask_cgi(key):
    return None if key.needs else http(
        "GET", "/cgi-bin/check.fcgi/check", key.text)


def ask_full_cgi(key):
    """Not the small one of the two programs."""
    return None if key.needs else http(
        "GET", "/cgi-bin/full.fcgi/check", key.text)


class Verifier:
    """Somebody who may ask about others' credentials."""

    def __init__(self, site):
        self.text = gates.basic(people.Person(site, "owner").pair(
            "--scope", "latchkey:check"))[1]

    def ask_check(self, key):
        return http("POST", "/api/v1/check", self.text, json.dumps({
            "credential": key.text, "require": "pages:read"}))

    def ask_introspection(self, key):
        scheme, _, token = key.text.partition(" ")
        if key.needs or scheme != "Bearer":
            return None
        return http("POST", "/api/v1/oauth/introspect", self.text,
                    urllib.parse.urlencode({"token": token}),
                    "application/x-www-form-urlencoded")


# At other servers than lighttpd, by their names
OTHERS = (
    ("apache-fcgid", "Apache, access checker", ask_gate, "Guarded page"),
    ("apache-cgi", "plain CGI", ask_cgi, '"active":true'),
    ("apache-cgi", "plain CGI, check.fcgi", ask_full_cgi, '"active":true'),
    ("nginx", "nginx, auth_request", ask_gate, "Guarded page"),
    ("authnz", "Apache, mod_authnz_fcgi", ask_gate, "Guarded page"),
    ("caddy", "Caddy, forward_auth", ask_gate, "Guarded page"),
)


# The site


class Persistent(site_under_test.Client):
    """Repeats what was not answered, word for word."""

    def request(self, *words, **options):
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(requests.RequestException):
                answer = super().request(*words, **options)
                if answer.status_code < 500:
                    return answer
            assert time.monotonic() < end, "it is never answered"
            time.sleep(0.02)


class Track(site_under_test.Site):
    """lighttpd, Apache with mod_fcgid and Apache with plain CGI side by side,
    and what else is installed: one folder, one database, one cache."""

    hosts = 1

    def __init__(self, folder, database, name="lighttpd"):
        super().__init__("lighttpd", os.path.join(folder, name), database, 1)
        self.db = "races_" + name
        self.server.https = "assumed"
        self.others = {}
        self.env = {}
        self.forward_port = processes.free_port()

    def configure(self):
        super().configure()
        path = os.path.join(self.home, "etc", "latchkey.ini")
        text = processes.contents(path).replace(
            "hosts = 1", "hosts = %d" % self.hosts).replace(
            "trusted_proxies =", "trusted_proxies = 127.0.0.1")
        # doors of three servers: their own names would be three issuers
        text += "[jwt]\nissuer = https://acme.example\n"
        servers.write(path, text, 0o600)
        servers.write(
            os.path.join(self.home, "etc", "apps-forward.conf"),
            servers.read("deploy", "lighttpd", "forward-auth.conf").replace(
                ":9180", ":%d" % self.forward_port))

    def prepare(self):
        super().prepare()
        self.add_others()

    def add_others(self):
        makers = fronts.installed(self.forward_port)
        for name in ("apache-fcgid", "apache-cgi"):
            makers[name] = lambda home, name=name: servers.SERVERS[name](
                home, 1)
        for name, make in makers.items():
            home = os.path.join(self.home, name)
            for part in ("etc", "run"):
                os.makedirs(os.path.join(home, part), 0o700)
            os.symlink("../bin", os.path.join(home, "bin"))
            other = self.others[name] = make(home)
            other.prepare()
            processes.give(home)
        os.symlink(os.path.join(self.home, "bin", "check.fcgi"),
                   self.others["apache-cgi"].path("htdocs", "cgi-bin",
                                                  "full.fcgi"))

    def servers(self):
        return [self.server, *self.others.values()]

    def start(self):
        ini = os.path.join(self.home, "etc", "latchkey.ini")
        self.server.sanitizer = lambda: self.env
        for one in self.others.values():
            one.sanitizer = lambda: {**self.env, "LATCHKEY_CONFIG": ini}
        for one in self.servers():
            one.start()

    def stop(self):
        for one in self.servers():
            one.stop()

    def roots(self):
        """The processes below which the programs are."""
        behind = [one.behind.running for one in self.others.values()
                  if hasattr(one, "behind")]
        return [one.pid for one in sum(behind, [
            one.process for one in self.servers()])]

    @property
    def origin(self):
        return self.plain

    def client(self, username=None, **more):
        """Without TLS no client sends the cookie."""
        made = Persistent(self)
        if username is not None:
            made.cookies = super().client(username, **more).cookies
            made.headers.update(people.bearer(made.cookies["session"]))
        return made

    def same(self, client):
        """The same caller on connections of his own, for another thread."""
        made = self.client()
        made.headers.update(client.headers)
        return made

    def doors(self):
        here, verifier = self.server.plain_port, Verifier(self)
        found = [
            Door("lighttpd, GET /check", here, ask_itself, '"active":true'),
            Door("lighttpd, POST /check", here, verifier.ask_check,
                 '"allowed":true'),
            Door("lighttpd, introspection", here, verifier.ask_introspection,
                 '"active":true'),
            Door("lighttpd, authorizer", here, ask_gate, "Guarded page"),
            Door("/check/gate", self.forward_port, ask_forward,
                 "204 No Content"),
        ]
        return found + [
            Door(name, self.others[of].plain_port, write, needle)
            for of, name, write, needle in OTHERS if of in self.others]


@contextlib.contextmanager
def keeping(sites, how):
    """Within, what they keep counts as it is, or when it is confirmed."""
    if how == "kept":
        yield
        return
    with contextlib.ExitStack() as stack:
        for site in sites:
            stack.enter_context(site.confirming())
        yield


def build(folder, name, *words):
    """A program or a library of ours, from its source."""
    path = os.path.join(folder, name.replace(".c", ""))
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", path,
                    os.path.join(HERE, name), *words], check=True)
    return path
