# SPDX-License-Identifier: ISC
"""Named keys, step by step, as Loccus describes them."""

import concurrent.futures
import datetime
import itertools
import re
import time
import uuid

import pytest

from clients.loccus import Client, Failed
from made_keys import after
from people import Person, bearer
from site_under_test import ACCOUNT, PASSWORD
from wire import send

NUMBERS = itertools.count(1)
MICROSECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
KEY = {"id", "handle", "alias", "token", "createdAt"}
USER = {"id", "handle", "alias", "email", "emailVerified", "state", "orgs",
        "spaces", "createdAt"}


class User(Person):
    """A person with a handle, who signs in by it."""

    def __init__(self, site, *roles):
        super().__init__(site, *roles)
        self.handle = "user-%d" % next(NUMBERS)
        site.sql("UPDATE users SET handle = '%s' WHERE id = UNHEX('%s')" % (
            self.handle, self.id.replace("-", "")))

    def client(self, token=None):
        return client_of(self.site, token)

    def sign_in(self):
        made = self.client()
        made.sign_in(self.handle, PASSWORD)
        return made


def client_of(site, token=None):
    return Client(site.url, token, site.server.certificate())


def status(site, token):
    return site.client().get("/user", headers=bearer(token)).status_code


def refused(work, *words, **more):
    with pytest.raises(Failed) as failure:
        work(*words, **more)
    return failure.value.status


def told(answer):
    """The body less what differs from one request to the next."""
    return re.sub("urn:uuid:[0-9a-f-]+", "", answer.text)


@pytest.fixture(scope="module", name="user")
def one_user(site):
    return User(site, "developer")


@pytest.fixture(scope="module", name="client")
def signed_in(user):
    return user.sign_in()


@pytest.fixture(scope="module", name="main")
def main_key(client):
    return client.create_key("main", alias="The first one")


@pytest.fixture(scope="module", name="lister")
def with_many_keys(site):
    """Seven keys, made a day apart from the first of March on."""
    made = User(site).sign_in()
    for n, handle in enumerate("golf echo alpha delta bravo foxtrot"
                               " charlie".split()):
        made.create_key(handle, alias=None if n % 2 else "Große %d" % n)
        day = datetime.datetime(2026, 3, 1 + n, 12,
                                tzinfo=datetime.timezone.utc)
        site.sql("UPDATE `keys` SET created_at = %d WHERE id = UNHEX('%s')" % (
            day.timestamp() * 1000,
            made.key(handle)["id"].replace("-", "")))
    return made


# The steps

@pytest.mark.statement("B-1", "B-7", "B-10", "B-14", "B-19", "B-20", "B-24",
                       "B-25")
def test_from_credentials_to_a_token_that_lasts(site):
    user = User(site)
    person = user.sign_in()
    himself = person.user()
    made = person.create_key("first-key")
    assert set(made) == KEY
    assert made["handle"] == "first-key" and made["alias"] is None
    assert str(uuid.UUID(made["id"])) == made["id"]
    assert MICROSECONDS.fullmatch(made["createdAt"])
    assert user.client(made["token"]).user() == himself
    assert himself["handle"] == user.handle


@pytest.mark.statement("B-2", "B-15", "B-16", "B-17", "B-18", "B-27")
def test_the_token_can_be_read_again_at_any_time(user, main):
    again = user.sign_in()
    assert again.key("main") == main == again.key("main")
    assert main in list(again.keys())
    assert user.client(again.key("main")["token"]).user()["id"] == user.id


@pytest.mark.statement("B-18")
def test_at_rest_the_token_is_sealed(site, main):
    sealed, = site.sql("SELECT sealed LIKE '%%%s%%', LENGTH(sealed) FROM"
                       " key_secrets WHERE key_id = UNHEX('%s')" % (
                           main["token"], main["id"].replace("-", "")))
    assert sealed[0] == "0" and int(sealed[1]) > len(main["token"])
    assert site.sql("SELECT 1 FROM audit WHERE detail LIKE '%%%s%%'" %
                    main["token"]) == []


CALLS = {
    "create": ("POST", "/user/keys", {"handle": "nobodys"}),
    "list": ("GET", "/user/keys", None),
    "show": ("GET", "/user/keys/main", None),
    "change": ("PATCH", "/user/keys/main", {"alias": "x"}),
    "delete": ("DELETE", "/user/keys/main", None),
    "user": ("GET", "/user", None),
    "another": ("GET", "/users/user-1", None),
}


@pytest.mark.statement("B-8", "B-9", "B-21")
@pytest.mark.parametrize("name", CALLS)
def test_without_authentication_a_call_is_refused(site, main, name):
    method, path, body = CALLS[name]
    forged = main["token"][:-1] + ("1" if main["token"][-1] == "0" else "0")
    for headers in ({}, bearer(forged)):
        answer = site.client().request(method, path, json=body,
                                       headers=headers)
        assert answer.status_code == 401
        assert main["token"] not in answer.text


@pytest.mark.statement("B-22")
def test_a_token_outlives_sign_out_session_and_restart(site):
    user = User(site)
    person = user.sign_in()
    token = person.create_key("lasting")["token"]
    kept, = site.sql("SELECT expires_at, starts_at FROM `keys` WHERE user_id"
                     " = UNHEX('%s')" % user.id.replace("-", ""))
    assert kept == ("NULL", "NULL")
    assert person.call("DELETE", "/sessions/", 204)
    assert refused(person.user) == 401
    assert status(site, token) == 200
    site.sql("UPDATE sessions SET expires_at = 1 WHERE user_id = UNHEX('%s')"
             % user.id.replace("-", ""))
    site.restart()
    assert status(site, token) == 200


@pytest.mark.statement("B-23", "B-28", "B-31")
def test_a_deleted_key_is_refused_at_once_and_alone(site, user, client):
    ended, kept = (client.create_key(one)["token"]
                   for one in ("ended", "kept"))
    assert [status(site, one) for one in (ended, kept)] == [200, 200]
    client.delete_key("ended")
    assert [status(site, one) for one in (ended, kept)] == [401, 200]
    assert refused(client.key, "ended") == 404
    assert refused(client.delete_key, "ended") == 404
    assert "ended" not in [one["handle"] for one in client.keys()]
    # the handle is free again, for another key
    assert client.create_key("ended")["token"] != ended
    assert status(site, ended) == 401
    for text in (user.id, user.handle, "ended", ACCOUNT):
        assert text not in ended


@pytest.mark.statement("B-31")
def test_a_token_is_nothing_without_its_row(site, client):
    made = client.create_key("rowless")
    site.sql("DELETE FROM key_secrets WHERE key_id = UNHEX('%s')" %
             made["id"].replace("-", ""))
    assert status(site, made["token"]) == 401


@pytest.mark.statement("B-29")
def test_keys_are_their_users_alone(site, main):
    other = User(site, "owner").sign_in()
    http, base = other.http, other.base + "/user/keys/"
    for method, body in (("GET", None), ("DELETE", None),
                         ("PATCH", {"handle": "mine"})):
        there = http.request(method, base + "main", json=body)
        nowhere = http.request(method, base + "none", json=body)
        assert there.status_code == nowhere.status_code == 404
        assert told(there) == told(nowhere).replace("none", "main")
    assert list(other.keys()) == []
    assert status(site, main["token"]) == 200
    # handles are local to their user
    assert other.create_key("main")["token"] != main["token"]


HEADERS = {
    "no scheme": "{0}",
    "another scheme": "Token {0}",
    "Basic": "Basic {0}",
    "no blank": "Bearer{0}",
    "two blanks": "Bearer  {0}",
    "an empty token": "Bearer ",
    "the scheme alone": "Bearer",
    "a second word": "Bearer {0} {0}",
    "two values": "Bearer {0}, Bearer {0}",
    "quotes": 'Bearer "{0}"',
    "nothing": "",
}


@pytest.mark.statement("B-32")
@pytest.mark.parametrize("form", HEADERS)
def test_a_malformed_header_is_refused(site, main, form):
    header = ("Authorization", HEADERS[form].format(main["token"]))
    assert send(site, "GET", "/api/v1/user", [header]).status == 401


# Signing in

@pytest.mark.statement("B-7")
def test_a_session_lasts_a_day(site, user):
    made = user.client().sign_in(user.handle, PASSWORD)
    assert set(made) == {"token", "issuedAt", "expiresAt"}
    issued, expires = (datetime.datetime.strptime(
        made[name], "%Y-%m-%dT%H:%M:%S.%fZ")
        for name in ("issuedAt", "expiresAt"))
    assert MICROSECONDS.fullmatch(made["issuedAt"])
    assert expires - issued == datetime.timedelta(hours=24)
    assert status(site, made["token"]) == 200


WRONG = {
    "the password": lambda user: (user.handle, PASSWORD + "s"),
    "the handle": lambda user: ("no-such-user", PASSWORD),
    "capitals": lambda user: (user.handle.upper(), PASSWORD),
    "the user name": lambda user: (user.username, PASSWORD),
    "the id": lambda user: (user.id, PASSWORD),
}


@pytest.mark.statement("B-7")
def test_whatever_is_wrong_is_not_told(site):
    user = User(site)
    answers = [site.client().post("/auth/credentials", json=dict(
        zip(("handle", "password"), wrong(user)))) for wrong in WRONG.values()]
    assert {one.status_code for one in answers} == {401}
    assert len({told(one) for one in answers}) == 1


def test_who_is_blocked_does_not_sign_in(site):
    user = User(site)
    site.sql("UPDATE users SET blocked = 1 WHERE handle = '%s'" % user.handle)
    assert refused(user.sign_in) == 401


@pytest.mark.parametrize("body, pointer", [
    ({"password": PASSWORD}, "#/handle"),
    ({"handle": "a"}, "#/password"),
    ({"handle": "", "password": PASSWORD}, "#/handle"),
    ({"handle": "a" * 51, "password": PASSWORD}, "#/handle"),
    ({"handle": "a", "password": "x" * 7}, "#/password"),
    ({"handle": "a", "password": "x" * 51}, "#/password"),
    ({"handle": 1, "password": PASSWORD}, "#/handle")])
def test_credentials_have_their_bounds(site, body, pointer):
    answer = site.client().post("/auth/credentials", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


# Making

BAD = [
    ({}, "#/handle"), ({"alias": "no handle"}, "#/handle"),
    ({"handle": None}, "#/handle"), ({"handle": 7}, "#/handle"),
    ({"handle": ""}, "#/handle"), ({"handle": "a" * 51}, "#/handle"),
    ({"handle": "Main"}, "#/handle"), ({"handle": "a_b"}, "#/handle"),
    ({"handle": "-a"}, "#/handle"), ({"handle": "a-"}, "#/handle"),
    ({"handle": "a--b"}, "#/handle"), ({"handle": "a b"}, "#/handle"),
    ({"handle": "a/b"}, "#/handle"), ({"handle": "é"}, "#/handle"),
    ({"handle": str(uuid.UUID(int=7))}, "#/handle"),
    ({"handle": "bad", "alias": ""}, "#/alias"),
    ({"handle": "bad", "alias": "x" * 101}, "#/alias"),
    ({"handle": "bad", "alias": "two\nlines"}, "#/alias"),
    ({"handle": "bad", "alias": 7}, "#/alias"),
]


@pytest.mark.statement("B-11", "B-12")
@pytest.mark.parametrize("body, pointer", BAD)
def test_a_bad_key_is_not_made(site, client, body, pointer):
    before = site.sql("SELECT COUNT(*) FROM `keys`")
    answer = client.http.post(client.base + "/user/keys", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert site.sql("SELECT COUNT(*) FROM `keys`") == before


@pytest.mark.statement("B-11")
def test_the_body_is_json(client):
    answer = client.http.post(client.base + "/user/keys",
                              data={"handle": "form"})
    assert answer.status_code == 415


@pytest.mark.statement("B-13")
@pytest.mark.parametrize("more, alias", [
    ({}, None), ({"alias": None}, None), ({"alias": "x"}, "x"),
    ({"alias": "Schlüssel 🔑 \u2028"}, "Schlüssel 🔑 \u2028"),
    ({"alias": "é" * 100}, "é" * 100)])
def test_an_alias_is_free_and_may_be_left_out(client, more, alias):
    handle = "alias-%d" % next(NUMBERS)
    made = client.create_key(handle, **more)
    assert made["alias"] == alias
    assert client.key(handle) == made


def test_a_notice_names_a_key_without_an_alias_by_its_handle(site, user,
                                                             client):
    client.create_key("noticed")
    end = time.monotonic() + 15
    while "API key made: noticed" not in [
            one["Subject"] for one in site.mails()
            if one["To"] == user.username]:
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.statement("B-14")
def test_making_says_where_the_key_is(client):
    answer = client.call("POST", "/user/keys", 201, json={
        "handle": "located"})
    there = answer.headers["Location"]
    assert there == client.base + "/user/keys/located"
    assert client.http.get(there).json() == answer.json()


@pytest.mark.statement("B-17")
def test_a_handle_is_taken_once(client, main):
    assert refused(client.create_key, "main") == 409
    assert client.key("main") == main


@pytest.mark.statement("B-17")
def test_fifty_who_want_one_handle_make_one_key(site):
    user = User(site)
    token = user.sign_in().http.headers["Authorization"].split()[1]

    def create(_):
        answer = user.client(token).http.post(
            site.url + "/user/keys", json={"handle": "wanted"}, timeout=60)
        return answer.status_code

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        seen = sorted(pool.map(create, range(50)))
    assert seen == [201] + [409] * 49
    assert len(list(user.client(token).keys())) == 1


# Changing

def test_a_renamed_key_keeps_its_token(site, client):
    made = client.create_key("before", alias="A")
    for changes, expected in (
            ({"handle": "after"}, {"handle": "after"}),
            ({"alias": "B"}, {"alias": "B"}),
            ({"alias": None}, {"alias": None}),
            ({"handle": "last", "alias": "C"},
             {"handle": "last", "alias": "C"})):
        was = made["handle"]
        made.update(expected)
        assert client.update_key(was, **changes) == made
        assert client.key(made["handle"]) == made
        assert was == made["handle"] or refused(client.key, was) == 404
    assert status(site, made["token"]) == 200


@pytest.mark.parametrize("body, due", [
    ({"handle": "main"}, 409), ({"handle": None}, 422),
    ({"handle": "Bad"}, 422), ({"alias": ""}, 422), ({"token": "x"}, 422),
    ({"scopes": ["latchkey:keys"]}, 422)])
def test_a_bad_change_changes_nothing(client, main, body, due):
    handle = "steady-%d" % next(NUMBERS)
    made = client.create_key(handle)
    assert refused(client.update_key, handle, **body) == due
    assert client.key(handle) == made
    assert client.key("main") == main


@pytest.mark.parametrize("method, due", [("PATCH", 200), ("DELETE", 204)])
def test_a_change_can_depend_on_what_was_read(client, method, due):
    handle = "tagged-%d" % next(NUMBERS)
    client.create_key(handle)
    path = "/user/keys/" + handle
    tag = client.call("GET", path).headers["ETag"]
    client.update_key(handle, alias="meanwhile")
    body = {"alias": "mine"} if method == "PATCH" else None
    client.call(method, path, 412, json=body, headers={"If-Match": tag})
    tag = client.call("GET", path).headers["ETag"]
    client.call(method, path, due, json=body, headers={"If-Match": tag})


# Listing

PAGES = {
    "by handle": ({}, "alpha bravo charlie delta echo foxtrot golf"),
    "by creation": ({"sort": "createdAt"},
                    "golf echo alpha delta bravo foxtrot charlie"),
    "first page": ({"page_size": 3}, "alpha bravo charlie"),
    "last page": ({"page_size": 3, "page": 3}, "golf"),
    "past the last": ({"page_size": 3, "page": 4}, ""),
    "far past": ({"page": 1000000}, ""),
    "by handle's part": ({"search": "ha"}, "alpha charlie"),
    "in capitals": ({"search": "ALPHA"}, "alpha"),
    "by alias": ({"search": "große"}, "alpha bravo charlie golf"),
    "by nothing": ({"search": "zulu"}, ""),
    "no pattern": ({"search": "%"}, ""),
    "after a day": ({"after": "2026-03-06"}, "charlie foxtrot"),
    "before a day": ({"before": "2026-03-02"}, "echo golf"),
    "on a day": ({"after": "2026-03-03", "before": "2026-03-03"}, "alpha"),
    "from a time on": ({"after": "2026-03-06T12:00:00.000000Z"},
                       "charlie foxtrot"),
    "past a time": ({"after": "2026-03-06T12:00:00.001000Z"}, "charlie"),
    "up to a time": ({"before": "2026-03-02T12:00:00Z"}, "echo golf"),
    "all at once": ({"search": "a", "after": "2026-03-03", "page_size": 2,
                     "page": 2, "sort": "createdAt"}, "bravo charlie"),
}


@pytest.mark.statement("B-30")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_keys(lister, name):
    query, handles = PAGES[name]
    found = lister.page(**query).json()
    assert isinstance(found, list)
    assert [one["handle"] for one in found] == handles.split()
    assert all(one == lister.key(one["handle"]) for one in found)


@pytest.mark.statement("B-30")
@pytest.mark.parametrize("query, totals", [
    ({}, "1 20 1 7"), ({"page_size": 3}, "3 3 1 7"),
    ({"page_size": 3, "page": 9}, "3 3 9 7"),
    ({"page_size": 7}, "1 7 1 7"), ({"search": "ha"}, "1 20 1 2"),
    ({"search": "zulu"}, "0 20 1 0")])
def test_a_page_says_how_many_there_are(lister, query, totals):
    headers = lister.page(**query).headers
    assert " ".join(headers[name] for name in (
        "Page-Total", "Page-Size", "Page-Current", "Item-Total")) == totals


@pytest.mark.statement("B-30")
def test_a_loop_over_pages_sees_each_key_once(lister):
    assert [one["handle"] for one in lister.keys(page_size=2)] == \
        "alpha bravo charlie delta echo foxtrot golf".split()


def statements(site, work, **more):
    """As many as a request needs: the programs make some by themselves."""
    def count():
        return int(site.sql("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'"
                            )[0][1])

    def once():
        before = count()
        work(**more)
        return count() - before

    return min(once() for _ in range(5))


def test_a_long_page_needs_no_more_statements_than_a_short_one(site, lister):
    assert statements(site, lister.page, page_size=7) == \
        statements(site, lister.page, page_size=1)


@pytest.mark.parametrize("query", [
    {"page": 0}, {"page": -1}, {"page": "x"}, {"page": ""}, {"page": 1000001},
    {"page": "99999999999999999999"}, {"page_size": 0}, {"page_size": 51},
    {"page_size": "1e1"}, {"sort": "alias"}, {"sort": ""},
    {"after": "yesterday"}, {"after": "2026-02-30"}, {"before": "2026-3-1"},
    {"before": "2026-03-01T00:00:00"}])
def test_a_page_that_is_none_is_refused(lister, query):
    assert refused(lister.page, **query) == 422


# What a key may do with keys

@pytest.mark.statement("B-33")
def test_a_key_manages_keys_only_when_it_is_made_to(site):
    user = User(site, "developer")
    person = user.sign_in()
    plain = user.client(person.create_key("plain")["token"])
    manager = user.client(person.create_key(
        "manager", scopes=["latchkey:keys", "pages:read"])["token"])
    assert refused(plain.create_key, "other") == 403
    assert refused(plain.keys().__next__) == 403
    assert refused(plain.delete_key, "plain") == 403
    made = manager.create_key("by-a-key")
    assert manager.key("by-a-key") == made
    assert status(site, made["token"]) == 200
    # what it is made to do, it cannot make another do unless it says so
    assert refused(user.client(made["token"]).create_key, "x") == 403
    manager.update_key("by-a-key", alias="renamed")
    manager.delete_key("by-a-key")
    assert status(site, made["token"]) == 401


@pytest.mark.statement("B-18", "B-33")
def test_a_weaker_key_sees_stronger_ones_without_their_tokens(site):
    user = User(site, "developer")
    person = user.sign_in()
    strong = person.create_key("strong")
    weak = person.create_key("weak", scopes=["latchkey:keys"])
    client = user.client(weak["token"])
    assert list(client.keys()) == [{**strong, "token": None}, weak]
    assert refused(client.key, "strong") == 403
    assert client.key("weak") == weak
    assert client.update_key("strong", alias="seen")["token"] is None
    assert person.key("strong") == {**strong, "alias": "seen"}
    assert refused(client.create_key, "stronger",
                   scopes=["latchkey:self"]) == 403


@pytest.mark.parametrize("limit", [
    {"expires_at": after(3600)}, {"rules": ["* /api/v1/user/*"]},
    {"addresses": ["127.0.0.0/8"]}])
def test_a_list_has_the_tokens_that_could_be_read_one_by_one(site, limit):
    user = User(site, "developer")
    person, scopes = user.sign_in(), ["latchkey:keys"]
    person.create_key("free", scopes=scopes)
    weak = person.create_key("weak", scopes=scopes, **limit)
    person.create_key("weaker", scopes=scopes, **limit)
    client = user.client(weak["token"])
    tokens = {one["handle"]: one["token"] for one in client.keys()}
    assert refused(client.key, "free") == 403 and tokens["free"] is None
    for handle in "weak", "weaker":
        assert client.key(handle)["token"] == tokens[handle]


# Users

@pytest.mark.statement("B-24", "B-25")
def test_a_user_sees_himself(site, user, client):
    seen = client.user()
    assert set(seen) == USER
    assert MICROSECONDS.fullmatch(seen.pop("createdAt"))
    assert seen == {
        "id": user.id, "handle": user.handle, "alias": "A person",
        "email": user.username, "emailVerified": True, "state": "verified",
        "orgs": 1, "spaces": 0}


def test_a_user_sees_others_of_the_account(site, user, client, main):
    other = User(site)
    assert client.user(other.handle) == other.sign_in().user()
    assert refused(client.user, "no-such-user") == 404
    # a key says who it is; to look at others it is made with the permission
    assert refused(user.client(main["token"]).user, other.handle) == 403
    other.site.sql("UPDATE users SET blocked = 1 WHERE handle = '%s'" %
                   other.handle)
    assert client.user(other.handle)["state"] == "blocked"
    other.site.sql("UPDATE users SET blocked = 0, verified = 0 WHERE"
                   " handle = '%s'" % other.handle)
    seen = client.user(other.handle)
    assert (seen["state"], seen["emailVerified"]) == ("unverified", False)


def test_a_user_of_another_account_is_not_there(site, client):
    site.sql("INSERT INTO users (id, account_id, type, name, username,"
             " handle, created_at, updated_at) VALUES (UUID_TO_HEX, 1, 1,"
             " 'x', 'x', 'foreigner', 1, 1)".replace(
                 "UUID_TO_HEX, 1", "'%s', '%s'" % ("f" * 16, "e" * 16)))
    assert refused(client.user, "foreigner") == 404


def test_spaces_are_the_workspaces_one_has_roles_in(site):
    handle = "w" + uuid.uuid4().hex[:8]
    assert site.admin.post("/workspaces", json={
        "handle": handle, "name": "W"}).status_code == 201
    person = User(site, "developer", "workspace-manager@" + handle)
    assert person.sign_in().user()["spaces"] == 1
