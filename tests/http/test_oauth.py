# SPDX-License-Identifier: ISC
"""OAuth for programs: client credentials, introspection, revocation."""

import base64
import datetime
import itertools
import os
import time
import urllib.parse
import uuid

import pytest

import by_cgi
import site_under_test
from people import Person, bearer
from wire import send

LIFETIME = 3600
NETWORKS = itertools.count(1)
NOBODY = str(uuid.uuid4())

by_itself = pytest.mark.servers("lighttpd")


@pytest.fixture(scope="module", name="person")
def client_owner(site):
    """Somebody who holds pages:read and develops."""
    return Person(site, "developer")


@pytest.fixture(scope="module", name="pair")
def client_of_oauth(person):
    return person.pair()


@pytest.fixture(scope="module", name="verifier")
def pair_that_checks(site):
    """What a resource server introspects with."""
    return Person(site, "owner").pair("--scope", "latchkey:check")


def ask(site, where, auth=None, headers=None, **form):
    return site.client().post("/oauth/" + where, auth=auth, headers=headers,
                              data=form)


def grant(site, auth=None, headers=None, **form):
    form.setdefault("grant_type", "client_credentials")
    return ask(site, "token", auth, headers, **form)


def token(site, auth, **form):
    answer = grant(site, auth, **form)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


def introspect(site, auth, text, **form):
    answer = ask(site, "introspect", auth, token=text, **form)
    assert answer.status_code == 200, answer.text
    return answer.json()


def active(site, auth, text, **form):
    seen = introspect(site, auth, text, **form)
    # nothing else is told of what is not
    assert seen["active"] or seen == {"active": False}
    return seen["active"]


def works(site, text):
    answer = site.client().get("/check", headers=bearer(text))
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


def refused(answer, status, error):
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert told["error"] == error
    assert told["error_description"] == told["msg"]
    assert told["status"] == status
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def limited(person, **limits):
    """A pair of somebody's, with limits."""
    made = person.login().post("/api_tokens/", json={"name": "L", **limits})
    assert made.status_code == 201, made.text
    return made.json()["uuid"], made.json()["secret"]


# The grant

def as_form(pair):
    return {"client_id": pair[0], "client_secret": pair[1]}


def encoded(pair):
    """Basic as careful libraries send it: RFC 6749, 2.3.1."""
    both = ":".join("".join("%%%02X" % ord(c) for c in half) for half in pair)
    return {"Authorization": "Basic " + base64.b64encode(
        both.encode()).decode()}


WAYS = {
    "Basic": lambda pair: {"auth": pair},
    "Basic, encoded": lambda pair: {"headers": encoded(pair)},
    "Basic and its id": lambda pair: {"auth": pair, "client_id": pair[0]},
    "the form": as_form,
    "with what is not known": lambda pair: {
        "auth": pair, "resource": "https://example.org/", "x": "y"},
    "with an empty scope": lambda pair: {"auth": pair, "scope": ""},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_pair_is_a_client(site, person, pair, way):
    answer = grant(site, **WAYS[way](pair))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert set(told) == {"access_token", "token_type", "expires_in", "scope"}
    assert told["token_type"] == "Bearer"
    assert LIFETIME - 1 <= told["expires_in"] <= LIFETIME
    assert told["scope"] == "pages:read"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    seen = site.client().get("/check", headers=bearer(
        told["access_token"])).json()
    assert seen["user"]["id"] == person.id
    assert seen["credential"]["id"] == pair[0]


@pytest.mark.guarded
def test_the_token_opens_a_gate(site, pair):
    text = token(site, pair)
    assert site.client().get(site.guard, headers=bearer(
        text)).status_code == 200
    # mod_fcgid knows one refusal only
    assert site.client().get(site.guard + "orders/list.json", headers=bearer(
        text)).status_code == (401 if site.name == "apache-fcgid" else 403)


def test_a_token_holds_the_scope_that_was_asked_for(site):
    everything = Person(site, "owner").pair()
    answer = grant(site, everything, scope="orders:read orders:read")
    assert answer.json()["scope"] == "orders:read"
    seen = site.client().get("/check", headers=bearer(
        answer.json()["access_token"])).json()
    assert seen["permissions"] == ["orders:read"]


def test_a_token_ends_with_its_key(site, person):
    end = datetime.datetime.utcnow() + datetime.timedelta(seconds=90)
    pair = person.pair("--expires", end.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert 0 < grant(site, pair).json()["expires_in"] <= 90


FAULTS = {
    "no grant": ({"grant_type": ""}, "invalid_request"),
    "a password's grant": ({"grant_type": "password"},
                           "unsupported_grant_type"),
    "a token's grant": (
        {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"},
        "unsupported_grant_type"),
    "an exchange": (
        {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange"},
        "unsupported_grant_type"),
    "a scope that nobody knows": ({"scope": "no:such"}, "invalid_scope"),
    "a scope that is not held": ({"scope": "orders:read"}, "invalid_scope"),
    "one of two held": ({"scope": "pages:read orders:read"},
                        "invalid_scope"),
    "a permission of Latchkey's": ({"scope": "latchkey:keys"},
                                   "invalid_scope"),
    "blanks for a scope": ({"scope": "  "}, "invalid_scope"),
    "the secret twice": ({"client_secret": "x"}, "invalid_request"),
    "another client": ({"client_id": NOBODY}, "invalid_request"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_request_is_told_its_fault(site, pair, fault):
    form, error = FAULTS[fault]
    refused(grant(site, pair, **form), 400, error)


BODIES = {
    "twice": ("application/x-www-form-urlencoded",
              "grant_type=client_credentials&grant_type=client_credentials"),
    "a bad escape": ("application/x-www-form-urlencoded",
                     "grant_type=%zz"),
    "JSON": ("application/json", '{"grant_type": "client_credentials"}'),
    "no type": (None, "grant_type=client_credentials"),
}


@pytest.mark.parametrize("body", BODIES)
def test_the_body_is_a_form(site, pair, body):
    kind, text = BODIES[body]
    refused(site.client().post("/oauth/token", auth=pair, data=text, headers={
        "Content-Type": kind}), 400, "invalid_request")


@pytest.mark.parametrize("path", ["token", "introspect", "revoke"])
def test_there_is_nothing_to_get(site, path):
    answer = site.client().get("/oauth/" + path)
    assert answer.status_code == 405
    assert answer.json()["error"] == "invalid_request"


# Who is no client

STRANGERS = {
    "nobody": lambda who: {},
    "a wrong secret": lambda who: {"auth": (
        who.pair[0], who.pair[1][:-1] + "!")},
    "swapped": lambda who: {"auth": (who.pair[1], who.pair[0])},
    "another's secret": lambda who: {"auth": (who.pair[0], who.other[1])},
    "an unknown client": lambda who: {"auth": (NOBODY, who.pair[1])},
    "no secret": lambda who: {"client_id": who.pair[0]},
    "a wrong secret in the form": lambda who: as_form(
        (who.pair[0], who.other[1])),
    "a bad escape": lambda who: {"auth": ("%zz", who.pair[1])},
    "an app token": lambda who: {"headers": bearer(who.app)},
    "an app token as a secret": lambda who: {"auth": (who.pair[0], who.app)},
    "a session": lambda who: {"headers": bearer(who.session)},
    "a cookie": lambda who: {"headers": {
        "Cookie": "session=" + who.session}},
    "a token": lambda who: {"headers": bearer(who.token)},
    "a token as a secret": lambda who: {"auth": (who.pair[0], who.token)},
    "a token as a user": lambda who: {"auth": (who.token, "")},
    "a token in the form": lambda who: as_form((who.pair[0], who.token)),
}


class Credentials:
    def __init__(self, site, person, pair):
        self.pair = pair
        self.other = person.pair()
        self.app = person.app()
        self.session = person.session()
        self.token = token(site, pair)


@pytest.fixture(scope="module", name="who")
def credentials(site, person, pair):
    return Credentials(site, person, pair)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nothing_else_is_a_client(site, who, stranger):
    refused(grant(site, **STRANGERS[stranger](who)), 401, "invalid_client")


def test_secrets_do_not_go_into_the_query(site, pair):
    query = urllib.parse.urlencode({
        "grant_type": "client_credentials", **as_form(pair)})
    answer = send(site, "POST", "/api/v1/oauth/token?" + query, [
        ("Content-Type", "application/x-www-form-urlencoded")], b"")
    assert answer.status == 400


DEATHS = {
    "deleted": lambda site, person, pair: person.login().delete(
        "/api_tokens/%s/" % pair[0]),
    "its owner blocked": lambda site, person, pair: site.admin.patch(
        "/users/" + person.id, json={"blocked": True}),
    "its owner deleted": lambda site, person, pair: site.admin.delete(
        "/users/" + person.id),
}


@pytest.mark.statement("T-19")
@pytest.mark.parametrize("death", DEATHS)
def test_a_client_that_ended_ends_its_tokens(site, verifier, death):
    person = Person(site, "developer")
    pair = person.pair()
    text = token(site, pair)
    assert works(site, text) and active(site, verifier, text)
    assert DEATHS[death](site, person, pair).ok
    assert not works(site, text)
    assert not active(site, verifier, text)
    refused(grant(site, pair), 401, "invalid_client")


def test_an_expired_client_is_none(site, person, verifier):
    end = datetime.datetime.utcnow() + datetime.timedelta(seconds=3)
    pair = person.pair("--expires", end.strftime("%Y-%m-%dT%H:%M:%SZ"))
    text = token(site, pair)
    time.sleep(3)
    assert not works(site, text)
    assert not active(site, verifier, text)
    refused(grant(site, pair), 401, "invalid_client")


# Limits of the client are limits here

ELSEWHERE = {
    "another address": {"addresses": ["192.0.2.0/24"]},
    "another path": {"rules": ["POST /api/v1/users*"]},
    "another method": {"rules": ["GET /api/v1/oauth/token"]},
}


@pytest.mark.parametrize("limit", ELSEWHERE)
def test_a_client_for_elsewhere_may_not(site, person, limit):
    pair = limited(person, **ELSEWHERE[limit])
    refused(grant(site, pair), 400, "unauthorized_client")


def test_a_token_has_the_limits_of_its_key(site, person, verifier):
    pair = limited(person, rules=["POST /api/v1/oauth/token", "GET /shop*"],
                   addresses=["127.0.0.0/8", "::1"])
    text = token(site, pair)
    assert site.client().get("/check", headers=bearer(
        text)).status_code == 403
    here = {"address": "127.0.0.1", "method": "GET", "path": "/shop/1"}
    assert active(site, verifier, text, **here)
    for name, other in [("address", "192.0.2.1"), ("method", "PUT"),
                        ("path", "/till")]:
        assert not active(site, verifier, text, **{**here, name: other})
        # what is not told may be anything
        told = {one: here[one] for one in here if one != name}
        assert not active(site, verifier, text, **told)


# Introspection

def test_a_live_token_is_described(site, person, pair, verifier):
    at = time.time()
    answer = grant(site, pair)
    seen = introspect(site, verifier, answer.json()["access_token"],
                      token_type_hint="refresh_token")
    assert abs(seen.pop("iat") - at) < 5
    assert abs(seen.pop("exp") - at - LIFETIME) < 5
    uuid.UUID(seen.pop("jti"))
    assert seen == {
        "active": True, "scope": "pages:read", "client_id": pair[0],
        "username": person.username, "token_type": "Bearer",
        "sub": person.id, "iss": site.origin, "aud": site.origin}


def test_other_live_tokens_are_described(site, person, who, verifier):
    seen = introspect(site, verifier, who.session)
    assert seen["sub"] == person.id and "client_id" not in seen
    key = person.key("app")
    seen = introspect(site, verifier, key["token"])
    assert seen["sub"] == person.id and seen["client_id"] == key["uuid"]


DEAD = {
    "garbage": lambda who: "garbage",
    "a secret without its id": lambda who: who.pair[1],
    "an id": lambda who: who.pair[0],
    "cut short": lambda who: who.token[:-1],
    "two": lambda who: who.token + " " + who.token,
    "with its scheme": lambda who: "Bearer " + who.token,
    "long": lambda who: "a" * 5000,
}


@pytest.mark.parametrize("text", DEAD)
def test_what_is_no_token_is_inactive(site, who, verifier, text):
    assert not active(site, verifier, DEAD[text](who))


def test_introspection_needs_a_verifier(site, who):
    for auth in (None, (who.pair[0], who.other[1])):
        refused(ask(site, "introspect", auth, token=who.token), 401,
                "invalid_client")
    refused(ask(site, "introspect", who.pair, token=who.token), 403,
            "insufficient_scope")


def test_introspection_needs_a_token(site, verifier):
    for form in ({}, {"token": ""}, {"token": "x", "address": "nowhere"}):
        refused(ask(site, "introspect", verifier, **form), 400,
                "invalid_request")


def test_a_verifier_may_use_its_own_token(site, who, verifier):
    headers = bearer(token(site, verifier))
    assert ask(site, "introspect", headers=headers,
               token=who.token).json()["active"]


# Revocation

def revoke(site, text, **how):
    return ask(site, "revoke", token=text, **how)


def actions(site, person):
    return site.sql("SELECT action FROM audit WHERE actor_user = UNHEX('%s')"
                    " AND action IN ('token.revoke', 'session.end')"
                    % person.id.replace("-", ""))


REVOKERS = {
    "Basic": lambda who: {"auth": who.pair},
    "the form": lambda who: as_form(who.pair),
    "a session": lambda who: {"headers": bearer(who.session)},
    "a hint": lambda who: {"auth": who.pair,
                           "token_type_hint": "refresh_token"},
}


@pytest.mark.parametrize("revoker", REVOKERS)
def test_a_revoked_token_is_over_at_once(site, person, who, verifier,
                                         revoker):
    one, other = token(site, who.pair), token(site, who.pair)
    before = len(actions(site, person))
    for _ in range(2):
        answer = revoke(site, one, **REVOKERS[revoker](who))
        assert (answer.status_code, answer.content) == (200, b"")
        assert not works(site, one)
        assert not active(site, verifier, one)
    assert works(site, other)
    assert len(actions(site, person)) == before + 1


def test_a_session_ends_a_session(site, person, who):
    session = person.session()
    refused(revoke(site, session, auth=who.pair), 400, "unauthorized_client")
    assert works(site, session)
    for _ in range(2):
        assert revoke(site, session, headers=bearer(
            who.session)).status_code == 200
        assert not works(site, session)
    assert works(site, who.session)


def test_only_its_own_client_revokes_a_token(site, who):
    stranger = Person(site, "owner")
    for how in ({"auth": who.other}, {"auth": stranger.pair()},
                {"headers": bearer(stranger.session())}):
        refused(revoke(site, who.token, **how), 400, "unauthorized_client")
    for how in ({}, {"auth": (who.pair[0], who.other[1])},
                {"headers": bearer(who.token)}):
        refused(revoke(site, who.token, **how), 401, "invalid_client")
    assert works(site, who.token)


def test_what_is_no_token_is_revoked_already(site, who):
    for name in DEAD:
        assert revoke(site, DEAD[name](who),
                      auth=who.pair).status_code == 200
    refused(revoke(site, "", auth=who.pair), 400, "invalid_request")


def test_keys_are_not_revoked_so(site, who):
    refused(revoke(site, who.app, auth=who.pair), 400,
            "unsupported_token_type")
    assert works(site, who.app)


# Metadata

def test_metadata_names_what_is_there(site, pair):
    at_root = site.client().get(
        site.origin + "/.well-known/oauth-authorization-server")
    told = at_root.json()
    assert at_root.headers["Content-Type"] == "application/json"
    assert site.client().get("/oauth/metadata").json() == told
    assert told["issuer"] == site.origin
    assert told["grant_types_supported"] == ["client_credentials"]
    assert "client_secret_basic" in told[
        "token_endpoint_auth_methods_supported"]
    answer = site.client().post(told["token_endpoint"], auth=pair, data={
        "grant_type": "client_credentials"})
    assert answer.status_code == 200
    for name in ("introspection_endpoint", "revocation_endpoint"):
        assert site.client().post(told[name], data={
            "token": "x"}).status_code == 401
    assert site.client().get(told["jwks_uri"]).json()["keys"]


# Failures are few

def by_network(site, network, pair, settings=None):
    return by_cgi.ask(
        site, "tokens.fcgi", "POST", "/oauth/token",
        {"REMOTE_ADDR": network, "HTTP_HOST": "latchkey.example",
         "CONTENT_TYPE": "application/x-www-form-urlencoded"},
        urllib.parse.urlencode({"grant_type": "client_credentials",
                                **as_form(pair)}), settings)


@pytest.mark.statement("T-17")
@by_itself
def test_a_network_that_failed_too_often_waits(site, who):
    network = "203.0.113.%d" % next(NETWORKS)
    bad = who.pair[0], who.other[1]
    few = by_cgi.with_settings(site, guesses=10)
    answer = by_cgi.ask_until_refused(
        lambda n: by_network(site, network, bad, few), 10)
    assert answer.status == 429
    assert 1 <= int(answer.header("Retry-After")) <= 120
    assert answer.json()["error"] == "temporarily_unavailable"
    # who knows his secret is answered all the same, and so are others
    assert by_network(site, network, who.pair, few).status == 200
    assert by_network(site, "198.18.0.%d" % next(NETWORKS), bad, few
                      ).status == 401


# Another account

@pytest.fixture(scope="module", name="house")
def two_accounts(folder, mariadb):
    """A site without a server: a second account would close others' gates."""
    apart = os.path.join(folder, "oauth")
    os.makedirs(apart)
    made = site_under_test.Site("lighttpd", apart, mariadb, 0)
    made.db += "_oauth"
    made.prepare()
    made.cli("account", "add", "--legacy-id", "rival", "Rival")
    return made


def call(house, program, path, pair, env=None, **form):
    both = base64.b64encode(":".join(pair).encode()).decode()
    return by_cgi.ask(house, program, "POST", path, {
        "HTTP_HOST": "latchkey.example",
        "HTTP_AUTHORIZATION": "Basic " + both,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        **(env or {})}, urllib.parse.urlencode(form))


def test_another_account_learns_nothing(house):
    ours = Person(house, "owner").pair()
    theirs = Person(house, "owner", account="rival").pair(
        "--scope", "latchkey:check")
    check = Person(house, "owner").pair("--scope", "latchkey:check")
    text = call(house, "tokens.fcgi", "/oauth/token", ours,
                grant_type="client_credentials").json()["access_token"]

    def seen(pair):
        return call(house, "check.fcgi", "/oauth/introspect", pair,
                    token=text).json()["active"]
    assert seen(check) and not seen(theirs)
    answer = call(house, "tokens.fcgi", "/oauth/revoke", theirs, token=text)
    assert (answer.status, answer.text) == (200, "")
    assert seen(check)
    answer = call(house, "tokens.fcgi", "/oauth/token", ours, {
        "LATCHKEY_ACCOUNT": "rival"}, grant_type="client_credentials")
    assert answer.status == 401
    assert answer.json()["error"] == "invalid_client"
