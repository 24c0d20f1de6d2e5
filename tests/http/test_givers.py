# SPDX-License-Identifier: ISC
"""Whoever may give a role is not become by who may give only others."""

import itertools

import pytest

import people
from site_under_test import PASSWORD

NUMBERS = itertools.count(1)
ADMIN, VRM = "global-user-admin", "vrm-admin"
GIVE = "latchkey:roles:give"


def define(caller, permissions, gives, **more):
    answer = caller.post("/roles", json={
        "slug": "giver-%d" % next(NUMBERS), "name": "A giver",
        "permissions": permissions, "gives": gives, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["slug"]


def give(caller, person, *roles):
    return caller.patch("/users/" + person.id, json={
        "roles": [{"role": role} for role in roles]})


@pytest.fixture(params=["viewer", "owner"])
def given(request):
    """What a role gives: what others may give too, or may not."""
    return request.param


@pytest.fixture
def deputy(site, given):
    """One who may no more than user admins, but gives what he was told to."""
    slug = define(site.admin, [GIVE, "latchkey:users:write"], [given])
    person = people.Person(site)
    assert give(site.admin, person, slug).status_code == 200
    yield person
    site.admin.delete("/roles/" + slug)


@pytest.mark.parametrize("change", [
    {"password": PASSWORD + "x"}, {"email": "giver@acme.example"},
    {"blocked": True}, {"blocked": False}, None])
def test_a_giver_is_managed_by_who_gives_as_much(site, deputy, given, change):
    path = "/users/" + deputy.id
    if change == {"blocked": False}:
        site.admin.patch(path, json={"blocked": True}).raise_for_status()
    admin = people.Person(site, ADMIN).login()
    answer = admin.delete(path) if change is None else \
        admin.patch(path, json=change)
    assert (answer.status_code in (200, 204)) == (given == "viewer")
    assert given == "viewer" or answer.status_code == 403
    site.admin.patch(path, json={"email": deputy.username})


def test_a_giver_gets_keys_from_who_gives_as_much(site, deputy, given):
    admin = people.Person(site, ADMIN).login()
    answer = admin.post("/users/%s/api/key" % deputy.id)
    assert answer.status_code == (201 if given == "viewer" else 403)


@pytest.mark.parametrize("change", [
    None, {"addresses": None}, {"disabled": False}])
def test_a_company_token_is_had_by_who_gives_as_much(site, given, change):
    slug = define(site.admin, [GIVE, "latchkey:company-tokens"], [given])
    made = site.admin.post("/company/tokens", json={
        "description": "Gives", "roles": [slug],
        "addresses": ["127.0.0.0/8"]})
    path = "/keys/" + made.json()["guid"]
    site.admin.patch(path, json={"disabled": True}).raise_for_status()
    caller = people.Person(site, VRM).login()
    answer = caller.post(path + "/rotate") if change is None else \
        caller.patch(path, json=change)
    assert answer.status_code == (200 if given == "viewer" else 403)
    assert site.admin.delete("/roles/" + slug).status_code == 204


@pytest.mark.parametrize("permissions, gives, status", [
    ([], ["viewer"], 201), (["latchkey:company-tokens"], [VRM], 201),
    (["latchkey:users:write"], [], 403), ([], ["developer"], 403)])
def test_a_definer_s_other_role_gives_only_what_it_contains(
        site, permissions, gives, status):
    definer, other = people.Person(site, ADMIN, VRM), people.Person(site, VRM)
    slug = define(definer.login(), permissions, gives)
    answer = other.login().post("/company/tokens", json={
        "description": "Of a role", "roles": [slug]})
    assert answer.status_code == status, answer.text
    assert give(definer.login(), people.Person(site), slug).status_code == 200
    assert site.admin.delete("/roles/" + slug).status_code == 204


def test_what_is_given_in_one_place_is_given_nowhere_else(site):
    """Even by who gives other roles everywhere."""
    people.workspace(site, "giver-here")
    people.workspace(site, "giver-there")
    wide = define(site.admin, ["latchkey:audit"], [])
    inner = define(site.admin, ["orders:read"], [], in_workspaces=True)
    outer = define(site.admin, [GIVE], [wide, inner], in_workspaces=True)
    person, subject = people.Person(site), people.Person(site)
    site.admin.patch("/users/" + person.id, json={"roles": [
        {"role": ADMIN}, {"role": outer, "workspaces": ["giver-here"]}]}
        ).raise_for_status()
    caller = person.login()
    for role, status in (
            ({"role": wide}, 403), ({"role": "viewer"}, 200),
            ({"role": inner, "workspaces": ["giver-there"]}, 403),
            ({"role": inner, "workspaces": ["giver-here"]}, 200)):
        site.admin.patch("/users/" + subject.id, json={"roles": []})
        answer = caller.patch("/users/" + subject.id, json={"roles": [role]})
        assert answer.status_code == status, answer.text
    for slug in wide, inner, outer:
        assert site.admin.delete("/roles/" + slug).status_code == 204


def test_what_is_given_in_workspaces_is_had_nowhere_else(site):
    """Not by a role of one's own making, a password or another's key."""
    people.workspace(site, "giver-inner")
    audit = ["latchkey:audit"]
    inner = define(site.admin, audit, [], in_workspaces=True)
    outer = define(site.admin, [
        GIVE, "latchkey:users:read", "latchkey:users:write",
        "latchkey:roles:write", "latchkey:workspaces:read",
        "latchkey:keys:all"], [inner])
    person, auditor, subject, owner = (people.Person(site) for _ in range(4))
    give(site.admin, person, outer).raise_for_status()
    give(site.admin, auditor, "auditor").raise_for_status()
    give(site.admin, owner, "owner", outer).raise_for_status()
    caller = person.login()
    of_owner = define(owner.login(), audit, [])
    of_places = define(caller, audit, [], in_workspaces=True)
    for answer in (
            caller.post("/roles", json={"slug": "giver-wide", "name": "W",
                                        "permissions": audit}),
            caller.patch("/users/" + auditor.id,
                         json={"password": PASSWORD + "x"}),
            caller.post("/users/%s/api/key" % subject.id,
                        json={"scopes": audit}),
            give(caller, subject, of_owner)):
        assert answer.status_code == 403, answer.text
    for slug in inner, of_places:
        answer = caller.patch("/users/" + subject.id, json={"roles": [
            {"role": slug, "workspaces": ["giver-inner"]}]})
        assert answer.status_code == 200, answer.text
    assert caller.patch("/users/" + subject.id,
                        json={"password": PASSWORD + "x"}).status_code == 200
    for slug in of_owner, of_places, outer, inner:
        assert site.admin.delete("/roles/" + slug).status_code == 204


@pytest.mark.parametrize("change", [
    {"permissions": ["latchkey:users:read", "latchkey:audit"]},
    {"gives": ["viewer", "owner"]}])
def test_a_role_that_becomes_more_is_given_by_who_gives_as_much(site, change):
    """It was a user admin's to give, until the owner made it wider."""
    admin = people.Person(site, ADMIN).login()
    slug = define(admin, ["latchkey:users:read"], [])
    person = people.Person(site)
    assert give(admin, person, slug).status_code == 200
    assert give(admin, person).status_code == 200
    site.admin.patch("/roles/" + slug, json=change).raise_for_status()
    assert give(admin, person, slug).status_code == 403
    assert give(site.admin, person, slug).status_code == 200
    assert site.admin.delete("/roles/" + slug).status_code == 204


def test_a_role_that_becomes_less_is_given_as_before(site):
    admin = people.Person(site, ADMIN).login()
    slug = define(admin, ["latchkey:users:read", "latchkey:users:write"], [])
    site.admin.patch("/roles/" + slug, json={
        "permissions": ["latchkey:users:read"]}).raise_for_status()
    assert give(admin, people.Person(site), slug).status_code == 200
