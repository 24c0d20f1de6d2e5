# SPDX-License-Identifier: ISC
"""Where a key is taken: methods, paths and addresses, in front of a site."""

import pytest

import people
import wire
from gates import basic, refusal, shows_content

pytestmark = pytest.mark.guarded

APPLICATION = "/guarded/whoami.cgi"
RULES = ["GET " + APPLICATION + "/open*", "POST " + APPLICATION]


def make(site, **limits):
    answer = site.admin.post("/api_tokens/", json={"name": "P", **limits})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return basic((made["uuid"], made["secret"]))


@pytest.fixture(scope="module", name="limited")
def pair_for_some_paths(site):
    return make(site, rules=RULES)


def ask(site, auth, tail, method="GET"):
    return wire.send(site, method, APPLICATION + tail, [auth],
                     b"" if method == "POST" else None)


@pytest.mark.parametrize("method, tail", [
    ("GET", "/open"), ("HEAD", "/open"), ("GET", "/open/a/"),
    ("GET", "/opened"), ("GET", "/open?a=/../shut"), ("GET", "/op%65n"),
    ("GET", "/open/..."), ("GET", "/open/%C3%A4"), ("POST", ""),
    ("POST", "?a=b")])
def test_a_key_opens_what_its_rules_say(site, limited, method, tail):
    answer = ask(site, limited, tail, method)
    assert answer.status == 200
    assert method == "HEAD" or shows_content(answer.body)


@pytest.mark.parametrize("method, tail", [
    ("GET", ""), ("GET", "/"), ("GET", "/shut"), ("GET", "/ope"),
    ("GET", "/OPEN"), ("POST", "/open"), ("PUT", "/open"), ("DELETE", ""),
    ("POST", "/"), ("HEAD", "")])
def test_a_key_opens_nothing_else(site, limited, method, tail):
    answer = ask(site, limited, tail, method)
    assert answer.status == refusal(site, 403)
    assert not shows_content(answer.body)


@pytest.mark.parametrize("tail", [
    "/open/../shut", "/open/%2e%2e/shut", "/open/.%2E/shut",
    "/open/..%2fshut", "/open%2f..%2fshut", "/open/./a", "/open/%2e/a",
    "/open//a", "/open//../shut", "/open/..;/shut", "/open/..;x=1/shut",
    "/open;a/../shut", "/open/%2e%2e%3b/shut", "/open\\..\\shut",
    "/open%5c..%5cshut", "/open%00/../shut", "/open%00", "/open%0a",
    "/open%252e%252e/shut", "/open/%252e%252e/shut", "/open%25",
    "/open%3f", "/open%23", "/open#/../shut", "/open%7f", "/open%c0%af",
    "/open/%c0%ae%c0%ae/shut", "/open%ff", "/open%2", "/open%",
    "/shut/../open", "/./open", "//open"])
def test_no_spelling_of_a_path_leads_elsewhere(site, limited, tail):
    """What one server takes for an open path another takes for a shut one."""
    answer = ask(site, limited, tail)
    assert not shows_content(answer.body)
    assert answer.status in (400, 401, 403, 404)


def test_a_target_that_names_the_site_leads_nowhere_else(site, limited):
    answer = wire.send(site, "GET", site.origin + APPLICATION + "/shut",
                       [limited])
    assert not shows_content(answer.body)
    assert answer.status in (400, refusal(site, 403))


@pytest.mark.statement("T-3")
@pytest.mark.parametrize("addresses, taken", [
    (["127.0.0.1"], True), (["127.0.0.0/8"], True),
    (["::ffff:127.0.0.0/104"], True), (["192.0.2.1", "127.0.0.1"], True),
    (["192.0.2.0/24"], False), (["::/0", "!127.0.0.1"], False),
    (["!127.0.0.1", "127.0.0.0/8"], False), (["2001:db8::/32"], False)])
def test_a_key_is_taken_from_its_addresses_alone(site, addresses, taken):
    answer = ask(site, make(site, addresses=addresses), "/open")
    assert answer.status == (200 if taken else refusal(site, 403))
    assert shows_content(answer.body) == taken


@pytest.mark.statement("T-4")
def test_a_client_cannot_say_where_it_is(site):
    auth = make(site, addresses=["192.0.2.1"])
    for name in ("X-Forwarded-For", "X_Forwarded_For", "Forwarded",
                 "X-Real-IP", "Remote-Addr", "X-Original-URI"):
        answer = wire.send(site, "GET", APPLICATION + "/open", [
            auth, (name, "192.0.2.1")])
        assert not shows_content(answer.body)


def test_our_own_paths_ask_for_the_same(site):
    person = people.Person(site)
    pair = person.pair("--scope", "latchkey:keys")
    path = "/keys/" + pair[0]
    change = {"rules": ["GET %s/keys*" % site.url[len(site.origin):]]}
    assert person.login().patch(path, json=change).status_code == 200
    client = site.client()
    assert client.get(path, auth=pair).status_code == 200
    for method, other, body in (
            ("GET", "/check", None), ("PATCH", path, {"label": "New"}),
            ("GET", "/api_tokens/", None)):
        answer = client.request(method, other, json=body, auth=pair)
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["code"] == "rule"
