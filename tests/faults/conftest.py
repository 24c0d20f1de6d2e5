# SPDX-License-Identifier: ISC
"""Fixtures: sites whose database can be stopped, frozen and cut off."""

import os

import pytest

import database
import door
import faulty
import site_under_test
from waiting import pair_of


@pytest.fixture(scope="session")
def rounds():
    """How often what is random is repeated; 1 is the short form."""
    return int(os.environ.get("FAULT_ROUNDS", "1"))


@pytest.fixture(scope="session")
def mariadb(folder):
    with database.running(faulty.Database(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def between(mariadb):
    """The door between the programs and the database."""
    made = door.Door(mariadb)
    yield made
    made.close()


def serving(name, folder, mariadb):
    made = site_under_test.Site(name, folder, mariadb, 1)
    made.prepare()
    return site_under_test.serving(made, "faults")


@pytest.fixture(scope="session")
def site(folder, mariadb, between):
    """lighttpd, whose programs keep their connections."""
    with serving("lighttpd", folder, mariadb) as made:
        yield made


@pytest.fixture(scope="session")
def apache(folder, mariadb, between):
    """Apache on a hoster: connections are closed after each request."""
    with serving("apache-fcgid", folder, mariadb) as made:
        yield made


@pytest.fixture(scope="session")
def pair(site):
    return pair_of(site.admin, "pair")


@pytest.fixture(scope="session")
def apache_pair(apache):
    return pair_of(apache.admin, "pair")


@pytest.fixture(autouse=True)
def whole(mariadb, between):
    """A test leaves the database as it found it, or the next one fails."""
    yield
    assert mariadb.process.poll() is None
    mariadb.ready() or pytest.fail("the database was left broken")
