# SPDX-License-Identifier: ISC
"""Fixtures: sites whose database can be stopped, frozen and cut off."""

import os
import shutil
import sys
import tempfile

import pytest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "http")]

import door  # noqa: E402
import faulty  # noqa: E402
import processes  # noqa: E402
import servers  # noqa: E402
import site_under_test  # noqa: E402
from waiting import pair_of  # noqa: E402


@pytest.fixture(scope="session")
def rounds():
    """How often what is random is repeated; 1 is the short form."""
    return int(os.environ.get("FAULT_ROUNDS", "1"))


@pytest.fixture(scope="session")
def folder():
    path = tempfile.mkdtemp(prefix="latchkey-")
    processes.give(path)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def mariadb(folder):
    server = faulty.Database(folder)
    server.start()
    yield server
    server.thaw()
    server.stop()


@pytest.fixture(scope="session")
def between(mariadb):
    """The door between the programs and the database."""
    made = door.Door(mariadb)
    yield made
    made.close()


def make_site(name, folder, mariadb):
    made = site_under_test.Site(name, folder, mariadb, 1)
    made.prepare()
    made.start()
    return made


def end_site(made):
    with open(os.path.join(servers.BUILD, "faults-%s.log" % made.name),
              "w") as out:
        out.write(made.log())
    made.stop()
    assert made.sanitizer_reports() == ""


@pytest.fixture(scope="session")
def site(folder, mariadb, between):
    """lighttpd, whose programs keep their connections."""
    made = make_site("lighttpd", folder, mariadb)
    yield made
    end_site(made)


@pytest.fixture(scope="session")
def apache(folder, mariadb, between):
    """Apache on a hoster: connections are closed after each request."""
    made = make_site("apache-fcgid", folder, mariadb)
    yield made
    end_site(made)


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
