# SPDX-License-Identifier: ISC
"""Another account's objects cannot be told from ones that do not exist."""

import os
import re
import uuid

import pytest

import by_cgi
import conftest
import site_under_test
from people import Person, bearer, workspace
from site_under_test import ACCOUNT, PASSWORD
from test_http import ROUTES, allowed

# What the ids in a path are of, and bodies where one is needed.
OBJECTS = {
    "/users/{id}": ["user"],
    "/workspaces/{id}": ["workspace"],
    "/api_tokens/{id}": ["pair"],
    "/users/{id}/user_app_tokens": ["user"],
    "/users/{id}/user_app_tokens/{id}": ["user", "app"],
    "/users/{id}/api/key": ["user"],
    "/api/v0/configurations/{word}/{word}/users/{id}/api/key": ["user"],
    "/company/tokens/{id}": ["company"],
    "/ratings/v1/customers/current/api-tokens/{id}": ["company"],
    "/v1/customers/current/api-tokens/{id}": ["company"],
    "/customer-api/v1/customers/current/api-tokens/{id}": ["company"],
    "/keys/{id}": ["pair"],
    "/keys/{id}/rotate": ["pair"],
    "/audit/{id}": ["audit"],
}
BODIES = {
    "/users/{id}": {"name": "Taken over"},
    "/workspaces/{id}": {"name": "Taken over"},
    "/users/{id}/user_app_tokens": {"label": "Taken over"},
    "/users/{id}/api/key": {},
    "/api/v0/configurations/{word}/{word}/users/{id}/api/key": {},
    "/keys/{id}": {"label": "Taken over"},
    "/keys/{id}/rotate": {},
}


def pytest_generate_tests(metafunc):
    if "house" in metafunc.fixturenames:
        metafunc.parametrize("house", conftest.names_for(metafunc),
                             indirect=True, scope="module")


@pytest.fixture(scope="module", name="house")
def site_of_two_accounts(request, folder, mariadb, application):
    """A site of its own: a second account would close the others' gates."""
    apart = os.path.join(folder, "tenancy")
    os.makedirs(apart, exist_ok=True)
    made = site_under_test.Site(request.param, apart, mariadb, application)
    made.db += "_tenancy"
    made.prepare()
    made.cli("account", "add", "--legacy-id", "rival", "Rival")
    made.start()
    yield made
    made.stop()


class Tenant:
    """An account with an owner and one object of each kind."""

    def __init__(self, site, account):
        self.site = site
        self.account = account
        self.owner = Person(site, "owner", account=account)
        self.client = site.client()
        answer = self.client.post("/sessions/", json={
            "username": self.owner.username, "password": PASSWORD,
            "account": account})
        assert answer.status_code == 201, answer.text
        site.owner = self.client
        self.handle = "w" + uuid.uuid4().hex[:8]
        pair = self.client.post("/api_tokens/", json={"name": "P"}).json()
        app = self.client.post(
            "/users/%s/user_app_tokens" % self.owner.id,
            json={"label": "A"}).json()["data"]
        self.auth = pair["uuid"], pair["secret"]
        self.token = app["attributes"]["token"]
        self.ids = {"user": self.owner.id, "pair": pair["uuid"],
                    "app": app["id"],
                    "workspace": workspace(site, self.handle)}
        self.ids["company"] = self.client.post("/company/tokens", json={
            "description": "C"}).json()["guid"]
        self.ids["audit"] = self.client.get("/audit").json()["items"][0]["id"]


@pytest.fixture(scope="module", name="ours")
def our_account(house):
    return Tenant(house, ACCOUNT)


@pytest.fixture(scope="module", name="theirs")
def their_account(house):
    return Tenant(house, "rival")


def shape(answer):
    """An answer less its own id, and what is the connection's."""
    without = {"X-Request-Id", "Date", "Keep-Alive"}
    if answer.headers.get("Server", "").startswith("Apache"):
        # it measures a body anew, or not, as the pieces come from a program
        without |= {"Content-Length", "Transfer-Encoding"}
    headers = {name: value for name, value in answer.headers.items()
               if name not in without}
    return answer.status_code, headers, re.sub(
        "urn:uuid:[0-9a-f-]{36}", "", answer.text)


def rows(site):
    return site.sql("SELECT COUNT(*) FROM audit")


def requests_with_ids():
    found = []
    for path, program in ROUTES:
        pattern = re.sub("^/api/v1|^/core", "", path)
        if "{id}" in pattern:
            found += [(method, path, pattern) for method in sorted(
                allowed(ROUTES[path, program]) - {"OPTIONS"})]
    return found


def test_every_route_with_an_id_is_known_here():
    assert {pattern for _, _, pattern in requests_with_ids()} == set(OBJECTS)


@pytest.mark.parametrize("method, path, pattern", requests_with_ids())
def test_a_foreign_id_looks_like_one_that_does_not_exist(
        house, ours, theirs, method, path, pattern):
    kinds = OBJECTS[pattern]
    client = house.client()
    client.headers.update(bearer(ours.client.cookies["session"]))

    def ask(*ids):
        target = path.replace("{word}", ACCOUNT)
        for id in ids:
            target = target.replace("{id}", id, 1)
        body = BODIES.get(pattern) if method in ("POST", "PATCH") else None
        return shape(client.request(method, house.origin + target, json=body))

    random = ask(*[str(uuid.uuid4()) for _ in kinds])
    before = rows(house)
    assert ask(*[theirs.ids[kind] for kind in kinds]) == random
    assert random[0] == 404
    if len(kinds) == 2:
        mixed = ask(ours.ids["user"], theirs.ids["app"])
        assert mixed == ask(ours.ids["user"], str(uuid.uuid4()))
        assert mixed[0] == 404
    assert rows(house) == before


def test_the_objects_are_still_there_for_their_own(theirs):
    client = theirs.client
    for path in ("/users/" + theirs.ids["user"],
                 "/workspaces/" + theirs.ids["workspace"],
                 "/api_tokens/%s/" % theirs.ids["pair"]):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Taken over" not in answer.text


@pytest.mark.parametrize("path", ["/users/", "/workspaces", "/api_tokens/"])
def test_lists_and_cursors_show_ones_own_alone(ours, theirs, path):
    for one, other in ((ours, theirs), (theirs, ours)):
        kind = {"/users/": "user", "/workspaces": "workspace",
                "/api_tokens/": "pair"}[path]
        listed = one.client.get(path + "?limit=100").text
        assert one.ids[kind] in listed and other.ids[kind] not in listed
        # an id of the same moment that nobody has
        near = other.ids[kind][:-12] + uuid.uuid4().hex[:12]
        answers = [one.client.get("%s?cursor=%s" % (path, id))
                   for id in (other.ids[kind], near)]
        assert shape(answers[0]) == shape(answers[1])


def test_names_are_ones_own(house, ours, theirs):
    email = "same-%s@x.example" % uuid.uuid4().hex[:8]
    handle = "s" + uuid.uuid4().hex[:8]
    for tenant in (ours, theirs):
        assert tenant.client.post("/users/", json={
            "name": "Same", "email": email}).status_code == 201
        assert tenant.client.post("/workspaces", json={
            "handle": handle, "name": "Same"}).status_code == 201


@pytest.mark.parametrize("path, body", [
    ("/users/", {"name": "x", "email": "x@x.example", "roles": [
        {"role": "workspace-manager", "workspaces": ["*"]}]}),
    ("/api_tokens/", {"name": "x", "workspaces": ["*"]}),
])
def test_a_foreign_workspace_cannot_be_named(ours, theirs, path, body):
    def ask(handle):
        text = str(body).replace("'", '"').replace("*", handle)
        return shape(ours.client.post(path, data=text, headers={
            "Content-Type": "application/json"}))

    foreign, unknown = ask(theirs.handle), ask("nowhere")
    assert foreign == unknown and foreign[0] in (400, 422)


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
