# SPDX-License-Identifier: ISC
"""One site with every door, and the changes that are raced on it."""

import base64
import contextlib
import copy
import json
import os
import subprocess
import time
import urllib.parse
import uuid

import requests

import gates
import made_keys
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


def http(method, path, authorization, body="", type="application/json"):
    length = "Content-Type: %s\r\nContent-Length: %d\r\n" % (
        type, len(body)) if body else ""
    return ("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\n"
            "%s\r\n%s" % (method, path, authorization, length, body)).encode()


def ask_itself(key):
    return None if key.needs else http("GET", "/api/v1/check", key.text)


def ask_gate(key):
    return http("GET", "/guarded/index.html", key.text)


def ask_cgi(key):
    return None if key.needs else http(
        "GET", "/cgi-bin/check.fcgi/check", key.text)


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
    """lighttpd, Apache with mod_fcgid and Apache with plain CGI side by side:
    one folder, one database, one cache."""

    hosts = 1

    def __init__(self, folder, database, name="lighttpd"):
        super().__init__("lighttpd", os.path.join(folder, name), database, 1)
        self.db = "races_" + name
        self.server.https = "assumed"
        self.others = []
        self.env = {}

    def configure(self):
        super().configure()
        path = os.path.join(self.home, "etc", "latchkey.ini")
        text = processes.contents(path).replace(
            "hosts = 1", "hosts = %d" % self.hosts)
        # doors of three servers: their own names would be three issuers
        text += "[jwt]\nissuer = https://acme.example\n"
        servers.write(path, text, 0o600)

    def prepare(self):
        super().prepare()
        self.add_others()

    def add_others(self):
        for name in ("apache-fcgid", "apache-cgi"):
            home = os.path.join(self.home, name)
            for part in ("etc", "run"):
                os.makedirs(os.path.join(home, part), 0o700)
            os.symlink("../bin", os.path.join(home, "bin"))
            other = servers.SERVERS[name](home, 1)
            other.prepare()
            processes.give(home)
            self.others.append(other)

    def start(self):
        for one in [self.server, *self.others]:
            one.sanitizer = lambda: self.env
            one.start()

    def stop(self):
        for one in [self.server, *self.others]:
            one.stop()

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
        ]
        if self.others:
            fcgid, cgi = (one.plain_port for one in self.others)
            found += [
                Door("Apache, access checker", fcgid, ask_gate,
                     "Guarded page"),
                Door("plain CGI", cgi, ask_cgi, '"active":true')]
        return found


def build(folder, name, *words):
    """A program or a library of ours, from its source."""
    path = os.path.join(folder, name.replace(".c", ""))
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", path,
                    os.path.join(HERE, name), *words], check=True)
    return path


# What is taken, and how it comes back


class Thing:
    """A credential; needs: only doors that ask for pages:read tell; alone:
    what is done to its owner should be done to no other."""

    needs = alone = False

    def __init__(self, site, holder):
        self.site = site
        self.holder = copy.copy(
            made_keys.Holder(site) if self.alone else holder)
        self.holder.client = site.same(self.holder.client)
        self.client = site.same(site.admin)
        self.text = None

    def take(self):
        raise NotImplementedError

    def give(self):
        raise NotImplementedError


# Who was not answered and repeats may hear that it is so already.
DONE = (204, 401, 404, 409)


def answered(answer, *statuses):
    assert answer.status_code in statuses, answer.text


class Kept(Thing):
    """One key, to which something is done and undone."""

    kind = made_keys.APP

    def __init__(self, site, holder):
        super().__init__(site, holder)
        self.key = self.holder.make(self.kind)
        self.text = self.key.text

    def patch(self, path, body):
        answered(self.client.request("PATCH", path, json=body), 200)


class Disabled(Kept):
    def take(self):
        self.patch(self.key.path, {"disabled": True})

    def give(self):
        self.patch(self.key.path, {"disabled": False})


class Narrowed(Kept):
    needs = True

    def take(self):
        self.patch(self.key.path, {"scopes": []})

    def give(self):
        self.patch(self.key.path, {"scopes": ["pages:read"]})


class Blocked(Kept):
    alone = True

    def owner(self):
        return "/users/" + self.holder.id

    def take(self):
        self.patch(self.owner(), {"blocked": True})

    def give(self):
        self.patch(self.owner(), {"blocked": False})


class WithoutRole(Blocked):
    needs = True
    kind = made_keys.PAIR

    def take(self):
        self.patch(self.owner(), {"roles": []})

    def give(self):
        self.patch(self.owner(), {"roles": [{"role": "developer"}]})


class RoleNarrowed(Blocked):
    """What a role holds, of which its holder has been given nothing else."""

    needs = True
    kind = made_keys.PAIR

    def __init__(self, site, holder):
        self.role = "r" + uuid.uuid4().hex
        super().__init__(site, holder)
        answered(self.client.post("/roles", json={
            "slug": self.role, "name": self.role, "permissions": []}), 201)
        self.patch(self.owner(), {"roles": [{"role": self.role}]})

    def take(self):
        self.patch("/roles/" + self.role, {"permissions": []})

    def give(self):
        self.patch("/roles/" + self.role, {"permissions": ["pages:read"]})


class Revoked(Thing):
    """Another key each time."""

    kind = made_keys.PAIR

    def give(self):
        self.key = self.holder.make(self.kind)
        self.text = self.key.text

    def take(self):
        answered(self.client.request("DELETE", self.key.path), *DONE)


class RevokedApp(Revoked):
    kind = made_keys.APP


class Expired(Revoked):
    kind = made_keys.APP
    soon = 0.5

    def take(self):
        """By time alone: an end must be in the future when it is set."""
        end = time.time() + self.soon
        answer = self.client.request("PATCH", self.key.path, json={
            "expires_at": "%s.%03dZ" % (time.strftime(
                "%Y-%m-%dT%H:%M:%S", time.gmtime(end)), end % 1 * 1000)})
        if answer.status_code == 422:
            self.soon *= 2
            return self.take()
        answered(answer, 200)
        time.sleep(max(0, end - time.time()))


class Rotated(Revoked):
    """The old secret of two; there is no grace."""

    def take(self):
        answered(self.client.request("POST", self.key.path + "/rotate",
                             headers={"Idempotency-Key": str(uuid.uuid4())},
                             json={"grace": 0}), 200)


class Replaced(Thing):
    """Of personal tokens there is one; the next ends it."""

    def give(self):
        self.take()
        token = self.body["token"] + ":"
        self.text = "Basic " + base64.b64encode(token.encode()).decode()

    def take(self):
        answer = self.client.request(
            "POST", "/user/token", headers={
                "Authorization": self.holder.client.headers["Authorization"],
                "Idempotency-Key": str(uuid.uuid4())})
        answered(answer, 201)
        self.body = answer.json()


class RevokedTogether(Revoked):
    def take(self):
        answered(self.client.request("POST", "/keys/revoke", json={
            "owner": self.holder.id, "kind": self.kind}), 200)


class OwnerDeleted(Revoked):
    def give(self):
        self.holder = made_keys.Holder(self.site)
        super().give()

    def take(self):
        answered(self.client.request("DELETE", "/users/" + self.holder.id),
                 *DONE)


class KeyOfJwt(Revoked):
    """A JWT, whose key goes."""

    kind = made_keys.EXCHANGE


class Jwt(KeyOfJwt):
    """A JWT that is revoked itself; that it was so already is no error."""

    def take(self):
        answered(self.holder.client.post("/oauth/revoke", data={
            "token": self.text.partition(" ")[2]}), 200)


class JwtLoggedOut(KeyOfJwt):
    def take(self):
        answered(self.client.get("/users/logout", headers={
            "Authorization": self.text}), 200, *DONE)


class RevokedByCommand(Revoked):
    def take(self):
        while self.site.cli("key", "revoke", "--account",
                            site_under_test.ACCOUNT, self.key.id,
                            check=False).returncode != 0:
            time.sleep(0.02)


class LoggedOut(Thing):
    def give(self):
        self.text = "Bearer " + self.holder.session()

    def take(self):
        answered(self.client.request("DELETE", "/sessions/", headers={
            "Authorization": self.text}), *DONE)


CHANGES = (Disabled, Expired, Narrowed, Blocked, WithoutRole, RoleNarrowed,
           Revoked, RevokedApp, RevokedByCommand, Rotated, Replaced, KeyOfJwt,
           Jwt, LoggedOut)
# What costs more to bring back, or goes by the same way.
OTHERS = (RevokedTogether, OwnerDeleted, JwtLoggedOut)


def cast(site, kinds=CHANGES):
    """One of each kind."""
    holder = made_keys.Holder(site)
    return [kind(site, holder) for kind in kinds]
