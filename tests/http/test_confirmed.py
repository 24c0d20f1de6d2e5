# SPDX-License-Identifier: ISC
"""Where max_age is 0 the database confirms what is kept: what is changed
through Latchkey counts at once, on hosts that were not told too, and what is
changed by hand when somebody says so."""

import os

import pytest

import by_cgi
import made_keys
import processes

pytestmark = pytest.mark.servers("lighttpd")


@pytest.fixture(scope="module")
def elsewhere(site):
    """The settings of another host: a state folder of its own."""
    state = os.path.join(site.home, "state-elsewhere")
    os.makedirs(state, 0o700)
    processes.give(state)
    return by_cgi.with_settings(site, max_age="0", state=state)


@pytest.fixture
def key(site, elsewhere):
    """It is kept there, and what was told of it."""
    made = made_keys.Holder(site).make(made_keys.APP)
    for _ in range(3):
        assert check(site, elsewhere, made) == 200
    return made


def check(site, settings, key):
    return by_cgi.ask(site, "check.fcgi", "GET", "/check",
                      {"HTTP_AUTHORIZATION": key.text},
                      settings=settings).status


def test_another_host_s_changes_count_at_once(site, elsewhere, key):
    assert site.admin.patch(key.path, json={"disabled": True}).ok
    assert check(site, elsewhere, key) == 401
    assert site.admin.patch(key.path, json={"disabled": False}).ok
    assert check(site, elsewhere, key) == 200
    assert site.admin.delete(key.path).ok
    assert check(site, elsewhere, key) == 401


def test_its_end_is_judged_by_the_database_s_time(site, elsewhere, key):
    """Not by the age of what is kept."""
    by_hand(site, key, "expires_at = UNIX_TIMESTAMP(NOW(3)) * 1000 + 1500")
    site.cli("flush")
    for _ in range(2):
        assert check(site, elsewhere, key) == 200
    site.database.query(site.db, "DO SLEEP(1.6)")
    assert check(site, elsewhere, key) == 401


def by_hand(site, key, change):
    site.database.query(site.db, "UPDATE `keys` SET %s WHERE id ="
                        " UNHEX('%s')" % (change, key.id.replace("-", "")))


def test_what_is_changed_by_hand_counts_when_all_is_flushed(
        site, elsewhere, key):
    """On whichever host."""
    by_hand(site, key, "disabled = 1")
    assert check(site, elsewhere, key) == 200
    site.cli("flush")
    assert check(site, elsewhere, key) == 401
