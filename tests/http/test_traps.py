# SPDX-License-Identifier: ISC
"""Traps that others fell into, where no other test is about them."""

import os
import time
import uuid

import pytest

import by_cgi
import processes
import servers
from made_keys import APP, EXCHANGE, KINDS, PAIR, Holder, after
from site_under_test import PASSWORD
from test_logins import poll

# Where the settings or the database are the test's, no server has a part.
by_itself = pytest.mark.servers("lighttpd")

PROXY, NEAR, FAR = "192.0.2.1", "203.0.113.7", "198.51.100.1"
STORED = "key_secrets WHERE key_id = UNHEX('%s')"


@pytest.fixture(scope="module", name="holder")
def one_developer(site):
    return Holder(site)


def hexed(thing):
    return thing.id.replace("-", "")


def check(site, key, settings=None, **env):
    return by_cgi.ask(site, "check.fcgi", "GET", "/check", {
        "HTTP_AUTHORIZATION": key.text, **env}, settings=settings).status


# Addresses

@pytest.fixture(scope="module", name="proxied")
def settings_with_a_proxy(site):
    return by_cgi.with_settings(site, trusted_proxies=PROXY)


@by_itself
@pytest.mark.statement("T-4")
@pytest.mark.parametrize("forwarded, status", [
    (NEAR, 200), ("%s, %s" % (FAR, NEAR), 200), (FAR, 403),
    ("%s, %s" % (NEAR, FAR), 403), ("%s, %s, %s" % (NEAR, FAR, PROXY), 403),
    ("%s, unknown" % NEAR, 403), (None, 403)])
def test_of_what_was_forwarded_a_proxy_s_word_counts(
        site, holder, proxied, forwarded, status):
    key = holder.make(addresses=["203.0.113.0/24"])
    assert check(site, key, proxied, REMOTE_ADDR=PROXY, HTTPS=None,
                 HTTP_X_FORWARDED_PROTO="https",
                 HTTP_X_FORWARDED_FOR=forwarded) == status


# What is remembered

@pytest.fixture(scope="module", name="idle")
def settings_that_forget_soon(site):
    return by_cgi.with_settings(site, max_age=3)


@by_itself
@pytest.mark.statement("T-5")
def test_an_idle_key_s_end_is_seen_at_its_first_check(site, holder, idle):
    """Told to this host, or only known to the database by then."""
    told, untold = holder.make(), holder.make()
    assert check(site, told, idle) == check(site, untold, idle) == 200
    # so that nothing of this host says so
    site.database.query(site.db, "UPDATE `keys` SET revoked_at = 1 WHERE"
                                 " id = UNHEX('%s')" % hexed(untold))
    assert check(site, untold, idle) == 200		# as it is remembered
    time.sleep(3)
    assert holder.client.delete(told.path).status_code == 204
    assert check(site, told, idle) == check(site, untold, idle) == 401


@pytest.mark.statement("T-7")
@pytest.mark.parametrize("kind", [PAIR, APP])
def test_who_was_unknown_is_known_soon_after_he_is_made(site, holder, kind):
    key, kept = holder.make(kind), "kept_" + uuid.uuid4().hex
    stored = STORED % hexed(key)
    site.sql("CREATE TABLE %s AS SELECT * FROM %s; DELETE FROM %s" % (
        kept, stored, stored))
    assert not key.works() and not key.works()
    # nobody tells this host of it
    site.database.query(site.db, "INSERT INTO key_secrets SELECT * FROM %s;"
                                 " DROP TABLE %s" % (kept, kept))
    poll(key.works, 2.5)


# What is left of a key

@pytest.mark.statement("T-8")
@pytest.mark.parametrize("headers, status", [
    ({}, 403), ({"Idempotency-Key": str(uuid.uuid4())}, 200)])
def test_a_client_that_repeats_its_own_rotation_loses_nothing(
        holder, headers, status):
    """It never saw the answer, and comes again with the old secret."""
    old = holder.make(scopes=["latchkey:keys"])
    first, *repeats = [old.send("POST", old.path + "/rotate",
                                headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in repeats] == [status] * 2
    assert old.rotated(first).works() and old.works()


@pytest.mark.statement("T-9")
@pytest.mark.parametrize("kind", [PAIR, APP])
def test_a_check_takes_nothing_from_a_key_that_has_expired(
        site, holder, kind):
    key = holder.make(kind, expires_at=after(3600))
    before = holder.client.get(key.path).json()
    kept = site.sql("SELECT expires_at FROM `keys` WHERE id = UNHEX('%s')"
                    % hexed(key))[0][0]

    def expire(at):
        site.sql("UPDATE `keys` SET expires_at = %s WHERE id = UNHEX('%s')"
                 % (at, hexed(key)))

    expire("created_at + 1")
    assert [key.why() for _ in range(3)] == ["expired"] * 3
    assert holder.client.get(key.path).json()["state"] == "expired"
    expire(kept)
    assert key.works()
    item = holder.client.get(key.path).json()
    for name in set(before) - {"uses", "last_used", "secrets"}:
        assert item[name] == before[name], name


# What is over

OVER = 50	# rows, of which each new one takes some away
DIGEST = "UNHEX(SHA2(CONCAT('{0}', seq), 256))"


class Busy:
    """Does what adds a row to each of the tables that fill up."""

    def __init__(self, site, holder):
        self.site, self.holder = site, holder
        self.key = holder.make(EXCHANGE)

    def session(self):
        self.holder.login()

    def replay(self):
        assert self.holder.client.post("/api_tokens/", json={
            "name": "P"}, headers={"Idempotency-Key": str(uuid.uuid4())}).ok

    def ended_token(self):
        self.site.client().get("/users/logout", **self.key.way)

    def login_budget(self):
        name = "nobody%s@acme.example" % uuid.uuid4()
        assert by_cgi.login(self.site, name, PASSWORD).status == 403


@by_itself
@pytest.mark.statement("T-15")
@pytest.mark.parametrize("act, time_of, columns, values", [
    (Busy.session, "expires_at",
     "digest, id, version, account_id, user_id, created_at",
     DIGEST + ", LEFT(" + DIGEST + ", 16), 1, '', '', 1"),
    (Busy.replay, "created_at", "digest, request, version, answer",
     DIGEST + ", '', 1, ''"),
    (Busy.ended_token, "expires_at", "id", "LEFT(" + DIGEST + ", 16)"),
    (Busy.login_budget, "window_at", "subject, spent", DIGEST + ", 0")],
    ids=["sessions", "replays", "ended tokens", "login budgets"])
def test_what_is_over_goes_away_by_itself(site, holder, act, time_of,
                                          columns, values):
    busy, table = Busy(site, holder), act.__name__ + "s"

    def left():
        return int(site.sql("SELECT COUNT(*) FROM %s WHERE %s = 1" % (
            table, time_of))[0][0])

    site.sql("INSERT INTO %s (%s, %s) SELECT 1, %s FROM seq_1_to_%d" % (
        table, time_of, columns, values.format(uuid.uuid4()), OVER))
    before = left()
    act(busy)
    # faster than they come, or there would be no end of it
    assert before == OVER and left() <= OVER - 10
    for _ in range(5):
        act(busy)
    assert left() == 0


# What costs much

@pytest.fixture(scope="module", name="cramped")
def programs_with_little_memory(site):
    """Less than one password hash takes."""
    def name(program):
        path = os.path.join(site.home, "bin", "cramped-" + program)
        servers.write(path, "#!/bin/sh\nulimit -d 16384 && exec %s\n" %
                      os.path.join(site.home, "bin", program), 0o755)
        processes.give(path)
        return os.path.basename(path)

    if servers.BUILD.endswith("-san"):
        pytest.skip("a sanitizer takes more than that itself")
    return name


@by_itself
@pytest.mark.statement("T-16")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != EXCHANGE])
def test_a_check_has_no_room_for_a_password_hash(site, holder, cramped, kind):
    key, program = holder.make(kind), cramped("check.fcgi")
    for _ in range(3):
        assert by_cgi.ask(site, program, "GET", "/check", {
            "HTTP_AUTHORIZATION": key.text}).status == 200
    login = {"username": holder.username, "password": PASSWORD}
    answers = [by_cgi.ask(site, name, "POST", "/sessions/", None, login)
               for name in ("tokens.fcgi", cramped("tokens.fcgi"))]
    assert [answer.status == 201 for answer in answers] == [True, False]
