# SPDX-License-Identifier: ISC
"""The same questions at every door: the same decisions."""

import json
import time
import types

import pytest

import wire
from guarded import CANARY, WRONG, basic

PAGE = "/guarded/index.html"
ORDERS = "/guarded/orders/list.json"
# What stands in the pages and in the applications' answers.
CONTENT = (b"Guarded page", b"shipped", b"AUTH_TYPE=", b"BODY=", b'"path"',
           CANARY.encode())
UUID = "0190d1f0-0000-7000-8000-000000000000"


def ask(site, target, authorization=None, method="GET", more=(), body=None):
    headers = list(more)
    if authorization is not None:
        headers.append(("Authorization", authorization))
    return wire.send(site, method, target, headers, body)


def header(answer, name):
    """All values of a header, joined."""
    return ", ".join(value for one, value in answer.headers
                     if one.lower() == name.lower())


def shows_content(answer):
    return any(part in answer.body for part in CONTENT)


def applications(site):
    """Paths of what is behind the door and tells what it was told."""
    return ["/guarded/" + name for name in site.server.apps] + \
        ["/guarded/proxied/x"]


def told(site, path, answer):
    """What the application was told, by the names of the environment."""
    assert answer.status == 200, answer.body
    if path.endswith("/x"):
        fields = answer_json(answer)["headers"]
        return {name.upper().replace("-", "_"): value
                for name, value in fields.items()}
    return dict(line.partition("=")[::2] for line in
                answer.body.decode().splitlines())


def answer_json(answer):
    return json.loads(answer.body)


# To whom it opens

@pytest.mark.parametrize("form", ["basic", "bearer", "jwt"])
def test_a_good_key_opens_all_that_stands_behind(site, keys, form):
    answer = ask(site, PAGE, keys.good[form])
    assert answer.status == 200 and shows_content(answer)
    kind = "app" if form == "bearer" else "pair"
    for path in applications(site):
        said = told(site, path, ask(site, path, keys.good[form]))
        assert said["REMOTE_USER"] == keys.person.username
        assert said["AUTH_TYPE"] == ("Basic" if form == "basic" else "Bearer")
        assert said["LATCHKEY_ACCOUNT_ID"] == site.account_id
        assert said["LATCHKEY_USER"] == keys.person.id
        assert said["LATCHKEY_KEY"] == (keys.app["uuid"] if form == "bearer"
                                        else keys.pair[0])
        assert said["LATCHKEY_KIND"] == kind
        assert "pages:read" in said["LATCHKEY_SCOPES"].split()
        if form != "jwt":
            assert said.get("LATCHKEY_EXPIRES", "") == ""


@pytest.mark.parametrize("name,value", [
    ("nothing", None), ("garbage", "garbage"), ("empty", ""),
    ("a scheme alone", "Bearer"), ("garbage as Bearer", "Bearer garbage"),
    ("garbage as Basic", "Basic garbage"), ("a made-up JWT", "Bearer a.b.c"),
    ("an unknown pair", "Basic " + "MDE5MGQxZjA6eA==")])
def test_what_is_no_key_opens_nothing(site, name, value):
    for path in [PAGE, ORDERS, *applications(site)]:
        answer = ask(site, path, value)
        assert answer.status == 401, name
        assert not shows_content(answer)
        challenge = header(answer, "WWW-Authenticate")
        for scheme in ("Basic", "Bearer"):
            assert scheme + ' realm="Latchkey"' in challenge
        assert "error" not in challenge


@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_a_key_that_has_ended_is_told_so(site, keys, state):
    authorization = getattr(keys, state)()
    answer = ask(site, PAGE, authorization)
    assert answer.status == 401 and not shows_content(answer)
    assert 'error_description="%s"' % state in \
        header(answer, "WWW-Authenticate")


def test_a_permission_that_is_not_held_is_told(site, keys):
    for authorization in keys.good.values():
        answer = ask(site, ORDERS, authorization)
        assert answer.status == site.flat(403) and not shows_content(answer)
        if site.name not in UNCHALLENGED:
            assert 'error="insufficient_scope"' in \
                header(answer, "WWW-Authenticate")
    assert shows_content(ask(site, ORDERS, keys.owner))


# As authorizer the gate says it in the body, which arrives.
UNCHALLENGED = ("lighttpd", "apache-authnz")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_a_problem_in_json(site, keys, status):
    answer = ask(site, PAGE) if status == 401 else ask(
        site, ORDERS, keys.good["basic"])
    assert header(answer, "Content-Type") == "application/problem+json"
    if site.name != "apache-fcgid":
        assert answer_json(answer)["status"] == status


# How often

def limited_pair(site, keys, row):
    """One that nobody has used yet, with that row of rates."""
    uuid, secret = keys.person.pair()
    site.sql("UPDATE `keys` SET rates = '%s' WHERE id = UNHEX('%s')" % (
        row, uuid.replace("-", "")))
    return basic((uuid, secret))


def test_a_request_counts_once_and_too_many_are_429(site, keys):
    auth = limited_pair(site, keys, "day 9 86400")
    rest = 9
    for path in [PAGE, "/guarded/", *applications(site)]:
        answer = ask(site, path, auth)
        assert answer.status == 200
        rest -= 1
        if path in applications(site):
            assert told(site, path, answer)["LATCHKEY_RATE_REMAINING"] == \
                str(rest)
    for _ in range(rest):
        assert ask(site, PAGE, auth).status == 200
    for path in [PAGE, *applications(site)]:
        answer = ask(site, path, auth)
        assert answer.status == site.flat(429)
        assert not shows_content(answer)
        assert int(header(answer, "Retry-After")) >= 1
        if site.server.flat:
            assert 'error="rate_limited"' in header(answer,
                                                    "WWW-Authenticate")


# What a client may say

LIES = [(name, "liar") for name in (
    "Remote-User", "Remote_User", "REMOTE_USER", "Auth-Type", "Auth_Type",
    "LATCHKEY-USER", "LATCHKEY_USER", "Latchkey_Key", "latchkey-key",
    "Latchkey-Expires", "Latchkey_Expires", "Latchkey-Scopes",
    "Latchkey-Rate-Remaining", "Latchkey_Rate_Remaining",
    "Variable-REMOTE_USER", "Redirect-Remote-User")]
ORDERS_LIES = [
    ("LATCHKEY-REQUIRE", "any"), ("LATCHKEY_REQUIRE", "any"),
    ("LATCHKEY-TARGET", PAGE), ("LATCHKEY_METHOD", "GET"),
    ("X-Forwarded-Uri", PAGE), ("X-Forwarded-Method", "GET"),
    ("X-Forwarded-Proto", "https"), ("X-Original-URL", PAGE),
    ("X-Rewrite-URL", PAGE), ("FCGI-ROLE", "RESPONDER")]


def test_headers_do_not_say_who_called(site, keys):
    for path in applications(site):
        assert ask(site, path, more=LIES).status == 401
        answer = ask(site, path, keys.good["basic"], more=LIES)
        said = told(site, path, answer)
        assert said["REMOTE_USER"] == keys.person.username
        assert said["LATCHKEY_USER"] == keys.person.id
        if path.endswith("/x"):
            lies = {name.lower() for name, value in answer_json(answer)[
                "headers"].items() if value == "liar"}
            assert lies <= {"variable-remote_user", "redirect-remote-user"}
        else:
            assert b"liar" not in answer.body


def test_a_key_in_the_query_opens_nothing(site, keys):
    token = keys.app["token"]
    for name in ("access_token", "token", "api_key", "key"):
        answer = ask(site, PAGE + "?%s=%s" % (name, token))
        assert answer.status == 401 and not shows_content(answer)


def test_headers_do_not_open_it(site, keys):
    more = LIES + ORDERS_LIES
    assert not shows_content(ask(site, PAGE, more=more))
    assert not shows_content(ask(site, ORDERS, keys.good["basic"], more=more))


def test_the_application_gets_no_key(site, keys):
    more = [("X-Api-Key", keys.app["token"])]
    answer = ask(site, "/guarded/proxied/x", keys.good["basic"], more=more)
    assert not {"AUTHORIZATION", "X_API_KEY"} & set(told(site, "/x", answer))
    # programs of lighttpd and Apache see it in their environment as ever
    if site.server.hides and site.server.apps:
        answer = ask(site, "/guarded/count.cgi", keys.good["basic"], more=more)
        assert b"\nAUTHORIZATION=\nX_API_KEY=\n" in answer.body


def test_the_caller_is_not_shown_what_the_application_is_told(site, keys):
    for path in [PAGE, "/guarded/missing.html", *applications(site)]:
        answer = ask(site, path, keys.good["basic"])
        assert [name for name, _ in answer.headers if name.lower().startswith(
            ("variable", "latchkey", "remote-user"))] == []


@pytest.mark.parametrize("spelling", [
    "/guarded/%6frders/list.json", "/guarded//orders/list.json",
    "/guarded/./orders/list.json", "/guarded/x/../orders/list.json",
    "/guarded/x/%2e%2e/orders/list.json", "/guarded/orders%2flist.json",
    "/guarded%2forders/list.json", "//guarded/orders/list.json",
    "/%67uarded/orders/list.json", "/x/../guarded/orders/list.json",
    "/guarded/%2e/orders/list.json", "/guarded/orders/./list.json",
    "/guarded/ORDERS/list.json", "/guarded/orders\\list.json",
    "/guarded/orders%5clist.json", "/guarded/index.html/../orders/list.json",
    "/guarded/orders/list.json%00", "/guarded/orders/list.json/",
    "/guarded/..;/guarded/orders/list.json", "/guarded/proxied/../orders/x",
    "/guarded/proxied/%2e%2e/orders/x", "/guarded/proxied/..%2forders/x",
    "/guarded/proxied/%c0%ae%c0%ae/orders/x", "/guarded/%256frders/list.json"])
def test_no_spelling_changes_what_a_place_requires(site, keys, spelling):
    assert not shows_content(ask(site, spelling))
    answer = ask(site, spelling, keys.good["basic"])
    assert b"shipped" not in answer.body
    assert b'"path"' not in answer.body or site.name == "traefik" and \
        "ORDERS" in spelling
    assert answer.status in (200, 301, 308, 400, 401, 403, 404)


def test_a_longer_name_is_another_place(site):
    if site.name == "traefik":
        assert ask(site, "/guardedx/page.txt").status == 404
    else:
        assert ask(site, "/guardedx/page.txt").body == CANARY.encode()


@pytest.mark.parametrize("method", [
    "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "FROB"])
def test_no_method_goes_around_it(site, method):
    for path in [PAGE, *applications(site)]:
        answer = ask(site, path, method=method,
                     body=b"" if method == "POST" else None)
        assert answer.status in (401, 405, 501)
        assert not shows_content(answer)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE"])
def test_a_good_key_opens_it_for_every_method(site, keys, method):
    for path in applications(site):
        answer = ask(site, path, keys.good["bearer"], method,
                     body=None if method == "HEAD" else b"x")
        assert answer.status == 200, path
        assert shows_content(answer) == (method != "HEAD")


@pytest.mark.parametrize("size", [0, 1, 100000])
def test_a_body_arrives_whole(site, keys, size):
    body = b"y" * size
    answer = ask(site, "/guarded/proxied/x", keys.good["basic"], "POST",
                 body=body)
    assert answer_json(answer)["body"].encode() == body
    assert answer_json(answer)["method"] == "POST"
    if site.server.apps:
        answer = ask(site, "/guarded/count.cgi", keys.good["basic"], "POST",
                     body=body)
        assert answer.body.partition(b"BODY=")[2] == body
        assert b"METHOD=POST" in answer.body
    # lighttpd may end the line before a long one has been sent
    assert ask(site, "/guarded/proxied/x", None, "POST",
               body=body[:9]).status == 401


def test_nginx_alone_asks_where_the_gate_is(site, keys):
    if site.name == "nginx":
        for method in ("GET", "POST", "OPTIONS"):
            assert ask(site, "/latchkey-gate", keys.owner,
                       method).status == 404


@pytest.mark.parametrize("path", [
    "/api/v1/check/gate", "/api/v1/check/gate/pages",
    "/cgi-bin/check.fcgi/check/gate", "/cgi-bin/check.fcgi/check/gate/x"])
def test_the_gate_answers_nobody_outside(site, keys, path):
    for origin in {site.origin, site.server.api()}:
        outside = types.SimpleNamespace(origin=origin, server=site.server)
        for method in ("GET", "POST", "OPTIONS"):
            answer = ask(outside, path, keys.owner, method, [
                ("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", PAGE),
                ("X-Forwarded-For", "127.0.0.1")])
            assert answer.status >= 400
            assert header(answer, "Remote-User") == ""


def test_one_request_counts_once(site, keys):
    made = keys.person.key("app")
    paths = [PAGE, *applications(site)]
    if site.name != "traefik":
        paths.append("/guarded/")
    for path in paths:
        assert ask(site, path, "Bearer " + made["token"]).status == 200

    def uses():
        ask(site, PAGE)
        return int(site.sql("SELECT uses FROM `keys` WHERE id ="
                            " UNHEX('%s')" % made["uuid"].replace("-", ""))
                   [0][0])
    assert eventually(lambda: uses() >= len(paths), 40)
    assert uses() == len(paths)


# What the site says

@pytest.mark.parametrize("name", WRONG)
def test_a_place_that_does_not_say_what_it_requires_is_closed(
        site, keys, name):
    path = "/guarded/%s/page.txt" % name
    for authorization in (keys.owner, keys.good["bearer"], None):
        answer = ask(site, path, authorization)
        assert answer.status == site.flat(500) and not shows_content(answer)
        assert header(answer, "Content-Type") == "application/problem+json"
    if site.server.flat:
        assert 'error="server_error"' in header(answer, "WWW-Authenticate")


@pytest.mark.parametrize("name", ["missing", "unknown", "repeated"])
def test_the_log_says_what_to_add(site, keys, name):
    site.restart()
    before = site.log().count(WRONG[name][1])
    ask(site, "/guarded/%s/page.txt" % name, keys.owner)
    assert eventually(lambda: site.log().count(WRONG[name][1]) > before)


def test_the_access_log_names_user_and_key(site, keys):
    token = keys.app["token"]
    ask(site, PAGE + "?access_token=" + token,
        more=[("X-Api-Key", token), ("Cookie", "session=" + token)])
    ask(site, PAGE, keys.good["bearer"])
    expected = " %s %s " % (keys.person.username, keys.app["uuid"])
    assert eventually(lambda: expected in site.log())
    assert token not in site.log()


def eventually(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_without_a_database_it_is_closed_and_says_for_how_long(site, keys):
    user = site.db + "@localhost"
    fresh = basic(keys.person.pair())	# of what was asked there is a cache
    site.database.query(None, "ALTER USER %s ACCOUNT LOCK; KILL USER %s" %
                        (user, user))
    try:
        answer = ask(site, PAGE, fresh)
        assert answer.status == site.flat(503)
        assert not shows_content(answer)
        assert header(answer, "Retry-After").isdigit()
        if site.server.flat:
            assert 'error="temporarily_unavailable"' in \
                header(answer, "WWW-Authenticate")
    finally:
        site.database.query(None, "ALTER USER %s ACCOUNT UNLOCK" % user)
    assert eventually(lambda: ask(site, PAGE, fresh).status == 200)
