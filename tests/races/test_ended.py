# SPDX-License-Identifier: ISC
"""Whoever ends himself and is not answered repeats it, and is refused: then
nobody else lets him in any more."""

import contextlib

import pytest
import requests

import hosts
import made_keys
import site_under_test


def is_let_in(site, text):
    return site.client().get("/check", headers={"Authorization": text}
                             ).status_code == 200


def ask(site, method, path, text, **options):
    return site_under_test.Client(site).request(
        method, path, headers={"Authorization": text}, **options)


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


def repeat(knobs, here, there, make, forget=lambda: None):
    """Somebody ends himself, is not answered, repeats it and is refused; his
    credential.  It may be that a program dies after another commit than his:
    then nothing was done, or it was answered."""
    for _ in range(10):
        text, *words, options = make(made_keys.Holder(here))
        assert is_let_in(there, text)
        with knobs.turned(deaths=1), contextlib.suppress(
                requests.RequestException):
            if ask(here, *words, text, **options).ok:
                continue
        forget()
        if ask(here, *words, text, **options).status_code in (401, 403):
            return text
    raise AssertionError("it never dies")


def test_on_one_host(site, knobs):
    site.disturb()
    text = repeat(knobs, site, site, session)
    assert not is_let_in(site, text)


@pytest.fixture(scope="module")
def two(folder, mariadb, knobs):
    with hosts.serving(folder, [mariadb, mariadb], knobs.env, "ended") as made:
        yield made


@pytest.mark.parametrize("make", [session, key, disabled])
def test_on_two_hosts(two, knobs, make):
    """The first has forgotten what it knew; the other goes by it."""
    here, there = two
    text = repeat(knobs, here, there, make, lambda: here.cli("flush"))
    assert not is_let_in(there, text)
