# SPDX-License-Identifier: ISC
"""The gate in front of a site: to whom it opens, and what stands behind it.

apache-cgi has no gate: it is mod_fcgid that asks one.  Behind Apache each
refusal arrives as 401, whatever the gate said.
"""

import concurrent.futures
import glob
import hashlib
import os
import time

import pytest

import gates
import people
import processes
import servers
import wire
from gates import FASTCGI, ORDERS, PAGE, basic, get, refusal

pytestmark = pytest.mark.guarded

COUNTER = """#!/bin/sh
printf 'Content-Type: text/plain\\n\\nsha256:'
sha256sum
"""


@pytest.fixture(scope="module")
def guest(site):
    return gates.Guest(site)


@pytest.fixture(scope="module")
def owner(site):
    return gates.owner_pair(site)


@pytest.fixture(scope="module")
def counter(site):
    """A program behind the gate that digests what it is sent."""
    servers.write(os.path.join(gates.place(site, ""), "count.cgi"), COUNTER,
                  0o755)


def variables(answer):
    """What whoami of any kind says, as a dictionary."""
    assert answer.status_code == 200
    return dict(line.partition("=")[::2] for line in
                answer.text.splitlines())


# To whom it opens

def test_it_opens_where_the_permission_is_held_and_nowhere_else(
        site, guest, owner):
    assert get(site, PAGE, auth=guest.pair).status_code == 200
    assert get(site, ORDERS, auth=guest.pair).status_code == refusal(site, 403)
    assert get(site, ORDERS, auth=owner).status_code == 200


@pytest.mark.statement("A-25", "E-1")
def test_each_kind_of_credential_opens_it_in_its_own_form(site, guest):
    assert get(site, PAGE, auth=guest.pair).status_code == 200
    for token in (guest.app["token"], guest.session):
        answer = get(site, PAGE, headers=people.bearer(token))
        assert answer.status_code == 200


@pytest.mark.statement("A-31", "E-2")
def test_no_other_form_or_place_opens_it(site, guest):
    uuid, secret = guest.pair
    token = guest.app["token"]
    for headers in (
            people.bearer(secret), people.bearer(uuid),
            people.bearer(uuid + ":" + secret),
            dict([basic((token, ""))]), dict([basic(("", token))]),
            dict([basic((secret, uuid))]), dict([basic((uuid, ""))]),
            dict([basic((guest.session, ""))]),
            {"Authorization": token}, {"Authorization": "Token " + token},
            {"Authorization": "Bearer  " + token},
            {"Authorization": "Bearer " + token + ", Bearer " + token},
            {"Proxy-Authorization": "Bearer " + token},
            {"X-Api-Key": token}, {"X-Authorization": "Bearer " + token},
            {"Cookie": "session=" + guest.session},
            {"Cookie": "session=" + token}):
        answer = get(site, PAGE, headers=headers)
        assert answer.status_code == 401, headers
    words = {"access_token": token, "token": token, "session": guest.session,
             "uuid": uuid, "secret": secret, "api_key": token}
    assert get(site, PAGE, params=words).status_code == 401
    answer = site.client().post(site.guard + "whoami.cgi", data=words)
    assert answer.status_code == 401


def test_name_and_password_do_not_open_it(site, guest):
    answer = get(site, PAGE, auth=(guest.username, "seven quiet herons wade"))
    assert answer.status_code == 401


def test_two_credentials_open_it_no_more_than_none(site, guest, owner):
    twice = wire.send(site, "GET", "/guarded/" + PAGE,
                      [basic(owner), basic(guest.pair)])
    assert twice.status == 401


# What stands behind it

def test_a_request_with_a_body_passes_and_the_body_arrives_whole(
        site, guest, counter):
    bodies = [b"", b"x", os.urandom(100 * 1024)]
    for path in ["count.cgi"] + ["proxied/x"] * site.server.proxied:
        for body in bodies:
            body = body if path == "count.cgi" else b"y" * len(body)
            for data in (body, iter([body[:7], body[7:]] if body[7:] else
                                    [body or b"z"])):
                expected = body if data is body else body or b"z"
                answer = site.client().post(site.guard + path, data=data,
                                            auth=guest.pair)
                assert answer.status_code == 200
                assert arrived(answer, expected), (path, len(expected))


def arrived(answer, body):
    if answer.text.startswith("sha256:"):
        return hashlib.sha256(body).hexdigest() in answer.text
    return answer.json()["body"].encode() == body


def test_a_fastcgi_application_gets_the_body(site, guest):
    for data in (b"", b"x", b"x" * 1000, b"x" * 102400, iter([b"x" * 1000])):
        answer = site.client().post(site.guard + FASTCGI[site.name],
                                    auth=guest.pair, data=data)
        size = 1000 if not isinstance(data, bytes) else min(len(data), 1023)
        assert variables(answer)["BODY"] == "x" * size


def test_a_refused_body_leaves_the_gate_as_it_was(site, guest):
    # lighttpd may close the line on a refused upload before it is all sent.
    for _ in range(4):
        answer = site.client().post(site.guard + "whoami.cgi",
                                    data=b"x" * 2000)
        assert answer.status_code == 401
    assert get(site, PAGE, auth=guest.pair).status_code == 200


@pytest.mark.statement("A-7", "A-9")
def test_applications_of_each_sort_learn_who_called(site, guest):
    paths = ["whoami.cgi", FASTCGI[site.name]]
    if os.path.exists("/usr/bin/php-cgi"):
        paths.append("whoami.php")
    for path in paths:
        by_pair = variables(get(site, path, auth=guest.pair))
        by_app = variables(get(site, path, headers=people.bearer(
            guest.app["token"])))
        for told, kind, key, form in (
                (by_pair, "pair", guest.pair[0], "Basic"),
                (by_app, "app", guest.app["uuid"], "Bearer")):
            assert told["REMOTE_USER"] == guest.username
            assert told["AUTH_TYPE"] == form
            assert told["LATCHKEY_ACCOUNT_ID"] == site.account_id
            assert told["LATCHKEY_USER"] == guest.id
            assert told["LATCHKEY_KEY"] == key
            assert told["LATCHKEY_KIND"] == kind
            assert "pages:read" in told["LATCHKEY_SCOPES"].split()
            assert told["LATCHKEY_EXPIRES"] == ""
        assert by_pair["LATCHKEY_SCOPES"] == "pages:read"


LIES = [(name, "liar") for name in (
    "Remote-User", "Remote_User", "REMOTE_USER", "Auth-Type", "LATCHKEY-USER",
    "LATCHKEY_USER", "Latchkey_Key", "Variable-REMOTE_USER",
    "Variable-LATCHKEY_USER", "Variable_REMOTE_USER", "X-Forwarded-User",
    "X-Remote-User", "Redirect-Remote-User", "X-Auth-User")] + [
        ("LATCHKEY-REQUIRE", "any"), ("LATCHKEY_REQUIRE", "any"),
        ("Variable-LATCHKEY_REQUIRE", "any"), ("X-Forwarded-For", "10.0.0.1"),
        ("X-Forwarded-Proto", "https"), ("X-Original-URL", "/index.html"),
        ("X-Rewrite-URL", "/index.html"), ("FCGI-ROLE", "RESPONDER")]


def test_headers_neither_open_it_nor_say_who_called(site, guest):
    target = "/guarded/" + FASTCGI[site.name]
    assert wire.send(site, "GET", target, LIES).status == 401
    closed = wire.send(site, "GET", "/guarded/" + ORDERS,
                       LIES + [basic(guest.pair)])
    assert closed.status == refusal(site, 403)
    answer = wire.send(site, "GET", target, LIES + [basic(guest.pair)])
    assert answer.status == 200
    told = [line for line in answer.body.decode().splitlines()
            if not line.startswith("HTTP_")]
    assert not [line for line in told if "liar" in line]
    assert [line for line in told if line.startswith("REMOTE_USER=")] == \
        ["REMOTE_USER=" + guest.username]
    assert [line for line in told if line.startswith("LATCHKEY_USER=")] == \
        ["LATCHKEY_USER=" + guest.id]


def test_the_caller_is_not_shown_what_the_application_is_told(site, guest):
    since = {"If-Modified-Since": "Sun, 22 Nov 2037 00:00:00 GMT"}
    paths = [PAGE, "whoami.cgi", FASTCGI[site.name], "missing.html"]
    for path in paths + ["proxied/x"] * site.server.proxied:
        for options in ({}, {"headers": since}):
            answer = get(site, path, auth=guest.pair, **options)
            shown = [name for name in answer.headers
                     if "variable" in name.lower() or
                     "latchkey" in name.lower()]
            assert shown == [], (path, answer.status_code)


# At once, and in no log

@pytest.mark.statement("E-39", "A-33")
def test_the_next_request_after_a_revocation_is_refused(site):
    """By each of the gate's two processes: several callers ask at once."""
    admin = site.admin
    # mod_fcgid lets a request that finds its process busy sleep a second.
    callers = [site.client() for _ in
               range(4 if site.name == "lighttpd" else 1)]
    with concurrent.futures.ThreadPoolExecutor(len(callers)) as pool:
        for _ in range(50):
            made = admin.post("/api_tokens/", json={"name": "short"}).json()
            auth = made["uuid"], made["secret"]

            def ask(caller):
                return caller.get(site.guard + PAGE, auth=auth).status_code
            assert set(pool.map(ask, callers)) == {200}
            gone = admin.delete("/api_tokens/%s/" % made["uuid"])
            assert gone.status_code == 204
            assert set(pool.map(ask, callers)) == {401}


@pytest.mark.statement("T-12")
def test_no_secret_is_in_a_log_or_in_a_process(site, guest):
    query = {"access_token": guest.app["token"]}
    get(site, PAGE, auth=guest.pair, params=query)
    get(site, PAGE, headers=people.bearer(guest.app["token"]))
    get(site, PAGE, headers=people.bearer(guest.session))
    get(site, "orders/list.json", auth=guest.pair)
    get(site, PAGE, auth=(guest.pair[0], guest.pair[1] + "x"))
    get(site, "the-last.html", auth=guest.pair, params=query)
    # lighttpd writes its access log now and then
    assert eventually(lambda: "GET /guarded/the-last.html" in site.log())
    log = site.log()
    seen = processes_of(site)
    assert any(b"check.fcgi" in text for text in seen)
    for secret in guest.secrets:
        assert secret not in log
        assert not [text for text in seen if secret.encode() in text]


@pytest.mark.statement("A-9")
def test_the_access_log_names_user_and_key(site, guest):
    get(site, PAGE, headers=people.bearer(guest.app["token"]))
    expected = " %s %s [" % (guest.username, guest.app["uuid"])
    assert eventually(lambda: expected in site.log())


def eventually(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def processes_of(site):
    """Environment and command line of the server and all below it."""
    texts = []
    pids = [site.server.process.pid,
            *processes.children(site.server.process.pid)]
    for pid in pids:
        for path in glob.glob("/proc/%d/environ" % pid) + glob.glob(
                "/proc/%d/cmdline" % pid):
            try:
                with open(path, "rb") as text:
                    texts.append(text.read())
            except (FileNotFoundError, ProcessLookupError):
                pass
    return texts
