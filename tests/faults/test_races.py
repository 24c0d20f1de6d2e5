# SPDX-License-Identifier: ISC
"""Something is taken away while somebody makes use of it: of two requests at
one moment the second sees what the first has done, or is not done itself."""

import contextlib
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

import faulty
from people import Person, bearer, workspace
from site_under_test import ACCOUNT, PASSWORD
from waiting import eventually

NEWER = "nine slow otters dive"
NEWEST = "eleven grey owls listen"


@contextlib.contextmanager
def held_up(mariadb, rows):
    """Within, whoever wants to change these rows waits."""
    rival = faulty.Rival(mariadb, "lighttpd")
    rival.ask("BEGIN")
    rival.ask("SELECT 1 FROM %s FOR UPDATE" % rows)
    try:
        yield
    finally:
        rival.ask("ROLLBACK")
        rival.close()


def amid(mariadb, rows, first, second):
    """What both give when second begins while first has yet to change these
    rows, and then to commit."""
    with ThreadPoolExecutor(2) as pool:
        with held_up(mariadb, rows):
            one = pool.submit(first)
            eventually(lambda: mariadb.waits() == 1)
            two = pool.submit(second)
            eventually(lambda: mariadb.waits() == 2 or two.done())
        return one.result(), two.result()


def rows_of(person, table):
    return "`%s` WHERE user_id = UNHEX('%s')" % (
        table, person.id.replace("-", ""))


# Credentials


class Holder(Person):
    """Somebody with a credential that can make and change workspaces."""

    def __init__(self, site):
        super().__init__(site, "global-user-admin", "developer")
        self.made = self.key("app")
        self.session = self.login()

    def revoke(self, client):
        return client.delete("/users/%s/user_app_tokens/%s" % (
            self.id, self.made["uuid"]))

    def revoke_by_command(self):
        self.site.cli("key", "revoke", "--account", ACCOUNT,
                      self.made["uuid"])

    def change(self, **members):
        return self.site.admin.patch("/users/" + self.id, json=members)


# How it is taken away, what that changes last, and what the answer is then.
TAKINGS = {
    "an admin revokes it": (lambda h: h.revoke(h.site.admin), "keys", 401),
    "its owner revokes it": (lambda h: h.revoke(h.session), "keys", 401),
    "a command revokes it": (Holder.revoke_by_command, "keys", 401),
    "its owner is blocked": (lambda h: h.change(blocked=True),
                             "sessions", 401),
    "its owner is deleted": (lambda h: h.site.admin.delete(
        "/users/" + h.id), "sessions", 401),
    "its role is taken": (lambda h: h.change(roles=[{"role": "developer"}]),
                          "user_roles", 403),
    "it is logged out": (lambda h: h.session.delete("/sessions/"),
                         "sessions", 401),
}
USES = {
    "creates": lambda client, place, name: client.post("/workspaces", json={
        "handle": name, "name": name}),
    "changes": lambda client, place, name: client.patch(
        "/workspaces/" + place, json={"name": name}),
}


@pytest.fixture(scope="module")
def place(site):
    return workspace(site, "races")


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("taking", TAKINGS)
def test_what_is_taken_before_the_commit_is_not_used(
        site, mariadb, place, taking, use):
    holder, client = Holder(site), site.client()
    take, table, status = TAKINGS[taking]
    name = "n" + uuid.uuid4().hex
    client.headers.update(bearer(
        holder.session.cookies["session"] if taking == "it is logged out"
        else holder.made["token"]))
    taken, answer = amid(
        mariadb, rows_of(holder, table), lambda: take(holder),
        lambda: USES[use](client, place, name))
    assert taken is None or taken.ok
    assert answer.status_code == status, answer.text
    assert site.sql("SELECT COUNT(*) FROM workspaces WHERE name = '%s'" %
                    name) == [("0",)]


# Passwords: they are proved before the transaction that makes use of it


@pytest.mark.parametrize("change", ({"password": NEWER}, {"blocked": True}),
                         ids=("changed", "blocked"))
def test_a_login_that_was_proved_too_early_is_none(site, mariadb, change):
    person = Person(site)
    person.login()
    changed, answer = amid(
        mariadb, rows_of(person, "sessions"),
        lambda: site.admin.patch("/users/" + person.id, json=change),
        lambda: site.client().post("/sessions/", json={
            "username": person.username, "password": PASSWORD}))
    assert (changed.status_code, answer.status_code) == (200, 403)
    assert "Set-Cookie" not in answer.headers
    assert site.sql("SELECT COUNT(*) FROM %s AND ended_at IS NULL" %
                    rows_of(person, "sessions")) == [("0",)]


def test_of_two_who_prove_one_password_one_changes_it(site, mariadb):
    person = Person(site)
    person.login()		# whose end the change waits for
    session = person.session()

    def change(password):
        client = site.client()
        client.headers.update(bearer(session))
        return client.patch("/users/" + person.id, json={
            "current_password": PASSWORD, "password": password})

    first, second = amid(mariadb, rows_of(person, "sessions"),
                         lambda: change(NEWER), lambda: change(NEWEST))
    assert (first.status_code, second.status_code) == (200, 422)
    assert second.json()["errors"][0]["pointer"] == "#/current_password"
    assert site.client(person.username, NEWER)


# Tokens of which a user has one


def test_of_two_who_replace_a_token_one_does_after_the_other(site, mariadb):
    person = Person(site)
    session = person.session()

    def generate():
        return site.client().post("/user/token", headers=bearer(session))

    # whoever adds a key waits: both would have found none to end
    answers = amid(mariadb, rows_of(person, "keys"), generate, generate)
    assert [answer.status_code for answer in answers] == [201, 201]
    status = [site.client().get("/check", auth=(
        answer.json()["token"], "")).status_code for answer in answers]
    assert sorted(status) == [200, 401]
