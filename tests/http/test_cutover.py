# SPDX-License-Identifier: ISC
"""User app tokens of non-interactive users, as Cutover describes them."""

import base64
import datetime
import json
import os
import re
import subprocess
import sys
import time
import uuid

import pytest

import servers
from people import Person, bearer, workspace
from site_under_test import ACCOUNT, PASSWORD
from wire import send

CLIENT = os.path.join(servers.HERE, "clients", "cutover.py")
DAY = 24 * 60 * 60
DEVELOPER = {"role": "developer"}


def address():
    return "api-%s@cutover.example" % uuid.uuid4().hex[:12]


def manager_of(*workspaces):
    return {"role": "workspace-manager", "workspaces": list(workspaces)}


def add_user(caller, *roles, **more):
    return caller.post("/users/", json={
        "type": "non_interactive", "name": "API", "email": address(),
        "roles": list(roles), **more})


def made(answer):
    assert answer.status_code == 201, answer.text
    return answer.json()


def tokens(user):
    return "/users/%s/user_app_tokens" % user["id"]


def add_token(caller, user, **more):
    return caller.post(tokens(user), json={"label": "CI", **more})


def value(answer):
    return made(answer)["data"]["attributes"]["token"]


def status(site, token):
    return site.client().get("/check", headers=bearer(token)).status_code


def code(answer):
    return answer.json()["errors"][0]["code"]


def in_future(seconds):
    when = (datetime.datetime.now(datetime.timezone.utc) +
            datetime.timedelta(seconds=seconds))
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text):
    return datetime.datetime.strptime(
        text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(
            tzinfo=datetime.timezone.utc).timestamp()


@pytest.fixture(scope="module", name="admin")
def global_user_admin(site):
    return Person(site, "global-user-admin").login()


@pytest.fixture(scope="module", name="robot")
def developer_user(admin):
    """A non-interactive user with the Developer role."""
    return made(add_user(admin, DEVELOPER))


@pytest.fixture(scope="module", name="token")
def app_token(admin, robot):
    return value(add_token(admin, robot))


@pytest.fixture(scope="module", name="places")
def two_workspaces(site):
    """Handles of two workspaces and their ids."""
    handles = ["w" + uuid.uuid4().hex[:8] for _ in range(2)]
    return [(handle, workspace(site, handle)) for handle in handles]


def rename(site, token, workspace_id):
    return site.client().patch(
        "/workspaces/" + workspace_id, headers=bearer(token),
        json={"name": "Renamed"})


# The token, and how it is shown

@pytest.mark.statement("E-1", "E-5", "E-7")
def test_a_non_interactive_user_works_through_the_api(site, robot, token):
    seen = site.client().get("/check", headers=bearer(token)).json()
    assert seen["user"]["id"] == robot["id"]
    assert seen["user"]["type"] == "non_interactive"
    assert seen["credential"]["kind"] == "app"


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


PLACES = {
    "nowhere": lambda token: {},
    "no scheme": lambda token: {"Authorization": token},
    "another scheme": lambda token: {"Authorization": "Token " + token},
    "no blank": lambda token: {"Authorization": "Bearer" + token},
    "two blanks": lambda token: {"Authorization": "Bearer  " + token},
    "a tab": lambda token: {"Authorization": "Bearer\t" + token},
    "a second word": lambda token: {"Authorization": "Bearer %s x" % token},
    "two values": lambda token: {
        "Authorization": "Bearer %s, Bearer %s" % (token, token)},
    "quotes": lambda token: {"Authorization": 'Bearer "%s"' % token},
    "Basic user": lambda token: {"Authorization": basic(token + ":")},
    "Basic password": lambda token: {"Authorization": basic(":" + token)},
    "no colon": lambda token: {"Authorization": basic(token)},
    "a cookie": lambda token: {"Cookie": "session=" + token},
    "another header": lambda token: {"X-Api-Key": token},
    "Proxy-Authorization": lambda token: {
        "Proxy-Authorization": "Bearer " + token},
    "cut short": lambda token: bearer(token[:-1]),
    "one more": lambda token: bearer(token + "0"),
    "in capitals": lambda token: bearer(token.upper()),
}


@pytest.mark.statement("E-2")
@pytest.mark.parametrize("place", PLACES)
def test_a_token_in_another_form_or_place_is_refused(site, token, place):
    answer = site.client().get("/check", headers=PLACES[place](token))
    assert answer.status_code == 401


@pytest.mark.statement("E-2")
@pytest.mark.parametrize("name", ["access_token", "token", "api_key"])
def test_a_token_in_the_query_or_the_body_is_refused(site, token, name):
    client = site.client()
    assert client.get("/check", params={name: token}).status_code == 401
    assert client.post("/api_tokens/", data={
        name: token, "name": "x"}).status_code == 401


@pytest.mark.statement("E-2")
def test_the_header_given_twice_is_refused(site, token):
    header = ("Authorization", "Bearer " + token)
    target = "/api/v1/check"
    assert send(site, "GET", target, [header]).status == 200
    assert send(site, "GET", target, [header, header]).status == 401


@pytest.mark.statement("E-1")
def test_the_scheme_is_read_in_any_case(site, token):
    for scheme in ("bearer", "BEARER"):
        assert site.client().get("/check", headers={
            "Authorization": "%s %s" % (scheme, token)}).status_code == 200


@pytest.mark.statement("E-3")
def test_a_token_is_48_letters_and_digits(admin, robot):
    seen = {value(add_token(admin, robot)) for _ in range(5)}
    assert len(seen) == 5
    for token in seen:
        assert re.fullmatch("[A-Za-z0-9]{48}", token)


@pytest.mark.statement("E-29", "E-31")
def test_a_token_is_told_once(site, admin, robot):
    answer = add_token(admin, robot)
    token, id = value(answer), answer.json()["data"]["id"]
    one = admin.get("%s/%s" % (tokens(robot), id))
    assert one.json()["data"]["attributes"]["label"] == "CI"
    assert answer.headers["Location"] == "%s%s/%s" % (
        site.url, tokens(robot), id)
    shown = [one.text, admin.get(tokens(robot) + "?limit=100").text,
             admin.get("/users/%s" % robot["id"]).text,
             site.client().get("/check", headers=bearer(token)).text,
             site.cli("--json", "key", "list", "--account", ACCOUNT).stdout,
             str(site.sql("SELECT detail FROM audit"))]
    for text in shown:
        assert token not in text
    kept = site.sql("SELECT sealed, LENGTH(digest) FROM key_secrets WHERE"
                    " key_id = UNHEX('%s')" % id.replace("-", ""))
    assert kept == [("NULL", "32")]


@pytest.mark.statement("E-42")
@pytest.mark.parametrize("body", [
    {}, {"label": ""}, {"label": None}, {"label": 7}, {"label": "x" * 201},
    {"label": "a\nb"},
    {"data": {"type": "user_app_token", "attributes": {}}}])
def test_a_token_needs_a_label(admin, robot, body):
    answer = admin.post(tokens(robot), json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].endswith("/label")


def test_a_token_is_listed_as_the_product_lists_it(site, admin):
    user = made(add_user(admin, DEVELOPER))
    id = made(add_token(admin, user))["data"]["id"]
    for top in (site.url, site.origin + "/core"):
        one, = site.client().get(top + tokens(user), headers=bearer(
            admin.cookies["session"])).json()["data"]
        assert set(one) == {"id", "type", "attributes"}
        assert one["id"] == id and one["type"] == "user_app_token"
        assert set(one["attributes"]) == {
            "created_at", "expires_at", "label", "last_accessed_at"}


def test_the_products_own_paths_and_bodies_are_taken(site, token, robot):
    client = site.client()
    client.headers.update(bearer(token))
    made_there = client.post(site.origin + "/core" + tokens(robot), json={
        "data": {"type": "user_app_token", "attributes": {"label": "A"}}})
    second = value(made_there)
    assert status(site, second) == 200
    assert made_there.headers["Location"].startswith(
        site.origin + "/core" + tokens(robot) + "/")
    assert client.delete(
        made_there.headers["Location"]).status_code == 204
    assert status(site, second) == 401


# Non-interactive users

@pytest.mark.statement("E-6")
def test_a_non_interactive_user_cannot_be_given_a_password(admin, robot):
    given = add_user(admin, DEVELOPER, password=PASSWORD)
    assert given.status_code == 422
    assert given.json()["errors"][0]["pointer"] == "#/password"
    later = admin.patch("/users/" + robot["id"], json={"password": PASSWORD})
    assert later.status_code == 422
    assert later.json()["errors"][0]["pointer"] == "#/password"


@pytest.mark.statement("E-6", "E-7")
def test_a_non_interactive_user_cannot_log_in_even_with_a_password(site):
    person = Person(site, "developer")
    token = person.app()
    site.sql("UPDATE users SET type = (SELECT type FROM (SELECT DISTINCT type"
             " FROM users WHERE email LIKE '%%@cutover.example') AS t) WHERE"
             " id = UNHEX('%s')" % person.id.replace("-", ""))
    answer = site.client().post("/sessions/", json={
        "username": person.username, "password": PASSWORD})
    assert answer.status_code == 403 and code(answer) == "login-failed"
    assert "Set-Cookie" not in answer.headers
    seen = site.client().get("/check", headers=bearer(token))
    assert seen.json()["user"]["type"] == "non_interactive"


@pytest.mark.statement("E-8")
@pytest.mark.parametrize("roles", [
    [], ["developer"], ["developer", "workspace-manager"]])
def test_others_than_a_user_admin_create_nobody(site, places, roles):
    maker = Person(site, *[
        role + "@" + places[0][0] if role == "workspace-manager" else role
        for role in roles]).login()
    before = site.sql("SELECT COUNT(*) FROM users")
    for type in ("non_interactive", "service", "interactive"):
        answer = add_user(maker, type=type)
        assert answer.status_code == 403 and code(answer) == "scope"
    assert site.sql("SELECT COUNT(*) FROM users") == before


@pytest.mark.statement("E-8")
def test_a_user_admin_creates_a_non_interactive_user(admin):
    user = made(add_user(admin, DEVELOPER))
    assert user["type"] == "non_interactive"
    assert user["roles"] == [{"role": "developer", "workspace": None}]


@pytest.mark.statement("E-12")
def test_the_address_is_the_user_name(admin):
    email = address()
    user = made(add_user(admin, email=email))
    assert user["username"] == user["email"] == email
    other = address()
    changed = admin.patch("/users/" + user["id"], json={"email": other})
    assert changed.json()["username"] == changed.json()["email"] == other


@pytest.mark.statement("E-13")
@pytest.mark.parametrize("email", [
    "api", "api@", "@x.example", "a b@x.example", "api@example",
    "a@b@x.example", ""])
def test_an_address_must_be_of_valid_form(admin, email):
    answer = add_user(admin, email=email)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/email"


@pytest.mark.statement("E-14")
def test_an_address_need_not_be_a_mailbox(site, admin):
    user = made(add_user(admin, DEVELOPER,
                         email="nobody-%s@does.not.exist.invalid" %
                         uuid.uuid4().hex[:8]))
    assert user["verified"] is True
    assert status(site, value(add_token(admin, user))) == 200


@pytest.mark.statement("E-48")
def test_an_address_is_unique(admin, robot):
    again = add_user(admin, email=robot["email"].upper(), username="other")
    assert again.status_code == 409
    other = made(add_user(admin))
    taken = admin.patch("/users/" + other["id"],
                        json={"email": robot["email"]})
    assert taken.status_code == 409


# Roles

@pytest.mark.statement("E-15", "E-16", "E-17", "E-20")
def test_several_roles_are_given_at_once(admin, places):
    handles = [handle for handle, _ in places]
    user = made(add_user(admin, DEVELOPER, manager_of(*handles)))
    given = {(one["role"], one["workspace"]) for one in user["roles"]}
    assert given == {("developer", None),
                     ("workspace-manager", handles[0]),
                     ("workspace-manager", handles[1])}


@pytest.mark.statement("E-20")
@pytest.mark.parametrize("role", [
    {"role": "workspace-manager"},
    {"role": "workspace-manager", "workspaces": []},
    {"role": "workspace-manager", "workspaces": ["nowhere"]},
    {"role": "developer", "workspaces": ["nowhere"]},
    {"role": "nobody"}])
def test_a_workspace_role_goes_with_its_workspaces(admin, role):
    answer = add_user(admin, role)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("#/roles/0")


@pytest.mark.statement("E-18")
def test_developer_alone_is_not_enough(site, token, places):
    answer = rename(site, token, places[0][1])
    assert answer.status_code == 403 and code(answer) == "scope"
    kept = site.admin.get("/workspaces/" + places[0][1]).json()
    assert kept["name"] != "Renamed"


@pytest.mark.statement("E-19", "E-44")
def test_a_workspace_role_reaches_its_own_workspaces_only(site, admin,
                                                          places):
    (handle, own), (_, other) = places
    user = made(add_user(admin, DEVELOPER, manager_of(handle)))
    token = value(add_token(admin, user))
    assert rename(site, token, own).status_code == 200
    assert site.admin.get("/workspaces/" + own).json()["name"] == "Renamed"
    assert rename(site, token, other).status_code == 403
    assert site.admin.get("/workspaces/" + other).json()["name"] != "Renamed"
    # what does not exist looks like what is not his
    absent = rename(site, token, str(uuid.uuid4()))
    assert absent.status_code == 403


@pytest.mark.statement("E-46", "E-19")
def test_roles_given_and_taken_count_for_existing_tokens(site, admin,
                                                         places):
    handle, id = places[0]
    user = made(add_user(admin, DEVELOPER))
    token = value(add_token(admin, user))
    for roles, expected in (([DEVELOPER], 403),
                            ([DEVELOPER, manager_of(handle)], 200),
                            ([DEVELOPER], 403)):
        changed = admin.patch("/users/" + user["id"], json={"roles": roles})
        assert changed.status_code == 200
        assert rename(site, token, id).status_code == expected


@pytest.mark.statement("E-43")
def test_without_the_developer_role_there_is_no_token(site, admin, places):
    user = made(add_user(admin, manager_of(places[0][0])))
    refused = add_token(admin, user)
    assert refused.status_code == 403 and code(refused) == "kind"
    assert admin.get(tokens(user)).json()["data"] == []
    himself = Person(site)
    refused = add_token(himself.login(), {"id": himself.id})
    assert refused.status_code == 403 and code(refused) == "kind"


@pytest.mark.statement("E-43", "E-46")
def test_with_the_developer_role_a_token_loses_its_use(site, admin, places):
    user = made(add_user(admin, DEVELOPER, manager_of(places[0][0])))
    token = value(add_token(admin, user))
    for roles, expected in (([manager_of(places[0][0])], 403),
                            ([DEVELOPER], 200)):
        assert admin.patch("/users/" + user["id"], json={
            "roles": roles}).status_code == 200
        assert status(site, token) == expected


# Ends

@pytest.mark.statement("E-34", "E-45")
def test_whoever_hands_out_a_token_sees_when_it_ends(admin, robot):
    never = made(add_token(admin, robot))["data"]
    ends = in_future(90 * DAY)
    some = made(add_token(admin, robot, expires_at=ends))["data"]
    assert never["attributes"]["expires_at"] is None
    assert some["attributes"]["expires_at"] == ends[:-1] + ".000Z"
    listed = {one["id"]: one["attributes"]["expires_at"] for one in
              admin.get(tokens(robot) + "?limit=100").json()["data"]}
    assert listed[never["id"]] is None
    assert listed[some["id"]] == ends[:-1] + ".000Z"


@pytest.mark.statement("E-45")
def test_an_expired_token_is_refused(site, admin, robot, token):
    short = value(add_token(admin, robot, expires_at=in_future(2)))
    assert status(site, short) == 200
    end = time.monotonic() + 10
    while status(site, short) == 200 and time.monotonic() < end:
        time.sleep(0.2)
    answer = site.client().get("/check", headers=bearer(short))
    assert answer.status_code == 401 and code(answer) == "expired"
    assert status(site, token) == 200


def test_a_token_cannot_end_before_it_begins(admin, robot):
    for ends in (in_future(-1), "1970-01-01T00:00:00Z", "tomorrow"):
        answer = add_token(admin, robot, expires_at=ends)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "#/expires_at"


@pytest.fixture(name="policy")
def month_for_the_account(site):
    """The operator has set that app tokens live 30 days."""
    text = ("REPLACE INTO lifetimes (account_id, kind, initial, most)"
            " SELECT id, 6, {0}, {0} FROM accounts WHERE legacy_id = '" +
            ACCOUNT + "'")
    site.sql(text.format(30 * DAY * 1000))
    yield 30 * DAY
    site.sql("DELETE FROM lifetimes WHERE kind = 6")


@pytest.mark.statement("E-32", "E-33", "E-34")
@pytest.mark.parametrize("asked, days", [(None, 30), (90, 30), (7, 7)])
def test_the_operators_policy_ends_tokens(admin, robot, policy, asked, days):
    more = {"expires_at": in_future(asked * DAY)} if asked else {}
    one = made(add_token(admin, robot, **more))["data"]["attributes"]
    lives = parse(one["expires_at"]) - parse(one["created_at"])
    assert abs(lives - days * DAY) < 60


@pytest.mark.parametrize("limits, told", [
    ({"scopes": []}, []),
    ({"scopes": ["pages:read"]}, ["pages:read"])])
def test_a_token_can_be_narrower_than_its_user(site, admin, robot, limits,
                                               told):
    narrow = value(add_token(admin, robot, **limits))
    seen = site.client().get("/check", headers=bearer(narrow)).json()
    assert seen["permissions"] == told


def test_a_token_is_not_limited_to_no_workspace(admin, robot):
    answer = add_token(admin, robot, workspaces=[])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/workspaces"


@pytest.mark.parametrize("path", [
    "/users/nobody/user_app_tokens", "/users/nobody/user_app_tokens/none",
    "/users/%s/user_app_tokens/none" % uuid.uuid4()])
def test_what_is_no_id_is_not_found_as_the_product_says_it(site, admin, path):
    for top in site.url, site.origin + "/core":
        for method in "GET", "DELETE":
            answer = admin.request(method, top + path)
            assert answer.status_code == 404
            assert code(answer) == "not_found"


# Revoking

@pytest.mark.statement("E-36", "E-39", "E-40", "E-41")
def test_a_revoked_token_stops_and_no_other(site, admin, robot, token):
    answer = add_token(admin, robot)
    second, uri = value(answer), answer.headers["Location"]
    assert admin.get(uri).status_code == 200
    assert status(site, second) == 200
    assert admin.delete(uri).status_code == 204
    refused = site.client().get("/check", headers=bearer(second))
    assert refused.status_code == 401 and code(refused) == "revoked"
    assert status(site, token) == 200
    assert admin.delete(uri).status_code == 404


@pytest.mark.statement("E-47")
def test_another_users_token_is_revoked_by_user_admins_only(site, admin,
                                                            places):
    user = made(add_user(admin, DEVELOPER))
    answer = add_token(admin, user)
    token, uri = value(answer), answer.headers["Location"]
    other = Person(site, "developer", "workspace-manager@" + places[0][0])
    for caller in (other.login(), Person(site).login()):
        for path in (uri, uri.rpartition("/")[0]):
            assert caller.get(path).status_code == 403
        assert caller.delete(uri).status_code == 403
    robot = site.client()
    robot.headers.update(bearer(other.app()))
    assert robot.delete(uri).status_code == 403
    # below his own path there is no such token
    foreign = "/users/%s/user_app_tokens/%s" % (
        other.id, uri.rpartition("/")[2])
    assert robot.delete(foreign).status_code == 404
    assert status(site, token) == 200


def test_a_developer_keeps_tokens_of_his_own(site):
    person = Person(site, "developer")
    client = person.login()
    answer = add_token(client, {"id": person.id})
    assert status(site, value(answer)) == 200
    assert client.delete(answer.headers["Location"]).status_code == 204


@pytest.mark.parametrize("how", ["blocked", "deleted"])
def test_the_token_of_an_archived_user_fails(site, admin, how):
    user = made(add_user(admin, DEVELOPER))
    token = value(add_token(admin, user))
    done = (admin.delete("/users/" + user["id"]) if how == "deleted" else
            admin.patch("/users/" + user["id"], json={"blocked": True}))
    assert done.ok
    answer = site.client().get("/check", headers=bearer(token))
    assert answer.status_code == 401
    assert code(answer) in ("owner", "revoked")


# Clients of the product

def run_client(site, token, core, *words):
    """What it prints, or why the server said no."""
    done = subprocess.run(
        [sys.executable, CLIENT, site.origin, token, *words,
         "--core", core, "--ca", site.server.certificate()],
        env={"NO_PROXY": "*"}, capture_output=True, text=True, check=False)
    assert done.returncode == (0 if done.stdout else 1), done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr.strip()


@pytest.mark.statement("E-1", "E-36", "E-39", "E-41")
@pytest.mark.parametrize("core", ["/core", "/api/v1"])
def test_a_client_written_for_the_product_runs_unmodified(site, robot, token,
                                                          core):
    admin = Person(site, "global-user-admin", "developer").app()
    made_there = run_client(site, admin, core, "create", robot["id"], "CD")
    second, id = made_there["attributes"]["token"], made_there["id"]
    assert status(site, second) == 200
    listed = {one["id"]: one["attributes"] for one in
              run_client(site, admin, core, "list", robot["id"])}
    assert listed[id]["label"] == "CD"
    assert run_client(site, admin, core, "revoke", robot["id"], id) == ""
    assert status(site, second) == 401 and status(site, token) == 200
    assert id not in str(run_client(site, admin, core, "list", robot["id"]))
    assert run_client(site, admin, core, "revoke", robot["id"],
                      id) == "404 not_found"


@pytest.mark.statement("E-42", "E-47")
@pytest.mark.parametrize("core", ["/core", "/api/v1"])
def test_a_client_understands_why_it_may_not(site, admin, robot, token, core):
    other = made(add_user(admin, DEVELOPER))["id"]
    for words, why in ((("list", other), "403 scope"),
                       (("revoke", other, str(uuid.uuid4())), "403 scope"),
                       (("create", robot["id"], ""), "422 invalid-field")):
        assert run_client(site, token, core, *words) == why
    assert run_client(site, token[:-1] + "!", core, "list",
                      robot["id"]) == "401 unauthenticated"
