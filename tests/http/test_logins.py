# SPDX-License-Identifier: ISC
"""Guessing passwords meets a wall; nobody else meets it.

Each test has a network of its own: what it spends is nobody else's."""

import ctypes
import fcntl
import glob
import itertools
import os
import re
import struct
import time
import uuid

import pytest

import by_cgi
from people import Person, bearer
from site_under_test import ACCOUNT, PASSWORD

# No server has a part in it: the test runs the program itself.
by_itself = pytest.mark.servers("lighttpd")

WRONG = "seven quiet herons sleep"
BUDGET = 10
NETWORKS = itertools.count(1)


@pytest.fixture(name="network")
def network_of_its_own():
    return {"REMOTE_ADDR": "198.51.100.%d" % next(NETWORKS)}


@pytest.fixture(name="person")
def somebody(site):
    return Person(site, "developer")


def fail(site, username, network, times=BUDGET):
    for _ in range(times):
        assert by_cgi.login(site, username, WRONG, network).status == 403


def poll(what, seconds, between=lambda: None):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "nothing came of it"
        between()
        time.sleep(0.1)


# Budgets

@pytest.mark.statement("T-17")
@by_itself
def test_after_ten_failures_a_login_waits(site, person, network):
    fail(site, person.username, network)
    for password in (WRONG, PASSWORD):
        answer = by_cgi.login(site, person.username, password, network)
        assert answer.status == 429
        assert answer.json()["type"].endswith(":rate-limited")
        # ten in ten minutes: the next is a minute after the first
        assert 30 <= int(answer.header("Retry-After")) <= 61
        assert answer.header("Set-Cookie") is None


@by_itself
def test_nobody_else_waits(site, person, network):
    session = {"HTTP_COOKIE": "session=" + person.session()}
    fail(site, person.username, network)
    assert by_cgi.login(site, person.username, PASSWORD, network).status == 429
    other = Person(site)
    assert by_cgi.login(site, other.username, PASSWORD, network).status == 201
    assert by_cgi.ask(site, "tokens.fcgi", "GET", "/sessions/", {
        **network, **session}).status == 200
    elsewhere = {"REMOTE_ADDR": "198.51.100.%d" % next(NETWORKS)}
    assert by_cgi.login(site, person.username, PASSWORD, elsewhere).status == 201


@by_itself
def test_small_and_capital_letters_are_one_login(site, person, network):
    spellings = [person.username, person.username.upper(),
                 person.username.title()]
    for name in spellings:
        assert by_cgi.login(site, name, PASSWORD, network).status == 201
    for name in itertools.islice(itertools.cycle(spellings), BUDGET):
        fail(site, name, network, 1)
    for name in spellings:
        assert by_cgi.login(site, name, PASSWORD, network).status == 429


@pytest.mark.parametrize("spell", [
    lambda name: name + " ",
    lambda name: " " + name,
    lambda name: name + "\t",
    lambda name: name + "\u00a0",
    lambda name: name.replace("o", "\u00f6", 1),
    lambda name: name.replace("s", "\u017f", 1),
    lambda name: name.replace("p", "\uff50", 1),
    lambda name: name + "\u200b",
], ids=["blank", "blank before", "tab", "fixed blank", "umlaut", "long s",
        "wide letter", "no width"])
@by_itself
def test_other_spellings_are_nobody(site, person, network, spell):
    name = spell(person.username)
    assert name != person.username
    assert by_cgi.login(site, name, PASSWORD, network).status == 403


@by_itself
def test_letters_that_the_database_folds_are_nobody(site, network):
    name = "kiosk@acme.example"
    site.cli("user", "add", "--account", ACCOUNT, "--email", name, "--name",
             "A kiosk", "--password-fd", "0", text=PASSWORD + "\n")
    assert by_cgi.login(site, name, PASSWORD, network).status == 201
    # LOWER() makes a k of the sign for kelvin
    assert by_cgi.login(site, name.replace("k", "\u212a"), PASSWORD,
                     network).status == 403


@by_itself
def test_nobodys_failures_are_not_somebodys(site, person, network):
    fail(site, person.username, network, BUDGET - 1)
    for name in (person.username + " ", person.username + "  "):
        fail(site, name, network, BUDGET // 2)
    assert by_cgi.login(site, person.username + "   ", PASSWORD,
                     network).status == 429
    assert by_cgi.login(site, person.username, PASSWORD, network).status == 201


# Slots

@pytest.fixture(name="busy")
def all_slots_taken(site, person):
    """A function that frees them again; the programs made the file."""
    person.session()
    slots = open(os.path.join(site.home, "var", "login.slots"), "r+b")
    fcntl.lockf(slots, fcntl.LOCK_EX | fcntl.LOCK_NB)
    yield slots.close
    slots.close()


@by_itself
def test_while_all_slots_are_taken_a_login_costs_nothing(
        site, person, network, busy):
    for _ in range(BUDGET + 2):
        answer = by_cgi.login(site, person.username, PASSWORD, network)
        assert answer.status == 503
        assert answer.json()["type"].endswith(":busy")
        assert int(answer.header("Retry-After")) > 0
    busy()
    fail(site, person.username, network, BUDGET - 1)
    assert by_cgi.login(site, person.username, PASSWORD, network).status == 201


@pytest.mark.statement("T-16")
def test_a_busy_login_is_told_so_by_the_server_and_keys_go_on(
        site, person, busy):
    pair = person.pair()
    answer = site.client().post("/sessions/", json={
        "username": person.username, "password": PASSWORD})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert site.client().get("/check", auth=pair).status_code == 200
    busy()
    assert site.client(person.username)


# What is written down

def counters(site):
    found, = glob.glob(os.path.join(site.home, "var", "counters-2.*"))
    return found


def test_a_refused_key_is_counted(site, person):
    key = person.key("app")
    site.cli("key", "revoke", "--account", ACCOUNT, key["uuid"])
    counted = re.compile(b"revoked\\0+key\\0+" + re.escape(
        uuid.UUID(key["uuid"]).bytes))

    def table():
        with open(counters(site), "rb") as file:
            return counted.search(file.read())

    assert site.client().get("/check").status_code == 401
    assert table() is None
    assert site.client().get("/check", headers=bearer(key["token"])
                             ).status_code == 401
    assert table()


def make_older(site, counted, seconds):
    """Let what is counted be of earlier minutes than it is; the tag that a
    slot begins with is of what it counts and of who the file is."""
    tag_of = ctypes.CDLL("libxxhash.so.0").XXH3_64bits_withSeed
    tag_of.restype = ctypes.c_uint64
    tag_of.argtypes = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64
    with open(counters(site), "r+b") as file:
        content = file.read()
        identity, = struct.unpack("8xQ", content[:16])
        for found in counted.finditer(content):
            start = found.start() - 24
            subject = bytearray(content[start:start + 80])
            window, = struct.unpack("q", subject[16:24])
            subject[16:24] = struct.pack("q", window - seconds * 1000)
            tag = tag_of(bytes(subject), 80, identity) | 1 << 63
            file.seek(start)
            file.write(subject)
            file.seek(start - 24)
            file.write(struct.pack("Q", tag))


@pytest.mark.statement("T-13")
def test_refusals_come_into_the_trail_by_themselves(site, person):
    """On the idle tick; by CGI, where there is none, after an answer."""
    key = person.key("app")
    site.cli("key", "revoke", "--account", ACCOUNT, key["uuid"])
    subject = uuid.UUID(key["uuid"])
    for _ in range(3):
        assert site.client().get("/check", headers=bearer(key["token"])
                                 ).status_code == 401
    make_older(site, re.compile(
        b"revoked\0+key\0+" + re.escape(subject.bytes)), 3600)

    def written():
        return site.sql("SELECT LOWER(HEX(account_id)), reason, subject_type,"
                        " SUM(times) FROM audit_refusals WHERE subject ="
                        " UNHEX('%s') AND window_at <="
                        " (UNIX_TIMESTAMP() - 3600) * 1000"
                        " GROUP BY 1, 2, 3" % subject.hex)

    poll(written, 30, lambda: site.name == "apache-cgi" and
         site.client().get("/check"))
    assert written() == [(site.account_id.replace("-", ""), "revoked", "key",
                          "3")]


def test_the_programs_seal_what_they_wrote(site, person):
    client = person.login()
    made = client.post("/api_tokens/", json={"name": "to be sealed"})
    assert made.status_code == 201

    def unsealed():
        return site.sql("SELECT COUNT(*) FROM audit WHERE seq IS NULL")

    # the first look may come after the seal, but never before the row
    poll(lambda: unsealed() == [("0",)], 20,
         lambda: client.get("/api_tokens/"))
    assert site.cli("audit", "verify").returncode == 0


# Notices

def mails_to(site, person, subject):
    return [mail for mail in site.mails() if mail["To"] == person.username
            and mail["Subject"].startswith(subject)]


def test_who_is_deleted_is_told(site, person):
    assert site.admin.delete("/users/" + person.id).status_code == 204
    poll(lambda: mails_to(site, person, "API keys ended"), 10)
    mail, = mails_to(site, person, "API keys ended")
    assert person.username in mail.get_payload()


@pytest.mark.statement("A-16")
def test_whose_key_an_admin_ends_is_told(site, person):
    key = person.key("app")
    assert site.admin.delete("/users/%s/user_app_tokens/%s" % (
        person.id, key["uuid"])).status_code in (200, 204)
    poll(lambda: mails_to(site, person, "API key ended"), 10)
    mail, = mails_to(site, person, "API key ended")
    assert key["uuid"] in mail.get_payload()
    assert key["token"] not in mail.as_string()


@by_itself
def test_a_mail_that_cannot_be_sent_is_no_reason_to_refuse(site, person):
    headers = {"HTTP_AUTHORIZATION": "Bearer " + person.session()}
    for program, logged in (("/bin/false", True), ("/bin/true", False)):
        answer = by_cgi.ask(site, "keys.fcgi", "POST", "/api_tokens/", headers,
                         {"name": "unheard of"},
                         by_cgi.with_settings(site, sendmail=program))
        assert answer.status == 201
        assert answer.json()["secret"] not in answer.log
        assert ("a notice was not sent: /bin/false failed"
                in answer.log) is logged
