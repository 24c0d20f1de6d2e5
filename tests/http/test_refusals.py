# SPDX-License-Identifier: ISC
"""Who is refused, what he is told, and what browsers may not do."""

import base64
import os
import re
import uuid

import pytest

import servers
from people import Person, bearer
from site_under_test import ACCOUNT, ADMIN, PASSWORD
from wire import send

# How Apache frames what a CGI program says depends on when it says it.
VARYING = {"date", "x-request-id", "keep-alive", "connection",
           "content-length", "transfer-encoding"}


def basic(user, password):
    text = "%s:%s" % (user, password)
    return {"Authorization": "Basic " +
            base64.b64encode(text.encode()).decode()}


class Keys:
    """A developer's pair and app token."""

    def __init__(self, site):
        self.site = site
        self.person = Person(site, "developer")
        self.pair = self.person.pair("--scope", "latchkey:keys")
        self.app = self.person.app()
        self.header = basic(*self.pair)

    def made(self, kind):
        """Another key: its id, and a header that presents it."""
        key = self.person.key(kind)
        return key["uuid"], (basic(key["uuid"], key["secret"])
                             if kind == "pair" else bearer(key["token"]))


@pytest.fixture(scope="module", name="keys")
def some_keys(site):
    return Keys(site)


@pytest.fixture(scope="module", name="session")
def session_of_the_owner(site):
    return site.client(ADMIN).cookies["session"]


# Uniform refusals

def forgotten(keys, kind):
    """A well-formed key that the database knows nothing of."""
    id, header = keys.made(kind)
    keys.site.sql("DELETE FROM key_secrets WHERE key_id = UNHEX('%s')" %
                  id.replace("-", ""))
    return header


def wrongs(keys):
    id, secret = keys.pair
    swap = "A" if secret[-1] != "A" else "B"
    return {
        "absent": {},
        "empty": {"Authorization": ""},
        "no scheme": {"Authorization": secret},
        "another scheme": {"Authorization": "Digest " + secret},
        "malformed Basic": {"Authorization": "Basic !!!"},
        "no colon": {"Authorization": "Basic " + base64.b64encode(
            secret.encode()).decode()},
        "no padding": {"Authorization":
                       basic("user", "x")["Authorization"].rstrip("=")},
        "user and password": basic(ADMIN, PASSWORD),
        "malformed Bearer": {"Authorization": "Bearer a b"},
        "empty Bearer": {"Authorization": "Bearer "},
        "long": {"Authorization": "Bearer " + "a" * 5000},
        "not our shape": bearer("0123456789abcdef" * 3),
        "bad checksum": bearer(keys.app[:-1] + ("A" if keys.app[-1] != "A"
                                                else "B")),
        "an unknown pair": forgotten(keys, "pair"),
        "an unknown app token": forgotten(keys, "app"),
        "unknown id": basic(uuid.uuid4(), secret),
        "wrong secret": basic(id, secret[:-1] + swap),
        "a pair's secret alone": bearer(secret),
        "a pair's secret as user": basic(secret, ""),
        "an app token as password": basic(id, keys.app),
        "an app token as user": basic(keys.app, ""),
        "a session's name": {"Cookie": "session=x"},
        "an empty session": {"Cookie": "session="},
        "a pair's secret as session": {"Cookie": "session=" + secret},
        "a session behind another": {
            "Cookie": "session=x; session=" +
                      keys.site.admin.cookies["session"]},
    }


def told(answer):
    """An answer less what every answer has of its own."""
    headers = sorted((name.lower(), value) for name, value in answer.headers
                     if name.lower() not in VARYING)
    return answer.status, headers, re.sub(
        b"urn:uuid:[0-9a-f-]{36}", b"", answer.body)


def test_whatever_is_wrong_every_401_is_the_same(site, keys):
    seen = {}
    for what, header in wrongs(keys).items():
        answer = send(site, "GET", "/api/v1/api_tokens/",
                      list(header.items()))
        assert answer.status == 401, what
        seen.setdefault(str(told(answer)), []).append(what)
    assert len(seen) == 1, seen


def test_a_401_is_the_same_on_every_route(site):
    bodies = {re.sub("urn:uuid:[0-9a-f-]{36}", "", site.client().request(
        method, path, json={} if method == "POST" else None).text)
        for method, path in (
            ("GET", "/check"), ("POST", "/check"), ("GET", "/users/"),
            ("POST", "/users/"), ("GET", "/users/%s" % uuid.uuid4()),
            ("DELETE", "/api_tokens/%s/" % uuid.uuid4()),
            ("POST", "/workspaces"), ("GET", "/sessions/"))}
    assert len(bodies) == 1, bodies


def test_the_header_given_twice_is_refused(site, keys):
    pair = list(keys.header.items())
    app = list(bearer(keys.app).items())
    for headers in (pair * 2, pair + app, app + pair):
        assert send(site, "GET", "/api/v1/check", headers).status == 401


def test_the_header_counts_before_the_cookie(site, session):
    client = site.client()
    client.cookies.set("session", session)
    assert client.get("/check").status_code == 200
    assert client.get("/check", headers=bearer("x")).status_code == 401


def test_of_two_cookies_the_first_counts(site, session):
    """A browser sends the one with the longer path first."""
    cookie = {"Cookie": "a=b; session=%s; session=x" % session}
    assert site.client().get("/check", headers=cookie).status_code == 200


# Reasons, for whoever has a real secret

def key_row(change):
    return lambda site, keys, id: site.sql(
        "UPDATE `keys` SET %s WHERE id = UNHEX('%s')" % (
            change, id.replace("-", "")))


def revoke(site, keys, id):
    site.cli("key", "revoke", "--account", ACCOUNT, id)


REASONS = {
    "revoked": (revoke, 401),
    "disabled": (key_row("disabled = 1"), 401),
    "early": (key_row("starts_at = 4102444800000"), 401),
    "expired": (key_row("expires_at = created_at + 1"), 401),
}


@pytest.mark.parametrize("kind", ["pair", "app"])
@pytest.mark.parametrize("reason", REASONS)
def test_a_real_secret_is_told_the_reason(site, keys, reason, kind):
    change, status = REASONS[reason]
    id, header = keys.made(kind)
    assert site.client().get("/check", headers=header).status_code == 200
    change(site, keys, id)
    answer = site.client().get("/check", headers=header)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == reason
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    if kind == "pair":
        guessed = basic(id, "x" * 44)
        answer = site.client().get("/check", headers=guessed)
        assert answer.json()["errors"][0]["code"] == "unauthenticated"


def test_a_blocked_owner_is_told_so(site):
    person = Person(site, "developer")
    pair, session = person.pair(), person.session()
    site.admin.patch("/users/" + person.id, json={"blocked": True})
    answer = site.client().get("/check", auth=pair)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "owner"
    assert site.client().get("/check", headers=bearer(session)
                             ).status_code == 401


def test_the_key_of_an_account_that_is_closed_is_refused(site, keys):
    text = "UPDATE accounts SET active = %d"
    site.sql(text % 0)
    try:
        answer = site.client().get("/check", headers=keys.header)
    finally:
        site.sql(text % 1)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "account"


@pytest.mark.statement("T-10")
def test_a_missing_permission_is_named(site, keys):
    answer = site.client().get("/users/", headers=keys.header)
    assert answer.status_code == 403
    error = answer.json()["errors"][0]
    assert error["code"] == "scope"
    assert "latchkey:users:read" in error["detail"]


@pytest.mark.parametrize("change", [
    "UPDATE sessions SET expires_at = created_at + 1 WHERE id = UNHEX('%s')",
    "UPDATE sessions SET ended_at = created_at WHERE id = UNHEX('%s')"])
def test_a_session_ends(site, change):
    client = Person(site).login()
    id = client.get("/sessions/").json()["uuid"]
    site.sql(change % id.replace("-", ""))
    assert client.get("/sessions/").status_code == 401


def test_a_logout_ends_this_session_and_clears_the_cookie(site):
    person = Person(site)
    client, other = person.login(), person.login()
    session = client.cookies["session"]
    answer = client.delete("/sessions/")
    assert answer.status_code == 204
    assert answer.headers["Set-Cookie"].startswith("session=; ")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert site.client().get("/sessions/", headers=bearer(session)
                             ).status_code == 401
    assert other.get("/sessions/").status_code == 200


def test_a_cookie_is_for_this_site_alone(site, keys):
    answer = site.client().post("/sessions/", json={
        "username": keys.person.username, "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/api/v1",
                 "Max-Age=86400"):
        assert word in cookie.split("; ")
    assert "Domain" not in cookie


# Challenges

@pytest.mark.parametrize("mode, schemes", [
    (None, ["Basic", "Bearer"]), ("navigate", ["Basic", "Bearer"]),
    ("cors", ["Bearer"]), ("no-cors", ["Bearer"]),
    ("same-origin", ["Bearer"])])
def test_no_page_gets_a_login_box(site, mode, schemes):
    headers = [("Sec-Fetch-Mode", mode)] if mode else []
    answer = send(site, "GET", "/api/v1/check", headers)
    text = ", ".join(value for name, value in answer.headers
                     if name.lower() == "www-authenticate")
    assert re.findall(r"(\w+) realm=", text) == schemes


# Other sites

CROSS = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
]


@pytest.mark.parametrize("header", CROSS)
def test_another_site_changes_nothing(site, keys, session, header):
    before = site.sql("SELECT COUNT(*) FROM audit")
    target = "/users/" + keys.person.id
    for credential in ({"Cookie": "session=" + session}, keys.header):
        for method, path in (("POST", "/api_tokens/"), ("PATCH", target),
                             ("DELETE", target), ("DELETE", "/sessions/"),
                             ("POST", "/sessions/")):
            answer = site.client().request(
                method, path, json={"name": "x"},
                headers={**credential, **header})
            assert answer.status_code == 403, (method, path)
            assert answer.json()["type"].endswith(":cross-origin")
            assert "Set-Cookie" not in answer.headers
            assert "Access-Control-Allow-Origin" not in answer.headers
    assert site.sql("SELECT COUNT(*) FROM audit") == before


def test_a_login_from_another_site_is_refused(site, keys):
    for header in CROSS:
        answer = site.client().post(
            "/sessions/", headers=header, data={
                "username": keys.person.username, "password": PASSWORD})
        assert answer.status_code == 403
        assert answer.json()["type"].endswith(":cross-origin")
        assert "Set-Cookie" not in answer.headers


def test_ones_own_pages_programs_and_bearers_go_on(site, keys, session):
    cookie = {"Cookie": "session=" + session}
    for header in ({**cookie, "Origin": site.origin},
                   {**cookie, "Sec-Fetch-Site": "same-origin"},
                   {**cookie, "Sec-Fetch-Site": "none"},
                   {**bearer(session), "Origin": "https://evil.example"},
                   {**bearer(keys.app), "Sec-Fetch-Site": "cross-site"},
                   {**keys.header, "Sec-Fetch-Site": "same-origin"},
                   keys.header):
        answer = site.client().post("/api_tokens/", json={"name": "x"},
                                    headers=header)
        assert answer.status_code == 201, header


def test_another_site_may_look_but_sees_nothing(site, keys, session):
    for credential in ({"Cookie": "session=" + session}, keys.header):
        answer = site.client().get("/check", headers={
            **credential, **CROSS[-1]})
        assert answer.status_code == 200
        assert "Access-Control-Allow-Origin" not in answer.headers


# Where Apache puts the header

@pytest.fixture(name="rewritten")
def rewriting_rule(site):
    """A hoster's way: a rule carries the header, and CGIPassAuth is off."""
    htdocs = os.path.join(site.home, "htdocs")
    folder = os.path.join(htdocs, "rewritten")
    os.mkdir(folder)
    handler = servers.read("deploy", "apache", site.server.htaccess)
    servers.write(os.path.join(folder, ".htaccess"),
                  handler.replace("CGIPassAuth On", ""))
    os.symlink(os.path.join(site.home, "bin", "check.fcgi"),
               os.path.join(folder, "check.fcgi"))
    path = os.path.join(htdocs, ".htaccess")
    with open(path) as text:
        kept = text.read()
    servers.write(path, kept.replace(
        "RewriteEngine On", "RewriteEngine On\n"
        "RewriteRule ^api/v1/check$ /rewritten/check.fcgi"
        " [PT,END,E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]", 1))
    yield
    servers.write(path, kept)


@pytest.mark.servers("apache-fcgid", "apache-cgi")
def test_a_header_that_comes_by_a_rewriting_rule_counts(site, keys,
                                                        rewritten):
    client = site.client()
    for header in (keys.header, bearer(keys.app)):
        assert client.get("/check", headers=header).status_code == 200
    assert client.get("/check").status_code == 401
    # no client can spell the name that the rule uses
    for name in ("Redirect-HTTP-Authorization", "REDIRECT_HTTP_AUTHORIZATION",
                 "Redirect_Http_Authorization"):
        assert client.get("/check", headers={
            name: keys.header["Authorization"]}).status_code == 401
