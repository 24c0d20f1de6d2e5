# SPDX-License-Identifier: ISC
"""Roles that an account defines: from what, by whom, and for whom."""

import itertools

import pytest

import people

NUMBERS = itertools.count(1)
ADMIN = "global-user-admin"


def define(caller, permissions, **more):
    body = {"slug": "own-%d" % next(NUMBERS), "name": "A role of ours",
            "permissions": permissions, **more}
    return caller.post("/roles", json=body)


@pytest.fixture(scope="module")
def reader(site):
    """A role that permits one thing of the operator's; its slug."""
    answer = define(site.admin, ["orders:read"])
    assert answer.status_code == 201, answer.text
    yield answer.json()["slug"]
    site.admin.delete("/roles/" + answer.json()["slug"])


def give(site, person, *roles):
    return site.admin.patch("/users/" + person.id, json={
        "roles": [{"role": role} for role in roles]})


def held(person):
    return set(person.login().get("/check").json()["permissions"])


def test_a_role_is_shown_as_it_was_defined(site):
    answer = define(site.admin, ["orders:read", "latchkey:users:read"],
                    gives=["viewer"])
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith("/roles/" + made["slug"])
    assert made == {
        "slug": made["slug"], "name": "A role of ours", "built_in": False,
        "in_workspaces": False, "gives": ["viewer"],
        "permissions": ["latchkey:users:read", "orders:read"]}
    path = "/roles/" + made["slug"]
    assert site.admin.get(path).json() == made
    listed = {item["slug"]: item for item in
              site.admin.get("/roles").json()["items"]}
    assert {**listed[made["slug"]], "gives": ["viewer"]} == made
    assert listed["owner"]["built_in"]
    assert site.admin.delete(path).status_code == 204
    assert site.admin.get(path).status_code == 404


@pytest.mark.parametrize("wrong, pointer", [
    ({"slug": "Not A Slug"}, "/slug"), ({"slug": ""}, "/slug"),
    ({"name": ""}, "/name"), ({"name": "a\nb"}, "/name"),
    ({"permissions": ["orders:none"]}, "/permissions/0"),
    ({"permissions": "orders:read"}, "/permissions"),
    ({"gives": ["viewer", "viewer"]}, "/gives/1"),
    ({"gives": ["nobody"]}, "/gives/0"),
    ({"in_workspaces": "yes"}, "/in_workspaces"),
    ({"colour": "red"}, ""),
])
def test_a_faulty_definition_says_where(site, wrong, pointer):
    answer = define(site.admin, **{"permissions": ["orders:read"], **wrong})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#" + pointer


@pytest.mark.parametrize("missing", ["slug", "name", "permissions"])
def test_what_a_definition_needs(site, missing):
    body = {"slug": "needs", "name": "N", "permissions": []}
    del body[missing]
    assert site.admin.post("/roles", json=body).status_code == 422


def test_a_slug_is_one_role_s(site, reader):
    for slug in reader, "viewer":
        answer = define(site.admin, [], slug=slug)
        assert answer.status_code == 409
        assert answer.json()["errors"][0]["code"] == "taken"


@pytest.mark.parametrize("slug", ["viewer", "owner", "workspace-manager"])
def test_built_in_roles_stay_as_they_are(site, slug):
    before = site.admin.get("/roles/" + slug).json()
    for answer in (site.admin.patch("/roles/" + slug, json={"name": "New"}),
                   site.admin.delete("/roles/" + slug)):
        assert answer.status_code == 409
        assert answer.json()["errors"][0]["code"] == "built-in"
    assert site.admin.get("/roles/" + slug).json() == before


def test_a_role_that_is_not_there_is_not_found(site):
    for method, body in (("GET", None), ("PATCH", {"name": "N"}),
                         ("DELETE", None)):
        assert site.admin.request(method, "/roles/never-made",
                                  json=body).status_code == 404


@pytest.mark.statement("E-17", "E-18", "E-46")
def test_a_defined_role_opens_what_it_permits_until_it_is_taken(site):
    """Its change and its end reach the keys of those who have it."""
    slug = define(site.admin, ["latchkey:develop", "latchkey:users:read"]
                  ).json()["slug"]
    person = people.Person(site)
    assert give(site, person, slug).status_code == 200
    caller = site.client()
    caller.headers.update(people.bearer(person.app()))
    assert caller.get("/users").status_code == 200
    site.admin.patch("/roles/" + slug, json={
        "permissions": ["latchkey:develop"]}).raise_for_status()
    assert caller.get("/users").status_code == 403
    assert caller.get("/check").status_code == 200
    assert site.admin.delete("/roles/" + slug).status_code == 204
    assert caller.get("/check").status_code == 403
    assert site.admin.get("/users/" + person.id).json()["roles"] == []
    assert site.sql("SELECT COUNT(*) FROM user_roles g LEFT JOIN roles r ON"
                    " r.id = g.role_id WHERE r.id IS NULL") == [("0",)]


@pytest.mark.parametrize("permissions, gives, status", [
    (["latchkey:users:read"], [], 201),
    (["latchkey:develop"], [], 201),        # of a role that it may give
    (["latchkey:audit"], [], 403),
    (["latchkey:company-tokens"], [], 403),
    (["orders:read"], [], 403),             # of one given in workspaces
    (["latchkey:roles:give"], ["viewer"], 201),
    (["latchkey:roles:give"], ["owner"], 403),
    ([], ["vrm-admin"], 403),
])
def test_who_defines_covers_all_of_it(site, permissions, gives, status):
    caller = people.Person(site, ADMIN).login()
    answer = define(caller, permissions, gives=gives)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["errors"][0]["code"] == "not-covered"
    else:
        site.admin.delete("/roles/" + answer.json()["slug"])


def test_what_ends_or_is_fenced_in_defines_nothing(site):
    """A role has no end and holds everywhere."""
    scopes = ("--scope", "latchkey:roles:write", "--scope", "orders:read")
    owner = people.Person(site, "owner")
    cases = {("--expires", "9d"): 403, (): 201}
    for words, status in cases.items():
        caller = site.client()
        caller.auth = owner.pair(*scopes, *words)
        answer = define(caller, ["orders:read"])
        assert answer.status_code == status, answer.text
        # its scopes are what it covers
        assert define(caller, ["pages:read"]).status_code == 403
    site.admin.delete("/roles/" + answer.json()["slug"])


@pytest.mark.parametrize("change", [
    {"permissions": ["latchkey:users:read"]}, {"permissions": []},
    {"name": "Other"}, {"gives": []}, None,
])
def test_who_changes_covers_what_was_and_what_will_be(site, change):
    """Taking away needs as much as giving did."""
    slug = define(site.admin, ["latchkey:audit"], gives=["auditor"]
                  ).json()["slug"]
    caller = people.Person(site, ADMIN).login()
    path = "/roles/" + slug
    answer = caller.delete(path) if change is None else \
        caller.patch(path, json=change)
    assert answer.status_code == 403, answer.text
    assert site.admin.get(path).json()["permissions"] == ["latchkey:audit"]
    assert site.admin.get(path).json()["gives"] == ["auditor"]
    site.admin.delete(path)


def test_taking_away_what_a_role_gives_needs_as_much_as_adding_it(site):
    slug = define(site.admin, [], gives=["auditor"]).json()["slug"]
    caller = people.Person(site, ADMIN).login()
    path = "/roles/" + slug
    assert caller.patch(path, json={"gives": []}).status_code == 403
    assert caller.delete(path).status_code == 403
    assert caller.patch(path, json={"name": "Other"}).status_code == 200
    assert site.admin.delete(path).status_code == 204


GIVING = ["latchkey:roles:give", "latchkey:users:write"]


def test_what_a_role_gives_counts_only_with_the_permission_to_give(site):
    """No other role of its holder's, nor its change, may make it count."""
    slug = define(site.admin, ["orders:read"], gives=["owner"]).json()["slug"]
    holder, admin = people.Person(site), people.Person(site, ADMIN)
    assert give(site, holder, slug, ADMIN).status_code == 200
    path = "/users/" + admin.id
    more = {"roles": [{"role": ADMIN}, {"role": "owner"}]}
    assert holder.login().patch(path, json=more).status_code == 403
    change = {"permissions": ["orders:read", *GIVING]}
    assert admin.login().patch("/roles/" + slug, json=change
                               ).status_code == 403
    assert site.admin.patch("/roles/" + slug, json=change).status_code == 200
    assert holder.login().patch(path, json=more).status_code == 200
    change = {"permissions": ["orders:read"]}
    assert people.Person(site, ADMIN).login().patch(
        "/roles/" + slug, json=change).status_code == 403
    assert site.admin.delete("/roles/" + slug).status_code == 204


def test_a_widening_needs_cover_too(site):
    caller = people.Person(site, ADMIN).login()
    slug = define(caller, ["latchkey:develop"]).json()["slug"]
    path = "/roles/" + slug
    assert caller.patch(path, json={
        "permissions": ["latchkey:audit"]}).status_code == 403
    assert caller.patch(path, json={"gives": ["owner"]}).status_code == 403
    assert caller.patch(path, json={
        "permissions": ["latchkey:users:read"]}).status_code == 200
    assert caller.delete(path).status_code == 204


def test_who_may_give_it_are_the_definer_s_like_and_owners(site):
    definer, like = (people.Person(site, ADMIN) for _ in range(2))
    other = people.Person(site, "vrm-admin", "viewer")
    slug = define(definer.login(), ["latchkey:develop"]).json()["slug"]
    for giver, status in ((definer, 200), (like, 200), (None, 200),
                          (other, 403)):
        subject = people.Person(site)
        caller = site.admin if giver is None else giver.login()
        path = "/users/" + subject.id
        answer = caller.patch(path, json={"roles": [{"role": slug}]})
        assert answer.status_code == status, answer.text
        assert ("latchkey:develop" in held(subject)) == (status == 200)
    site.admin.delete("/roles/" + slug)


@pytest.mark.statement("E-20", "E-44")
def test_a_defined_role_can_be_one_of_workspaces(site):
    people.workspace(site, "roles-defined")
    slug = define(site.admin, ["orders:read"],
                  in_workspaces=True).json()["slug"]
    person = people.Person(site)
    assert give(site, person, slug).status_code == 422
    answer = site.admin.patch("/users/" + person.id, json={"roles": [
        {"role": slug, "workspaces": ["roles-defined"]}]})
    assert answer.status_code == 200, answer.text
    shown = person.login().get("/check").json()
    assert shown["workspaces"] == ["roles-defined"]
    site.admin.delete("/roles/" + slug)


def test_a_change_may_say_which_role_it_means(site, reader):
    path = "/roles/" + reader
    tag = site.admin.get(path).headers["ETag"]
    for wanted, status in (('"other"', 412), (tag, 200), (tag, 412)):
        answer = site.admin.patch(path, json={"name": "Named " + wanted[1:4]},
                                  headers={"If-Match": wanted})
        assert answer.status_code == status


def test_an_account_has_room_for_so_many(site):
    made = []
    while True:
        answer = define(site.admin, [])
        if answer.status_code != 201:
            break
        made.append(answer.json()["slug"])
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "full"
    listed = site.admin.get("/roles").json()["items"]
    assert len(listed) == 64
    for slug in made:
        assert site.admin.delete("/roles/" + slug).status_code == 204


@pytest.mark.statement("E-32", "E-33", "E-34")
def test_the_account_says_how_long_its_keys_live(site):
    """Only the operator sets it; whoever is in the account can see it."""
    shown = people.Person(site).login().get("/account").json()
    assert shown["id"] == site.account_id
    assert shown["legacy_id"] == "acme" and shown["name"] == "Acme"
    assert set(shown["lifetimes"]) == {
        "pair", "named", "exchange", "personal", "company", "app"}
    assert shown["lifetimes"]["app"] == {"default": None, "most": None}
    for method in "PATCH", "PUT", "POST", "DELETE":
        assert site.admin.request(method, "/account",
                                  json={}).status_code == 405
