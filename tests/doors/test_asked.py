# SPDX-License-Identifier: ISC
"""What /check/gate must be told, and what it makes of a path.

The program is asked by CGI: what a server says of a request is the test's.
"""

import pytest

import by_cgi
import guarded

NAMED = {"LATCHKEY_REQUIRE": "pages:read", "LATCHKEY_METHOD": "GET",
         "LATCHKEY_TARGET": "/guarded/"}
FORWARDED = {"LATCHKEY_REQUIRE": "pages:read",
             "HTTP_X_FORWARDED_METHOD": "GET",
             "HTTP_X_FORWARDED_URI": "/guarded/",
             "HTTP_X_FORWARDED_PROTO": "https",
             "HTTP_X_FORWARDED_FOR": "192.0.2.7"}
WAYS = {"named": NAMED, "forwarded": FORWARDED}


@pytest.fixture(scope="module")
def place(folder, mariadb):
    made = guarded.Site("lighttpd", folder + "/asked", mariadb, 1)
    made.db += "_asked"
    made.prepare()
    return made


@pytest.fixture(scope="module")
def trusting(place):
    """Settings by which the peer of these requests is a proxy."""
    return by_cgi.with_settings(place, trusted_proxies="127.0.0.1")


@pytest.fixture(scope="module", name="owner")
def pair_of_the_owner(place):
    return guarded.basic(guarded.owners(place))


def ask(place, settings, env, path="/check/gate", method="GET"):
    return by_cgi.ask(place, "check.fcgi", method, path, env,
                      settings=settings)


@pytest.mark.parametrize("way", WAYS)
def test_told_well_it_opens_and_says_who_called(place, trusting, owner, way):
    env = {**WAYS[way], "HTTP_AUTHORIZATION": owner}
    for path in ("/check/gate", "/check/gate/pages"):
        answer = ask(place, trusting, env, path)
        assert answer.status == 204 and answer.text == ""
        assert answer.header("Remote-User") == "admin@acme.example"
        assert answer.header("Auth-Type") == "Basic"
        assert answer.header("Latchkey-Account-Id") == place.account_id
        assert answer.header("Latchkey-Kind") == "pair"
        assert answer.header("Cache-Control") == "no-store"
    assert ask(place, trusting, WAYS[way]).status == 401


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "FROB"])
def test_by_no_method_is_there_a_yes_for_nothing(
        place, trusting, owner, way, method):
    assert ask(place, trusting, WAYS[way], method=method).status == 401
    env = {**WAYS[way], "HTTP_AUTHORIZATION": owner}
    assert ask(place, trusting, env, method=method).status == 204


@pytest.mark.parametrize("lacks,says", [
    ("LATCHKEY_METHOD", "only one is set"),
    ("LATCHKEY_TARGET", "only one is set"),
    ("HTTP_X_FORWARDED_METHOD", "does not send X-Forwarded-Method"),
    ("HTTP_X_FORWARDED_URI", "does not send X-Forwarded-Method"),
    ("HTTP_X_FORWARDED_FOR", "does not send X-Forwarded-Method"),
    ("LATCHKEY_REQUIRE", "LATCHKEY_REQUIRE is missing")])
@pytest.mark.parametrize("value", [None, ""])
def test_told_less_it_is_closed_and_the_log_says_what_lacks(
        place, trusting, owner, lacks, says, value):
    for env in (one for one in WAYS.values() if lacks in one):
        answer = ask(place, trusting, {**env, lacks: value,
                                      "HTTP_AUTHORIZATION": owner})
        assert answer.status == 500
        assert says in answer.log


def test_a_proxy_that_nobody_trusts_is_not_believed(place, owner):
    answer = ask(place, None, {**FORWARDED, "HTTP_AUTHORIZATION": owner})
    assert answer.status == 500
    assert "127.0.0.1" in answer.log and "trusted_proxies" in answer.log


def test_what_the_server_says_comes_before_what_headers_say(
        place, trusting, owner):
    """A header beside the names of the configuration changes nothing."""
    narrow = guarded.basic(guarded.owners(place, "--scope", "pages:read"))
    for env, status in ((NAMED, 204), ({**NAMED, "LATCHKEY_REQUIRE":
                                        "orders:read"}, 403)):
        answer = ask(place, trusting, {
            **env, "HTTP_AUTHORIZATION": narrow,
            "HTTP_X_FORWARDED_METHOD": "FROB",
            "HTTP_X_FORWARDED_URI": "/../x", "HTTP_LATCHKEY_REQUIRE": "any"})
        assert answer.status == status


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path,plain", [
    ("/", True), ("/a", True), ("/a/", True), ("/a/b.c/~d", True),
    ("/a%20b", True), ("/%C3%A4", True), ("/a;b=c", True), ("/a/...", True),
    ("/a?b=/../c//d%2f%00", True), ("/a%7Eb", True), ("/a/..b", True),
    ("a", False), ("//a", False), ("/a//b", False), ("/.", False),
    ("/..", False), ("/a/../b", False), ("/a/.", False), ("/a/./b", False),
    ("/%2e%2e/a", False), ("/a/.%2e", False), ("/a%2fb", False),
    ("/a%5cb", False), ("/a\\b", False), ("/a%00", False), ("/a%0a", False),
    ("/a%7f", False), ("/a%2", False), ("/a%zz", False), ("/a%25b", False),
    ("/%61", False), ("/a%2Db", False), ("/a%5Fb", False), ("/a%31", False),
    ("/a%4A", False), ("/a/..;x/b", False), ("/a/.;/b", False),
    ("/%c0%af", False), ("/%ff", False), ("/a#b", False), ("/a b", False)])
def test_a_path_with_two_readings_is_refused(
        place, trusting, owner, way, path, plain):
    name = "LATCHKEY_TARGET" if way == "named" else "HTTP_X_FORWARDED_URI"
    answer = ask(place, trusting, {**WAYS[way], name: path,
                                  "HTTP_AUTHORIZATION": owner})
    assert answer.status == (204 if plain else 403)


@pytest.mark.parametrize("path", [
    "/check", "/oauth/introspect", "/check/gate/pages/x", "/nothing",
    "/check/gates", ""])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
@pytest.mark.parametrize("told", ["LATCHKEY_TARGET", "LATCHKEY_METHOD"])
def test_who_asks_a_gate_elsewhere_gets_no_yes(
        place, owner, path, method, told):
    """A configuration that takes another path for the gate's."""
    answer = ask(place, None, {told: "/x", "HTTP_AUTHORIZATION": owner},
                 path, method)
    assert answer.status == 500


@pytest.mark.parametrize("way", WAYS)
def test_a_refusal_has_one_challenge(place, trusting, way):
    answer = ask(place, trusting, WAYS[way])
    assert [name for name, _ in answer.headers].count("WWW-Authenticate") == 1
    assert answer.header("WWW-Authenticate") == \
        'Basic realm="Latchkey", charset="UTF-8", Bearer realm="Latchkey"'
    fetch = ask(place, trusting, {**WAYS[way], "HTTP_SEC_FETCH_MODE": "cors"})
    assert fetch.header("WWW-Authenticate") == 'Bearer realm="Latchkey"'
