# SPDX-License-Identifier: ISC
"""Idempotency-Key: a creation that is repeated happens once."""

import threading
import uuid

import pytest

from people import Person, bearer


class Creation:
    """A route that creates, with a body of its own each time."""

    def __init__(self, path, **body):
        self.path = path
        self.body = body

    def fresh(self):
        word = "r" + uuid.uuid4().hex[:10]
        return {name: text.replace("*", word)
                for name, text in self.body.items()}


def creations(owner):
    return {
        "users": Creation("/users/", name="R", email="*@replay.example"),
        "workspaces": Creation("/workspaces", handle="*", name="R"),
        "api_tokens": Creation("/api_tokens/", name="*"),
        "user_app_tokens": Creation("/users/%s/user_app_tokens" % owner,
                                    label="*"),
    }


KINDS = list(creations(""))


class Owner:
    """An owner, his session, and what he can create."""

    def __init__(self, site):
        person = Person(site, "owner")
        self.header = bearer(person.session())
        self.site = site
        self.creations = creations(person.id)

    def client(self):
        made = self.site.client()
        made.headers.update(self.header)
        return made

    def post(self, kind, body, key, client=None):
        return (client or self.client()).post(
            self.creations[kind].path, json=body,
            headers={"Idempotency-Key": key} if key else {})


@pytest.fixture(scope="module", name="owner")
def one_owner(site):
    return Owner(site)


def changes(site):
    return int(site.sql("SELECT COUNT(*) FROM audit")[0][0])


def fresh_key():
    return str(uuid.uuid4())


@pytest.mark.parametrize("kind", KINDS)
def test_a_repeated_creation_gets_the_first_answer(site, owner, kind):
    key, body = fresh_key(), owner.creations[kind].fresh()
    first = owner.post(kind, body, key)
    assert first.status_code == 201
    assert "Idempotency-Replayed" not in first.headers
    before = changes(site)
    for _ in range(2):
        again = owner.post(kind, body, key)
        assert again.status_code == 201 and again.text == first.text
        assert again.headers["Location"] == first.headers["Location"]
        assert again.headers["Idempotency-Replayed"] == "true"
        assert (again.headers["X-Request-Id"] !=
                first.headers["X-Request-Id"])
    assert changes(site) == before


# mod_fcgid keeps a second request waiting until the first is answered.
@pytest.mark.servers("lighttpd", "apache-cgi")
@pytest.mark.parametrize("kind", KINDS)
def test_several_at_once_make_one(site, owner, kind):
    clients = [owner.client() for _ in range(3)]
    for client in clients:
        assert client.get("/check").status_code == 200
    for _ in range(4):
        key, body = fresh_key(), owner.creations[kind].fresh()
        before, answers = changes(site), []
        threads = [threading.Thread(target=lambda one=one: answers.append(
            owner.post(kind, body, key, one))) for one in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [one.status_code for one in answers] == [201] * 3
        assert len({one.text for one in answers}) == 1
        assert changes(site) == before + 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_key_for_another_body_is_refused(site, owner, kind):
    key = fresh_key()
    made = owner.post(kind, owner.creations[kind].fresh(), key)
    assert made.status_code == 201
    before = changes(site)
    other = owner.post(kind, owner.creations[kind].fresh(), key)
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "idempotency-mismatch"
    assert changes(site) == before


def test_the_same_key_for_another_path_is_refused(site, owner):
    key = fresh_key()
    body = owner.creations["api_tokens"].fresh()
    assert owner.post("api_tokens", body, key).status_code == 201
    for path in (site.origin + "/api_tokens/", "/api_tokens"):
        answer = owner.client().post(path, json=body,
                                     headers={"Idempotency-Key": key})
        assert answer.status_code == 422


def test_another_caller_does_not_get_the_answer(site, owner):
    key, body = fresh_key(), {"name": "shared"}
    first = owner.post("api_tokens", body, key).json()
    other = Person(site).login().post(
        "/api_tokens/", json=body, headers={"Idempotency-Key": key})
    assert other.status_code == 201
    assert "Idempotency-Replayed" not in other.headers
    assert other.json()["uuid"] != first["uuid"]
    assert first["secret"] not in other.text


def test_a_token_that_may_less_does_not_get_the_answer(site):
    person, client, key = Person(site, "developer"), site.client(), fresh_key()
    pair = person.pair("--scope=latchkey:keys", "--scope=pages:read")

    def make(**way):
        return client.post("/api_tokens/", json={"name": "once"}, **{
            **way, "headers": {"Idempotency-Key": key,
                               **way.get("headers", {})}})

    def token(**scope):
        answer = client.post("/oauth/token", auth=pair, data={
            "grant_type": "client_credentials", **scope})
        return bearer(answer.json()["access_token"])
    first = make(auth=pair)
    assert first.status_code == 201
    assert make(headers=token()).text == first.text
    less = make(headers=token(scope="latchkey:keys"))
    assert less.status_code == 201
    assert "Idempotency-Replayed" not in less.headers
    assert first.json()["secret"] not in less.text


def test_after_another_login_it_is_the_same_caller(site):
    person = Person(site)
    key, body = fresh_key(), {"name": "once"}
    first, again = (person.login().post(
        "/api_tokens/", json=body, headers={"Idempotency-Key": key})
        for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert again.text == first.text


def test_a_caller_who_may_no_longer_gets_nothing(site):
    person = Person(site)
    client = person.login()
    key, body = fresh_key(), {"name": "once"}
    made = client.post("/api_tokens/", json=body,
                       headers={"Idempotency-Key": key})
    assert made.status_code == 201
    site.admin.patch("/users/" + person.id, json={"blocked": True})
    again = client.post("/api_tokens/", json=body,
                        headers={"Idempotency-Key": key})
    assert again.status_code == 401
    assert made.json()["secret"] not in again.text


@pytest.mark.parametrize("kind", ["api_tokens", "user_app_tokens"])
def test_after_the_revocation_nothing_is_repeated(owner, kind):
    key, body = fresh_key(), owner.creations[kind].fresh()
    made = owner.post(kind, body, key)
    uri = made.headers["Location"]
    assert owner.client().delete(uri).status_code == 204
    again = owner.post(kind, body, key)
    assert again.status_code == 409
    assert again.json()["errors"][0]["code"] == "revoked"
    attributes = made.json().get("data", {}).get("attributes", made.json())
    assert (attributes.get("secret") or attributes["token"]) not in again.text


@pytest.mark.parametrize("key", [
    "1", "retry", "a" * 21, "a" * 129, "x" * 21 + "!", "x" * 30 + " y",
    "x" * 30 + ",", "{%s}" % uuid.UUID(int=7), '"%s"' % uuid.UUID(int=7)])
def test_a_weak_key_is_refused(site, owner, key):
    before = changes(site)
    answer = owner.post("api_tokens", {"name": "weak"}, key)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "idempotency-key"
    assert changes(site) == before


@pytest.mark.parametrize("key", ["a" * 22, "A-_9" * 32])
def test_a_long_random_word_is_a_key(owner, key):
    body = owner.creations["api_tokens"].fresh()
    first = owner.post("api_tokens", body, key)
    again = owner.post("api_tokens", body, key)
    assert first.status_code == 201 and first.text == again.text


def test_without_a_key_each_creation_is_one_more(owner):
    body = owner.creations["api_tokens"].fresh()
    first, again = (owner.post("api_tokens", body, None) for _ in range(2))
    assert first.json()["uuid"] != again.json()["uuid"]


def test_a_request_that_failed_can_be_mended(owner):
    key = fresh_key()
    wrong = owner.post("api_tokens", {"name": ""}, key)
    assert wrong.status_code == 400
    right = owner.post("api_tokens", {"name": "mended"}, key)
    assert right.status_code == 201


def test_an_answer_is_forgotten_after_a_day(site, owner):
    key, body = fresh_key(), owner.creations["api_tokens"].fresh()
    first = owner.post("api_tokens", body, key)
    site.sql("UPDATE replays SET created_at = created_at - 86400000")
    again = owner.post("api_tokens", body, key)
    assert again.status_code == 201
    assert again.json()["uuid"] != first.json()["uuid"]


def test_what_is_kept_cannot_be_read(site, owner):
    key, body = fresh_key(), owner.creations["api_tokens"].fresh()
    made = owner.post("api_tokens", body, key).json()
    kept = "".join(str(row) for row in site.sql(
        "SELECT HEX(answer), HEX(digest), HEX(request) FROM replays")).lower()
    assert kept
    for text in (made["secret"], made["uuid"], key, key.replace("-", "")):
        assert text.encode().hex() not in kept
        assert text not in kept
