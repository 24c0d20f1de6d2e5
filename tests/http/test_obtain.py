# SPDX-License-Identifier: ISC
"""No credential obtains more than it has: by no route, for nobody."""

import datetime
import itertools

import pytest

import people
import tables
from site_under_test import PASSWORD

HERE, ELSEWHERE = "obtain-here", "obtain-elsewhere"
NAMES = itertools.count(1)
EVERYTHING = tables.ROLES["owner"]
GIVEN_BY_GUA = EVERYTHING - {"latchkey:check", "latchkey:audit",
                             "latchkey:company-tokens"}
KEYS = {"latchkey:keys", "pages:read"}
GIVER = {"latchkey:users:write", "latchkey:roles:give", "latchkey:keys",
         "latchkey:self"}


def days(n):
    at = datetime.datetime.utcnow() + datetime.timedelta(days=n)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


LIMIT = days(30)

# Who asks: whose user, which credential, what it covers, and its end.
MAKERS = {
    "owner's session": ("owner", "session", (), EVERYTHING, None),
    "admin's session": ("gua", "session", (), GIVEN_BY_GUA, None),
    "developer's session": ("developer", "session", (),
                            tables.ROLES["developer"], None),
    "owner's pair": ("owner", "pair", (), {"pages:read", "orders:read"},
                     None),
    "owner's pair for keys": ("owner", "pair", KEYS, KEYS, None),
    "owner's pair that ends": ("owner", "pair", KEYS, KEYS, LIMIT),
    "owner's pair for a workspace": ("owner", "pair", KEYS, KEYS, None),
    "owner's pair for users": (
        "owner", "pair", {"latchkey:users:write", "latchkey:keys"},
        {"latchkey:users:write", "latchkey:keys"}, None),
    "owner's pair that gives roles": ("owner", "pair", GIVER, EVERYTHING,
                                      None),
    "owner's pair that gives roles and ends": (
        "owner", "pair", GIVER, EVERYTHING, LIMIT),
    "owner's app token": ("owner", "app", (), EVERYTHING, None),
    "owner's app token that ends": ("owner", "app", (), EVERYTHING, LIMIT),
    "developer's app token": ("developer", "app", (),
                              tables.ROLES["developer"], None),
}

# What is asked of a key to be made.
WISHES = {
    "nothing": {},
    "pages": {"scopes": ["pages:read"]},
    "orders": {"scopes": ["orders:read"]},
    "keys": {"scopes": ["latchkey:keys"]},
    "users": {"scopes": ["latchkey:users:write"]},
    "mixed": {"scopes": ["pages:read", "latchkey:audit"]},
    "no scopes": {"scopes": None},
    "here": {"workspaces": [HERE]},
    "there": {"workspaces": [ELSEWHERE]},
    "everywhere": {"workspaces": None},
    "soon": {"expires_at": days(1)},
    "late": {"expires_at": days(3650)},
    "never": {"expires_at": None},
}
ALL = set(WISHES)
NO_LIMITS = {"nothing", "here", "there", "everywhere", "soon", "late",
             "never"}

# Which of them are granted for a key of one's own.
GRANTED = {
    "owner's session": ALL,
    "admin's session": ALL - {"mixed"},
    "developer's session": NO_LIMITS | {"pages", "keys", "no scopes"},
    "owner's pair": set(),
    "owner's pair for keys": NO_LIMITS | {"pages", "keys"},
    "owner's pair that ends": (NO_LIMITS | {"pages", "keys"}) - {
        "late", "never"},
    "owner's pair for a workspace": set(),
    "owner's pair for users": NO_LIMITS | {"keys", "users"},
    "owner's pair that gives roles": ALL - {"no scopes"},
    "owner's pair that gives roles and ends": ALL - {
        "no scopes", "late", "never"},
    "owner's app token": ALL,
    "owner's app token that ends": ALL - {"late", "never"},
    "developer's app token": NO_LIMITS | {"pages", "keys", "no scopes"},
}


# Whom it is done to: roles.
TARGETS = {
    "owner": ["owner"],
    "gua": ["global-user-admin"],
    "developer": ["developer"],
    "manager": ["workspace-manager@" + HERE],
    "nobody": [],
}


class Cast:
    """Users of each rank, and a credential for each maker."""

    def __init__(self, site):
        self.site = site
        self.client = site.client()
        for handle in (HERE, ELSEWHERE):
            people.workspace(site, handle)
        self.users = {name: people.Person(site, *words)
                      for name, words in TARGETS.items()}
        self.ways = {name: self.way(name) for name in MAKERS}
        self.targets = {}

    def way(self, name):
        """The options that make a request this maker's."""
        user, kind, scopes, _, end = MAKERS[name]
        words = ["--scope=" + scope for scope in scopes]
        words += ["--expires=" + end.replace(".000", "")] if end else []
        words += ["--workspace=" + HERE] if "workspace" in name else []
        person = self.users[user]
        if kind == "session":
            return {"headers": people.bearer(person.session())}
        if kind == "app":
            return {"headers": people.bearer(person.app(*words))}
        return {"auth": person.pair(*words)}

    def user(self, maker):
        return self.users[MAKERS[maker][0]]

    def target(self, name):
        """The id of one to be changed; another when he has been deleted."""
        if name not in self.targets:
            self.targets[name] = people.Person(self.site, *TARGETS[name]).id
        return self.targets[name]

    def send(self, maker, method, path, body=None):
        return self.client.request(method, path, json=body,
                                   **self.ways[maker])


@pytest.fixture(scope="module")
def cast(site):
    return Cast(site)


def bring(answer):
    """What a made key is presented as."""
    made = answer.json()
    if "guid" in made:
        return {"auth": (made["token"], "")}
    if "token" in made:
        return {"headers": people.bearer(made["token"])}
    if "secret" in made:
        return {"auth": (made["uuid"], made["secret"])}
    return {"headers": people.bearer(made["data"]["attributes"]["token"])}


def exceeds(cast, answer, maker):
    """What the key that an answer brings has beyond its maker, if anything."""
    shown = cast.client.get("/check", **bring(answer))
    assert shown.status_code == 200, shown.text
    shown = shown.json()
    covers, end = MAKERS[maker][3:]
    beyond = sorted(set(shown["permissions"]) - covers)
    ends = shown["expires_at"]
    if end is not None and (ends is None or ends > end):
        beyond.append("end")
    return beyond


def refused(answer):
    return answer.status_code == 403 and answer.json()["errors"][0][
        "code"] in ("not-covered", "scope")


def routes_that_make():
    return {route.key for route in tables.ROUTES
            if route.method in ("POST", "PATCH", "PUT")}


def test_every_route_that_could_give_something_is_tried_here():
    """A new one needs a test in this file before it stands in this list."""
    assert routes_that_make() == {
        ("POST", "/api_tokens"), ("POST", "/users/{id}/user_app_tokens"),
        ("POST", "/users"), ("PATCH", "/users/{id}"),
        ("POST", "/user/keys"), ("POST", "/user/token"),
        ("POST", "/company/tokens"), ("PATCH", "/keys/{id}"),
        ("POST", "/keys/{id}/rotate"),
        # Exchange keys are for others: test_tillhub; roles as such:
        # test_roles_defined; tokens for keys and passwords: test_oauth,
        # test_tillhub, test_loccus.
        ("POST", "/users/{id}/api/key"), ("POST", "/roles"),
        ("PATCH", "/roles/{word}"), ("POST", "/oauth/token"),
        ("POST", "/users/auth/key"), ("POST", "/auth/credentials"),
        # These give nothing: they name, take away or look.
        ("PATCH", "/user/keys/{word}"), ("POST", "/keys/revoke"),
        ("POST", "/oauth/revoke"), ("POST", "/oauth/introspect"),
        # These give nothing: a session needs the password, a workspace is
        # a name, and a check only looks.
        ("POST", "/sessions"), ("POST", "/workspaces"),
        ("PATCH", "/workspaces/{id}"), ("POST", "/check")}


# Keys

@pytest.mark.statement("C-9", "C-12", "D-29", "B-33")
@pytest.mark.parametrize("maker", MAKERS)
def test_a_pair_never_exceeds_the_credential_that_made_it(site, cast, maker):
    granted = set()
    for name, wish in WISHES.items():
        answer = cast.send(maker, "POST", "/api_tokens/",
                           {"name": name, **wish})
        if answer.status_code == 201:
            granted.add(name)
            assert exceeds(cast, answer, maker) == [], name
        else:
            assert refused(answer), (name, answer.text)
    assert granted == GRANTED[maker]


@pytest.mark.statement("B-33", "D-29")
@pytest.mark.parametrize("path", ["/user/keys", "/user/token"])
@pytest.mark.parametrize("maker", MAKERS)
def test_what_can_be_read_again_never_exceeds_its_maker(
        site, cast, maker, path):
    granted = set()
    for name, wish in WISHES.items():
        handle = {} if path == "/user/token" else {
            "handle": "h%d" % next(NAMES)}
        answer = cast.send(maker, "POST", path, {**handle, **wish})
        if answer.status_code == 201:
            granted.add(name)
            assert exceeds(cast, answer, maker) == [], name
        else:
            assert refused(answer), (name, answer.text)
    assert granted == GRANTED[maker]


@pytest.mark.statement("D-38")
@pytest.mark.parametrize("roles", [None, ["viewer"], ["owner"],
                                   ["auditor"]])
@pytest.mark.parametrize("maker", MAKERS)
def test_a_company_token_never_exceeds_its_maker(site, cast, maker, roles):
    body = {"description": "for the company"}
    answer = cast.send(maker, "POST", "/company/tokens",
                       {**body, "roles": roles} if roles else body)
    may = "latchkey:company-tokens" in may_do(maker)
    if answer.status_code == 201:
        assert may and exceeds(cast, answer, maker) == []
    else:
        assert refused(answer)
        assert roles or not may


def may_do(maker):
    """What it may itself, less what it may but give."""
    user, kind, scopes, covers, _ = MAKERS[maker]
    if kind == "pair":
        return set(scopes) or {word for word in covers
                               if not word.startswith("latchkey:")}
    return tables.ROLES["global-user-admin" if user == "gua" else user]


@pytest.mark.parametrize("maker", MAKERS)
def test_a_key_is_not_widened_beyond_its_maker(site, cast, maker):
    """Nor read or rotated: each ends in somebody holding more."""
    if "latchkey:keys" not in may_do(maker):
        return
    owner = cast.user(maker).login()
    for name, wish in WISHES.items():
        small = owner.post("/api_tokens/", json={
            "name": name, "scopes": [], "workspaces": [HERE],
            "expires_at": days(1)})
        path = "/keys/" + small.json()["uuid"]
        answer = cast.send(maker, "PATCH", path, wish)
        if answer.status_code == 200:
            assert exceeds(cast, small, maker) == [], name
        else:
            assert refused(answer), (name, answer.text)
    large = owner.post("/user/keys", json={"handle": "l%d" % next(NAMES)})
    path = "/keys/" + large.json()["id"]
    answer = cast.send(maker, "POST", path + "/rotate", {"grace": 0})
    assert answer.status_code in (200, 201) or refused(answer)
    if answer.ok:
        assert exceeds(cast, answer, maker) == []
    elif MAKERS[maker][1] == "session":
        pytest.fail("a session counts as its user")


@pytest.mark.parametrize("maker", [
    maker for maker in MAKERS
    if maker in ("owner's session", "owner's app token",
                 "owner's app token that ends", "developer's session",
                 "developer's app token", "owner's pair that ends")])
def test_an_app_token_never_exceeds_the_credential_that_made_it(
        site, cast, maker):
    path = "/users/%s/user_app_tokens" % cast.user(maker).id
    granted = set()
    for name, wish in WISHES.items():
        answer = cast.send(maker, "POST", path, {"label": name, **wish})
        if answer.status_code == 201:
            granted.add(name)
            assert exceeds(cast, answer, maker) == [], name
        else:
            assert refused(answer), (name, answer.text)
    assert granted == GRANTED[maker]


def test_a_limit_of_the_maker_s_is_copied_when_nothing_is_said(site, cast):
    made = cast.send("owner's pair that ends", "POST", "/api_tokens/",
                     {"name": "copied"}).json()
    assert made["expires_at"] == LIMIT
    assert made["scopes"] == ["pages:read"]
    made = cast.send("owner's app token that ends", "POST", "/api_tokens/",
                     {"name": "copied"}).json()
    assert made["expires_at"] == LIMIT


def test_a_chain_of_keys_never_grows(site, cast):
    """Each key makes the next and asks for all it can."""
    answer = cast.send("owner's pair that ends", "POST", "/api_tokens/", {
        "name": "first", "scopes": ["latchkey:keys", "pages:read"]})
    for _ in range(3):
        way, client = bring(answer), cast.client
        for wish in ({"scopes": ["orders:read"]}, {"scopes": None},
                     {"expires_at": None}, {"expires_at": days(31)}):
            refusal = client.post("/api_tokens/", json={
                "name": "more", **wish}, **way)
            assert refused(refusal), refusal.text
        answer = client.post("/api_tokens/", json={
            "name": "next", "scopes": ["latchkey:keys", "pages:read"]}, **way)
        assert answer.status_code == 201
        assert exceeds(cast, answer, "owner's pair that ends") == []


@pytest.mark.statement("E-43")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("maker", MAKERS)
def test_a_token_for_another_user_never_exceeds_its_maker(
        site, cast, maker, target):
    person = cast.users[target]
    himself = person is cast.user(maker)
    needs = "latchkey:keys" if himself else "latchkey:keys:all"
    # For another only by who may manage him: a key acts in his name.
    may = target in ("owner", "developer") and holds(maker, needs) and (
        himself or covers_rank(maker, target))
    answer = cast.send(maker, "POST",
                       "/users/%s/user_app_tokens" % person.id,
                       {"label": "for another"})
    assert answer.status_code == (201 if may else 403), answer.text
    if may:
        assert exceeds(cast, answer, maker) == []
        climb(site, cast, bring(answer), maker, person)


@pytest.mark.parametrize("wish", [{}, {"scopes": ["latchkey:roles:give"]},
                                  {"scopes": ["latchkey:users:write",
                                              "latchkey:roles:give"]}])
@pytest.mark.parametrize("maker", ["admin's session"])
def test_a_token_does_not_outgrow_its_maker_when_its_owner_rises(
        site, cast, maker, wish):
    person = people.Person(site, "developer")
    answer = cast.send(maker, "POST",
                       "/users/%s/user_app_tokens" % person.id,
                       {"label": "sleeper", **wish})
    raised = site.admin.patch("/users/" + person.id, json={
        "roles": [{"role": "owner"}]})
    assert raised.status_code == 200
    if answer.status_code == 201:
        assert exceeds(cast, answer, maker) == []
        climb(site, cast, bring(answer), maker, person)
    else:
        assert refused(answer) and wish


def climb(site, cast, way, maker, owner):
    """What acts in the owner's name cannot give what its maker cannot."""
    client = cast.client
    for scopes in ([word] for word in sorted(EVERYTHING - MAKERS[maker][3])):
        for path, label in (
                ("/users/%s/user_app_tokens" % owner.id, "label"),
                ("/api_tokens/", "name")):
            answer = client.post(path, json={label: "climb", "scopes": scopes},
                                 **way)
            assert answer.status_code in (403, 404), (path, scopes)
    if MAKERS[maker][3] >= EVERYTHING:
        return
    before = roles(site, cast.users["nobody"])
    answer = client.patch("/users/" + cast.users["nobody"].id, json={
        "roles": [{"role": "owner"}]}, **way)
    assert answer.status_code in (403, 404)
    answer = client.post("/users/", json={
        "email": new_email(), "name": "Climber", "password": PASSWORD,
        "roles": [{"role": "owner"}]}, **way)
    assert answer.status_code in (403, 404)
    for change in ({"password": PASSWORD + "x"}, {"email": new_email()},
                   {"username": new_email()}, {"roles": []}):
        answer = client.patch("/users/" + owner.id, json=change, **way)
        assert answer.status_code in (400, 403, 404, 422), change
    assert roles(site, cast.users["nobody"]) == before


def roles(site, person):
    return site.admin.get("/users/" + person.id).json()["roles"]


def new_email():
    return "made%d@acme.example" % next(NAMES)


# Users

ROLE_BODIES = {
    "owner": [{"role": "owner"}],
    "global-user-admin": [{"role": "global-user-admin"}],
    "workspace-manager": [{"role": "workspace-manager",
                           "workspaces": [HERE]}],
    "developer": [{"role": "developer"}],
}
GIVES = {
    "owner's session": set(ROLE_BODIES),
    "admin's session": set(ROLE_BODIES) - {"owner"},
    "owner's app token": set(ROLE_BODIES),
    "owner's pair that gives roles": set(ROLE_BODIES),
}


def holds(maker, permission):
    user, kind, scopes = MAKERS[maker][:3]
    if kind == "pair":
        return permission in scopes and "workspace" not in maker
    role = {"gua": "global-user-admin"}.get(user, user)
    return permission in tables.ROLES[role]


@pytest.mark.statement("E-8")
@pytest.mark.parametrize("maker", MAKERS)
def test_only_roles_that_may_be_given_come_with_a_new_user(site, cast, maker):
    given = set()
    for role, body in ROLE_BODIES.items():
        email = new_email()
        answer = cast.send(maker, "POST", "/users/", {
            "email": email, "name": "New", "roles": body})
        if answer.status_code == 201:
            given.add(role)
        else:
            assert refused(answer)
            assert site.sql("SELECT 1 FROM users WHERE email = '%s'"
                            % email) == []
    assert given == GIVES.get(maker, set())


@pytest.mark.parametrize("maker", MAKERS)
def test_a_password_for_a_new_user_is_obtained_too(site, cast, maker):
    """A session of his would last for ever, and can make keys."""
    answer = cast.send(maker, "POST", "/users/", {
        "email": new_email(), "name": "New", "password": PASSWORD})
    covers_all = {"latchkey:self", "latchkey:keys"} <= MAKERS[maker][3]
    if holds(maker, "latchkey:users:write") and covers_all and \
            MAKERS[maker][4] is None:
        assert answer.status_code == 201
    else:
        assert refused(answer)


@pytest.mark.parametrize("maker", MAKERS)
def test_roles_are_given_and_taken_only_by_who_may(site, cast, maker):
    person = people.Person(site)
    for role, body in ROLE_BODIES.items():
        may = role in GIVES.get(maker, set())
        before = roles(site, person)
        answer = cast.send(maker, "PATCH", "/users/" + person.id,
                           {"roles": body})
        assert (answer.status_code == 200) == may, (role, answer.text)
        assert may or (refused(answer) and roles(site, person) == before)
        # and taken
        site.admin.patch("/users/" + person.id, json={"roles": body})
        answer = cast.send(maker, "PATCH", "/users/" + person.id,
                           {"roles": []})
        assert (answer.status_code == 200) == may, (role, answer.text)
        assert (roles(site, person) == []) == may
        site.admin.patch("/users/" + person.id, json={"roles": []})


def covers_rank(maker, target):
    """Does the maker cover all that makes the target more than a user?"""
    role = {"gua": "global-user-admin", "manager": "workspace-manager"}.get(
        target, target)
    rights = tables.ROLES.get(role, tables.ALWAYS)
    return rights - tables.ALWAYS <= MAKERS[maker][3]


def ranks(maker, target, lets_in=False):
    """May the maker manage the target, or let him in?

    What every user may counts only when somebody is let in.
    """
    if lets_in and (MAKERS[maker][4] is not None or
                    not tables.ALWAYS <= MAKERS[maker][3]):
        return False
    return holds(maker, "latchkey:users:write") and covers_rank(maker, target)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("maker", MAKERS)
def test_nobody_lets_in_or_shuts_out_one_who_may_more(
        site, cast, maker, target):
    path = "/users/" + cast.target(target)
    for before, lets_in, changes in (
            ({"blocked": False, "verified": True}, False, [
                {"name": "Renamed by " + maker}, {"email": new_email()},
                {"blocked": True}]),
            ({"blocked": False}, True, [{"password": PASSWORD + "x"}]),
            ({"blocked": True}, True, [{"blocked": False}]),
            ({"verified": False}, True, [{"verified": True}])):
        state = site.admin.patch(path, json=before).json()
        may = ranks(maker, target, lets_in)
        for change in changes:
            answer = cast.send(maker, "PATCH", path, change)
            assert answer.status_code == 200 if may else refused(answer), (
                change, answer.text)
        assert may or site.admin.get(path).json() == state
    answer = cast.send(maker, "DELETE", path)
    assert answer.status_code == (204 if ranks(maker, target) else 403)
    if answer.status_code == 204:
        del cast.targets[target]


@pytest.mark.statement("E-46")
def test_demotion_takes_effect_on_what_exists_at_once(site):
    person = people.Person(site, "global-user-admin", "developer")
    ways = [{"headers": people.bearer(person.session())},
            {"headers": people.bearer(person.app())},
            {"auth": person.pair("--scope", "latchkey:users:read")}]
    client = site.client()
    for way in ways:
        assert client.get("/users/", **way).status_code == 200
    changed = site.admin.patch("/users/" + person.id, json={
        "roles": [{"role": "developer"}]})
    assert changed.status_code == 200
    for way in ways:
        assert refused(client.get("/users/", **way))
        assert "latchkey:users:read" not in client.get(
            "/check", **way).json()["permissions"]
    site.admin.patch("/users/" + person.id, json={"roles": []})
    assert client.get("/check", **ways[1]).status_code == 403
    assert client.get("/check", **ways[0]).status_code == 200


@pytest.mark.statement("C-42", "A-21")
@pytest.mark.parametrize("change", [
    {"blocked": True}, {"verified": False}, None])
def test_whoever_is_shut_out_has_no_key_left_and_gets_none(site, change):
    person = people.Person(site, "developer")
    ways = [{"headers": people.bearer(person.session())},
            {"headers": people.bearer(person.app())},
            {"auth": person.pair("--scope", "latchkey:keys")}]
    client, path = site.client(), "/users/" + person.id
    if change is None:
        assert site.admin.delete(path).status_code == 204
    else:
        assert site.admin.patch(path, json=change).status_code == 200
    for way in ways:
        assert client.get("/check", **way).status_code == 401
        assert client.post("/api_tokens/", json={"name": "x"},
                           **way).status_code == 401
    login = client.post("/sessions/", json={
        "username": person.username, "password": PASSWORD})
    assert login.status_code == 403
    made = site.admin.post(path + "/user_app_tokens", json={"label": "x"})
    assert made.status_code == (404 if change is None else 409)


def test_nobody_widens_himself(site, cast):
    """One's own roles, name for logins and state are for administrators."""
    for maker in ("developer's session", "developer's app token",
                  "owner's pair for keys", "owner's pair for users"):
        path = "/users/" + cast.user(maker).id
        for change in ({"roles": ROLE_BODIES["owner"]}, {"roles": []},
                       {"email": new_email()}, {"username": new_email()},
                       {"verified": True}, {"password": PASSWORD + "x"}):
            answer = cast.send(maker, "PATCH", path, change)
            assert answer.status_code in (403, 422), (maker, change)
    shown = site.admin.get("/users/" + cast.users["developer"].id).json()
    assert [one["role"] for one in shown["roles"]] == ["developer"]


def test_a_password_of_one_s_own_needs_the_one_before(site):
    person = people.Person(site)
    caller, path = person.login(), "/users/" + person.id
    new = PASSWORD + " again"
    for old in ({}, {"current_password": "a wrong one, alas"}):
        answer = caller.patch(path, json={"password": new, **old})
        assert answer.status_code == 422
    answer = caller.patch(path, json={"password": new,
                                      "current_password": PASSWORD})
    assert answer.status_code == 200
    assert site.client(person.username, new).get("/sessions/").status_code \
        == 200
