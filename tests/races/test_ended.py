# SPDX-License-Identifier: ISC
"""Whoever ends himself and is not answered repeats it, and is refused: then
nobody else lets him in any more."""

import pytest
import requests

import hosts
import made_keys
import site_under_test


def is_let_in(site, text):
    return site.client().get("/check", headers={"Authorization": text}
                             ).status_code == 200


def ask_and_die(site, knobs, method, path, text, **options):
    """True when it was committed and not answered; it may also be that some
    other program died, after a commit of its own."""
    with knobs.turned(deaths=1):
        try:
            answer = site_under_test.Client(site).request(
                method, path, headers={"Authorization": text}, **options)
        except requests.RequestException:
            return True
    return answer.status_code >= 500


def repeat(site, method, path, text, **options):
    answer = site.client().request(method, path, headers={
        "Authorization": text}, **options)
    assert answer.status_code in (401, 403), answer.text


def session(holder):
    """The client is judged by the database alone; others have kept him."""
    text = "Bearer " + holder.session()
    return text, "POST", "/oauth/revoke", {"data": {"token": text.split()[1]}}


def key(holder):
    made = holder.make(made_keys.APP, scopes=["latchkey:keys"])
    return made.text, "DELETE", made.path, {}


def disabled(holder):
    made = holder.make(made_keys.APP, scopes=["latchkey:keys"])
    return made.text, "PATCH", made.path, {"json": {"disabled": True}}


def end(knobs, here, there, make):
    """Somebody ends himself, and what he was known by is there still."""
    for _ in range(5):
        text, method, path, options = make(made_keys.Holder(here))
        assert is_let_in(there, text)
        if ask_and_die(here, knobs, method, path, text, **options):
            return text, method, path, options
    raise AssertionError("it never dies")


def test_on_one_host(site, knobs):
    site.disturb()
    text, method, path, options = end(knobs, site, site, session)
    repeat(site, method, path, text, **options)
    assert not is_let_in(site, text)


@pytest.fixture(scope="module", name="two")
def two_hosts(folder, mariadb, knobs):
    made = []
    for name in "here", "there":
        made.append(hosts.Host(folder, mariadb, name, *made[:1]))
        made[-1].env = knobs.env
        made[-1].prepare()
        made[-1].start()
    yield made
    for one in made:
        one.stop()


@pytest.mark.parametrize("make", [session, key, disabled])
def test_on_two_hosts(two, knobs, make):
    """The first has forgotten what it knew; the other goes by it."""
    here, there = two
    text, method, path, options = end(knobs, here, there, make)
    here.cli("flush")
    repeat(here, method, path, text, **options)
    assert not is_let_in(there, text)
