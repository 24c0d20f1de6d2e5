# SPDX-License-Identifier: ISC
"""A day in the life of a site, and then the search for every secret of it
where none may be: logs, the database, mails, files, argument lists and
environments of processes."""

import base64
import glob
import os
import re
import threading
import uuid

import pytest

import processes
import site_under_test

SECOND = "nine slow otters dive"
WRONG = "eleven wrong guesses sink"
QUERY = "lkp1AskedForInAQueryWhereNoKeyBelongs0000000"


class Processes(threading.Thread):
    """What ps shows of all that the test started, all the time."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen = set()
        self.enough = threading.Event()

    def run(self):
        while not self.enough.is_set():
            for pid in processes.children(os.getpid()):
                for name in ("cmdline", "environ"):
                    self.look("/proc/%d/%s" % (pid, name))
            self.enough.wait(0.02)

    def look(self, path):
        try:
            with open(path, "rb") as file:
                self.seen.add(file.read())
        except OSError:
            pass

    def stop(self):
        self.enough.set()
        self.join()


class Day:
    """All that makes, takes or refuses a secret, once."""

    def __init__(self, site):
        self.site = site
        self.secrets = {"password": site_under_test.PASSWORD,
                        "second password": SECOND, "wrong password": WRONG,
                        "key in a query": QUERY}

    def live(self):
        self.keyring()
        admin = self.site.admin
        self.secrets["session"] = admin.cookies["session"]
        self.command_line()
        person = self.person(admin)
        pair = self.keys(admin, person)
        self.ask(pair)
        self.end(admin, person)

    def once(self, what):
        key = str(uuid.uuid4())
        self.secrets["idempotency key of " + what] = key
        return {"Idempotency-Key": key}

    def keyring(self):
        path = os.path.join(self.site.home, "etc", "keyring")
        with open(path) as file:
            for number, line in enumerate(file):
                if line.strip() and not line.startswith("#"):
                    self.secrets["keyring line %d" % number] = line.split()[2]

    def person(self, admin):
        answer = admin.post("/users/", headers=self.once("a user"), json={
            "email": "ann@acme.example", "name": "Ann", "password": SECOND,
            "roles": [{"role": "developer"}]})
        assert answer.status_code == 201
        self.site.client().post("/sessions/", json={
            "username": "ann@acme.example", "password": WRONG})
        ann = self.site.client("ann@acme.example", SECOND)
        self.secrets["session of another"] = ann.cookies["session"]
        assert admin.patch("/users/" + answer.json()["id"], json={
            "password": SECOND + " again"}).status_code == 200
        return answer.json()["id"]

    def keys(self, admin, person):
        once = self.once("a pair")
        pair = admin.post("/api_tokens/", headers=once,
                          json={"name": "pair"}).json()
        again = admin.post("/api_tokens/", headers=once,
                           json={"name": "pair"}).json()
        assert again["secret"] == pair["secret"]
        app = admin.post("/users/%s/user_app_tokens" % person,
                         json={"label": "app"}).json()["data"]["attributes"]
        self.secrets["pair"] = pair["secret"]
        self.secrets["app"] = app["token"]
        return pair["uuid"], pair["secret"]

    def command_line(self):
        for kind in ("pair", "app"):
            made = self.site.cli_json(
                "key", "add", "--account", "acme", "--user",
                site_under_test.ADMIN, "--kind", kind, "--label", "cli")
            self.secrets[kind + " of the command line"] = made.get(
                "secret", made.get("token"))
        self.site.cli("check", text="Bearer %s\n" %
                      self.secrets["app of the command line"], check=False)

    def ask(self, pair):
        site, client = self.site, self.site.client()
        app = {"Authorization": "Bearer " + self.secrets["app"]}
        assert client.get("/check", auth=pair).status_code == 200
        assert client.get("/check", headers=app).status_code == 200
        for auth in ((pair[0], pair[1][:-1] + "0"), (pair[1], pair[0])):
            assert client.get("/check", auth=auth).status_code == 401
        client.get(site.guard + "index.html", auth=pair)
        client.get("/check?access_token=" + QUERY)
        client.get(site.guard + "?key=" + QUERY)
        # malformed where a log might quote it
        client.get("/check", headers={
            "Authorization": "Bearer " + self.secrets["app"] + "\x01"})
        client.post("/sessions/", data='{"password": "%s' % WRONG, headers={
            "Content-Type": "application/json"})

    def end(self, admin, person):
        assert admin.delete("/users/" + person).status_code == 204
        assert admin.delete("/sessions/").status_code == 204


def spellings(secret):
    """As it is, and as it may have been encoded on its way."""
    raw = secret.encode()
    forms = {raw, raw.hex().encode(), raw.hex().upper().encode(),
             base64.b64encode(raw).rstrip(b"=")}
    try:
        forms |= {bytes.fromhex(secret), secret.upper().encode()}
    except ValueError:
        pass
    return forms


@pytest.fixture(scope="module")
def day(site):
    """The day, lived under the eyes of ps; where to look afterwards."""
    watch = Processes()
    watch.start()
    site.start()
    lived = Day(site)
    try:
        lived.live()
    finally:
        watch.stop()
        site.stop()	# writes what is left of its logs
    lived.places = places(site)
    lived.places["ps"] = b"\n".join(watch.seen)
    return lived


def places(site):
    return {
        "logs": site.log().encode() + files(site.database.log),
        "the database": dump(site).encode(),
        "the database's files": files(
            os.path.join(site.database.data, "**", "*")),
        "mails": files(os.path.join(site.home, "mail", "*")),
        "state": files(os.path.join(site.home, "var", "*")),
    }


def dump(site):
    """All rows of all tables, binary ones in hexadecimal."""
    return "".join(
        processes.call(site.database.client(
            "--binary-as-hex", site.db, "-e", "SELECT * FROM `%s`" % table),
        ).stdout for (table,) in site.sql("SHOW TABLES"))


def files(pattern):
    found = b""
    for path in glob.glob(pattern, recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                found += file.read()
    return found


@pytest.mark.parametrize("place", (
    "logs", "the database", "the database's files", "mails", "state", "ps"))
def test_no_secret_is_found_in(day, place):
    text = day.places[place]
    assert len(text) > 100	# something to look through
    found = [name for name, secret in day.secrets.items()
             if any(form in text for form in spellings(secret))]
    assert found == []


def test_what_is_no_secret_is_found(day):
    """The search finds what is there: a user's name, in each place."""
    for place in ("the database", "the database's files", "mails"):
        assert b"ann@acme.example" in day.places[place]
    assert b"latchkey.ini" in day.places["ps"]
    assert b"/api/v1/check" in day.places["logs"]


def test_programs_leave_no_core(site):
    site.start()
    try:
        site.client().get("/check")
        client = site.client()
        for path in ("/users/", "/check", "/api_tokens/"):
            client.get(path)
        # the hard limit too: nobody can raise it again
        without = [pid for pid in site.pids() if re.search(
            r"^Max core file size\s+0\s+0\s", limits(pid), re.M)]
        assert len(without) >= 3	# those that were asked
    finally:
        site.stop()


def test_programs_cannot_be_read_by_their_own_user(site):
    """Neither traced nor looked into, the kernel's answer to both alike."""
    site.start()
    try:
        site.client().get("/check")
        assert [pid for pid, name in site.pids().items()
                if name == "check.fcgi" and not readable(pid)]
        assert readable(site.server.process.pid)
    finally:
        site.stop()


def readable(pid):
    """Can another process of the same user read its memory?"""
    return processes.call(["head", "-c", "0", "/proc/%d/mem" % pid],
                          check=False).returncode == 0


def limits(pid):
    with open("/proc/%d/limits" % pid) as file:
        return file.read()
