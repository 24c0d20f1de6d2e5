# SPDX-License-Identifier: ISC
"""User tokens, as Bitsight describes them: one for each, sent by Basic."""

import base64
import json
import re
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from people import Person, bearer
from site_under_test import ADMIN, PASSWORD
from wire import send

FORBIDDEN = "You do not have permission to perform this action."


def generate(caller, **options):
    return caller.post("/user/token", **options)


def value(answer):
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


def check(site, token, password="", **options):
    return site.client().get("/check", auth=(token, password), **options)


def status(site, token):
    return check(site, token).status_code


def basic(text):
    return {"Authorization": "Basic " +
            base64.b64encode(text.encode()).decode()}


def curl(site, *words):
    """The status that curl is told; it may ask nobody for a password."""
    done = subprocess.run(
        ["curl", "-s", "--noproxy", "*", "-o", "/dev/null",
         "-w", "%{http_code}", "--cacert", site.server.certificate(),
         *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=True)
    return int(done.stdout)


def resource(site):
    """What the token is for: a page behind the gate, if there is one."""
    return site.guard if site.guard else site.url + "/check"


@pytest.fixture(scope="module", name="person")
def somebody_with_a_token(site):
    """A developer, who may see pages; .token is his."""
    person = Person(site, "developer")
    person.caller = person.login()
    person.token = value(generate(person.caller))
    return person


# One for each user

@pytest.mark.statement("D-1", "D-2", "D-28")
def test_a_token_says_whose_it_is(site, person):
    seen = check(site, person.token).json()
    assert seen["user"]["id"] == person.id
    assert seen["credential"]["kind"] == "personal"
    assert re.fullmatch("[A-Za-z0-9]{40}", person.token)


def test_making_one_is_answered_with_all_of_it(site):
    person = Person(site)
    answer = generate(person.login())
    made = answer.json()
    assert set(made) == {"guid", "token", "created_date", "expires_at"}
    assert made["expires_at"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                        made["created_date"])
    assert answer.headers["Location"] == site.url + "/user/token"


@pytest.mark.statement("D-6", "D-7", "D-8")
def test_making_another_replaces_the_one_before(site):
    person = Person(site)
    caller, before = person.login(), None
    for _ in range(4):
        token = value(generate(caller))
        assert status(site, token) == 200
        assert before is None or status(site, before) == 401
        before = token
    assert live(site, person) == "1"


def live(site, person):
    (number,), = site.sql(
        "SELECT COUNT(*) FROM `keys` WHERE kind = 4 AND revoked_at IS NULL"
        " AND user_id = UNHEX('%s')" % person.id.replace("-", ""))
    return number


@pytest.mark.statement("D-6", "D-8")
def test_a_token_replaces_itself(site):
    person = Person(site)
    token = value(generate(person.login()))
    other = value(generate(site.client(), auth=(token, "")))
    assert (status(site, token), status(site, other)) == (401, 200)


@pytest.mark.statement("D-32")
def test_others_keep_theirs(site, person):
    company = site.admin.post("/company/tokens", json={
        "description": "Stays"}).json()["token"]
    pair = person.pair()
    other = Person(site)
    caller = other.login()
    first = value(generate(caller))
    value(generate(caller))
    assert status(site, first) == 401
    assert status(site, person.token) == status(site, company) == 200
    assert check(site, *pair).status_code == 200


@pytest.mark.statement("D-6", "D-7")
def test_of_many_at_one_moment_the_last_one_stays(site):
    person = Person(site)
    session = person.session()

    def one(_):
        return generate(site.client(), headers=bearer(session), timeout=60)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(one, range(50)))
    # a hoster gives its user few connections: plain CGI takes one each
    others = {answer.status_code for answer in answers} - {201}
    assert others <= ({503} if site.server.hoster else set())
    tokens = {answer.json()["token"] for answer in answers if answer.ok}
    assert len(tokens) == sum(answer.ok for answer in answers) >= 25
    work = [token for token in tokens if status(site, token) == 200]
    shown = site.client().get("/user/token", headers=bearer(session))
    assert work == [shown.json()["token"]]
    assert live(site, person) == "1"


# Shown again

def test_it_is_shown_again_until_it_ends(site):
    person = Person(site)
    caller = person.login()
    assert caller.get("/user/token").status_code == 404
    made = generate(caller).json()
    assert caller.get("/user/token").json() == made
    again = generate(caller).json()
    assert caller.get("/user/token").json() == again
    assert caller.delete("/user/token").status_code == 204
    assert caller.get("/user/token").status_code == 404
    assert caller.delete("/user/token").status_code == 404
    assert status(site, again["token"]) == 401


def test_it_is_kept_sealed(site, person):
    assert site.sql(
        "SELECT LENGTH(s.digest), LENGTH(s.sealed) > 40, LOCATE('%s',"
        " s.sealed) FROM key_secrets s JOIN `keys` k ON k.id = s.key_id"
        " WHERE k.kind = 4 AND k.user_id = UNHEX('%s')" % (
            person.token, person.id.replace("-", ""))) == [("32", "1", "0")]


def test_ending_goes_by_if_match(site):
    caller = Person(site).login()
    generate(caller)
    tag = caller.get("/user/token").headers["ETag"]
    generate(caller)
    assert caller.delete("/user/token", headers={
        "If-Match": tag}).status_code == 412
    tag = caller.get("/user/token").headers["ETag"]
    assert caller.delete("/user/token", headers={
        "If-Match": tag}).status_code == 204


def test_a_limited_key_cannot_have_the_whole_token(site):
    person = Person(site, "developer")
    caller = person.login()
    token = value(generate(caller))
    pair = person.pair("--scope", "latchkey:keys")
    refused = site.client().get("/user/token", auth=pair)
    assert refused.status_code == 403
    assert refused.json()["detail"] == FORBIDDEN
    assert refused.json()["errors"][0]["code"] == "not-covered"
    assert token not in refused.text
    # a new one is cut to what the pair may itself
    cut = value(generate(site.client(), auth=pair))
    assert check(site, cut).json()["permissions"] == ["latchkey:keys"]


def test_limits_may_be_asked_for(site):
    person = Person(site, "developer")
    caller = person.login()
    token = value(generate(caller, json={
        "scopes": ["pages:read"], "expires_at": "2035-01-01T00:00:00Z"}))
    seen = check(site, token).json()
    assert seen["permissions"] == ["pages:read"]
    assert seen["expires_at"] == "2035-01-01T00:00:00.000Z"
    assert generate(caller, json={"scopes": ["no:such"]}).status_code == 400
    assert generate(caller, json={"label": "x"}).status_code == 400


# How it is sent

@pytest.mark.statement("D-19", "D-20", "D-21", "D-22", "D-18")
def test_curl_takes_the_token_and_a_colon(site, person):
    assert curl(site, resource(site), "-u", person.token + ":") == 200


@pytest.mark.statement("D-25")
def test_postman_takes_the_token_and_no_password(site, person):
    answer = site.client().get(resource(site), headers={
        **basic(person.token + ":"), "User-Agent": "PostmanRuntime/7.37.3",
        "Accept": "*/*", "Cache-Control": "no-cache",
        "Postman-Token": str(uuid.uuid4()),
        "Accept-Encoding": "gzip, deflate, br", "Connection": "keep-alive"})
    assert answer.status_code == 200


@pytest.mark.statement("D-27", "D-23")
def test_python_takes_the_token_and_an_empty_password(site, person):
    answer = requests.get(resource(site), auth=(person.token, ""),
                          verify=site.server.certificate())
    assert answer.status_code == 200


@pytest.mark.statement("D-23")
def test_the_token_is_all_that_is_needed(site, person):
    header = tuple(basic(person.token + ":").items())
    assert send(site, "GET", "/api/v1/check", header).status == 200


FORMS = {
    "no colon": lambda token: basic(token),
    "as password": lambda token: basic(":" + token),
    "with a password": lambda token: basic(token + ":x"),
    "with a blank": lambda token: basic(token + ": "),
    "two colons": lambda token: basic(token + "::"),
    "Bearer": bearer,
    "another scheme": lambda token: {"Authorization": "Token " + token},
    "no scheme": lambda token: {"Authorization": token},
    "not encoded": lambda token: {"Authorization": "Basic %s:" % token},
    "cookie": lambda token: {"Cookie": "session=" + token},
    "X-API-Key": lambda token: {"X-API-Key": token},
    "cut short": lambda token: basic(token[:-1] + ":"),
    "one more": lambda token: basic(token + "0:"),
    "other case": lambda token: basic(token.swapcase() + ":"),
}


@pytest.mark.statement("D-2", "D-20", "D-21", "D-36")
@pytest.mark.parametrize("form", FORMS)
def test_another_form_is_refused(site, person, form):
    answer = site.client().get("/check", headers=FORMS[form](person.token))
    assert answer.status_code == 401


@pytest.mark.statement("D-35")
@pytest.mark.parametrize("path", [
    "/api/v1/user/token", "/api/v1/company/tokens", "/api/v1/check",
    "/ratings/v1/customers/current/api-tokens"])
def test_a_401_asks_for_basic(site, path):
    for headers in ({}, basic("x" * 40 + ":")):
        answer = site.client().get(site.origin + path, headers=headers)
        assert answer.status_code == 401
        assert re.search('Basic realm="[^"]+"',
                         answer.headers["WWW-Authenticate"])


@pytest.mark.guarded
@pytest.mark.statement("D-35")
def test_the_gate_asks_for_basic(site):
    answer = site.client().get(site.guard)
    assert answer.status_code == 401
    assert re.search('Basic realm="[^"]+"',
                     answer.headers["WWW-Authenticate"])


@pytest.mark.statement("D-40")
@pytest.mark.parametrize("name, password", [
    (ADMIN, PASSWORD), (ADMIN, ""), (PASSWORD, ""), (ADMIN + ":", PASSWORD)])
def test_name_and_password_are_no_token(site, name, password):
    assert check(site, name, password).status_code == 401
    if site.guard:
        assert site.client().get(site.guard, auth=(name, password)
                                 ).status_code == 401


@pytest.mark.statement("D-3", "D-4")
@pytest.mark.servers("lighttpd")
def test_plain_http_fails_with_a_good_token(site, person):
    for path in ("/api/v1/check", "/api/v1/user/token", "/guarded/",
                 "/ratings/v1/customers/current/api-tokens"):
        answer = site.client().get(site.plain + path,
                                   auth=(person.token, ""))
        assert answer.status_code == 403
        assert person.token not in answer.text
    assert status(site, person.token) == 200


# Users who go

@pytest.mark.statement("D-39")
@pytest.mark.parametrize("ending", ["blocked", "deleted"])
def test_a_users_token_stops_with_him_and_the_companys_does_not(site, ending):
    person = Person(site, "vrm-admin")
    caller = person.login()
    own = value(generate(caller))
    made = caller.post("/company/tokens", json={"description": "Stays"})
    company = value(made)
    path = "/users/" + person.id
    answer = site.admin.delete(path) if ending == "deleted" else \
        site.admin.patch(path, json={"blocked": True})
    assert answer.ok
    assert (status(site, own), status(site, company)) == (401, 200)
    one = site.admin.get("/company/tokens/" + made.json()["guid"]).json()
    assert one["creator_name"] == "A person"


# Statuses

@pytest.mark.parametrize("method, path, options, wanted", [
    ("POST", "/user/token", {"data": "{", "headers": {
        "Content-Type": "application/json"}}, 400),
    ("POST", "/user/token", {"data": "x=1"}, 415),
    ("PUT", "/user/token", {}, 405),
    ("POST", "/company/tokens", {"json": {}}, 400),
    ("GET", "/company/tokens/%s" % uuid.uuid4(), {}, 404),
    ("DELETE", "/company/tokens/%s" % uuid.uuid4(), {}, 404),
])
def test_statuses_are_the_products(site, method, path, options, wanted):
    answer = site.admin.request(method, path, **options)
    assert answer.status_code == wanted
    document = answer.json()
    assert document["status"] == wanted and document["errors"]


def test_the_trail_says_what_became_of_it(site):
    person = Person(site)
    caller = person.login()
    first = generate(caller).json()["guid"]
    second = generate(caller).json()["guid"]
    caller.delete("/user/token")
    rows = [(action, json.loads(detail)["kind"]) for action, detail in
            site.sql("SELECT action, detail FROM audit WHERE actor_user ="
                     " UNHEX('%s') AND object_id IN (UNHEX('%s'),"
                     " UNHEX('%s')) ORDER BY id" % tuple(
                         one.replace("-", "") for one in
                         (person.id, first, second)))]
    assert rows == [("key.create", "personal"), ("key.create", "personal"),
                    ("key.revoke", "personal")]
