# SPDX-License-Identifier: ISC
"""Keys that are given for JSON web tokens, as Tillhub describes them."""

import datetime
import os
import re
import subprocess
import sys
import time
import uuid

import pytest

import by_cgi
import exchange
from exchange import add_key, add_user, is_in, token_for
from people import Person, bearer
from site_under_test import ACCOUNT
from wire import send, shape

CLIENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clients",
                      "tillhub.py")
MEMBERS = {"status", "msg", "request", "user", "token", "token_type",
           "sub_user", "expires_at"}
SUB_USER = set("""id created_at updated_at metadata groups scopes attributes
    user description active role parents children blocked configuration_id
    user_id deleted api_key key username name locations""".split())
UNSET = set("""metadata groups scopes attributes parents children user_id key
    username locations""".split())
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
BUDGET = 10


@pytest.fixture(scope="module", autouse=True)
def place(site):
    if site.guard:
        exchange.open_place(site)


@pytest.fixture(scope="module", name="admin")
def global_user_admin(site):
    client = site.client()
    client.headers.update(bearer(Person(site, "global-user-admin").session()))
    return client


@pytest.fixture(name="robot")
def sub_user(admin):
    return add_user(admin)


@pytest.fixture(name="key")
def key_of_the_robot(admin, robot):
    return add_key(admin, robot["id"])


@pytest.fixture(name="said")
def answer_to_an_exchange(site, key):
    answer = exchange.exchange(site, key)
    assert answer.status_code == 200
    return answer.json()


def parse(text):
    assert TIME.match(text), text
    return datetime.datetime.strptime(
        text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(
            tzinfo=datetime.timezone.utc).timestamp()


def in_future(seconds):
    when = (datetime.datetime.now(datetime.timezone.utc) +
            datetime.timedelta(seconds=seconds))
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def key_id(token):
    """The key that a token came from."""
    return exchange.taken_apart(token)[1]["client_id"]


# Who may make one

@pytest.mark.statement("C-6", "C-10")
def test_an_admin_makes_a_key_for_a_user(admin, robot):
    answer = admin.post("/users/%s/api/key" % robot["id"])
    assert answer.status_code == 201
    said = answer.json()
    assert set(said) == {"status", "msg", "request", "count", "results"}
    assert said["status"] == 201 and said["count"] == 1
    user, = said["results"]
    assert set(user) == SUB_USER
    assert user["id"] == robot["id"] and user["role"] == "serviceaccount"
    for name in ("created_at", "updated_at"):
        assert set(user[name]) == {"iso", "unix"}
        assert user[name]["unix"] == int(parse(user[name]["iso"]))


@pytest.mark.statement("C-7")
def test_a_key_is_a_random_uuid(admin, robot):
    made = {add_key(admin, robot["id"]) for _ in range(3)}
    assert len(made) == 3
    assert all(uuid.UUID(one).version == 4 and str(uuid.UUID(one)) == one
               for one in made)


@pytest.mark.statement("C-7")
@pytest.mark.parametrize("text", ["till.legacy/42", "k" * 64, "schlüssel"])
def test_a_key_of_another_shape_works(site, admin, robot, text):
    key = add_key(admin, robot["id"])
    assert exchange.exchange(site, text).status_code == 401
    site.sql("UPDATE key_secrets SET digest = UNHEX('%s') WHERE digest ="
             " UNHEX('%s')" % (exchange.digest(site, text),
                               exchange.digest(site, key)))
    assert is_in(site, token_for(site, text))
    site.sql("UPDATE key_secrets SET digest = UNHEX('%s') WHERE digest ="
             " UNHEX('%s')" % (exchange.digest(site, key),
                               exchange.digest(site, text)))


@pytest.mark.statement("C-9", "C-12")
@pytest.mark.parametrize("role, status", [
    ("owner", 201), ("global-user-admin", 201), ("developer", 403),
    ("viewer", 403), ("auditor", 403), (None, 403)])
def test_who_may_make_a_key(site, robot, role, status):
    person = Person(site, *[role] if role else [])
    client = person.login()
    for user in (robot["id"], person.id):
        answer = client.post("/users/%s/api/key" % user)
        assert answer.status_code == status, answer.text
    assert site.client().post(
        "/users/%s/api/key" % robot["id"]).status_code == 401


@pytest.mark.statement("C-2")
def test_the_owner_deletes_a_key_that_an_admin_made(site, admin, robot, key):
    id = key_id(token_for(site, key))
    assert site.admin.get("/keys/" + id).status_code == 200
    assert site.admin.delete("/keys/" + id).status_code == 204
    assert exchange.exchange(site, key).status_code == 401


@pytest.mark.parametrize("account, configuration, status", [
    (ACCOUNT, None, 201), (None, None, 201), (None, ACCOUNT, 201),
    ("nobody", None, 404), (None, "nobody", 404),
    (str(uuid.uuid4()), None, 404), (None, str(uuid.uuid4()), 404)])
def test_the_longer_path_names_the_own_account(site, admin, robot, account,
                                               configuration, status):
    before = site.sql("SELECT COUNT(*) FROM `keys`")
    answer = admin.post("%s/api/v0/configurations/%s/%s/users/%s/api/key" % (
        site.origin, account or site.account_id,
        configuration or site.account_id, robot["id"]))
    assert answer.status_code == status
    if status == 404:
        assert site.sql("SELECT COUNT(*) FROM `keys`") == before


@pytest.mark.parametrize("user", [str(uuid.uuid4()), "nobody"])
def test_a_user_that_does_not_exist_gets_no_key(admin, user):
    assert admin.post("/users/%s/api/key" % user).status_code == 404


def test_a_key_is_made_once_for_a_repeated_request(site, admin, robot):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    path = "/users/%s/api/key" % robot["id"]
    first, second = (admin.post(path, headers=headers) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"


# The exchange

@pytest.mark.statement("C-1", "C-13", "C-14", "C-16", "C-17", "C-18", "C-19",
                       "C-26")
def test_the_exchange_answers_with_eight_members(said):
    assert set(said) == MEMBERS
    assert said["status"] == 200
    assert said["msg"] == "Authentication was good."
    assert said["token_type"] == "Bearer"


@pytest.mark.statement("C-13", "C-45")
def test_the_products_own_path_by_https(site, key):
    url = site.origin + "/api/v1/users/auth/key"
    assert url.startswith("https://")
    answer = site.client().post(url, json={"id": site.account_id,
                                           "api_key": key})
    assert answer.status_code == 200


@pytest.mark.statement("C-45")
@pytest.mark.servers("lighttpd")
def test_plain_http_is_refused(site, key):
    answer = site.client().post(site.plain + "/api/v1/users/auth/key", json={
        "id": site.account_id, "api_key": key})
    assert answer.status_code == 403


@pytest.mark.statement("C-14")
@pytest.mark.parametrize("type", ["application/x-www-form-urlencoded",
                                  "text/plain"])
def test_the_body_is_json(site, key, type):
    answer = site.client().post(
        "/users/auth/key", data="id=%s&api_key=%s" % (site.account_id, key),
        headers={"Content-Type": type})
    assert answer.status_code == 415


@pytest.mark.statement("C-8", "C-15")
@pytest.mark.parametrize("change", [
    {"id": None}, {"api_key": None}, {"id": ""}, {"api_key": ""},
    {"id": 1}, {"more": "x"}, {"account": "acme"}])
def test_the_body_has_exactly_two_members(site, key, change):
    body = {"id": site.account_id, "api_key": key, **change}
    body = {name: value for name, value in body.items() if value is not None}
    answer = site.client().post("/users/auth/key", json=body)
    assert 400 <= answer.status_code < 500 and answer.status_code != 401
    assert answer.json()["status"] == answer.status_code
    assert "token" not in answer.json()


@pytest.mark.statement("C-20", "C-21", "C-35")
def test_the_request_is_named(site, key):
    asked = [exchange.exchange(site, key) for _ in range(3)]
    ids = {one.json()["request"]["id"] for one in asked}
    assert len(ids) == 3 and all(uuid.UUID(one) for one in ids)
    for one in asked:
        assert one.json()["request"]["host"] == site.origin[8:]
        assert one.json()["request"]["id"] == one.headers["X-Request-Id"]


@pytest.mark.statement("C-20")
def test_the_host_is_the_one_that_was_addressed(site, key):
    body = b'{"id":"%s","api_key":"%s"}' % (site.account_id.encode(),
                                           key.encode())
    answer = send(site, "POST", "/api/v1/users/auth/key", [
        ("Content-Type", "application/json")], body)
    assert answer.status == 200
    answer = by_cgi.ask(site, "tokens.fcgi", "POST", "/users/auth/key",
                        {"HTTP_HOST": "api.tillhub.example"},
                        {"id": site.account_id, "api_key": key})
    assert answer.json()["request"]["host"] == "api.tillhub.example"


@pytest.mark.statement("C-22", "C-23", "C-24")
@pytest.mark.parametrize("id", [None, ACCOUNT])
def test_the_account_goes_by_both_of_its_ids(site, key, id):
    said = exchange.exchange(site, key, id).json()
    assert said["user"] == {"id": site.account_id, "name": "Acme",
                            "legacy_id": ACCOUNT}


@pytest.mark.statement("C-27", "C-28", "C-29", "C-31", "C-32")
def test_the_sub_user_has_every_member(site, said, key, robot):
    user = said["sub_user"]
    assert set(user) == SUB_USER
    assert {name for name in user if user[name] is None} == UNSET
    assert user["user"] == {"id": None, "email": None}
    assert user["id"] == robot["id"]
    assert user["role"] == "serviceaccount"
    assert (user["active"], user["blocked"], user["deleted"]) == (
        True, False, False)
    assert user["configuration_id"] == site.account_id
    assert user["api_key"] == key
    assert user["name"] == "Integration"
    assert isinstance(user["description"], str)


@pytest.mark.statement("C-30", "C-44")
def test_the_sub_users_times(said):
    created, updated = (parse(said["sub_user"][name]) for name in
                        ("created_at", "updated_at"))
    assert created <= updated <= time.time() + 5


@pytest.mark.parametrize("role, told", [
    ("owner", "owner"), ("developer", "developer"), (None, "staff")])
def test_a_person_has_a_role_and_an_address(site, role, told):
    person = Person(site, *[role] if role else [])
    said = exchange.exchange(site, add_key(site.admin, person.id)).json()
    assert said["sub_user"]["role"] == told
    assert said["sub_user"]["user"] == {"id": person.id,
                                        "email": person.username}


def test_a_token_has_the_scopes_of_its_key(site, robot):
    key = add_key(site.admin, robot["id"], scopes=["latchkey:self"])
    me, = site.client().get("/me", headers=bearer(token_for(site, key))
                            ).json()["results"]
    assert me["scopes"] == ["latchkey:self"]


@pytest.mark.statement("C-33", "C-36")
def test_the_end_is_that_of_the_token(said):
    claims = exchange.taken_apart(said["token"])[1]
    assert parse(said["expires_at"]) == claims["exp"]
    assert claims["exp"] > time.time()
    assert claims["exp"] - claims["iat"] == 3600


@pytest.mark.parametrize("seconds", [60, 90 * 86400])
def test_a_token_does_not_outlive_its_key(site, admin, robot, seconds):
    end = in_future(seconds)
    key = add_key(admin, robot["id"], expires_at=end)
    said = exchange.exchange(site, key).json()
    whole = int(parse(end[:-4] + "Z"))
    lives = parse(said["expires_at"]) - time.time()
    assert parse(said["expires_at"]) <= whole
    assert abs(lives - min(seconds, 3600)) < 20


# The token

@pytest.mark.statement("C-25", "C-37")
def test_the_token_verifies_elsewhere(site, said, robot):
    claims = exchange.verified(said["token"], exchange.public_keys(site),
                               site.origin)
    assert claims["sub"] == robot["id"]
    assert claims["account"] == site.account_id
    assert uuid.UUID(claims["jti"]) and uuid.UUID(claims["client_id"])


@pytest.mark.statement("C-1", "C-33")
def test_the_token_opens_every_door(site, said):
    assert is_in(site, said["token"])


@pytest.mark.statement("C-39")
def test_the_key_itself_opens_nothing(site, key):
    assert is_in(site, token_for(site, key))
    assert not is_in(site, key)
    for auth in ((key, ""), (site.account_id, key), (ACCOUNT, key)):
        assert site.client().get("/check", auth=auth).status_code == 401


@pytest.mark.statement("C-38")
def test_a_token_ends_and_the_key_gives_another(site, admin, robot):
    key = add_key(admin, robot["id"])
    path = by_cgi.with_settings(site)
    with open(path, "a") as file:
        file.write("[jwt]\nlifetime = 60\n")
    said = by_cgi.ask(site, "tokens.fcgi", "POST", "/users/auth/key",
                      {"HTTP_HOST": site.origin[8:]},
                      {"id": ACCOUNT, "api_key": key}, path).json()
    header, claims = exchange.taken_apart(said["token"])
    assert claims["exp"] - claims["iat"] == 60
    for left, inside in ((30, True), (2, True), (0, False), (-60, False)):
        claims["exp"] = int(time.time()) + left
        token = exchange.signed(site, header, claims)
        assert site.client().get("/check", headers=bearer(token)
                                 ).status_code == (200 if inside else 401)
    assert not is_in(site, token)
    assert is_in(site, token_for(site, key))


@pytest.mark.statement("C-43")
def test_another_exchange_leaves_tokens_alone(site, key):
    tokens = [token_for(site, key) for _ in range(3)]
    assert len(set(tokens)) == 3
    assert all(is_in(site, token) for token in tokens)


def delete_by_path(site, id):
    assert site.admin.delete("/keys/" + id).status_code == 204


def delete_by_command(site, id):
    site.cli("key", "revoke", "--account", ACCOUNT, id)


@pytest.mark.statement("C-3", "T-19")
@pytest.mark.parametrize("delete", [delete_by_path, delete_by_command])
def test_deleting_a_key_disarms_its_tokens(site, admin, robot, delete):
    first, second = (add_key(admin, robot["id"]) for _ in range(2))
    tokens = [token_for(site, first) for _ in range(2)]
    kept = token_for(site, second)
    delete(site, key_id(tokens[0]))
    assert not any(is_in(site, token) for token in tokens)
    assert exchange.exchange(site, first).status_code == 401
    assert is_in(site, kept) and is_in(site, token_for(site, second))


@pytest.mark.statement("C-42")
@pytest.mark.parametrize("how, back", [
    ({"blocked": True}, {"blocked": False}),
    ({"verified": False}, {"verified": True}), (None, None)])
def test_a_user_who_is_out_is_out_with_all_he_has(site, admin, robot, key,
                                                  how, back):
    path = "/users/" + robot["id"]
    token = token_for(site, key)
    done = admin.patch(path, json=how) if how else admin.delete(path)
    assert done.ok
    assert not is_in(site, token)
    assert exchange.exchange(site, key).status_code == 401
    if back:
        assert site.admin.patch(path, json=back).ok
        assert is_in(site, token)


# Refusals

@pytest.mark.statement("C-41", "C-40")
def test_every_refusal_is_the_same(site, admin, robot, key):
    revoked = add_key(admin, robot["id"])
    delete_by_command(site, key_id(token_for(site, revoked)))
    ended = add_key(admin, robot["id"], expires_at=in_future(1))
    blocked = add_user(admin)
    his = add_key(admin, blocked["id"])
    assert admin.patch("/users/" + blocked["id"], json={"blocked": True}).ok
    pair = Person(site).key("pair")
    time.sleep(1.2)
    seen = []
    for id, text in (
            (ACCOUNT, str(uuid.uuid4())), (str(uuid.uuid4()), key),
            ("nobody", key), ("nobody", "nothing"), ("ACME", key),
            ("Acme", key), (ACCOUNT, key.upper()), (ACCOUNT, key + " "),
            (ACCOUNT, revoked), (ACCOUNT, ended), (ACCOUNT, his),
            (ACCOUNT, pair["secret"]), (ACCOUNT, Person(
                site, "developer").app())):
        answer = exchange.exchange(site, text, id)
        assert answer.status_code == answer.json()["status"] == 401
        seen.append(shape(answer))
        assert seen[-1] == seen[0]


def test_an_address_limit_holds_for_the_exchange_too(site, admin, robot):
    far = add_key(admin, robot["id"], addresses=["192.0.2.0/24"])
    near = add_key(admin, robot["id"], addresses=["127.0.0.0/8"])
    assert exchange.exchange(site, far).status_code == 401
    token = token_for(site, near)
    assert site.client().get("/check", headers=bearer(token)
                             ).status_code == 200


def test_rules_are_about_the_token_not_the_exchange(site, admin, robot):
    token = token_for(site, add_key(admin, robot["id"],
                                    rules=["GET /api/v1/check"]))
    for path, status in (("/check", 200), ("/me", 403)):
        assert site.client().get(path, headers=bearer(token)
                                 ).status_code == status


@pytest.mark.servers("lighttpd")
def test_misses_of_a_network_are_counted_and_good_keys_go_on(site, key):
    few = by_cgi.with_settings(site, guesses=BUDGET)

    def ask(text, network):
        return by_cgi.ask(
            site, "tokens.fcgi", "POST", "/users/auth/key",
            {"HTTP_HOST": "x", "REMOTE_ADDR": network},
            {"id": ACCOUNT, "api_key": text}, few)

    late = by_cgi.ask_until_refused(
        lambda n: ask("wrong %d" % n, "198.51.100.7"), BUDGET)
    assert late.status == 429 and int(late.header("Retry-After")) > 0
    assert ask(key, "198.51.100.7").status == 200
    assert ask("wrong", "203.0.113.7").status == 401


@pytest.mark.servers("lighttpd")
def test_a_place_of_another_account_takes_no_key(site, key):
    for place, status in ((ACCOUNT, 200), (site.account_id, 200),
                          ("other", 401), ("", 500)):
        assert by_cgi.ask(
            site, "tokens.fcgi", "POST", "/users/auth/key",
            {"HTTP_HOST": "x", "LATCHKEY_ACCOUNT": place},
            {"id": ACCOUNT, "api_key": key}).status == status


def test_a_request_that_names_no_host_gets_no_token(site, key):
    assert by_cgi.ask(site, "tokens.fcgi", "POST", "/users/auth/key", {},
                      {"id": ACCOUNT, "api_key": key}).status == 400


# Who am I, and logout

@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v0/me"])
def test_who_am_i(site, robot, said, path):
    answer = site.client().get(site.origin + path,
                               headers=bearer(said["token"]))
    assert answer.status_code == 200
    me, = answer.json()["results"]
    assert (me["id"], me["role"]) == (robot["id"], "serviceaccount")
    assert me["scopes"] == []
    owner, = site.client().get(site.origin + path, headers=bearer(Person(
        site, "owner").session())).json()["results"]
    assert owner["role"] == "owner" and "latchkey:keys" in owner["scopes"]


@pytest.mark.parametrize("path", ["/api/v1/users/logout",
                                  "/api/v0/users/logout"])
def test_logout_ends_one_token(site, key, path):
    token, other = (token_for(site, key) for _ in range(2))
    answer = site.client().get(site.origin + path, headers=bearer(token))
    assert answer.status_code == 200
    assert answer.json() == {"msg": "Logout successful."}
    assert not is_in(site, token) and is_in(site, other)
    assert site.client().get(site.origin + path, headers=bearer(token)
                             ).status_code == 401


def test_logout_ends_a_session_and_no_key(site):
    person = Person(site, "developer")
    session, app = person.session(), person.app()
    for token, status, after in ((session, 200, 401), (app, 404, 200)):
        assert site.client().get("/users/logout", headers=bearer(token)
                                 ).status_code == status
        assert site.client().get("/check", headers=bearer(token)
                                 ).status_code == after


@pytest.mark.statement("T-15")
def test_an_ended_token_is_remembered_until_its_end(site, key):
    old, token = uuid.uuid4().hex, token_for(site, key)
    site.sql("INSERT INTO ended_tokens VALUES (UNHEX('%s'), 1000)" % old)
    site.client().get("/users/logout", headers=bearer(token))
    claims = exchange.taken_apart(token)[1]
    find = "SELECT expires_at FROM ended_tokens WHERE id = UNHEX('%s')"
    assert site.sql(find % old) == []
    assert site.sql(find % claims["jti"].replace("-", "")) == [
        (str(claims["exp"] * 1000),)]


def test_logout_is_in_the_trail(site, key):
    token = token_for(site, key)
    site.client().get("/users/logout", headers=bearer(token))
    rows = site.sql(
        "SELECT action FROM audit WHERE object_id = UNHEX('%s')" %
        exchange.taken_apart(token)[1]["jti"].replace("-", ""))
    assert rows == [("token.end",)]


# Clients

def run(site, *words):
    return subprocess.run(
        [sys.executable, "-B", CLIENT, site.origin, *words, "--ca",
         site.server.certificate()], capture_output=True, text=True)


@pytest.mark.statement("C-1", "C-4", "C-12")
def test_a_client_of_the_product_works(site, admin, robot):
    manager = add_user(site.admin, "owner")
    key = add_key(site.admin, manager["id"], scopes=[
        "latchkey:keys", "latchkey:keys:all", "latchkey:self"])
    for id in (ACCOUNT, site.account_id):
        done = run(site, id, key, "--sub-user", robot["id"], "--get",
                   site.url + "/check")
        assert done.returncode == 0, done.stderr
        said = by_cgi.json.loads(done.stdout)
        assert said["me"]["id"] == manager["id"]
        assert said["got"] == 200
        assert said["logout"] == "Logout successful."
        assert not is_in(site, said["token"])
        assert is_in(site, token_for(site, said["made"]["api_key"]))
    assert "401" in run(site, ACCOUNT, str(uuid.uuid4())).stderr


@pytest.mark.servers("lighttpd")
def test_browsers_may_send_the_products_headers(site):
    path = by_cgi.with_settings(site, origins="https://dashboard.example")
    names = "x-client-id,x-client-type,x-client-version,x-whitelabel"
    answer = by_cgi.ask(
        site, "tokens.fcgi", "OPTIONS", "/users/auth/key",
        {"HTTP_ORIGIN": "https://dashboard.example",
         "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "POST",
         "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": names}, settings=path)
    assert answer.status == 204
    allowed = answer.header("Access-Control-Allow-Headers").lower()
    assert set(names.split(",")) <= set(allowed.split(", "))
    assert "POST" in answer.header("Access-Control-Allow-Methods")
