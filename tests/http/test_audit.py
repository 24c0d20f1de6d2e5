# SPDX-License-Identifier: ISC
"""The trail of an account: every change is in it, once, and who made it."""

import itertools
import re
import threading
import time
import uuid

import pytest

import people
import tables
from site_under_test import PASSWORD
from test_logins import make_older, poll

NUMBERS = itertools.count(1)


def number():
    return str(next(NUMBERS))


@pytest.fixture(scope="module")
def owner(site):
    """A person with every kind of credential that changes something."""
    person = people.Person(site, "owner", "developer")
    person.handle = "audited-" + number()
    site.admin.patch("/users/" + person.id, json={"handle": person.handle})
    return person


def rows_of(site, answer):
    """The rows of the trail that one request left."""
    return [item for item in site.admin.get(
        "/audit", params={"limit": 100}).json()["items"]
        if item["request_id"] == answer.headers["X-Request-Id"]]


def new_user(_=None):
    return {"name": "N", "email": "audited%s@acme.example" % number()}


def named(body):
    return lambda _: {**body, "handle": "audited-" + number()}


def login(owner):
    return {"username": owner.username, "password": PASSWORD}


def login_by_handle(owner):
    return {"handle": owner.handle, "password": PASSWORD}


def his_pairs(owner):
    owner.key("pair")
    owner.key("pair")
    return {"owner": "me", "kind": "pair"}


# Every change, and how it is made: what its object is, where the answer to
# the first step names it, and the steps; {id} is that, {me} the caller.

STORIES = {
    "user": ("user", ["uuid"], [
        ("user.create", "POST", "/users", new_user),
        ("user.change", "PATCH", "/users/{id}", {"name": "Renamed"}),
        ("user.delete", "DELETE", "/users/{id}", None)]),
    "role": ("role", ["slug"], [
        ("role.create", "POST", "/roles", lambda _: {
            "slug": "audited-" + number(), "name": "N", "permissions": []}),
        ("role.change", "PATCH", "/roles/{id}", {"name": "Renamed"}),
        ("role.delete", "DELETE", "/roles/{id}", None)]),
    "workspace": ("workspace", ["id"], [
        ("workspace.create", "POST", "/workspaces", named({"name": "N"})),
        ("workspace.change", "PATCH", "/workspaces/{id}", {"name": "M"})]),
    "session": ("session", [], [
        ("session.create", "POST", "/sessions/", login),
        ("session.end", "DELETE", "/sessions/", None)]),
    "session by handle": ("session", [], [
        ("session.create", "POST", "/auth/credentials", login_by_handle)]),
    "pair": ("key", ["uuid"], [
        ("key.create", "POST", "/api_tokens/", {"name": "audited"}),
        ("key.revoke", "DELETE", "/api_tokens/{id}/", None)]),
    "named": ("key", ["handle"], [
        ("key.create", "POST", "/user/keys", named({})),
        ("key.change", "PATCH", "/user/keys/{id}", {"alias": "other"}),
        ("key.revoke", "DELETE", "/user/keys/{id}", None)]),
    "exchange": ("key", [], [
        ("key.create", "POST", "/users/{me}/api/key", {})]),
    "personal": ("key", [], [
        ("key.create", "POST", "/user/token", {}),
        ("key.create", "POST", "/user/token", {}),
        ("key.revoke", "DELETE", "/user/token", None)]),
    "company": ("key", ["guid"], [
        ("key.create", "POST", "/company/tokens", {"description": "audited"}),
        ("key.revoke", "DELETE", "/company/tokens/{id}", None)]),
    "app": ("key", ["data", "id"], [
        ("key.create", "POST", "/users/{me}/user_app_tokens",
         {"label": "audited"}),
        ("key.revoke", "DELETE", "/users/{me}/user_app_tokens/{id}", None)]),
    "any kind": ("key", ["uuid"], [
        ("key.create", "POST", "/api_tokens/", {"name": "audited"}),
        ("key.change", "PATCH", "/keys/{id}", {"label": "other"}),
        ("key.rotate", "POST", "/keys/{id}/rotate", {}),
        ("key.revoke", "DELETE", "/keys/{id}", {"reason": "lost"})]),
    "several": ("keys", [], [
        ("key.revoke", "POST", "/keys/revoke", his_pairs)]),
}

# A token of OAuth's is ended by its client, or by whoever presents it.
ENDINGS = {
    ("POST", "/oauth/revoke"): ("token.revoke", lambda token, client: {
        "data": {"token": token}, "auth": client}),
    ("GET", "/users/logout"): ("token.end", lambda token, _: {
        "headers": people.bearer(token)}),
}
# What keeps nothing, though it is no GET.
READS = {("POST", "/check"), ("POST", "/oauth/introspect"),
         ("POST", "/oauth/token"), ("POST", "/users/auth/key")}


def step(caller, owner, made, method, path, body):
    answer = caller.request(method, path.format(id=made, me=owner.id),
                            json=body(owner) if callable(body) else body)
    assert answer.ok, answer.text
    return answer


@pytest.mark.statement("A-9", "A-18")
@pytest.mark.parametrize("story", STORIES)
def test_every_change_leaves_one_row(site, owner, story):
    kind, member, steps = STORIES[story]
    caller, made = owner.login(), None
    for action, *how in steps:
        answer = step(caller, owner, made, *how)
        if made is None and member:
            made = answer.json()
            for name in member:
                made = made[name]
        row, = rows_of(site, answer)
        assert row["action"] == action
        assert row["object"]["type"] == kind
        assert row["door"] == "http" and row["address"] == "127.0.0.1"
        assert isinstance(row["detail"], dict)
        if action != "session.create":
            assert row["actor"] == {"user": owner.id, "key": None}
        assert PASSWORD not in str(row)


@pytest.mark.statement("A-9")
@pytest.mark.parametrize("way", ENDINGS, ids=" ".join)
def test_a_token_that_is_ended_leaves_one_row(site, owner, way):
    action, how = ENDINGS[way]
    key = owner.key("pair")
    client = key["uuid"], key["secret"]
    made = site.client().post("/oauth/token", auth=client, data={
        "grant_type": "client_credentials"})
    token = made.json()["access_token"]
    assert rows_of(site, made) == []
    ended = site.client().request(*way, **how(token, client))
    assert ended.ok, ended.text
    row, = rows_of(site, ended)
    assert row["action"] == action and row["object"]["type"] == "token"
    assert row["actor"] == {"user": owner.id, "key": key["uuid"]}
    again = site.client().request(*way, **how(token, client))
    assert rows_of(site, again) == []


def shape(path):
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")


def test_no_route_that_changes_something_is_without_a_row():
    told = {(method, shape(path)) for _, _, steps in STORIES.values()
            for _, method, path, _ in steps}
    changes = {(method, shape(path)) for method, path in tables.NEEDS
               if method != "GET" and (method, path) not in READS}
    assert changes - told - set(ENDINGS) == set()


@pytest.mark.statement("A-9")
def test_a_row_names_the_key_that_was_used(site, owner):
    """Two automations of one user, told apart."""
    for _ in range(2):
        key = owner.key("app")
        caller = site.client()
        caller.headers.update(people.bearer(key["token"]))
        answer = caller.post("/users", json=new_user())
        row, = rows_of(site, answer)
        assert row["actor"] == {"user": owner.id, "key": key["uuid"]}
        assert row["object"] == {"type": "user", "id": answer.json()["uuid"]}


@pytest.mark.parametrize("method, path, body, status", [
    ("POST", "/users", {"name": "N"}, 422),
    ("POST", "/users", {"name": "N", "email": "admin@acme.example"}, 409),
    ("PATCH", "/users/" + str(uuid.uuid4()), {"name": "N"}, 404),
    ("DELETE", "/roles/owner", None, 409),
    ("PUT", "/users", {}, 405),
])
def test_what_fails_leaves_none(site, method, path, body, status):
    answer = site.admin.request(method, path, json=body)
    assert answer.status_code == status
    assert rows_of(site, answer) == []


def test_what_only_looks_leaves_none(site, owner):
    before = site.admin.get("/audit?limit=1").json()["items"]
    for path in "/users", "/roles", "/check", "/audit", "/account":
        assert owner.login().get(path).status_code == 200
    after = site.admin.get("/audit?limit=100&action=user.create").json()
    assert all(item["id"] <= before[0]["id"] for item in after["items"])
    made = site.admin.post("/check", json={"credential": "nothing"})
    assert made.status_code == 200 and rows_of(site, made) == []


def test_a_row_is_shown_alone(site, owner):
    answer = owner.login().post("/users", json=new_user())
    row, = rows_of(site, answer)
    shown = site.admin.get("/audit/" + row["id"]).json()
    assert {**shown, "seq": None} == {**row, "seq": None}
    assert site.admin.get("/audit/" + str(uuid.uuid4())).status_code == 404


@pytest.mark.parametrize("name", ["action", "actor", "key", "object"])
def test_the_trail_is_filtered(site, owner, name):
    key = owner.key("app")
    caller = site.client()
    caller.headers.update(people.bearer(key["token"]))
    made = caller.post("/users", json=new_user()).json()["uuid"]
    wanted = {"action": "user.create", "actor": owner.id,
              "key": key["uuid"], "object": made}[name]
    items = site.admin.get("/audit", params={name: wanted}).json()["items"]
    told = [{"action": item["action"], "actor": item["actor"]["user"],
             "key": item["actor"]["key"], "object": item["object"]["id"]}
            for item in items]
    assert made in [one["object"] for one in told]
    assert {one[name] for one in told} == {wanted}
    nothing = "no.such" if name == "action" else str(uuid.uuid4())
    assert site.admin.get("/audit", params={name: nothing}).json() == {
        "items": [], "next": None}


def test_the_trail_is_cut_by_time(site, owner):
    caller = owner.login()
    rows = []
    for _ in range(3):
        rows += rows_of(site, caller.post("/users", json=new_user()))
        time.sleep(0.01)
    first, middle, last = (row["at"] for row in rows)
    for said, wanted in (({"from": middle}, [2, 1]), ({"to": middle}, [0]),
                         ({"from": middle, "to": last}, [1]),
                         ({"from": first, "to": first}, [])):
        items = site.admin.get("/audit", params={
            **said, "actor": owner.id, "action": "user.create",
            "limit": 100}).json()["items"]
        ours = [item["id"] for item in items if item in rows or
                item["id"] in [row["id"] for row in rows]]
        assert ours == [rows[i]["id"] for i in wanted]


@pytest.mark.parametrize("said", [
    "actor=x", "key=1", "object=-", "from=yesterday", "to=2026-01-01",
    "limit=0", "limit=101", "cursor=x"])
@pytest.mark.parametrize("path", ["/audit", "/audit/refusals"])
def test_a_faulty_filter_is_refused(site, path, said):
    if path.endswith("refusals"):
        said = said.replace("actor", "subject").replace("key", "subject")
        said = said.replace("object", "subject")
    assert site.admin.get(path + "?" + said).status_code == 422


@pytest.mark.parametrize("path", ["/audit", "/audit/refusals"])
def test_a_parameter_that_is_none_is_named(site, path):
    answer = site.admin.get(path + "?limit=1&actoin=user.create")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"].startswith("actoin is no ")


@pytest.mark.parametrize("path, table, order", [
    ("/audit?action=none", "audit", "id"),
    ("/audit/refusals?reason=none", "audit_refusals", "window_at")])
def test_a_search_that_takes_too_long_is_ended_in_the_database(
        site, path, table, order):
    """Nobody waits for it any more; it must not go on there."""
    waiting = ("SELECT id FROM information_schema.processlist WHERE"
               " db = DATABASE() AND id <> CONNECTION_ID() AND"
               " info LIKE '%%ORDER BY %s DESC%%'" % order)
    admin, answers = site.admin, []
    asked = threading.Thread(target=lambda: answers.append(admin.get(path)))
    holder = threading.Thread(target=site.sql, args=(
        "LOCK TABLES %s WRITE; DO SLEEP(6)" % table,))
    holder.start()
    time.sleep(0.5)
    asked.start()
    poll(lambda: site.sql(waiting), 2, lambda: None)
    asked.join()
    assert [answer.status_code for answer in answers] == [503]
    assert site.sql(waiting) == [] and holder.is_alive()
    holder.join()
    assert site.admin.get(path).status_code == 200


def pages(site, path, limit):
    """All items, page by page."""
    found, cursor = [], None
    while True:
        params = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        page = site.admin.get(path, params=params).json()
        assert len(page["items"]) <= limit
        found += page["items"]
        assert len(found) < 10000, "the pages do not end"
        cursor = page["next"]
        if cursor is None:
            return found


def test_the_trail_comes_in_pages_the_newest_first(site):
    whole = pages(site, "/audit", 100)
    assert [item["id"] for item in whole] == sorted(
        (item["id"] for item in whole), reverse=True)
    assert [item["id"] for item in pages(site, "/audit", 7)][-50:] == [
        item["id"] for item in whole][-50:]


def test_rows_are_sealed_in_their_order(site):
    """By the programs themselves, after a while; what waits has no number."""
    site.cli("audit", "verify")
    sealed = [item["seq"] for item in pages(site, "/audit", 100)
              if item["seq"] is not None]
    assert sorted(sealed) == list(range(1, len(sealed) + 1))


@pytest.mark.statement("A-9")
def test_refusals_are_counted_for_who_was_refused(site, owner):
    key = owner.key("pair", "--scope", "orders:read")
    caller = site.client()
    caller.auth = key["uuid"], key["secret"]
    for path in ("/users", "/users", "/audit"):
        assert caller.get(path).status_code == 403
    make_older(site, re.compile(b"scope\0+key\0+" + re.escape(
        uuid.UUID(key["uuid"]).bytes)), 3600)

    def refusals(**more):
        return site.admin.get("/audit/refusals", params={
            "subject": key["uuid"], **more}).json()["items"]

    poll(refusals, 30, lambda: None)
    item, = refusals()
    assert item == {"at": item["at"], "reason": "scope", "times": 3,
                    "subject": {"type": "key", "id": key["uuid"]}}
    for more, found in (({"reason": "scope"}, [item]),
                        ({"reason": "rule"}, []),
                        ({"from": item["at"]}, [item]),
                        ({"to": item["at"]}, [])):
        assert refusals(**more) == found


def test_refusals_come_in_pages(site):
    """Many in one minute: no row twice, none left out."""
    values = ",".join(
        "(UNHEX('%s'), %d, '%s', 'key', UNHEX('%032x'), 1)" % (
            site.account_id.replace("-", ""), 60000 * (1 + i // 7), reason, i)
        for i in range(20) for reason in ("rule", "scope"))
    site.sql("INSERT INTO audit_refusals VALUES " + values)
    found = [item for item in pages(site, "/audit/refusals", 3)
             if item["at"] < "1971"]
    assert len(found) == 40
    assert len({(item["at"], item["reason"], item["subject"]["id"])
                for item in found}) == 40
    assert [item["at"] for item in found] == sorted(
        (item["at"] for item in found), reverse=True)
    site.sql("DELETE FROM audit_refusals WHERE window_at < 86400000")


def test_a_detail_that_is_no_json_any_more_is_null(site, owner):
    answer = owner.login().post("/users", json=new_user())
    row, = rows_of(site, answer)
    this = " WHERE id = UNHEX('%s')" % row["id"].replace("-", "")
    (before,), = site.sql("SELECT HEX(detail) FROM audit" + this)
    site.sql("UPDATE audit SET detail = '{\"a\":'" + this)
    shown = site.admin.get("/audit/" + row["id"]).json()
    site.sql("UPDATE audit SET detail = UNHEX('%s')" % before + this)
    assert {**shown, "seq": None} == {**row, "seq": None, "detail": None}


def test_who_may_not_read_it_does_not(site, owner):
    other = people.Person(site, "global-user-admin").login()
    auditor = people.Person(site, "auditor").login()
    for path in "/audit", "/audit/refusals", "/audit/" + str(uuid.uuid4()):
        assert other.get(path).status_code == 403
        assert auditor.get(path).status_code in (200, 404)
        assert site.client().get(path).status_code == 401
