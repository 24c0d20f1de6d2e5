# SPDX-License-Identifier: ISC
"""Each route asks for its permission, and each role has its own."""

import pytest

import people
import tables
from tables import ANY, NEEDS, OWN, PUBLIC, ROLES, ROUTES, SEVERAL

# What says that a request was let in, to something that is not there or
# with a body that lacks everything.
LET_IN = (200, 201, 204, 400, 404, 422)


@pytest.fixture(scope="module")
def owner(site):
    return people.Person(site, "owner")


@pytest.fixture(scope="module")
def outsider(owner):
    """A pair that may see pages and nothing of Latchkey's own."""
    return owner.pair("--scope", "pages:read")


def send(site, route, method=None, ids=(), **options):
    method = method or route.method
    body = {} if method in ("POST", "PATCH", "PUT") else None
    return site.client().request(method, route.url(site, *ids), json=body,
                                 **options)


def test_every_route_stands_in_these_tables():
    assert {route.key for route in ROUTES} == set(NEEDS)
    assert set(OWN) <= set(NEEDS)


@pytest.mark.statement("A-21", "B-8", "B-9", "B-21")
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_route_answers_without_a_credential(site, route):
    answer = send(site, route)
    if NEEDS[route.key] == PUBLIC:
        assert answer.status_code in (
            (200,) if route.method == "GET" else (400, 422))
        return
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers
    assert answer.json()["errors"][0]["code"] == "unauthenticated"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_route_serves_a_key_that_lacks_its_permission(
        site, outsider, owner, route):
    needs = NEEDS[route.key]
    answer = send(site, route, auth=outsider)
    if needs in (PUBLIC, ANY):
        assert answer.status_code in LET_IN
        return
    if route.key == ("POST", "/keys/revoke"):
        # which keys are meant is read before what is needed for them
        assert answer.status_code == 422
        return
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "scope"
    # Bitsight's clients depend on the one sentence that it has
    assert needs == SEVERAL or route.manner == "bitsight" or \
        needs in answer.json()["detail"]
    if route.key in OWN:
        own = send(site, route, ids=[owner.id], auth=outsider)
        assert own.status_code == 403
        assert OWN[route.key] in own.json()["detail"]


@pytest.mark.parametrize("pattern,is_alias", sorted(
    {(route.pattern, route.is_alias) for route in ROUTES}))
def test_a_method_that_a_route_has_not_is_405_with_allow(
        site, outsider, pattern, is_alias):
    routes = [route for route in ROUTES
              if (route.pattern, route.is_alias) == (pattern, is_alias)]
    methods = {route.method for route in routes} | {"OPTIONS"}
    methods |= {"HEAD"} if "GET" in methods else set()
    others = {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods
    # what stands in place of a handle may also be an id
    others -= {route.method for route in ROUTES
               if route.pattern.replace("{id}", "{word}") == pattern}
    for method in others:
        for auth in (None, outsider):
            answer = send(site, routes[0], method=method, auth=auth)
            assert answer.status_code == 405
            allow = answer.headers["Allow"].replace(" ", "").split(",")
            assert sorted(allow) == sorted(methods)


def test_the_one_permission_is_enough_and_no_other_is(site, owner):
    """A key for each permission, on every route."""
    words = sorted(set(NEEDS.values()) - {PUBLIC, ANY, SEVERAL})
    keys = {word: owner.pair("--scope", word) for word in words}
    routes = [route for route in ROUTES if not route.is_alias and
              NEEDS[route.key] not in (PUBLIC, ANY, SEVERAL)]
    for route in routes:
        for word, auth in keys.items():
            status = send(site, route, auth=auth).status_code
            if word == NEEDS[route.key]:
                assert status in LET_IN, (str(route), word, status)
            else:
                assert status == 403, (str(route), word, status)


def test_what_is_one_s_own_needs_less(site, owner):
    words = set(OWN.values()) | {NEEDS[key] for key in OWN}
    keys = {word: owner.pair("--scope", word) for word in words}
    for route in ROUTES:
        if route.key not in OWN or route.is_alias:
            continue
        for word, auth in keys.items():
            status = send(site, route, ids=[owner.id], auth=auth).status_code
            if word in (OWN[route.key], NEEDS[route.key]):
                assert status in LET_IN, (str(route), word, status)
            else:
                assert status == 403, (str(route), word, status)


@pytest.fixture(scope="module")
def workspace(site):
    return people.workspace(site, "roles")


@pytest.mark.statement("E-16", "E-17", "E-18", "E-19", "E-20", "E-44")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_routes_and_no_others(site, workspace, role):
    limited = role == "workspace-manager"
    person = people.Person(site, role + "@roles" if limited else role)
    headers = people.bearer(person.session())
    shown = site.client().get("/check", headers=headers).json()
    assert set(shown["permissions"]) == ROLES[role]
    for route in ROUTES:
        needs = NEEDS[route.key]
        if route.is_alias or needs in (PUBLIC, ANY, SEVERAL):
            continue
        held = needs in ROLES[role]
        # The manager's hold in one workspace, and only there.  What a body
        # lacks is said before the place is looked at.
        if limited and needs.startswith("latchkey:workspaces"):
            held = route.key in (("PATCH", "/workspaces/{id}"),
                                 ("GET", "/workspaces"))
            if "{id}" in route.pattern:
                here = send(site, route, ids=[workspace], headers=headers)
                assert here.status_code in LET_IN, str(route)
        status = send(site, route, headers=headers).status_code
        assert (status in LET_IN) == held, (str(route), status)
        assert held or status == 403


@pytest.mark.statement("E-20", "E-44")
def test_a_manager_changes_his_workspace_and_no_other(site, workspace):
    other = people.workspace(site, "not-his")
    person = people.Person(site, "workspace-manager@roles")
    caller, body = person.login(), {"name": "Changed"}
    assert caller.patch("/workspaces/" + workspace, json=body).json()[
        "name"] == "Changed"
    assert caller.patch("/workspaces/" + other, json=body).status_code == 403
    assert caller.get("/workspaces/" + other).status_code == 403
    assert site.admin.get("/workspaces/" + other).json()["name"] != "Changed"


def test_the_list_of_roles_says_what_each_contains(site):
    items = {item["slug"]: item for item in
             site.admin.get("/roles").json()["items"]}
    assert set(ROLES) <= set(items)
    for slug in ROLES:
        item = items[slug]
        told = set(item["permissions"])
        assert told | tables.ALWAYS | {"pages:read", "orders:read"} == \
            ROLES[slug] | {"pages:read", "orders:read"}
        assert item["in_workspaces"] == (slug == "workspace-manager")


@pytest.mark.servers("lighttpd")
def test_what_init_brings_up_to_date_counts_at_once(site):
    auditor = people.Person(site, "auditor").login()
    assert auditor.get("/audit").status_code == 200
    # as an older program would have left it
    site.sql("UPDATE roles SET permissions = REPEAT(X'00', 32)"
             " WHERE slug = 'auditor'")
    try:
        assert auditor.get("/audit").status_code == 403
    finally:
        site.cli("init")
    assert auditor.get("/audit").status_code == 200
