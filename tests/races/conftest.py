# SPDX-License-Identifier: ISC
"""Fixtures: one site with every door, one board."""

import os
import shutil
import sys
import tempfile

import pytest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [HERE, os.path.join(TESTS, "http"),
                os.path.join(TESTS, "faults")]

import database  # noqa: E402
import knobs as knobs_of  # noqa: E402
import processes  # noqa: E402
import servers  # noqa: E402
import track  # noqa: E402
from board import Board  # noqa: E402


@pytest.fixture(scope="session")
def changes():
    """How many there are in all; the long form is ten thousand."""
    return int(os.environ.get("RACE_CHANGES", "56"))


@pytest.fixture(scope="session")
def folder():
    path = tempfile.mkdtemp(prefix="latchkey-")
    processes.give(path)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def mariadb(folder):
    server = database.Database(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def checker(folder):
    return track.build(folder, "checker.c")


@pytest.fixture(scope="session")
def library(folder):
    return track.build(folder, "faults.c", "-fPIC", "-shared")


@pytest.fixture(scope="session")
def knobs(folder, library):
    return knobs_of.Knobs(folder, library)


@pytest.fixture(scope="session")
def site(folder, mariadb, knobs):
    made = track.Track(folder, mariadb)
    made.env = knobs.env
    made.prepare()
    made.start()
    yield made
    made.stop()
    with open(os.path.join(servers.BUILD, "races.log"), "w") as out:
        out.write(made.log())


@pytest.fixture
def board(site, folder, checker):
    with Board(folder, checker) as made:
        doors = site.doors()
        # its program's second process is asked only by a second caller
        for door in doors + [doors[3]]:
            made.add(door)
        yield made
