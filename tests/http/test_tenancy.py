# SPDX-License-Identifier: ISC
"""Another account's objects cannot be told from ones that do not exist."""

import json
import uuid

import pytest

import by_cgi
from people import bearer
from site_under_test import ACCOUNT, PASSWORD
from tables import OBJECTS, ROUTES
from tenants import Tenant
from test_timing import assert_alike
from wire import shape

BODIES = {
    "/users/{id}": {"name": "Taken over"},
    "/workspaces/{id}": {"name": "Taken over"},
    "/roles/{word}": {"name": "Taken over"},
    "/user/keys/{word}": {"alias": "Taken over"},
    "/users/{id}/api/key": {"label": "Taken over"},
    "/users/{id}/user_app_tokens": {"label": "Taken over"},
    "/keys/{id}": {"label": "Taken over"},
    "/keys/{id}/rotate": {},
}
WORDS = {"handle", "role", "named"}


@pytest.fixture(scope="module", name="ours")
def our_account(house):
    return Tenant(house, ACCOUNT)


@pytest.fixture(scope="module", name="theirs")
def their_account(house):
    return Tenant(house, "rival")


def rows(site):
    return site.sql("SELECT COUNT(*) FROM audit")


def nothing(name):
    """What an object could be called that does not exist."""
    return "x" + uuid.uuid4().hex[:8] if name in WORDS else str(uuid.uuid4())


# In a path

WITH_IDS = [route for route in ROUTES if route.base in OBJECTS]


@pytest.fixture(scope="module", name="caller")
def our_owner(house, ours):
    client = house.client()
    client.headers.update(bearer(ours.client.cookies["session"]))
    return client


def ask_for(house, caller, route, ids, account=None, **headers):
    body = BODIES.get(route.base)
    return shape(caller.request(
        route.method, route.url(house, *ids,
                                account=account or house.account_id),
        json=body if route.method in ("POST", "PATCH") else None,
        headers=headers))


@pytest.mark.parametrize("route", WITH_IDS, ids=str)
def test_a_foreign_id_looks_like_one_that_does_not_exist(
        house, ours, theirs, caller, route):
    names = OBJECTS[route.base]
    foreign = [theirs.ids[name] for name in names]
    tag = theirs.client.get(route.url(house, *foreign)).headers.get("ETag")
    random = ask_for(house, caller, route, list(map(nothing, names)))
    before = rows(house)
    assert random[0] == 404
    assert ask_for(house, caller, route, foreign) == random
    for header in ("If-Match", "If-None-Match") if tag else ():
        assert ask_for(house, caller, route, foreign,
                       **{header: tag}) == random
    if len(names) == 2:
        mixed = [ours.ids[names[0]], theirs.ids[names[1]]]
        assert ask_for(house, caller, route, mixed) == random
    assert rows(house) == before


def test_an_account_in_a_path_is_ones_own(house, ours, theirs, caller):
    routes = [route for route in WITH_IDS
              if "configurations" in route.pattern]
    for route in routes:
        answers = [ask_for(house, caller, route, [ours.ids["user"]], account)
                   for account in (theirs.account_id, "rival", "nobody",
                                   str(uuid.uuid4()))]
        assert [answer[0] for answer in answers] == [404] * 4
        assert answers[1:] == answers[:-1]
    assert routes


def test_the_objects_are_still_there_for_their_own(theirs):
    client = theirs.client
    for path in ("/users/" + theirs.ids["user"],
                 "/workspaces/" + theirs.ids["workspace"],
                 "/api_tokens/%s/" % theirs.ids["pair"]):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Taken over" not in answer.text


# In a list: of what, and where the members that follow a cursor are

LISTS = {"/users": "user", "/workspaces": "workspace", "/keys": "key",
         "/api_tokens": "pair", "/audit": "audit", "/roles": "role",
         "/company/tokens": "company", "/user/keys": "named"}
CURSORS = ("/users", "/workspaces", "/keys", "/api_tokens", "/audit")


def whole_list(client, path):
    """The text of all pages."""
    if path not in CURSORS:
        return client.get(path).text
    text, cursor = "", None
    while text == "" or cursor is not None:
        answer = client.get(path, params={"limit": 100, "cursor": cursor})
        assert answer.status_code == 200
        text += answer.text
        body = answer.json()
        cursor = body.get("paging", body)["next"]
    return text


@pytest.mark.parametrize("path, name", LISTS.items())
def test_lists_show_ones_own_alone(ours, theirs, path, name):
    for one, other in ((ours, theirs), (theirs, ours)):
        listed = whole_list(one.client, path)
        assert one.ids[name] in listed and other.ids[name] not in listed


@pytest.mark.parametrize("path", CURSORS)
def test_a_foreign_cursor_is_like_any_other(ours, theirs, path):
    for one, other in ((ours, theirs), (theirs, ours)):
        id = other.ids[LISTS[path]]
        # an id of the same moment that nobody has
        near = id[:-12] + uuid.uuid4().hex[:12]
        answers = [one.client.get("%s?cursor=%s" % (path, cursor))
                   for cursor in (id, near)]
        assert shape(answers[0]) == shape(answers[1])


@pytest.mark.parametrize("path, filter, name", [
    ("/keys", "owner", "user"), ("/keys", "handle", "named"),
    ("/audit", "actor", "user"), ("/audit", "key", "key"),
    ("/audit", "object", "user"), ("/audit/refusals", "subject", "user"),
    ("/user/keys", "search", "named"),
])
def test_a_foreign_filter_finds_nothing(ours, theirs, path, filter, name):
    answers = [ours.client.get(path, params={filter: value})
               for value in (theirs.ids[name], nothing(name))]
    assert shape(answers[0]) == shape(answers[1])
    assert theirs.ids[name] not in answers[0].text


def test_names_are_ones_own(house, ours, theirs):
    email = "same-%s@x.example" % uuid.uuid4().hex[:8]
    handle = "s" + uuid.uuid4().hex[:8]
    for tenant in (ours, theirs):
        assert tenant.client.post("/users/", json={
            "name": "Same", "email": email}).status_code == 201
        assert tenant.client.post("/workspaces", json={
            "handle": handle, "name": "Same"}).status_code == 201


# In a body: the star stands for what is named

def revoking(**filter):
    return {**filter, "dry_run": True}


@pytest.mark.parametrize("path, body, name", [
    ("/users/", {"name": "x", "email": "x@x.example", "roles": [
        {"role": "workspace-manager", "workspaces": ["*"]}]}, "place"),
    ("/users/", {"name": "x", "email": "x@x.example",
                 "roles": [{"role": "*"}]}, "role"),
    ("/roles", {"slug": "x", "name": "x", "permissions": [],
                "gives": ["*"]}, "role"),
    ("/api_tokens/", {"name": "x", "workspaces": ["*"]}, "place"),
    ("/user/keys", {"handle": "x", "workspaces": ["*"]}, "place"),
    ("/company/tokens", {"description": "x", "group": "*"}, "place"),
    ("/company/tokens", {"description": "x", "roles": ["*"]}, "role"),
    ("/keys/revoke", revoking(owner="*"), "user"),
    ("/keys/revoke", revoking(handle="*"), "named"),
    ("/check", {"credential": "Bearer x", "require": "workspace=*"},
     "place"),
    ("/check", {"credential": "Bearer x", "require": "account=*"},
     "account"),
    ("/users/auth/key", {"id": "*", "api_key": str(uuid.uuid4())},
     "account"),
    ("/sessions", {"username": "x", "password": "x", "account": "*"},
     "account"),
])
def test_a_foreign_object_cannot_be_named(ours, theirs, path, body, name):
    def ask(word):
        text = json.dumps(body).replace('"*"', '"%s"' % word).replace(
            "=*", "=" + word)
        return shape(ours.client.post(path, data=text, headers={
            "Content-Type": "application/json"}))

    named = {**theirs.ids, "place": theirs.handle, "account": "rival"}[name]
    foreign, unknown = ask(named), ask(nothing("handle" if name in (
        "place", "account") else name))
    assert foreign == unknown
    assert foreign[0] >= 400 or "/check" in path or (
        foreign[2].startswith('{"matched":0'))


def web_token(house, theirs):
    return house.client().post("/users/auth/key", json={
        "id": theirs.account_id,
        "api_key": theirs.keys["exchange"].secret}).json()["token"]


@pytest.mark.parametrize("kind", ["named", "app", "exchange"])
def test_a_foreign_token_is_not_known_to_oauth(house, ours, theirs, kind):
    token = web_token(house, theirs) if kind == "exchange" else \
        theirs.keys[kind].secret
    asked = ours.client.post("/oauth/introspect", data={"token": token})
    assert asked.json() == {"active": False}
    random = ours.client.post("/oauth/introspect", data={"token": "x"})
    assert shape(asked) == shape(random)
    assert house.client().get("/check", headers=bearer(
        token)).status_code == 200


# By time

@pytest.mark.servers("lighttpd")
@pytest.mark.parametrize("path, name", [
    ("/users/%s", "user"), ("/keys/%s", "key"),
    ("/workspaces/%s", "workspace"), ("/user/keys/%s", "named")])
def test_a_foreign_id_takes_as_long_as_any(caller, theirs, path, name):
    def get(id):
        assert caller.get(path % id).status_code == 404

    assert_alike(lambda: [
        (lambda: get(theirs.ids[name]), lambda: get(nothing(name)))
        for _ in range(200)])


# Credentials and logins

def test_a_foreign_credential_is_unknown_to_a_verifier(house, ours, theirs):
    def ask(credential):
        answer = ours.client.post("/check", json={"credential": credential})
        assert answer.status_code == 200
        return answer.json()

    assert ask("Bearer " + ours.token)["allowed"] is True
    for change in (None, "disabled = 1", "revoked_at = created_at"):
        if change:
            house.sql("UPDATE `keys` SET %s WHERE id = UNHEX('%s')" % (
                change, theirs.ids["app"].replace("-", "")))
        assert ask("Bearer " + theirs.token) == {
            "allowed": False, "reason": "unknown"}


def test_a_login_says_which_account_it_is_for(house, ours, theirs):
    def login(**more):
        return house.client().post("/sessions/", json={
            "username": ours.owner.username, "password": PASSWORD, **more})

    assert login(account=ACCOUNT).status_code == 201
    assert login(account=house.account_id).status_code == 201
    missing = login()
    assert missing.status_code == 400
    assert missing.json()["errors"][0]["pointer"] == "#/account"
    foreign, unknown = login(account="rival"), login(account="no-such")
    assert shape(foreign) == shape(unknown)
    assert foreign.status_code == 403
    assert "Set-Cookie" not in foreign.headers


def test_a_key_acts_in_its_own_account(house, ours, theirs):
    for one in (ours, theirs):
        seen = house.client().get("/check", auth=one.auth).json()
        assert seen["account"]["legacy_id"] == one.account
        assert seen["user"]["id"] == one.owner.id


def ask(site, program, method, path, account, headers, body=None):
    """The status of a request as a web server passes it on whose settings
    bind the place to an account."""
    return by_cgi.ask(site, program, method, path, {
        "LATCHKEY_ACCOUNT": account, **headers}, body).status


def test_a_place_of_one_account_takes_no_credential_of_another(house):
    ours, theirs = Tenant(house, ACCOUNT), Tenant(house, "rival")
    for tenant, account, status in (
            (ours, ACCOUNT, 200), (theirs, "rival", 200),
            (ours, "rival", 401), (theirs, ACCOUNT, 401),
            (ours, house.account_id, 200), (theirs, house.account_id, 401),
            (ours, "nobody", 401), (ours, "Acme", 401), (ours, "", 500)):
        assert ask(house, "check.fcgi", "GET", "/check", account, {
            "HTTP_AUTHORIZATION": "Bearer " + tenant.token}) == status


def test_a_login_is_to_the_account_of_its_place(house, ours, theirs):
    for place, named, status in (
            (ACCOUNT, None, 201), (ACCOUNT, ACCOUNT, 201),
            (ACCOUNT, "rival", 403), ("rival", None, 403),
            ("nobody", None, 403), ("nobody", ACCOUNT, 403)):
        body = {"username": ours.owner.username, "password": PASSWORD}
        if named is not None:
            body["account"] = named
        assert ask(house, "tokens.fcgi", "POST", "/sessions/", place, {},
                   body) == status
