# SPDX-License-Identifier: ISC
"""Who may do what: every route, for every kind of credential and role.

Who asks is a caller: a user with one of the built-in roles, by session, by
a key of each kind or by a JSON web token, each key also in a weaker form
that is limited to one permission.  What is asked about is the caller's own,
a colleague's, another account's, or nothing's.  No request changes anything:
changes name a version that is not there, and what is to be made is not
valid.  What must come of it follows from the tables and the rules below.
"""

import uuid
import zlib

import pytest

import made_keys
from people import Person, bearer, workspace
from site_under_test import ACCOUNT
from tables import (ALWAYS, ANY, NEEDS, OBJECTS, OWN, PUBLIC, ROLES, ROUTES,
                    SEVERAL)
from tenants import Tenant

pytestmark = pytest.mark.statement("C-9", "C-12", "D-29", "D-30", "D-38",
                                   "E-18", "E-47")

WEAK = {"latchkey:self"}
# Nobody puts this into somebody else's key.
UNGIVEN = {"latchkey:roles:give"}
TARGETS = ("own", "colleague", "foreign", "nothing")
BEFORE = {"If-Match": '"a version of before"'}
BODIES = {
    ("PATCH", "/users/{id}"): {"name": "X"},
    ("PATCH", "/roles/{word}"): {"name": "X"},
    ("PATCH", "/workspaces/{id}"): {"name": "X"},
    ("PATCH", "/user/keys/{word}"): {"alias": "X"},
    ("PATCH", "/keys/{id}"): {"label": "X"},
    ("POST", "/keys/revoke"): {"state": "expired", "dry_run": True},
}
INVALID = {"no such member": 1}
ENDING = {("DELETE", "/sessions"), ("GET", "/users/logout"),
          ("DELETE", "/user/token")}
WORDS = {"handle", "role", "named"}
# Of the account, whoever of its users asks.
SHARED = {"company", "role", "audit"}
# Of one user alone, whatever another may do.
PRIVATE = {"pair", "named"}


class Caller:
    """One credential, what it may do, and what is its user's."""

    def __init__(self, person, kind, way, permissions, weak=False):
        self.name = "%s's %s%s" % (person.role, "weak " * weak, kind)
        self.person = person
        self.kind = kind
        self.permissions = permissions
        self.limited = weak or kind in ("pair", "named", "token")
        self.session = person.site.client()
        self.session.headers.update(way.get("headers", {}))
        self.session.auth = way.get("auth")

    def may(self, permission):
        return permission in self.permissions


class Holder(Person):
    """A user with a role, and Developer besides, to have app tokens."""

    def __init__(self, house, role, place):
        self.role = role
        self.place = place
        words = [role + "@" + place if role == "workspace-manager" else role]
        super().__init__(house, *words, *{"developer"} - {role})
        self.client = self.login()
        self.permissions = ROLES[role] | ROLES["developer"]
        if role == "workspace-manager":
            self.permissions -= {"latchkey:workspaces:write", "orders:read",
                                 "latchkey:workspaces:read"}
        self.handle = "p" + uuid.uuid4().hex[:8]
        assert house.admin.patch("/users/" + self.id, json={
            "handle": self.handle}).status_code == 200

    def make(self, kind, client=None, **limits):
        return made_keys.make(self.site, client or self.client, self.id,
                              kind, **limits)

    def callers(self):
        """All credentials of this user's."""
        held, site = self.permissions, self.site
        yield Caller(self, "session", {"headers": bearer(
            self.client.cookies["session"])}, held)
        for weak, scopes in ((False, sorted(ROLES[self.role] - UNGIVEN)),
                             (True, sorted(WEAK))):
            may = held & set(scopes)
            for kind in ("pair", "named"):
                yield Caller(self, kind, self.make(kind, scopes=scopes).way,
                             may, weak)
            key = self.make("exchange", site.admin, scopes=scopes)
            yield Caller(self, "token", key.way, may, weak)
        yield Caller(self, "raw exchange key", {"headers": bearer(
            key.secret)}, None)
        yield Caller(self, "app", self.make("app").way, held)
        yield Caller(self, "app", self.make("app", scopes=sorted(WEAK)).way,
                     WEAK, True)
        yield Caller(self, "personal", self.make("personal").way, held)

    def objects(self):
        """One of each, of this user's or the account's."""
        named = "n" + uuid.uuid4().hex[:8]
        assert self.client.post("/user/keys", json={
            "handle": named, "scopes": []}).status_code == 201
        pair = self.make("pair").id
        return {"user": self.id, "handle": self.handle, "pair": pair,
                "key": pair, "named": named, "app": self.make("app").id}


class Company:
    """A company token's user, as far as the rules ask for it."""

    def __init__(self, house, role, client):
        self.site = house
        self.role = role
        self.place = None
        self.key = made_keys.make(house, client, None, "company",
                                  roles=[role])
        self.id = self.key.send("GET", "/check").json()["user"]["id"]

    def callers(self):
        yield Caller(self, "company", self.key.way,
                     ROLES[self.role] | ALWAYS)

    def objects(self):
        return {"user": self.id}


class World:
    """Two accounts, and in ours somebody with each of the roles."""

    def __init__(self, house):
        self.house = house
        self.theirs = Tenant(house, "rival").ids
        self.ours = Tenant(house, ACCOUNT)
        place = "matrix"
        here = workspace(house, place)
        self.colleague = Holder(house, "viewer", place)
        shared = {**self.ours.ids, **self.colleague.objects()}
        self.callers, self.own = [], {}
        for role in ROLES:
            holders = [Holder(house, role, place)]
            if role != "workspace-manager":
                holders.append(Company(house, role, self.ours.client))
            for holder in holders:
                self.callers += holder.callers()
                self.own[holder] = {
                    **{name: shared[name] for name in SHARED},
                    "workspace": here, **holder.objects()}
        self.others = shared

    def find(self, caller, target, names):
        """What stands for the captures, or None: he has none of that."""
        if target == "nothing":
            # a word of the shape of an id would be one
            return ["x" + uuid.uuid4().hex if name in WORDS else
                    str(uuid.uuid4()) for name in names]
        found = {"own": self.own[caller.person], "colleague": self.others,
                 "foreign": self.theirs}[target]
        return [found[name] for name in names] if all(
            name in found for name in names) else None


@pytest.fixture(scope="module")
def world(house):
    return World(house)


# The rules

def invalid(route):
    return 400 if route.manner in ("authentise", "bitsight", "oauth") else 422


def done(route, caller):
    """What comes of it when he may and it is there."""
    if route.key == ("GET", "/sessions"):
        return 200 if caller.kind == "session" else 404
    if route.key in ENDING:
        return 404
    if route.key == ("GET", "/metrics"):
        return 403	# it is of both accounts
    if route.key == ("GET", "/user/token"):
        return shown_token(caller)
    if route.method == "GET" or route.key == ("POST", "/keys/revoke"):
        return 200
    return invalid(route) if route.method == "POST" else 412


def shown_token(caller):
    """The personal token is shown to who may all that it may."""
    if isinstance(caller.person, Company):
        return 404
    return 403 if caller.limited else 200


def of_workspace(caller, target):
    """A manager's permissions hold in his workspace, and nowhere else."""
    return caller.person.role == "workspace-manager" and target == "own" and \
        caller.permissions != WEAK


def lacks(route, caller, target, names):
    """Is he refused whatever there is?"""
    needs = NEEDS[route.key]
    if needs == ANY:
        return False
    if needs == SEVERAL:
        if route.key == ("POST", "/keys/{id}/rotate"):
            return False	# what is not valid is said before
        return not caller.permissions & {
            "latchkey:keys", "latchkey:keys:all", "latchkey:company-tokens"}
    if route.key in OWN and target == "own" and caller.may(OWN[route.key]):
        return False
    if "/workspaces" in route.base and route.method != "POST" and \
            of_workspace(caller, target):
        return False
    return not caller.may(needs)


def hidden(route, caller, target, names):
    """Is it, for him, as if it were not there?"""
    if not names or target == "own":
        return False
    if target in ("foreign", "nothing"):
        return True
    if NEEDS[route.key] == SEVERAL:
        return not caller.may("latchkey:keys:all")
    return bool(PRIVATE & set(names))


def expected(route, caller, target, names):
    if NEEDS[route.key] == PUBLIC:
        return 200 if route.method == "GET" else invalid(route)
    if caller is None or caller.permissions is None:
        return 401
    if lacks(route, caller, target, names):
        return 403
    if route.method == "POST" and route.key not in BODIES:
        return invalid(route)
    if hidden(route, caller, target, names):
        return 404
    return done(route, caller)


# The matrix

def ask(world, route, caller, ids):
    client = world.house.client() if caller is None else caller.session
    body = BODIES.get(route.key, INVALID)
    return client.request(
        route.method, route.url(world.house, *ids,
                                account=world.house.account_id),
        headers=BEFORE if route.method in ("PATCH", "DELETE") else None,
        json=None if route.method in ("GET", "DELETE") else body).status_code


def ends_itself(route, caller):
    return caller is not None and route.key in ENDING and (
        caller.kind in ("session", "token", "personal") or
        route.key == ("DELETE", "/user/token"))


def sample(world, route):
    """Everybody on lighttpd; elsewhere, and by an alias, a few."""
    callers = [None, *world.callers]
    if world.house.name == "lighttpd" and not route.is_alias:
        return callers
    first = zlib.crc32(str(route).encode()) % len(callers)
    return [None] + [callers[(first + i * 31) % len(callers)]
                     for i in range(4)]


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_everybody_may_what_the_rules_say_and_no_more(world, route):
    names = OBJECTS.get(route.base, [])
    wrong = []
    for caller in sample(world, route):
        if ends_itself(route, caller):
            continue
        for target in TARGETS if names and caller is not None else ["own"]:
            ids = [] if caller is None else world.find(caller, target, names)
            if ids is None:
                continue
            status = ask(world, route, caller, ids)
            wanted = expected(route, caller, target, names)
            if status != wanted:
                wrong.append((caller and caller.name, target, status,
                              wanted))
    assert wrong == []


def test_every_route_stands_in_the_tables():
    assert {route.key for route in ROUTES} == set(NEEDS)
    assert {route.base for route in ROUTES if "{" in route.base} == \
        set(OBJECTS)


def test_what_ends_the_credential_that_asks(house):
    person = Person(house)
    session = bearer(person.session())
    key = made_keys.make(house, house.admin, person.id, "exchange")
    personal = made_keys.make(house, person.login(), person.id, "personal")
    for method, path, way, status in (
            ("DELETE", "/sessions", {"headers": session}, 204),
            ("GET", "/users/logout", key.way, 200),
            ("GET", "/users/logout", {"headers": bearer(person.session())},
             200),
            ("DELETE", "/user/token", {
                "headers": bearer(person.session())}, 204)):
        assert house.client().request(
            method, path, **way).status_code == status, (method, path)
    assert not personal.works()
