# SPDX-License-Identifier: ISC
"""The uniform view: keys of all kinds listed, shown, changed and ended."""

import re
import urllib.parse
import uuid

import pytest

from made_keys import (
    COMPANY, KINDS, OWN, Holder, after, code, pointer, random_path)
from people import Person, bearer, workspace

ITEM = {
    "id", "kind", "owner", "handle", "label", "state", "scopes",
    "workspaces", "rules", "addresses", "rates", "quotas", "starts_at",
    "expires_at",
    "created_at", "created_by", "updated_at", "revoked_at",
    "revoked_reason", "uses", "last_used", "hint", "secrets"}


@pytest.fixture(scope="module", name="holder")
def one_developer(site):
    return Holder(site)


@pytest.fixture(name="fresh")
def developer_without_keys(site):
    return Holder(site)


@pytest.fixture(scope="module", name="stranger")
def another_developer(site):
    return Holder(site)


def ids(answer):
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json()["items"]}


def listed(client, **query):
    """On all pages."""
    found, query = set(), {"limit": 100, **query}
    while True:
        answer = client.get("/keys", params=query)
        found |= ids(answer)
        query["cursor"] = answer.json()["next"]
        if query["cursor"] is None:
            return found


def changes(site, id):
    return int(site.sql("SELECT COUNT(*) FROM audit WHERE object_id ="
                        " UNHEX('%s')" % id.replace("-", ""))[0][0])


# Shown

@pytest.mark.parametrize("kind", OWN)
def test_an_item_says_all_but_the_secret(site, holder, kind):
    place = "k" + uuid.uuid4().hex[:8]
    workspace(site, place)
    end = after(3600)
    key = holder.make(kind, scopes=["pages:read"], workspaces=[place],
                      rules=["GET /a*", "* /b"], expires_at=end,
                      addresses=["192.0.2.0/24", "!192.0.2.7"],
                      rates=[{"name": "r", "limit": 5, "per": 60}])
    answer = holder.client.get(key.path)
    item = answer.json()
    assert set(item) == ITEM, answer.text
    assert item["id"] == key.id and item["kind"] == kind
    assert item["owner"] == {"id": holder.id, "username": holder.username}
    assert item["created_by"] == {"user": holder.id, "key": None}
    assert item["scopes"] == ["pages:read"] and item["workspaces"] == [place]
    assert item["rules"] == ["GET /a*", "* /b"]
    assert item["addresses"] == ["192.0.2.0/24", "!192.0.2.7"]
    assert item["rates"] == [{"name": "r", "limit": 5, "per": 60}]
    assert item["quotas"] is None
    assert item["state"] == "live" and item["expires_at"] == end
    assert item["revoked_at"] is None and item["uses"] == 0
    assert item["last_used"] is None
    assert item["hint"] == key.secret[-4:] and key.secret not in answer.text
    assert [one["hint"] for one in item["secrets"]] == [key.secret[-4:]]
    assert item["secrets"][0]["ends_at"] is None


def test_a_named_key_has_its_handle_and_its_alias(fresh):
    key = fresh.make("named", handle="main", alias="The main one")
    item = fresh.client.get(key.path).json()
    assert (item["handle"], item["label"]) == ("main", "The main one")
    item = fresh.client.patch(key.path, json={"label": None}).json()
    assert item["label"] is None
    assert fresh.client.get("/user/keys/main").json()["alias"] is None
    answer = fresh.client.patch(key.path, json={"label": "x" * 101})
    assert answer.status_code == 422 and pointer(answer) == "#/label"


def test_what_has_no_limit_says_null(holder):
    item = holder.client.get(holder.make().path).json()
    for name in ("scopes", "workspaces", "rules", "addresses", "starts_at",
                 "expires_at", "handle"):
        assert item[name] is None


@pytest.mark.statement("E-34")
def test_whoever_hands_out_a_token_sees_when_it_ends(site, holder):
    end = after(86400)
    key = holder.make("app", expires_at=end)
    for client in (holder.client, site.admin):
        assert client.get(key.path).json()["expires_at"] == end


# Listed

def test_one_s_own_are_listed_and_everybody_s_for_who_manages_them(
        site, fresh, stranger):
    mine = {fresh.make(kind).id for kind in OWN}
    other = stranger.make().id
    assert listed(fresh.client) == listed(
        fresh.client, owner="me") == listed(
            fresh.client, owner=fresh.id) == mine
    assert listed(site.admin, owner=fresh.id) == mine
    assert other not in listed(site.admin, owner="me")
    assert mine | {other} <= set(walk(site.admin, "limit=100"))


@pytest.mark.parametrize("query, found", [
    ({"kind": "pair"}, {"plain", "off", "soon", "gone"}),
    ({"kind": "app"}, {"app"}),
    ({"kind": "named"}, {"named"}),
    ({"state": "live"}, {"plain", "app", "soon", "named"}),
    ({"state": "disabled"}, {"off"}),
    ({"state": "revoked"}, {"gone"}),
    ({"state": "expired"}, set()),
    ({"state": "live", "kind": "app"}, {"app"}),
    ({"expiring_before": after(7200)}, {"soon"}),
    ({"expiring_before": after(60)}, set()),
    ({"last_used_before": after(60)},
     {"plain", "app", "off", "soon", "gone", "named"}),
    ({"handle": "mine"}, {"named"}),
    ({"handle": "none-has-it"}, set()),
])
def test_filters_choose_among_them(fresh, query, found):
    keys = {"plain": fresh.make(), "app": fresh.make("app"),
            "off": fresh.make(), "gone": fresh.make(),
            "soon": fresh.make(expires_at=after(3600)),
            "named": fresh.make("named", handle="mine")}
    assert fresh.client.patch(keys["off"].path, json={
        "disabled": True}).status_code == 200
    assert fresh.client.delete(keys["gone"].path).status_code == 204
    assert listed(fresh.client, **query) == {
        keys[name].id for name in found}


def walk(client, query):
    """The ids of all pages, by their links."""
    found, target = [], "/keys?" + query
    while target:
        answer = client.get(target)
        assert answer.status_code == 200, answer.text
        found += [one["id"] for one in answer.json()["items"]]
        link = answer.headers.get("Link")
        assert (link is None) == (answer.json()["next"] is None)
        target = link and urllib.parse.urljoin(
            answer.url, re.fullmatch('<(.*)>; rel="next"', link)[1])
    return found


def test_pages_keep_their_filters(site, fresh):
    pairs = [fresh.make().id for _ in range(3)]
    for _ in range(2):
        fresh.make("app")
    before = urllib.parse.quote(after(60))
    found = walk(site.admin, "owner=%s&limit=1&kind=pair&last_used_before=%s"
                 % (fresh.id, before))
    assert sorted(found) == sorted(pairs)


@pytest.mark.parametrize("query", [
    {"owner": "nobody"}, {"owner": "me!"}, {"kind": "paper"},
    {"kind": "session"}, {"state": "any"}, {"state": "asleep"},
    {"expiring_before": "tomorrow"}, {"last_used_before": "2026-11-22"},
    {"limit": "0"}, {"cursor": "x"}, {"stat": "live"},
    {"handle": "h" * 51}])
def test_a_filter_that_cannot_be_read_is_refused(holder, query):
    answer = holder.client.get("/keys", params=query)
    assert answer.status_code == 422
    assert pointer(answer) is None


def test_filters_that_ask_for_more_are_forbidden(holder, stranger):
    for query in ({"owner": stranger.id}, {"owner": str(uuid.uuid4())},
                  {"kind": "company"}):
        answer = holder.client.get("/keys", params=query)
        assert answer.status_code == 403 and code(answer) == "scope"


def test_a_key_that_may_not_manage_keys_sees_none(holder):
    key, other = holder.make(scopes=["pages:read"]), holder.make()
    for method, path, body in (
            ("GET", "/keys", None), ("GET", other.path, None),
            ("GET", key.path, None), ("DELETE", other.path, None),
            ("PATCH", other.path, {"label": "x"}),
            ("POST", other.path + "/rotate", {}),
            ("POST", "/keys/revoke", {"owner": "me"})):
        answer = key.send(method, path, json=body)
        assert answer.status_code == 403 and code(answer) == "scope"
        assert "latchkey:keys" in answer.json()["detail"]
    assert key.works() and other.works()


REQUESTS = [("GET", "", None), ("PATCH", "", {"label": "x"}),
            ("DELETE", "", None), ("POST", "/rotate", {})]


@pytest.mark.parametrize("method, tail, body", REQUESTS)
def test_another_s_key_is_not_found(holder, stranger, method, tail, body):
    key = stranger.make()
    answers = [holder.client.request(method, path + tail, json=body)
               for path in (key.path, random_path())]
    for answer in answers:
        assert answer.status_code == 404
    bodies = [re.sub("urn:uuid:[0-9a-f-]{36}", "", answer.text)
              for answer in answers]
    assert bodies[0] == bodies[1]
    assert key.works()


# Ended

@pytest.mark.statement("C-2")
def test_the_owner_of_the_account_sees_and_deletes_all(site, holder):
    for kind in KINDS:
        key = holder.make(kind)
        assert key.works()
        assert site.admin.get(key.path).json()["kind"] == kind
        assert key.id in listed(site.admin, kind=kind, state="live")
        assert site.admin.delete(key.path).status_code == 204
        assert not key.works()


@pytest.mark.statement("B-23", "B-28", "E-41")
@pytest.mark.parametrize("kind", [
    kind for kind in KINDS if kind != "personal"])
def test_deleting_one_ends_it_and_no_other(site, holder, kind):
    keys = [holder.make(kind) for _ in range(3)]
    assert site.admin.delete(keys[1].path).status_code == 204
    assert [key.works() for key in keys] == [True, False, True]


def test_what_was_revoked_stays_listed_with_its_reason(site, fresh):
    key = fresh.make()
    answer = fresh.client.delete(key.path, json={"reason": "It leaked"})
    assert answer.status_code == 204 and answer.text == ""
    item = fresh.client.get(key.path).json()
    assert item["state"] == "revoked" and item["revoked_at"]
    assert item["revoked_reason"] == "It leaked" and item["secrets"] == []
    assert key.id in listed(fresh.client)
    detail = site.sql("SELECT detail FROM audit WHERE action = 'key.revoke'"
                      " AND object_id = UNHEX('%s')"
                      % key.id.replace("-", ""))[0][0]
    assert "It leaked" in detail


def test_a_second_delete_changes_nothing(site, holder):
    key = holder.make()
    assert holder.client.delete(key.path, json={
        "reason": "first"}).status_code == 204
    before = changes(site, key.id)
    assert holder.client.delete(key.path, json={
        "reason": "second"}).status_code == 204
    assert changes(site, key.id) == before
    item = holder.client.get(key.path).json()
    assert item["revoked_reason"] == "first"


@pytest.mark.parametrize("body", [
    {"reason": ""}, {"reason": "x" * 201}, {"reason": "a\nb"},
    {"reason": 1}, {"why": "x"}])
def test_a_reason_that_cannot_be_read_ends_nothing(holder, body):
    key = holder.make()
    assert holder.client.delete(key.path, json=body).status_code == 422
    assert key.works()


def test_with_a_company_token_its_user_ends(site):
    holder = Holder(site)
    key = holder.make(COMPANY)
    owner = site.admin.get(key.path).json()["owner"]
    assert owner["username"] and owner["id"] != holder.id
    assert site.admin.delete(key.path).status_code == 204
    item = site.admin.get(key.path).json()
    assert item["owner"] == {"id": owner["id"], "username": None}
    assert site.sql("SELECT deleted_at IS NOT NULL FROM users WHERE id ="
                    " UNHEX('%s')" % owner["id"].replace("-", "")) == [("1",)]


def test_a_vrm_admin_manages_company_tokens_and_his_own_alone(site, holder):
    client = Person(site, "vrm-admin").login()
    company, other = holder.make(COMPANY), holder.make()
    assert company.id in listed(client, kind="company")
    assert listed(client) == set()
    assert client.get(other.path).status_code == 404
    assert client.get("/keys?owner=" + holder.id).status_code == 403
    assert client.get(company.path).status_code == 200
    done = client.post("/keys/revoke", json={
        "kind": "company", "owner": site.admin.get(
            company.path).json()["owner"]["id"]})
    assert done.json()["ids"] == [company.id]
    assert not company.works() and other.works()


# Changed

def test_a_label_is_changed_and_a_needed_one_not_taken(holder):
    key = holder.make()
    item = holder.client.patch(key.path, json={"label": "Renamed"}).json()
    assert item["label"] == "Renamed"
    assert item == holder.client.get(key.path).json()
    for label in (None, "", "x" * 201, "a\tb"):
        answer = holder.client.patch(key.path, json={"label": label})
        assert answer.status_code == 422
        assert pointer(answer) == "#/label"


@pytest.mark.parametrize("body, word", [
    ({"disabled": True}, "disabled"),
    ({"starts_at": after(3600)}, "early"),
    ({"rules": ["GET /nowhere"]}, "rule"),
    ({"addresses": ["192.0.2.1"]}, "address")])
def test_a_limit_set_later_holds_at_once_and_is_lifted_again(
        holder, body, word):
    key = holder.make()
    name, = body
    assert holder.client.patch(key.path, json=body).json()[
        "state"] == ("disabled" if name == "disabled" else "live")
    assert key.why() == word
    lifted = {name: False if name == "disabled" else None}
    assert holder.client.patch(key.path, json=lifted).status_code == 200
    assert key.works()


def test_scopes_set_later_hold_at_once(site, holder):
    key = holder.make("app")
    assert key.send("GET", "/keys").status_code == 200
    holder.client.patch(key.path, json={"scopes": ["pages:read"]})
    assert key.send("GET", "/keys").status_code == 403
    holder.client.patch(key.path, json={"scopes": []})
    assert key.send("GET", "/check").json()["permissions"] == []
    holder.client.patch(key.path, json={"scopes": None})
    assert key.send("GET", "/keys").status_code == 200


@pytest.mark.parametrize("body, place", [
    ({"scopes": ["no:such"]}, "#/scopes/0"),
    ({"workspaces": []}, "#/workspaces"),
    ({"workspaces": ["no-such"]}, "#/workspaces/0"),
    ({"rules": []}, "#/rules"), ({"rules": ["GET"]}, "#/rules/0"),
    ({"addresses": ["!192.0.2.1"]}, "#/addresses"),
    ({"addresses": ["192.0.2.1/24"]}, "#/addresses/0"),
    ({"expires_at": "2001-01-01T00:00:00Z"}, "#/expires_at"),
    ({"starts_at": after(60), "expires_at": after(30)}, "#/expires_at"),
    ({"disabled": None}, "#/disabled"), ({"disabled": "yes"}, "#/disabled"),
    ({"state": "live"}, "#"), ({"revoked_at": None}, "#")])
def test_a_change_that_cannot_be_made_is_refused_whole(
        site, holder, body, place):
    key = holder.make(expires_at=after(86400))
    before, rows = holder.client.get(key.path).json(), changes(site, key.id)
    answer = holder.client.patch(key.path, json={"label": "New", **body})
    assert answer.status_code == 422, answer.text
    assert pointer(answer) == place
    assert holder.client.get(key.path).json() == before
    assert changes(site, key.id) == rows


def test_a_start_cannot_be_behind_the_end(holder):
    key = holder.make(expires_at=after(60))
    answer = holder.client.patch(key.path, json={"starts_at": after(120)})
    assert answer.status_code == 422
    assert pointer(answer) == "#/starts_at"


@pytest.mark.parametrize("body", [
    {"label": "x"}, {"disabled": False}, {"expires_at": None}])
def test_what_has_ended_is_not_changed_any_more(site, holder, body):
    gone, over = holder.make(), holder.make(expires_at=after(86400))
    holder.client.delete(gone.path)
    site.sql("UPDATE `keys` SET expires_at = 1 WHERE id = UNHEX('%s')"
             % over.id.replace("-", ""))
    assert holder.client.get(over.path).json()["state"] == "expired"
    for key in (gone, over):
        answer = holder.client.patch(key.path, json=body)
        assert answer.status_code == 409 and code(answer) == "ended"
        assert not key.works()


def test_a_change_meets_what_was_seen(holder):
    key = holder.make()
    seen = holder.client.get(key.path).headers["ETag"]
    other = holder.client.patch(key.path, json={"label": "Meanwhile"},
                                headers={"If-Match": seen})
    assert other.status_code == 200 and other.headers["ETag"] != seen
    for method, body in (("PATCH", {"label": "Late"}), ("DELETE", None)):
        answer = holder.client.request(method, key.path, json=body,
                                       headers={"If-Match": seen})
        assert answer.status_code == 412
    assert holder.client.get(key.path).json()["state"] == "live"
    assert holder.client.delete(key.path, headers={
        "If-Match": other.headers["ETag"]}).status_code == 204


def test_a_manager_narrows_what_he_could_not_widen(site, holder):
    """To take away it is enough to manage the key."""
    manager = Person(site, "global-user-admin")
    client = manager.login()
    key = Holder(site, "auditor").make(
        scopes=["latchkey:audit", "latchkey:keys"], expires_at=after(7200))
    narrow = {"scopes": ["latchkey:audit"], "expires_at": after(3600),
              "disabled": True}
    assert client.patch(key.path, json=narrow).status_code == 200
    for wider in ({"scopes": ["latchkey:audit", "latchkey:keys"]},
                  {"scopes": None}, {"expires_at": None},
                  {"disabled": False}):
        answer = client.patch(key.path, json=wider)
        assert answer.status_code == 403 and code(answer) == "not-covered"
    assert site.admin.patch(key.path, json={
        "disabled": False}).status_code == 200


# Ended by a filter

def revoke(client, **body):
    return client.post("/keys/revoke", json=body)


@pytest.mark.parametrize("body", [
    {}, {"reason": "x"}, {"dry_run": True}, {"state": "revoked"},
    {"kind": "paper"}, {"owner": "everybody"}, {"owner": None}])
def test_a_filter_that_says_nothing_ends_nothing(holder, body):
    key = holder.make()
    assert revoke(holder.client, **body).status_code == 422
    assert key.works()


@pytest.mark.parametrize("method, path", [
    ("GET", "/keys?knd=app"), ("GET", "/keys?kind=app&Owner=me"),
    ("GET", "/keys?handles=a&limit=1"), ("POST", "/keys/revoke?dry_run=true"),
    ("POST", "/keys/revoke?owner=me")])
def test_a_parameter_that_is_none_is_named_and_nothing_is_done(
        holder, method, path):
    key = holder.make()
    answer = holder.client.request(method, path, json={"owner": "me"} if
                                   method == "POST" else None)
    assert answer.status_code == 422 and "items" not in answer.text
    wrong = re.search(r"knd|Owner|handles|dry_run|owner", path).group()
    assert answer.json()["errors"][0]["detail"] == (
        wrong + " is no parameter of this path")
    assert key.works()


def test_a_dry_run_tells_what_would_end(site, fresh):
    keys = [fresh.make() for _ in range(3)]
    app, gone = fresh.make("app"), fresh.make()
    fresh.client.delete(gone.path)
    rows = site.sql("SELECT COUNT(*) FROM audit")
    would = revoke(fresh.client, kind="pair", owner="me", dry_run=True)
    assert would.status_code == 200
    assert sorted(would.json()["ids"]) == sorted(key.id for key in keys)
    assert (would.json()["matched"], would.json()["revoked"]) == (3, 0)
    assert would.json()["more"] is False
    assert all(key.works() for key in keys)
    assert site.sql("SELECT COUNT(*) FROM audit") == rows
    done = revoke(fresh.client, kind="pair", owner="me", reason="Sweep")
    assert done.json() == {**would.json(), "revoked": 3}
    assert not any(key.works() for key in keys) and app.works()
    for key in keys:
        item = fresh.client.get(key.path).json()
        assert item["revoked_reason"] == "Sweep"
    detail, = site.sql("SELECT detail FROM audit WHERE object_type = 'keys'"
                       " AND detail LIKE '%%%s%%'" % keys[0].id)
    assert all(key.id in detail[0] for key in keys) and "Sweep" in detail[0]
    assert int(site.sql("SELECT COUNT(*) FROM audit")[0][0]) == int(
        rows[0][0]) + 1


def test_only_what_one_may_end_is_ended(site, fresh, stranger):
    mine, other = fresh.make(), stranger.make()
    assert revoke(fresh.client, owner=stranger.id).status_code == 403
    assert revoke(fresh.client, kind="company").status_code == 403
    done = revoke(fresh.client, state="live")
    assert done.json()["ids"] == [mine.id] and other.works()
    done = revoke(site.admin, owner=stranger.id, expiring_before=after(60))
    assert done.json()["matched"] == 0 and other.works()


def test_a_thousand_are_ended_at_a_time(site):
    holder = Holder(site)
    # each with as much as a key can hold
    site.sql("INSERT INTO `keys` (id, account_id, user_id, kind, label,"
             " made_by_user, created_at, updated_at, workspaces, rules,"
             " addresses, rates, quotas, last_used_agent)"
             " SELECT UNHEX(MD5(CONCAT('bulk', seq))), account_id, id, 1,"
             " REPEAT(CHAR(0xf09f9491 USING utf8mb4), 200), id, 0, 0,"
             " REPEAT('w', 32 * 51), REPEAT('r', 32 * 201),"
             " REPEAT('a', 32 * 44), REPEAT('n', 8 * 48),"
             " REPEAT('q', 8 * 60), REPEAT('u', 200)"
             " FROM users, seq_1_to_1001"
             " WHERE users.id = UNHEX('%s')" % holder.id.replace("-", ""))
    first = revoke(holder.client, owner="me").json()
    assert (first["matched"], first["revoked"]) == (1000, 1000)
    assert len(set(first["ids"])) == 1000 and first["more"] is True
    second = revoke(holder.client, owner="me").json()
    assert (second["revoked"], second["more"]) == (1, False)
    assert listed(holder.client, state="live") == set()


def test_a_session_is_needed_as_for_everything(site):
    for method, path in (("GET", "/keys"), ("GET", random_path()),
                         ("DELETE", random_path())):
        assert site.client().request(method, path).status_code == 401
        assert site.client().request(
            method, path, headers=bearer("x")).status_code == 401
