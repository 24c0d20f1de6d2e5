# SPDX-License-Identifier: ISC
"""X-API-Key: where the operator allows it, and keys in the query never."""

import base64

import pytest

import by_cgi
import made_keys
from people import Person, bearer

# What the settings say is the programs' matter, no server's.
lighttpd_only = pytest.mark.servers("lighttpd")


class Holder:
    """One token of each kind that is one text."""

    def __init__(self, site):
        person = Person(site, "owner")
        caller = person.login()
        self.tokens = {
            "personal": caller.post("/user/token").json()["token"],
            "company": caller.post("/company/tokens", json={
                "description": "For X-API-Key"}).json()["token"],
            "app": person.app(),
            "named": caller.post("/user/keys", json={
                "handle": "for-x-api-key"}).json()["token"],
        }
        exchange = made_keys.make(site, caller, person.id, "exchange")
        self.exchange = exchange.secret
        self.jwt = exchange.exchange().json()["token"]
        self.pair = person.pair()
        self.session = caller.cookies["session"]


@pytest.fixture(scope="module", name="holder")
def holder_of_keys(site):
    return Holder(site)


@pytest.fixture(scope="module", name="allowed")
def settings_that_allow_it(site):
    with open(by_cgi.ini(site)) as file:
        assert "x_api_key" not in file.read()
    return by_cgi.with_settings(site, https="required\nx_api_key = yes")


KINDS = ["personal", "company", "app", "named"]


def ask(site, settings, **env):
    host = site.origin.rpartition("/")[2]
    return by_cgi.ask(site, "check.fcgi", "GET", "/check",
                      {"HTTP_HOST": host, **env}, settings=settings)


@lighttpd_only
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_taken_only_where_it_is_allowed(site, holder, allowed, kind):
    token = holder.tokens[kind]
    answer = ask(site, allowed, HTTP_X_API_KEY=token)
    assert answer.status == 200
    assert answer.json()["credential"]["kind"] == kind
    assert ask(site, None, HTTP_X_API_KEY=token).status == 401


@lighttpd_only
def test_what_is_no_single_token_is_not_taken(site, holder, allowed):
    name, secret = holder.pair
    for text in (holder.exchange, holder.jwt, holder.session, "",
                 secret, name, "%s:%s" % (name, secret),
                 holder.tokens["app"] + ":", " " + holder.tokens["app"],
                 "Bearer " + holder.tokens["app"],
                 "%s, %s" % (holder.tokens["app"], holder.tokens["app"])):
        assert ask(site, allowed, HTTP_X_API_KEY=text).status == 401
    for text in (holder.jwt, holder.session):
        assert ask(site, allowed,
                   HTTP_AUTHORIZATION="Bearer " + text).status == 200


@lighttpd_only
def test_two_credentials_are_one_too_many(site, holder, allowed):
    token = holder.tokens["app"]
    for authorization in ("Bearer " + token, "Basic " + base64.b64encode(
            (holder.tokens["personal"] + ":").encode()).decode()):
        assert ask(site, allowed, HTTP_X_API_KEY=token,
                   HTTP_AUTHORIZATION=authorization).status == 401
    # a cookie is no second one: the key counts
    answer = ask(site, allowed, HTTP_X_API_KEY=token,
                 HTTP_COOKIE="session=" + holder.session)
    assert answer.json()["credential"]["kind"] == "app"


@pytest.mark.parametrize("kind", KINDS)
def test_by_default_the_header_is_not_read(site, holder, kind):
    client, token = site.client(), holder.tokens[kind]
    assert client.get("/check", headers={
        "X-API-Key": token}).status_code == 401
    if kind == "app":
        assert client.get("/check", headers={
            **bearer(token), "X-API-Key": "x"}).status_code == 200


@pytest.mark.statement("T-12")
@pytest.mark.parametrize("name", [
    "api_key", "apikey", "key", "token", "access_token", "auth", "x-api-key",
    "X-API-Key", "authorization"])
def test_a_key_in_the_query_is_never_taken(site, holder, name):
    for token in holder.tokens.values():
        assert site.client().get("/check", params={
            name: token}).status_code == 401


@lighttpd_only
@pytest.mark.parametrize("name", ["api_key", "x-api-key", "access_token"])
def test_nor_where_the_header_is_allowed(site, holder, allowed, name):
    for token in holder.tokens.values():
        answer = by_cgi.ask(site, "check.fcgi", "GET",
                            "/check?%s=%s" % (name, token),
                            {"QUERY_STRING": "%s=%s" % (name, token)},
                            settings=allowed)
        assert answer.status == 401
