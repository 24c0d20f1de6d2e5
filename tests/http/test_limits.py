# SPDX-License-Identifier: ISC
"""What limits a key: methods and paths, addresses, times, and its maker."""

import contextlib
import json
import time
import uuid

import pytest

import gates
import people
from made_keys import (
    APP, KINDS, NAMED, OWN, PAIR, PERSONAL, Holder, after, ask, code, make,
    pointer)
from site_under_test import ACCOUNT

LIMITED = (PAIR, NAMED, APP)

# One server is enough: behind each the same code decides.
HERE = pytest.mark.servers("lighttpd")


@pytest.fixture(scope="module", name="holder")
def one_developer(site):
    return Holder(site)


@pytest.fixture(scope="module", name="owner")
def owner_of_the_account(site):
    return Holder(site, "owner")


@pytest.fixture(scope="module", name="place")
def a_workspace(site):
    handle = "l" + uuid.uuid4().hex[:8]
    people.workspace(site, handle)
    return handle


# Methods and paths

RULES = [
    (["GET /api/v1/check"], "GET", "/check", True),
    (["GET /api/v1/check"], "GET", "/check/", False),
    (["GET /api/v1/check"], "GET", "/keys", False),
    (["GET /api/v1/check"], "POST", "/keys/revoke", False),
    (["POST /api/v1/check"], "GET", "/check", False),
    (["* /api/v1/check"], "GET", "/check", True),
    (["POST,GET /api/v1/check"], "GET", "/check", True),
    (["GET /api/v1/c*"], "GET", "/check", True),
    (["GET /api/v1/c*"], "GET", "/keys", False),
    (["GET /api/v1"], "GET", "/check", False),
    (["GET /check"], "GET", "/check", False),
    (["GET /api/v1/keys", "GET /api/v1/check"], "GET", "/check", True),
    (["GET /*"], "GET", "/keys", True),
    (["GET /*"], "POST", "/keys/revoke", False),
    (["* /*"], "POST", "/keys/revoke", True),
]


@pytest.mark.parametrize("rules, method, path, allowed", RULES)
def test_a_key_is_for_its_methods_and_paths(
        holder, rules, method, path, allowed):
    key = holder.make(APP, rules=rules)
    answer = key.send(method, path, json={} if method == "POST" else None)
    if allowed:
        assert answer.status_code in (200, 422)
    else:
        assert answer.status_code == 403 and code(answer) == "rule"


# Addresses: whoever tests asks from 127.0.0.1

ADDRESSES = [
    (["127.0.0.1"], True), (["127.0.0.0/8"], True), (["0.0.0.0/0"], True),
    (["::ffff:127.0.0.1"], True), (["::ffff:127.0.0.0/104"], True),
    (["127.0.0.2"], False), (["2001:db8::/32"], False),
    (["192.0.2.0/24", "127.0.0.1"], True),
    (["127.0.0.0/8", "!127.0.0.1"], False),
    (["127.0.0.0/8", "!::ffff:127.0.0.1"], False),
    (["127.0.0.0/8", "!127.0.0.0/24"], False),
    (["127.0.0.0/8", "!127.0.0.2", "!127.1.0.0/16"], True),
]


@pytest.mark.parametrize("addresses, allowed", ADDRESSES)
def test_a_key_is_taken_from_its_addresses(holder, addresses, allowed):
    key = holder.make(addresses=addresses)
    answer = key.send("GET", "/check", headers={
        "X-Forwarded-For": "127.0.0.1, 192.0.2.1"})
    assert (answer.status_code == 200) == allowed
    assert allowed or code(answer) == "address"


@pytest.mark.parametrize("kind", LIMITED)
@pytest.mark.parametrize("limit, word", [
    ({"rules": ["GET /nowhere"]}, "rule"),
    ({"addresses": ["192.0.2.1"]}, "address"),
    ({"starts_at": after(3600)}, "early")])
def test_every_kind_takes_limits_when_it_is_made(holder, kind, limit, word):
    key = holder.make(kind, **limit)
    assert key.why() == word
    item = holder.client.get(key.path).json()
    assert {name: item[name] for name in limit} == limit


BAD = [
    ({"rules": []}, "#/rules"),
    ({"rules": ["GET"]}, "#/rules/0"),
    ({"rules": ["get /a"]}, "#/rules/0"),
    ({"rules": ["GET a"]}, "#/rules/0"),
    ({"rules": ["GET /a*b"]}, "#/rules/0"),
    ({"rules": ["GET /a/../b"]}, "#/rules/0"),
    ({"rules": ["GET /a//b"]}, "#/rules/0"),
    ({"rules": ["GET /a", "GET,  /b"]}, "#/rules/1"),
    ({"rules": ["* /%d" % n for n in range(33)]}, "#/rules"),
    ({"addresses": []}, "#/addresses"),
    ({"addresses": ["!10.0.0.0/8"]}, "#/addresses"),
    ({"addresses": ["10.0.0.1/8"]}, "#/addresses/0"),
    ({"addresses": ["10.0.0.0/33"]}, "#/addresses/0"),
    ({"addresses": ["2001:db8::1/32"]}, "#/addresses/0"),
    ({"addresses": ["somewhere.example"]}, "#/addresses/0"),
    ({"addresses": ["10.0.0.1", "!!10.0.0.2"]}, "#/addresses/1"),
    ({"starts_at": "soon"}, "#/starts_at"),
    ({"starts_at": after(60), "expires_at": after(60)}, "#/expires_at"),
    ({"expires_at": "2001-01-01T00:00:00Z"}, "#/expires_at"),
    *(({name: none}, "#/" + name) for none in (
        0, "", "0", False, [], "1970-01-01T00:00:00Z")
      for name in ("expires_at", "starts_at")),
]


@pytest.mark.statement("T-20")
@HERE
@pytest.mark.parametrize("limits, place", BAD)
def test_limits_that_cannot_be_read_make_no_key(holder, limits, place):
    for kind in LIMITED:
        answer = ask(holder.client, holder.id, kind, **limits)
        due = 400 if kind == PAIR else 422
        assert answer.status_code == due, answer.text
        assert pointer(answer).startswith(place)


# Times

@pytest.mark.parametrize("kind", LIMITED)
def test_a_key_starts_when_its_time_has_come(holder, kind):
    key = holder.make(kind, starts_at=after(3))
    assert key.why() == "early"
    time.sleep(3.1)
    assert key.works()


@pytest.mark.statement("E-45")
@pytest.mark.parametrize("kind", LIMITED)
def test_a_key_that_ends_is_refused_and_one_that_does_not_is_not(
        holder, kind):
    key, other = holder.make(kind, expires_at=after(3)), holder.make(kind)
    assert key.works()
    time.sleep(3.1)
    assert key.why() == "expired" and other.works()
    assert holder.client.get(key.path).json()["state"] == "expired"


# How long keys of a kind live in an account

@contextlib.contextmanager
def lifetime(site, kind, initial, most):
    """As the operator set it, in days."""
    number = KIND_NUMBERS[kind]
    site.sql("INSERT INTO lifetimes (account_id, kind, initial, most)"
             " SELECT id, %d, %s, %s FROM accounts WHERE legacy_id = '%s'" % (
                 number, days(initial), days(most), ACCOUNT))
    try:
        yield
    finally:
        site.sql("DELETE FROM lifetimes WHERE kind = %d" % number)


KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS, 1)}
DAY = 24 * 60 * 60


def days(n):
    return "NULL" if n is None else n * DAY * 1000


def lives(client, key):
    """How many days, to the nearest."""
    item = client.get(key.path).json()
    if item["expires_at"] is None:
        return None
    made, end = (time.mktime(time.strptime(
        item[name][:19], "%Y-%m-%dT%H:%M:%S"))
        for name in ("created_at", "expires_at"))
    return round((end - made) / DAY)


@HERE
@pytest.mark.statement("E-32", "E-45")
@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("initial, most, said, lived", [
    (None, None, {}, None),
    (2, None, {}, 2),
    (2, None, {"expires_at": None}, None),
    (2, None, {"expires_at": after(9 * DAY)}, 9),
    (2, 7, {}, 2),
    (2, 7, {"expires_at": after(5 * DAY)}, 5),
    (2, 7, {"expires_at": after(9 * DAY)}, 7),
    (2, 7, {"expires_at": None}, 7),
    (None, 7, {}, 7),
    (9, 7, {}, 7),
])
def test_a_key_lives_as_long_as_its_account_lets_it(
        site, holder, kind, initial, most, said, lived):
    with lifetime(site, kind, initial, most):
        key = holder.make(kind, **said)
        assert lives(holder.client, key) == lived
        other = holder.make(PAIR if kind != PAIR else APP)
        assert lives(holder.client, other) is None


def test_nor_is_it_lengthened_beyond(site, holder):
    key = holder.make(expires_at=after(DAY))
    with lifetime(site, PAIR, 2, 7):
        for said, lived in ((after(5 * DAY), 5), (after(30 * DAY), 7),
                            (None, 7)):
            answer = holder.client.patch(key.path, json={
                "expires_at": said})
            assert answer.status_code == 200
            assert lives(holder.client, key) == lived


# Roles: what its user may now

@pytest.mark.statement("E-46")
@pytest.mark.parametrize("kind", LIMITED)
def test_what_a_role_gave_goes_with_it(site, kind):
    holder = Holder(site, "developer", "global-user-admin")
    key = holder.make(kind, expires_at=after(DAY),
                      scopes=["latchkey:users:read", "latchkey:keys"])
    assert key.send("GET", "/users/").status_code == 200
    site.admin.patch("/users/" + holder.id, json={
        "roles": [{"role": "developer"}]})
    assert key.send("GET", "/users/").status_code == 403
    assert key.works()


# Gates

@pytest.mark.guarded
@pytest.mark.parametrize("limit, page, orders", [
    ({}, 200, 200),
    ({"rules": ["GET /guarded/" + gates.PAGE]}, 200, 403),
    ({"rules": ["GET /guarded/orders/*"]}, 403, 200),
    ({"rules": ["POST /guarded/*"]}, 403, 403),
    ({"addresses": ["127.0.0.0/8"]}, 200, 200),
    ({"addresses": ["127.0.0.0/8", "!127.0.0.1"]}, 403, 403),
    ({"addresses": ["2001:db8::/32"]}, 403, 403),
    ({"starts_at": after(3600)}, 401, 401),
])
@pytest.mark.parametrize("kind", [PAIR, APP])
def test_a_gate_minds_the_limits(site, owner, kind, limit, page, orders):
    key = owner.make(kind, **limit)
    for path, status in ((gates.PAGE, page), (gates.ORDERS, orders)):
        answer = gates.get(site, path, **key.way)
        due = status if status == 200 else gates.refusal(site, status)
        assert answer.status_code == due, path


@pytest.mark.guarded
def test_a_gate_closes_at_the_end(site, owner):
    key = owner.make(expires_at=after(3))
    assert gates.get(site, gates.PAGE, **key.way).status_code == 200
    time.sleep(3.1)
    assert gates.get(site, gates.PAGE, **key.way).status_code == 401


# Told by a verifier

TOLD = [
    ({}, {}, None),
    ({"rules": ["GET /orders*"]}, {}, "rule"),
    ({"rules": ["GET /orders*"]}, {"method": "GET"}, "rule"),
    ({"rules": ["GET /orders*"]}, {"path": "/orders"}, "rule"),
    ({"rules": ["GET /orders*"]}, {"method": "GET", "path": "/orders?a=b"},
     None),
    ({"rules": ["GET /orders*"]}, {"method": "HEAD", "path": "/orders/1"},
     None),
    ({"rules": ["GET /orders*"]}, {"method": "PUT", "path": "/orders"},
     "rule"),
    ({"rules": ["GET /orders*"]}, {"method": "GET", "path": "/%6frders"},
     None),
    ({"rules": ["GET /orders*"]},
     {"method": "GET", "path": "/orders/..%2fusers"}, "rule"),
    ({"rules": ["GET /orders*"]},
     {"method": "GET", "path": "/orders/../users"}, "rule"),
    ({"addresses": ["192.0.2.0/24", "!192.0.2.7"]}, {}, "address"),
    ({"addresses": ["192.0.2.0/24", "!192.0.2.7"]},
     {"address": "192.0.2.9"}, None),
    ({"addresses": ["192.0.2.0/24", "!192.0.2.7"]},
     {"address": "::ffff:192.0.2.9"}, None),
    ({"addresses": ["192.0.2.0/24", "!192.0.2.7"]},
     {"address": "192.0.2.7"}, "address"),
    ({"addresses": ["2001:db8::/32"]}, {"address": "2001:db8:1::1"}, None),
    ({"addresses": ["2001:db8::/32"]}, {"address": "127.0.0.1"}, "address"),
    ({"rules": ["GET /orders"], "addresses": ["192.0.2.1"]},
     {"method": "GET", "path": "/orders", "address": "192.0.2.2"},
     "address"),
    ({"rules": ["GET /orders"], "addresses": ["192.0.2.1"]},
     {"method": "GET", "path": "/users", "address": "192.0.2.1"}, "rule"),
]


@HERE
@pytest.mark.parametrize("limits, told, reason", TOLD)
def test_a_verifier_and_the_command_tell_of_the_request(
        site, holder, limits, told, reason):
    key = holder.make(APP, **limits)
    answer = site.admin.post("/check", json={
        "credential": key.text, **told})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["allowed"], answer.json()["reason"]) == (
        reason is None, reason)
    done = site.cli("--json", "check", *[
        "--%s=%s" % pair for pair in told.items()], text=key.text + "\n",
        check=False)
    explained = json.loads(done.stdout)
    assert explained["reason"] == reason
    assert explained["conditions"][-1]["holds"] == (reason is None)
    assert done.returncode == (0 if reason is None else 1)


@pytest.mark.parametrize("told, place", [
    ({"address": "localhost"}, "#/address"), ({"address": ""}, "#/address"),
    ({"address": "192.0.2.0/24"}, "#/address"),
    ({"method": ""}, "#/method"), ({"method": "M" * 21}, "#/method"),
    ({"path": ""}, "#/path"), ({"path": "/" + "p" * 2048}, "#/path")])
def test_what_a_verifier_tells_must_be_readable(site, holder, told, place):
    answer = site.admin.post("/check", json={
        "credential": holder.make().text, **told})
    assert answer.status_code == 422 and pointer(answer) == place


def test_the_command_refuses_an_address_that_is_none(site):
    done = site.cli("check", "--address=localhost", text="Bearer x\n",
                    check=False)
    assert done.returncode == 2 and "--address" in done.stderr


# A limited key obtains nothing that is less limited, by no route

LIMITS = {
    "scopes": (["latchkey:keys", "pages:read"],
               [None, ["latchkey:keys", "pages:read", "latchkey:self"]]),
    "rules": (["* /api/v1/*"], [None, ["* /*"], ["GET /guarded/*"]]),
    "addresses": (["127.0.0.0/8", "!127.0.0.9"],
                  [None, ["127.0.0.0/8"], ["0.0.0.0/0", "!127.0.0.9"]]),
    "expires_at": (after(3600), [None, after(7200)]),
    "workspaces": (None, [None]),
}


class Weaker:
    """A key with one limit, and siblings of its owner's without it."""

    def __init__(self, site, name, place):
        self.site, self.name = site, name
        self.holder = Holder(site)
        limit, self.lifts = LIMITS[name]
        self.limit = [place] if name == "workspaces" else limit
        self.key = self.holder.make(APP, **{name: self.limit})
        self.sibling = self.holder.make(NAMED, handle="sibling")
        self.off = self.holder.make()
        self.off_limits = self.holder.make(**{
            name: self.limit} if name != "scopes" else {
                "scopes": ["pages:read"]})
        self.personal = self.holder.make(PERSONAL)
        answer = self.holder.client.patch(self.off.path,
                                          json={"disabled": True})
        assert answer.status_code == 200

    def make(self, caller, kind, lift):
        return ask(caller, self.holder.id, kind, **{self.name: lift})

    def patch(self, caller, key, **body):
        return caller.patch(key.path, json=body)


ROUTES = {
    "makes a pair": lambda w, c, lift: w.make(c, PAIR, lift),
    "makes a named key": lambda w, c, lift: w.make(c, NAMED, lift),
    "makes an app token": lambda w, c, lift: w.make(c, APP, lift),
    "lifts its own limit": lambda w, c, lift: w.patch(
        c, w.key, **{w.name: lift}),
    "lifts another's": lambda w, c, lift: w.patch(
        c, w.off_limits, **{w.name: lift}),
    "enables another": lambda w, c, lift: w.patch(c, w.off, disabled=False),
    "rotates another": lambda w, c, lift: c.post(
        w.sibling.path + "/rotate", json={"grace": 0}),
    "reads the user token": lambda w, c, lift: c.get("/user/token"),
    "makes the user token anew": lambda w, c, lift: w.make(
        c, PERSONAL, lift),
}


class Caller:
    """The key's requests, with a client's methods."""

    def __init__(self, key):
        self.get, self.post, self.patch = (
            lambda path, method=method, **options: key.send(
                method, path, **options)
            for method in ("GET", "POST", "PATCH"))


def settings(weaker, path):
    """A key but for its use, which is counted a while after it was made."""
    item = weaker.holder.client.get(path).json()
    return {name: value for name, value in item.items()
            if name not in ("uses", "last_used", "secrets")}


@HERE
@pytest.mark.parametrize("name", LIMITS)
def test_a_weaker_sibling_obtains_nothing_stronger(site, place, name):
    weaker = Weaker(site, name, place)
    caller = Caller(weaker.key)
    paths = [key.path for key in (weaker.key, weaker.sibling, weaker.off,
                                  weaker.off_limits, weaker.personal)]
    before = [settings(weaker, path) for path in paths]
    for route, work in ROUTES.items():
        for lift in weaker.lifts:
            answer = work(weaker, caller, lift)
            assert answer.status_code == 403, (route, lift, answer.text)
            assert code(answer) in ("not-covered", "scope"), (route, lift)
    assert [settings(weaker, path) for path in paths] == before
    named = caller.get("/user/keys/sibling")
    assert weaker.sibling.secret not in named.text
    # It is not the routes: one without limits does all of this.
    for route, work in ROUTES.items():
        answer = work(weaker, weaker.holder.client, weaker.lifts[0])
        assert answer.status_code in (200, 201), (route, answer.text)


@pytest.mark.parametrize("name", ["scopes", "rules", "addresses",
                                  "expires_at"])
def test_what_is_not_said_is_copied_from_the_maker(site, holder, name):
    limit = LIMITS[name][0]
    key = holder.make(APP, **{name: limit})
    made = make(site, Caller(key), holder.id, PAIR)
    item = holder.client.get(made.path).json()
    due = ["pages:read"] if name == "scopes" else limit
    assert item[name] == due
    assert item["created_by"] == {"user": holder.id, "key": key.id}


@pytest.mark.parametrize("change", ["rotates", "widens"])
def test_scopes_that_its_owner_may_gain_are_obtained_too(
        site, holder, change):
    """orders:read is nobody's here yet: a role may bring it one day."""
    maker = holder.make(APP, scopes=["latchkey:keys", "pages:read"])
    sibling = make(site, site.admin, holder.id, APP,
                   scopes=["pages:read", "orders:read"])
    narrow = holder.make(scopes=["pages:read"])
    answer = maker.send("POST", sibling.path + "/rotate") \
        if change == "rotates" else maker.send(
            "PATCH", narrow.path, json={
                "scopes": ["pages:read", "orders:read"]})
    assert answer.status_code == 403 and code(answer) == "not-covered"
    assert sibling.works()
