# SPDX-License-Identifier: ISC
"""The database goes away, hangs and refuses: the answers are 503 within a
deadline, it recovers by itself, nothing has changed."""

import contextlib
import threading
import time

import pytest

import faulty
from waiting import DEADLINE, eventually, pair_of, within


def gate(site, pair):
    return site.client().get(site.guard + "index.html", auth=pair)


REQUESTS = {
    "a check": lambda s, p: s.client().get("/check", auth=p),
    "a list": lambda s, p: s.admin.get("/users/"),
    "a creation": lambda s, p: s.admin.post("/api_tokens/",
                                            json={"name": "never"}),
    "a revocation": lambda s, p: s.admin.delete("/api_tokens/%s/" % p[0]),
    "a login": lambda s, p: s.client().post("/sessions/", json={
        "username": "admin@acme.example", "password": "not this one"}),
    "the gate": gate,
}


def assert_unavailable(answer, code="database"):
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["code"] == code


def assert_works(site, pair):
    eventually(lambda: site.client().get(
        "/check", auth=pair).status_code == 200)
    assert gate(site, pair).status_code == 200
    mine = pair_of(site.admin, "afterwards")
    assert site.admin.delete("/api_tokens/%s/" % mine[0]).status_code == 204
    assert site.client().get("/check", auth=mine).status_code == 401


@contextlib.contextmanager
def stopped(mariadb):
    mariadb.stop()
    yield
    mariadb.start()


@contextlib.contextmanager
def killed(mariadb):
    mariadb.kill()
    yield
    mariadb.start()


@contextlib.contextmanager
def frozen(mariadb):
    mariadb.freeze()
    try:
        yield
    finally:
        mariadb.thaw()


@contextlib.contextmanager
def full(mariadb):
    """The programs' connections are ended, and others are not to be had."""
    rival = faulty.Rival(mariadb)
    rival.ask("SET GLOBAL max_connections = 10")
    taken = mariadb.occupy()
    # what is ended makes room a little later, for whoever comes first
    while rival.disconnect("lighttpd"):
        taken += mariadb.occupy()
    yield
    for one in taken:
        one.close()
    rival.ask("SET GLOBAL max_connections = 151")
    rival.close()


@contextlib.contextmanager
def limited(mariadb):
    """The database's user has used up his own connections."""
    user = "ALTER USER lighttpd@localhost WITH MAX_USER_CONNECTIONS %d"
    mariadb.query(None, user % 1)
    mariadb.disconnect("lighttpd")
    rival = faulty.Rival(mariadb, "lighttpd", "lighttpd")
    assert rival.ask("SELECT 1") == ["1"]
    yield
    rival.close()
    mariadb.query(None, user % 0)


FAULTS = {fault.__name__: fault
          for fault in (stopped, killed, frozen, full, limited)}


@contextlib.contextmanager
def without(site, fault, mariadb):
    """Nor does anybody know what the database said before."""
    site.cli("flush")
    with fault(mariadb):
        yield


def ask_all(site, pair):
    """All at once; {what: (seconds, answer)}."""
    found = {}

    def ask(what):
        start = time.monotonic()
        answer = REQUESTS[what](site, pair)
        found[what] = (time.monotonic() - start, answer)

    threads = [threading.Thread(target=ask, args=(what,))
               for what in REQUESTS]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_without_its_database_everything_answers_503_in_time(
        site, mariadb, pair, fault):
    programs = site.pids()
    with without(site, FAULTS[fault], mariadb):
        found = ask_all(site, pair)
    assert set(found) == set(REQUESTS)
    for seconds, answer in found.values():
        assert_unavailable(answer)
        assert seconds < DEADLINE
    assert_works(site, pair)
    assert site.pids() == programs
    assert site.sql("SELECT COUNT(*) FROM `keys` WHERE label = 'never'") == [
        ("0",)]



@pytest.mark.parametrize("fault", ("stopped", "frozen"))
def test_behind_apache_the_gate_is_shut_with_401_and_the_api_says_503(
        apache, mariadb, apache_pair, fault):
    with without(apache, FAULTS[fault], mariadb):
        with within(DEADLINE):
            answer = apache.client().get("/check", auth=apache_pair)
        assert_unavailable(answer)
        # mod_fcgid makes a 401 of whatever its access checker says
        with within(DEADLINE):
            assert gate(apache, apache_pair).status_code == 401
    assert_works(apache, apache_pair)


def test_a_frozen_database_lets_go_of_whoever_asked(site, mariadb, pair):
    """Many at once: each process is busy for seconds, all answer in time."""
    answers = []

    def ask():
        with within(DEADLINE):
            answers.append(site.client().get("/check", auth=pair))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    with without(site, frozen, mariadb):
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert [answer.status_code for answer in answers] == [503] * 6
    assert_works(site, pair)


def test_programs_that_start_before_their_database_serve_when_it_comes(
        site, mariadb, pair):
    with without(site, stopped, mariadb):
        site.restart()
        for what in ("a check", "the gate", "a login"):
            assert_unavailable(REQUESTS[what](site, pair))
    assert_works(site, pair)


def test_what_was_known_counts_while_the_database_is_away(
        site, mariadb, pair):
    """Also to programs that start meanwhile; what was not known is 503."""
    stranger = pair_of(site.admin, "a stranger")
    assert site.client().get("/check", auth=pair).status_code == 200
    with stopped(mariadb):
        for _ in range(2):
            assert site.client().get("/check", auth=pair).status_code == 200
            assert gate(site, pair).status_code == 200
            assert_unavailable(site.client().get("/check", auth=stranger))
            assert_unavailable(REQUESTS["a revocation"](site, pair))
            site.restart()
    assert_works(site, pair)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_confirmed_does_not_count(site, mariadb, pair, fault):
    with site.confirming():
        for _ in range(8):	# each process knows it by then
            assert site.client().get("/check", auth=pair).status_code == 200
            assert gate(site, pair).status_code == 200
        with FAULTS[fault](mariadb):
            for what in ("a check", "the gate"):
                with within(DEADLINE):
                    assert_unavailable(REQUESTS[what](site, pair))
        assert_works(site, pair)


def test_the_command_line_says_that_the_database_is_away(site, mariadb):
    with stopped(mariadb):
        with within(DEADLINE):
            done = site.cli("key", "list", "--account", "acme", check=False)
    assert done.returncode == 3
    assert "database" in done.stderr


def test_connections_lost_while_nobody_asked_are_not_noticed(
        site, mariadb, pair):
    for _ in range(2):
        mariadb.stop()
        mariadb.start()
        for _ in range(4):	# each process at least once
            site.cli("flush")
            assert gate(site, pair).status_code == 200
            assert site.client().get("/check", auth=pair).status_code == 200
    mine = pair_of(site.admin, "after a restart")
    mariadb.disconnect("lighttpd")
    assert site.admin.delete("/api_tokens/%s/" % mine[0]).status_code == 204


def test_a_read_only_database_checks_and_changes_nothing(
        site, mariadb, pair):
    mariadb.set("read_only", 1)
    try:
        assert site.client().get("/check", auth=pair).status_code == 200
        assert gate(site, pair).status_code == 200
        for what in ("a creation", "a revocation"):
            answer = REQUESTS[what](site, pair)
            assert_unavailable(answer, "read-only")
        assert site.client().get("/check", auth=pair).status_code == 200
    finally:
        mariadb.set("read_only", 0)
    assert_works(site, pair)
    assert site.sql("SELECT COUNT(*) FROM `keys` WHERE label = 'never'") == [
        ("0",)]


# Two at once


@pytest.fixture(scope="module")
def person(site):
    answer = site.admin.post("/users/", json={
        "email": "ann@acme.example", "name": "Ann",
        "roles": [{"role": "developer"}]})
    assert answer.status_code == 201
    return answer.json()["id"]


def victims(mariadb):
    return int(mariadb.query(None, "SHOW GLOBAL STATUS LIKE"
                                   " 'Innodb_deadlocks'")[0][1])


def change_name(site, person, name, answers):
    answers.append(site.admin.patch("/users/" + person, json={
        "name": name, "roles": [{"role": "developer"}]}))


def test_the_victim_of_a_deadlock_is_repeated_as_a_whole(
        site, mariadb, person):
    before, answers = victims(mariadb), []
    where = "WHERE user_id = UNHEX('%s')" % person.replace("-", "")
    user = "users WHERE id = UNHEX('%s')" % person.replace("-", "")
    rival = faulty.Rival(mariadb, "lighttpd")
    rival.ask("BEGIN")
    # more changes than the request has: the victim will be the other
    rival.ask("INSERT INTO leases SELECT CONCAT('weight ', seq), '', 0"
              " FROM seq_1_to_100")
    rival.ask("SELECT 1 FROM user_roles " + where + " FOR UPDATE")
    waiting = threading.Thread(target=change_name, args=(
        site, person, "Ann the second", answers))
    waiting.start()
    eventually(lambda: mariadb.waits() > 0)
    rival.ask("SELECT 1 FROM " + user + " FOR UPDATE")
    rival.ask("ROLLBACK")
    waiting.join()
    rival.close()
    assert victims(mariadb) == before + 1
    assert answers[0].status_code == 200, site.log()
    assert answers[0].json()["name"] == "Ann the second"
    assert rows_of(site, person) == [("1", "1")]


def rows_of(site, person):
    """Roles, and audit rows of changes."""
    return site.sql(
        "SELECT (SELECT COUNT(*) FROM user_roles WHERE user_id = u.id),"
        " (SELECT COUNT(*) FROM audit WHERE object_id = u.id"
        " AND action = 'user.change') FROM users u"
        " WHERE id = UNHEX('%s')" % person.replace("-", ""))


def test_a_lock_held_by_another_is_waited_for_and_then_given_up(
        site, mariadb, person):
    before, answers = rows_of(site, person), []
    rival = faulty.Rival(mariadb, "lighttpd")
    rival.ask("BEGIN")
    rival.ask("SELECT 1 FROM users WHERE id = UNHEX('%s') FOR UPDATE" %
              person.replace("-", ""))
    with within(DEADLINE):
        change_name(site, person, "Ann the third", answers)
    rival.ask("ROLLBACK")
    rival.close()
    assert_unavailable(answers[0])
    assert rows_of(site, person) == before
    change_name(site, person, "Ann the third", answers)
    assert answers[1].status_code == 200, site.log()
