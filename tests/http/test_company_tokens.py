# SPDX-License-Identifier: ISC
"""Company tokens, as Bitsight's reference describes them."""

import json
import os
import re
import subprocess
import sys
import uuid

import pytest

import servers
import site_under_test
from people import Person, bearer, workspace

CLIENT = os.path.join(servers.HERE, "clients", "bitsight.py")
FORBIDDEN = "You do not have permission to perform this action."
TOKENS = "/customers/current/api-tokens"
FAMILIES = ["/ratings/v1", "/v1", "/customer-api/v1"]
MEMBERS = {"description", "guid", "token", "created_date", "creator_name",
           "group"}
ADMINS = ["owner", "vrm-admin"]
OTHERS = ["global-user-admin", "developer", "auditor", "viewer",
          "serviceaccount"]


def add(caller, description="For Archer", **more):
    return caller.post("/company/tokens", json={
        "description": description, **more})


def made(answer):
    assert answer.status_code == 201, answer.text
    return answer.json()


def check(site, token):
    return site.client().get("/check", auth=(token, ""))


def permissions(site, token):
    return set(check(site, token).json()["permissions"])


def of(site, guid):
    """The row of the user to whom a company token belongs."""
    return ("users WHERE id = (SELECT user_id FROM `keys` WHERE id ="
            " UNHEX('%s'))" % guid.replace("-", ""))


def masked(token):
    return "*" * 36 + token[-4:]


@pytest.fixture(scope="module", name="admin")
def vrm_admin(site):
    return Person(site, "vrm-admin").login()


# Making one

@pytest.mark.statement("D-1", "D-10", "D-28")
@pytest.mark.parametrize("role", ADMINS)
def test_an_admin_makes_one(site, role):
    person = Person(site, role)
    answer = add(person.login(), "Für Archer: täglich")
    token = made(answer)
    assert set(token) == MEMBERS
    assert token["description"] == "Für Archer: täglich"
    assert token["creator_name"] == "A person"
    assert token["group"] is None
    assert re.fullmatch("[A-Za-z0-9]{40}", token["token"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                        token["created_date"])
    assert answer.headers["Location"] == "%s/company/tokens/%s" % (
        site.url, token["guid"])
    seen = check(site, token["token"]).json()
    assert seen["credential"] == {"id": token["guid"], "kind": "company",
                                  "label": "Für Archer: täglich"}
    assert seen["user"]["type"] == "company"


@pytest.mark.statement("D-29", "D-30", "D-38")
@pytest.mark.parametrize("role", OTHERS + [None])
def test_nobody_else_makes_or_sees_one(site, admin, role):
    token = made(add(admin))
    caller = Person(site, *[role] if role else []).login()
    path = "/company/tokens/" + token["guid"]
    before = site.sql("SELECT COUNT(*) FROM users WHERE type = 4")
    for answer in (add(caller), caller.get("/company/tokens"),
                   caller.get(path), caller.delete(path)):
        assert answer.status_code == 403
        assert answer.json()["detail"] == FORBIDDEN
        assert "latchkey:company-tokens" in answer.json()["msg"]
    assert check(site, token["token"]).status_code == 200
    assert site.sql("SELECT COUNT(*) FROM users WHERE type = 4") == before
    # a token of one's own is everybody's
    assert caller.post("/user/token").status_code == 201


@pytest.mark.statement("D-33")
@pytest.mark.parametrize("body", [
    {}, {"description": ""}, {"description": " "}, {"description": None},
    {"description": 7}, {"description": "x" * 201},
    {"description": "a\nb"}, {"group": None}])
def test_it_needs_a_description(admin, body):
    answer = admin.post("/company/tokens", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/description"


@pytest.mark.statement("D-34")
def test_several_live_at_once(site, admin):
    tokens = [made(add(admin, "One of three")) for _ in range(3)]
    assert len({one["token"] for one in tokens}) == 3
    for one in tokens:
        assert check(site, one["token"]).status_code == 200


# What it may

@pytest.mark.parametrize("roles, wanted", [
    (None, {"latchkey:company-tokens", "latchkey:roles:give"}),
    (["viewer"], {"latchkey:users:read", "latchkey:workspaces:read"}),
    ([], set()),
])
def test_it_has_the_roles_chosen_at_its_making(site, admin, roles, wanted):
    token = made(add(admin, roles=roles))["token"]
    assert permissions(site, token) == wanted | {
        "latchkey:self", "latchkey:keys"}


@pytest.mark.parametrize("roles, status, pointer", [
    (["owner"], 403, None), (["viewer", "developer"], 403, None),
    (["viewer", "nonsense"], 400, "#/roles/1"),
    (["viewer", "viewer"], 400, "#/roles/1"),
    (["workspace-manager"], 400, "#/roles/0"),
    ("viewer", 400, "#/roles")])
def test_roles_are_the_makers_to_give(site, admin, roles, status, pointer):
    before = site.sql("SELECT COUNT(*) FROM users")
    answer = add(admin, roles=roles)
    assert answer.status_code == status
    assert answer.json()["errors"][0].get("pointer") == pointer
    assert site.sql("SELECT COUNT(*) FROM users") == before


def test_a_role_that_one_has_is_not_ones_own_to_give(site):
    caller = Person(site, "vrm-admin", "developer").login()
    assert add(caller, roles=["developer"]).status_code == 403
    # what is left when nothing is said
    token = made(add(caller))["token"]
    assert "pages:read" not in permissions(site, token)


def test_a_weaker_credential_makes_no_stronger_token(site):
    person = Person(site, "vrm-admin")
    weak = person.pair("--scope", "latchkey:company-tokens")
    client = site.client()
    client.auth = weak
    token = made(add(client))["token"]
    assert permissions(site, token) == set()
    assert add(client, roles=["viewer"]).status_code == 403
    assert add(client, scopes=None).status_code == 403
    assert add(client, scopes=["latchkey:self"]).status_code == 403


def test_it_may_be_limited(site, admin):
    token = made(add(admin, scopes=["latchkey:self"],
                     expires_at="2035-01-01T00:00:00Z"))["token"]
    seen = check(site, token).json()
    assert seen["permissions"] == ["latchkey:self"]
    assert seen["expires_at"] == "2035-01-01T00:00:00.000Z"


def test_a_group_is_a_workspace_by_handle_or_name(site):
    handle = "g" + uuid.uuid4().hex[:8]
    workspace(site, handle)
    name = "Workspace " + handle
    for group in (handle, name):
        token = made(add(site.admin, group=group,
                         roles=["workspace-manager"]))
        assert token["group"] == name
        seen = check(site, token["token"]).json()
        assert seen["workspaces"] == [handle]
        shown = site.admin.get("/company/tokens/" + token["guid"]).json()
        assert shown["group"] == name
    twin = "g" + uuid.uuid4().hex[:8]
    site.admin.post("/workspaces", json={"handle": twin, "name": name})
    for more in ({"group": "No such group"}, {"group": name}, {"group": ""},
                 {"group": twin, "workspaces": [twin]}):
        answer = add(site.admin, **more)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "#/group"


def test_a_token_of_a_group_is_not_one_for_all(site, admin):
    handle = "g" + uuid.uuid4().hex[:8]
    workspace(site, handle)
    whole = made(add(site.admin, roles=["vrm-admin"]))["token"]
    part = made(add(site.admin, roles=["vrm-admin"], group=handle))["token"]
    for token, status in ((whole, 200), (part, 403)):
        assert site.client().get("/company/tokens", auth=(token, "")
                                 ).status_code == status


# Showing

@pytest.mark.statement("D-37", "D-14")
def test_it_is_shown_masked_ever_after(site, admin):
    answer = add(admin, "Shown once")
    token, guid = made(answer)["token"], answer.json()["guid"]
    one = admin.get("/company/tokens/" + guid).json()
    assert one == {**answer.json(), "token": masked(token)}
    assert one in admin.get("/company/tokens").json()


@pytest.mark.statement("D-37")
def test_no_answer_and_no_record_has_it(site, admin):
    answer = add(admin, "Looked for")
    token, guid = made(answer)["token"], answer.json()["guid"]
    (owner,), = site.sql("SELECT LOWER(HEX(id)) FROM " + of(site, guid))
    seen = site.client()
    seen.auth = (token, "")
    pages = ["/company/tokens", "/company/tokens?limit=100",
             "/company/tokens/" + guid, "/users/", "/users/" + owner,
             "/check", "/user/token", "/api_tokens/", "/sessions/", "/roles",
             "/keys", "/keys/" + guid, "/user/keys", "/audit"]
    texts = [caller.get(page).text for page in pages
             for caller in (site.admin, seen)]
    texts += [site.admin.get(site.origin + family + TOKENS).text
              for family in FAMILIES]
    texts += [site.cli("--json", "key", "list", "--account",
                       site_under_test.ACCOUNT).stdout,
              str(site.sql("SELECT detail FROM audit")), site.log(),
              *map(str, site.mails())]
    for text in texts:
        assert token not in text
    assert site.sql("SELECT s.sealed, s.hint FROM key_secrets s WHERE"
                    " s.key_id = UNHEX('%s')" % guid.replace("-", "")) == [
                        ("NULL", token[-4:])]


@pytest.mark.statement("D-37")
def test_user_tokens_are_not_listed(site):
    person = Person(site, "vrm-admin")
    caller = person.login()
    guid = caller.post("/user/token").json()["guid"]
    assert guid not in {one["guid"] for one in
                        caller.get("/company/tokens").json()}
    for method in ("GET", "DELETE"):
        assert caller.request(method, "/company/tokens/" + guid
                              ).status_code == 404


def test_a_long_list_may_be_read_in_pages(admin):
    for number in range(3):
        made(add(admin, "Page %d" % number))
    whole = admin.get("/company/tokens").json()
    answer = admin.get("/company/tokens", params={"limit": 2})
    read = answer.json()
    while "Link" in answer.headers:
        answer = admin.get(admin.site.origin + re.match(
            "<([^>]*)>", answer.headers["Link"]).group(1))
        read += answer.json()
    assert read == whole
    assert admin.get("/company/tokens", params={
        "limit": 0}).status_code == 400


# The user that is made with it

@pytest.mark.statement("D-39")
def test_its_user_is_hidden_and_ends_with_it(site, admin):
    token = made(add(admin, "Hidden"))
    row = of(site, token["guid"])
    assert site.sql("SELECT type, email, password, name FROM " + row) == [
        ("4", "NULL", "NULL", "Hidden")]
    (username,), = site.sql("SELECT username FROM " + row)
    assert username not in site.admin.get("/users/?limit=100").text
    assert site.client().post("/sessions/", json={
        "username": username, "password": "x" * 20}).status_code in (401, 403)
    pair = site.client().post("/api_tokens/", auth=(token["token"], ""),
                              json={"name": "x"})
    assert pair.status_code == 201
    assert admin.delete("/company/tokens/" + token["guid"]
                        ).status_code == 204
    assert site.sql("SELECT deleted_at IS NULL FROM " + row) == [("0",)]
    assert site.client().get("/check", auth=(
        pair.json()["uuid"], pair.json()["secret"])).status_code == 401


def test_ending_it(site, admin):
    token = made(add(admin, "Ends"))
    path = "/company/tokens/" + token["guid"]
    tag = admin.get(path).headers["ETag"]
    assert admin.delete(path, headers={"If-Match": '"other"'}
                        ).status_code == 412
    assert check(site, token["token"]).status_code == 200
    assert admin.delete(path, headers={"If-Match": tag}).status_code == 204
    assert check(site, token["token"]).status_code == 401
    assert admin.get(path).status_code == 404
    assert admin.delete(path).status_code == 404
    assert token["guid"] not in admin.get("/company/tokens").text
    # another admin, and by itself
    other = made(add(admin, "Ends itself"))
    assert site.client().delete(
        "/company/tokens/" + other["guid"],
        auth=(other["token"], "")).status_code == 204


ENDINGS = {
    "the product's path": lambda site, guid: site.admin.delete(
        "/company/tokens/" + guid),
    "the uniform view": lambda site, guid: site.admin.delete(
        "/keys/" + guid),
    "the command line": lambda site, guid: site.cli(
        "key", "revoke", "--account", site_under_test.ACCOUNT, guid),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_way_ends_it_with_its_user(site, admin, ending):
    token = made(add(admin, "Ended"))
    ENDINGS[ending](site, token["guid"])
    assert check(site, token["token"]).status_code == 401
    assert site.sql("SELECT deleted_at IS NULL FROM " + of(
        site, token["guid"])) == [("0",)]


def test_the_trail_says_what_it_was_given(site, admin):
    token = made(add(admin, "Written down", roles=["viewer"]))
    admin.delete("/company/tokens/" + token["guid"])
    rows = site.sql("SELECT action, detail FROM audit WHERE object_id ="
                    " UNHEX('%s') ORDER BY id" %
                    token["guid"].replace("-", ""))
    assert [action for action, _ in rows] == ["key.create", "key.revoke"]
    for _, detail in rows:
        told = json.loads(detail)
        assert told["kind"] == "company" and told["roles"] == ["viewer"]


# Clients of the product

def run_client(site, token, family, *words):
    done = subprocess.run(
        [sys.executable, CLIENT, site.origin, token, *words,
         "--family", family, "--ca", site.server.certificate()],
        env={"NO_PROXY": "*"}, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3, 4), done.stderr
    return json.loads(done.stdout) if done.stdout else done.returncode


@pytest.mark.statement("D-23", "D-24", "D-27")
@pytest.mark.parametrize("family", FAMILIES)
def test_a_client_written_for_the_product_runs_unmodified(site, family):
    person = Person(site, "owner")
    token = person.login().post("/user/token").json()["token"]
    company = run_client(site, token, family, "create", "By a client")
    assert len(company["token"]) == 40
    other = run_client(site, company["token"], family, "create", "Second")
    listed = {one["guid"]: one for one in run_client(
        site, company["token"], family, "list")}
    assert listed[company["guid"]]["creator_name"] == "A person"
    assert listed[other["guid"]]["creator_name"] == "By a client"
    assert run_client(site, other["token"], family, "revoke",
                      company["guid"]) == ""
    assert run_client(site, company["token"], family, "list") == 3
    assert other["guid"] in str(run_client(site, token, family, "list"))


@pytest.mark.statement("D-6", "D-7", "D-8")
def test_a_client_replaces_its_own_token_and_ends_it(site):
    token = Person(site).login().post("/user/token").json()["token"]
    second = run_client(site, token, "/api/v1", "generate")["token"]
    assert run_client(site, token, "/api/v1", "show") == 3
    assert run_client(site, second, "/api/v1", "show")["token"] == second
    assert run_client(site, second, "/api/v1", "end") == ""
    assert run_client(site, second, "/api/v1", "show") == 3


@pytest.mark.statement("D-29", "D-38")
@pytest.mark.parametrize("family", FAMILIES)
def test_a_client_understands_that_it_may_not(site, family):
    person = Person(site, "developer")
    token = person.login().post("/user/token").json()["token"]
    for words in (["list"], ["create", "x"], ["revoke", str(uuid.uuid4())]):
        assert run_client(site, token, family, *words) == 4


def test_an_alias_says_where_its_token_is(site):
    caller = site.client()
    caller.headers.update(bearer(Person(site, "vrm-admin").session()))
    answer = caller.post(site.origin + "/ratings/v1" + TOKENS,
                         params={"format": "json"},
                         json={"description": "By an alias", "group": None})
    place = "%s/ratings/v1%s/%s" % (site.origin, TOKENS,
                                    made(answer)["guid"])
    assert answer.headers["Location"] == place
    assert caller.get(place).json()["guid"] == answer.json()["guid"]
    assert caller.delete(place).status_code == 204
