# SPDX-License-Identifier: ISC
"""What is believed of a request's way here, and of the page it is from."""

import uuid

import pytest

import by_cgi
from people import Person
from site_under_test import PASSWORD

# No server has a part in it: the tests run the programs themselves.
pytestmark = pytest.mark.servers("lighttpd")

PROXY = "192.0.2.1"
STRANGER = "192.0.2.9"
APP = "https://app.example"


@pytest.fixture(scope="module", name="person")
def somebody(site):
    return Person(site, "developer")


@pytest.fixture(scope="module", name="token")
def somebodys_session(person):
    return person.session()


@pytest.fixture(scope="module", name="proxied")
def settings_with_a_proxy(site):
    return by_cgi.with_settings(site, trusted_proxies=PROXY)


def check(site, token, settings, **env):
    answer = by_cgi.ask(site, "check.fcgi", "GET", "/check", {
        "HTTP_AUTHORIZATION": "Bearer " + token, **env}, None, settings)
    if answer.status == 403:
        assert answer.json()["type"].endswith(":https-required")
    return answer.status


# The scheme

@pytest.mark.parametrize("peer, https, forwarded, status", [
    (PROXY, None, "https", 200),
    (PROXY, None, "http", 403),
    (PROXY, "on", "http", 403),
    (PROXY, "on", "HTTPS, http", 403),
    (PROXY, "on", "https", 200),
    (PROXY, "on", None, 200),
    (PROXY, None, None, 403),
    (STRANGER, None, "https", 403),
    (STRANGER, "on", "http", 200),
    (STRANGER, "off", "https", 403),
    ("127.0.0.1", None, "https", 403),
    ("::ffff:" + PROXY, None, "https", 200),
])
def test_the_scheme_is_the_proxys_to_say(site, token, proxied, peer, https,
                                         forwarded, status):
    assert check(site, token, proxied, REMOTE_ADDR=peer, HTTPS=https,
                 HTTP_X_FORWARDED_PROTO=forwarded) == status


def test_without_proxies_nobody_is_believed(site, token):
    for peer in (PROXY, "127.0.0.1"):
        assert check(site, token, None, REMOTE_ADDR=peer, HTTPS=None,
                     HTTP_X_FORWARDED_PROTO="https") == 403


@pytest.mark.parametrize("peer, status", [
    ("127.0.0.1", 200), ("::1", 200), (STRANGER, 403), ("10.0.0.1", 403),
    (None, 403)])
def test_plain_http_may_be_for_this_machine(site, token, peer, status):
    settings = by_cgi.with_settings(site, https="loopback")
    assert check(site, token, settings, REMOTE_ADDR=peer,
                 HTTPS=None) == status


# The address

@pytest.mark.statement("T-4")
@pytest.mark.parametrize("peer, forwarded, address", [
    (PROXY, None, PROXY),
    (PROXY, "203.0.113.7", "203.0.113.7"),
    (PROXY, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
    (PROXY, "198.51.100.1,203.0.113.7", "203.0.113.7"),
    (PROXY, "198.51.100.1, 203.0.113.7, " + PROXY, "203.0.113.7"),
    (PROXY, "198.51.100.1, 2001:db8::7", "2001:db8::7"),
    (PROXY, PROXY, PROXY),
    (PROXY, "203.0.113.7, unknown", PROXY),
    (STRANGER, "203.0.113.7", STRANGER),
    (STRANGER, PROXY, STRANGER),
])
def test_the_trail_has_the_rightmost_stranger(site, person, proxied, peer,
                                              forwarded, address):
    answer = by_cgi.login(site, person.username, PASSWORD, {
        "REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}, proxied)
    assert answer.status == 201
    session = uuid.UUID(answer.json()["uuid"]).hex
    assert site.sql("SELECT action, address FROM audit WHERE object_id ="
                    " UNHEX('%s')" % session) == [("session.create", address)]


def test_a_budget_is_the_rightmost_strangers(site, proxied):
    guessed = Person(site)

    def login(password, forwarded):
        return by_cgi.login(site, guessed.username, password, {
            "REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": forwarded},
            proxied).status

    for n in range(10):
        assert login("wrong", "10.0.0.%d, 203.0.113.66" % n) == 403
    assert login(PASSWORD, "10.0.0.99, 203.0.113.66") == 429
    assert login(PASSWORD, "203.0.113.66, 203.0.113.67") == 201


# Pages of other sites

@pytest.fixture(scope="module", name="settings")
def settings_with_an_origin(site):
    return by_cgi.with_settings(site, origins=APP)


def from_page(site, settings, origin, method, path="/api_tokens/", body=None,
              **env):
    return by_cgi.ask(site, "keys.fcgi", method, path, {
        "HTTP_HOST": "keys.example", "HTTP_ORIGIN": origin,
        "HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_SEC_FETCH_MODE": "cors",
        **env}, body, settings)


def cors(answer):
    return [name for name, _ in answer.headers
            if name.lower().startswith("access-control-")]


def words(text):
    return {word.strip() for word in text.split(",")}


def test_a_preflight_is_answered(site, settings):
    answer = from_page(site, settings, APP, "OPTIONS")
    assert answer.status == 204
    assert answer.header("Access-Control-Allow-Origin") == APP
    assert answer.header("Access-Control-Allow-Credentials") == "true"
    assert {"GET", "POST"} <= words(
        answer.header("Access-Control-Allow-Methods"))
    assert {"Authorization", "Content-Type", "If-Match",
            "Idempotency-Key"} <= words(
        answer.header("Access-Control-Allow-Headers"))
    assert "Origin" in words(answer.header("Vary"))


def test_a_page_of_a_named_origin_is_let_in(site, token, settings):
    answer = from_page(site, settings, APP, "POST", body={"name": "app"},
                       HTTP_COOKIE="session=" + token)
    assert answer.status == 201
    assert answer.header("Access-Control-Allow-Origin") == APP
    assert answer.header("Access-Control-Allow-Credentials") == "true"


@pytest.mark.parametrize("origin", [
    "https://other.example", "http://app.example", APP + ":8443", APP + "/",
    "https://app.example.evil", "https://sub.app.example",
    "HTTPS://APP.EXAMPLE", "null", "*"])
def test_a_page_of_another_origin_is_not(site, token, settings, origin):
    count = "SELECT COUNT(*) FROM `keys`"
    before = site.sql(count)
    answer = from_page(site, settings, origin, "POST", body={"name": "app"},
                       HTTP_COOKIE="session=" + token)
    assert answer.status == 403
    assert answer.json()["type"].endswith(":cross-origin")
    assert site.sql(count) == before
    assert cors(answer) == []
    assert cors(from_page(site, settings, origin, "OPTIONS")) == []
    assert "Origin" in words(answer.header("Vary"))


def test_without_origins_there_is_no_cors(site, token):
    answer = from_page(site, None, APP, "GET",
                       HTTP_COOKIE="session=" + token)
    assert answer.status == 200 and cors(answer) == []
    assert cors(from_page(site, None, APP, "OPTIONS")) == []
