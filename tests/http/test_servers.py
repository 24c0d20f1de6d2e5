# SPDX-License-Identifier: ISC
"""The servers' own part: routes, errors, the gate in front of applications."""

import os
import signal
import subprocess
import time
import uuid

import pytest

import processes
import servers

SPELLINGS = ("guarded/", "%67uarded/", "guarded/index.html",
             "guarded/%69ndex.html", "guarded//index.html",
             "guarded/./index.html", "x/../guarded/index.html",
             "x/%2e%2e/guarded/index.html", "GUARDED/index.html",
             "guarded%2findex.html", "guarded/index.html?a=b",
             "guarded/index.html/", "guarded/orders/../index.html")


@pytest.fixture(scope="session")
def pairs():
    return {}


@pytest.fixture
def pair(site, pairs):
    """A key that may see pages and orders, as (id, secret)."""
    if site.name not in pairs:
        made = site.admin.post("/api_tokens/", json={
            "name": "for the gate", "scopes": ["pages:read", "orders:read"]})
        pairs[site.name] = made.json()["uuid"], made.json()["secret"]
    return pairs[site.name]


@pytest.fixture
def pages_only(site):
    made = site.admin.post("/api_tokens/", json={
        "name": "pages", "scopes": ["pages:read"]}).json()
    return made["uuid"], made["secret"]


def applications(site):
    """Paths behind the gate and what each application says when asked."""
    found = {"": "Guarded page", "index.html": "Guarded page",
             "orders/list.json": "shipped", "whoami.cgi": "AUTH_TYPE=Basic"}
    if os.path.exists("/usr/bin/php-cgi"):
        found["whoami.php"] = "AUTH_TYPE=Basic"
    if site.name == "lighttpd":
        found["fastcgi/x"] = "AUTH_TYPE=Basic"
        found["proxied/x"] = '"path": "/guarded/proxied/x"'
    else:
        found["whoami.fcgi"] = "AUTH_TYPE=Basic"
    return found


def is_problem(answer, status):
    return (answer.status_code == status and
            answer.headers["Content-Type"] == "application/problem+json" and
            answer.json()["status"] == status and answer.json()["errors"])


def test_routing_files_are_those_of_the_programs(tmp_path):
    subprocess.run([os.path.join(servers.TOP, "deploy/routes/generate"),
                    "/api/v1", servers.BUILD, str(tmp_path)], check=True)
    subprocess.run(["diff", "-r", "-x", "generate", "-x", "routes.awk",
                    os.path.join(servers.TOP, "deploy", "routes"),
                    str(tmp_path)], check=True)


def test_the_servers_own_errors_are_problems(site):
    client = site.client()
    assert is_problem(client.get(site.origin + "/nothing/here"), 404)
    assert is_problem(client.get(site.origin + "/api/v1x"), 404)


def test_what_has_no_route_is_refused_by_the_api(site):
    for path in ("/nothing", "/users/1/2/3", "/usersX", "/"):
        answer = site.client().get(path)
        assert is_problem(answer, 404), path
        assert "X-Request-Id" in answer.headers, path


# By CGI the programs are told that all of it was https in front of them.
@pytest.mark.servers("lighttpd", "apache-fcgid")
def test_no_plain_http(site):
    assert is_problem(site.client().get(site.plain + "/api/v1/check"), 403)


# mod_fcgid starts and ends processes as it likes.
@pytest.mark.servers("lighttpd")
def test_each_program_runs_twice_and_the_gate_apart(site):
    names = sorted(site.pids().values())
    assert names == sorted(["check.fcgi"] * 4 + [
        "users.fcgi", "keys.fcgi", "tokens.fcgi", "audit.fcgi"] * 2)


@pytest.mark.guarded
def test_nothing_behind_the_gate_answers_without_a_key(site):
    client = site.client()
    for path in applications(site):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
            body = "a=b" if method in ("POST", "PUT") else None
            answer = client.request(method, site.guard + path, data=body)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["Cache-Control"] == "no-store"
            assert "WWW-Authenticate" in answer.headers
            assert method == "HEAD" or is_problem(answer, 401)


@pytest.mark.guarded
def test_applications_answer_a_key_and_know_who_called(site, pair):
    for path, says in applications(site).items():
        answer = site.client().get(site.guard + path, auth=pair)
        assert answer.status_code == 200, path
        assert says in answer.text, path
        if "AUTH_TYPE" in says:
            assert "REMOTE_USER=admin@acme.example" in answer.text
            assert "LATCHKEY_KEY=" + pair[0] in answer.text
            assert "LATCHKEY_ACCOUNT_ID=" + site.account_id in answer.text


@pytest.mark.guarded
def test_what_the_gate_tells_an_application_is_not_shown_to_the_caller(
        site, pair):
    for path in applications(site):
        for auth in (pair, None):
            answer = site.client().get(site.guard + path, auth=auth)
            shown = [name for name in answer.headers
                     if name.lower().startswith("variable-")]
            assert shown == [], path


@pytest.mark.guarded
def test_a_body_passes_the_gate_whole(site, pair):
    path = "fastcgi/x" if site.name == "lighttpd" else "whoami.fcgi"
    answer = site.client().post(site.guard + path, auth=pair, data="a=b&c=d")
    assert answer.status_code == 200
    assert "BODY=a=b&c=d" in answer.text


@pytest.mark.guarded
def test_no_header_can_say_who_called(site, pair):
    path = "fastcgi/x" if site.name == "lighttpd" else "whoami.fcgi"
    lies = {"LATCHKEY-KEY": "lie", "Latchkey_Key": "lie", "Remote-User": "lie",
            "Remote_User": "lie", "Variable-REMOTE_USER": "lie",
            "LATCHKEY-REQUIRE": "any"}
    answer = site.client().get(site.guard + path, auth=pair, headers=lies)
    told = [line for line in answer.text.splitlines()
            if line.endswith("=lie") and not line.startswith("HTTP_")]
    assert told == []
    assert "REMOTE_USER=admin@acme.example" in answer.text.splitlines()


@pytest.mark.guarded
def test_a_place_can_require_more(site, pages_only):
    client = site.client()
    assert client.get(site.guard, auth=pages_only).status_code == 200
    refused = client.get(site.guard + "orders/list.json", auth=pages_only)
    # mod_fcgid makes a 401 of every refusal.
    assert refused.status_code == (403 if site.name == "lighttpd" else 401)


@pytest.mark.guarded
def test_a_place_that_requires_nothing_opens_to_nobody(site, pair):
    answer = site.client().get(site.guard + "unset/x", auth=pair)
    assert answer.status_code == (500 if site.name == "lighttpd" else 401)
    assert "LATCHKEY_REQUIRE" in site.log()


@pytest.mark.guarded
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_a_path_goes_around_the_gate(site, spelling):
    answer = raw_get(site, "/" + spelling)
    assert b"Guarded page" not in answer
    assert answer.split()[1] in (b"301", b"400", b"401", b"404"), answer


def raw_get(site, path):
    """GET a path exactly as spelled, which requests would tidy up."""
    done = subprocess.run(
        ["curl", "-s", "-i", "--path-as-is", "--noproxy", "*", "-m", "20",
         "--cacert", site.server.certificate(), site.origin + path],
        capture_output=True, check=True)
    return done.stdout


def in_access_log(site, mark):
    """The line of a request; lighttpd writes it now and then."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        for line in site.log().splitlines():
            if mark in line and line.startswith("127.0.0.1 "):
                return line
        time.sleep(0.1)
    raise AssertionError(mark + " was not logged")


@pytest.mark.guarded
@pytest.mark.statement("A-9")
def test_the_access_log_names_who_passed_the_gate(site, pair):
    mark = "whoami.cgi/%s" % uuid.uuid4()
    answer = site.client().get(site.guard + mark, auth=pair,
                               params={"access_token": pair[1]})
    assert answer.status_code == 200
    assert " admin@acme.example %s [" % pair[0] in in_access_log(site, mark)
    assert pair[1] not in site.log() and "access_token" not in site.log()


# lighttpd logs nothing of what a program answers unless the caller sees it.
@pytest.mark.servers("apache-fcgid", "apache-cgi")
@pytest.mark.statement("A-9")
def test_the_access_log_names_who_called_the_api(site, pair):
    wrong = pair[0], pair[1][:-1] + "!"
    for auth, who in ((pair, "admin@acme.example " + pair[0]),
                      (wrong, "- -"), (None, "- -")):
        path = "/api_tokens/%s" % uuid.uuid4()
        site.client().get(path, auth=auth, params={"access_token": pair[1]})
        assert " %s [" % who in in_access_log(site, path)
    assert pair[1] not in site.log() and "access_token" not in site.log()


def test_the_api_shows_nobody_who_called(site, pair):
    lies = {"LATCHKEY-LOG": "caller", "Latchkey_Log": "caller"}
    for path in ("/check", "/users/", "/nothing"):
        answer = site.client().get(path, auth=pair, headers=lies)
        assert not [name for name in answer.headers
                    if name.lower().startswith("variable-")], path


def test_a_restart_loses_nothing(site, pair):
    site.restart()
    assert site.client().get("/check", auth=pair).status_code == 200


@pytest.mark.servers("lighttpd")
def test_a_schema_that_does_not_fit_is_told_once(site, pair):
    """By each of the two processes that answer, not to each request."""
    told = "run latchkey init"
    site.sql("INSERT INTO schema_steps (step, applied_at) VALUES (99, 0)")
    try:
        site.restart()
        before = site.log().count(told)
        for _ in range(9):
            assert site.client().get("/check", auth=pair).status_code == 503
    finally:
        site.sql("DELETE FROM schema_steps WHERE step = 99")
    assert site.client().get("/check", auth=pair).status_code == 200
    assert 1 <= site.log().count(told) - before <= 2


# By CGI whoever sent a notice has no parent of ours left.
@pytest.mark.servers("lighttpd", "apache-fcgid")
def test_who_has_sent_a_notice_is_reaped(site):
    sent = len(site.mails())
    for number in range(30):
        assert site.admin.post("/api_tokens/", json={
            "name": "noticed %d" % number}).status_code == 201
    below = set(processes.table()) & set(
        pid for pid, (_, parent, _) in processes.table().items()
        if parent in site.pids())
    end = time.monotonic() + 20
    while below & {pid for pid, (state, _, _) in processes.table().items()
                   if state == "Z"} or len(site.mails()) < sent + 30:
        assert time.monotonic() < end, "senders are left over"
        time.sleep(0.2)


def senders(site):
    """The processes that send notices, as {pid: the program's pid}."""
    programs = site.pids()
    return {pid: parent for pid, (state, parent, _) in
            processes.table().items() if parent in programs and state != "Z"}


def make_and_await_mails(site, count):
    before = len(site.mails())
    for number in range(count):
        assert site.admin.post("/api_tokens/", json={
            "name": "told %d" % number}).status_code == 201
    processes.wait_until(lambda: len(site.mails()) == before + count,
                         "a mail", site.server.process, site.log)


def standard_input(pid):
    return os.readlink("/proc/%d/fd/0" % pid)


@pytest.mark.servers("lighttpd")
def test_no_process_is_made_while_requests_are_served(site):
    """One that holds the listening socket, be it for a moment, makes a
    program that is killed then look alive to lighttpd: it stays away."""
    before = senders(site)
    assert sorted(site.pids()[parent] for parent in before.values()) == [
        "keys.fcgi", "keys.fcgi", "users.fcgi", "users.fcgi"]
    for pid, parent in before.items():
        assert standard_input(pid) != standard_input(parent)
    make_and_await_mails(site, 6)
    assert senders(site) == before


@pytest.mark.servers("lighttpd")
def test_a_sender_that_was_killed_is_replaced(site):
    before = senders(site)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    make_and_await_mails(site, 6)
    after = senders(site)
    assert after and not set(after) & set(before)
