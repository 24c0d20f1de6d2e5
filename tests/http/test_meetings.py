# SPDX-License-Identifier: ISC
"""Two that meet: what one changes while the other has all but finished."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from made_keys import APP, EXCHANGE, ask
from people import Person
from site_under_test import PASSWORD

NUMBERS = itertools.count(1)


def beside(site, first, second):
    """The second comes when the first waits for the trail, and no more."""
    with ThreadPoolExecutor(3) as pool:
        held = pool.submit(site.sql, "LOCK TABLES audit WRITE;"
                           " SELECT SLEEP(0.6)")
        time.sleep(0.1)
        one = pool.submit(first)
        time.sleep(0.2)
        two = pool.submit(second)
        held.result()
        return one.result(), two.result()


def log_in(site, person):
    return site.client().post("/sessions/", json={
        "username": person.username, "password": PASSWORD,
        "account": person.account})


def give(person, caller):
    return caller.patch("/users/" + person.id, json={
        "roles": [{"role": "viewer"}]})


# What a user gets, from an owner or by himself.
GETS = {
    "an exchange key": lambda site, person, owner, own: ask(
        owner, person.id, EXCHANGE),
    "an app token": lambda site, person, owner, own: ask(
        owner, person.id, APP),
    "a pair": lambda site, person, owner, own: own.post(
        "/api_tokens/", json={"name": "Mine"}),
    "a session": lambda site, person, owner, own: log_in(site, person),
    "a role": lambda site, person, owner, own: give(person, owner),
}


def left(site, person):
    """His live keys and sessions."""
    return [int(site.sql(
        "SELECT COUNT(*) FROM `%s` WHERE user_id = UNHEX('%s') AND %s IS NULL"
        % (table, person.id.replace("-", ""), end))[0][0])
            for table, end in (("keys", "revoked_at"),
                               ("sessions", "ended_at"))]


@pytest.mark.parametrize("what", GETS)
@pytest.mark.parametrize("deleted_first", [False, True])
def test_who_is_deleted_while_he_gets_something_has_nothing(
        site, what, deleted_first):
    person = Person(site, "developer")
    owner, remover = (Person(site, "owner").login() for _ in range(2))
    own = person.login()
    two = [lambda: GETS[what](site, person, owner, own),
           lambda: remover.delete("/users/" + person.id)]
    answers = beside(site, *reversed(two) if deleted_first else two)
    got, gone = reversed(answers) if deleted_first else answers
    assert gone.status_code == 204, gone.text
    # a slow machine may turn them round
    assert got.status_code in (200, 201, 401, 403, 404), got.text
    assert left(site, person) == [0, 0]


@pytest.mark.parametrize("widened_first", [False, True])
def test_a_role_that_is_being_widened_is_given_by_nobody_new(
        site, widened_first):
    """Else who gives another role would come to have what that one gives."""
    person = Person(site)
    admin, owner = (Person(site, role).login()
                    for role in ("global-user-admin", "owner"))
    given, giving = ("meets-%d" % next(NUMBERS) for _ in range(2))
    small = ["latchkey:users:read"]
    for slug, permissions in ((given, small),
                              (giving, ["latchkey:roles:give"])):
        admin.post("/roles", json={
            "slug": slug, "name": "A role", "permissions": permissions}
            ).raise_for_status()
    admin.patch("/users/" + person.id, json={
        "roles": [{"role": giving}]}).raise_for_status()
    two = [lambda: admin.patch("/roles/" + giving, json={"gives": [given]}),
           lambda: owner.patch("/roles/" + given, json={
               "permissions": [*small, "latchkey:audit"]})]
    answers = beside(site, *reversed(two) if widened_first else two)
    gives, wider = reversed(answers) if widened_first else answers
    assert wider.status_code == 200, wider.text
    assert gives.status_code in (200, 403), gives.text
    assert owner.get("/roles/" + giving).json()["gives"] == []
    for slug in giving, given:
        assert owner.delete("/roles/" + slug).status_code == 204
