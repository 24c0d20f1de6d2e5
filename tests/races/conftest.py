# SPDX-License-Identifier: ISC
"""Fixtures: one site with every door, one board."""

import os
import sys

import pytest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, name) for name in ("faults", "doors")]

import alone  # noqa: E402
import knobs as knobs_of  # noqa: E402
import made_keys  # noqa: E402
import narrowed  # noqa: E402
import site_under_test  # noqa: E402
import track  # noqa: E402
from board import Board  # noqa: E402


@pytest.fixture(scope="session")
def changes():
    """How many there are in all; the long form is ten thousand."""
    return int(os.environ.get("RACE_CHANGES", "56"))


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
    with site_under_test.serving(made, "races"):
        yield made


@pytest.fixture
def board(site, folder, checker):
    with Board(folder, checker) as made:
        doors = site.doors()
        # its program's second process is asked only by a second caller
        for door in doors + [doors[3]]:
            made.add(door)
        yield made


# Who is refused, by one fact


@pytest.fixture(scope="session")
def strict_site(folder, mariadb):
    """A site of its own for them."""
    made = narrowed.Site(folder, mariadb, "strict_site")
    made.prepare()
    made.start()
    made.furnish()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def verifier(strict_site):
    return track.Verifier(strict_site).text


@pytest.fixture(scope="session")
def holder(strict_site):
    return made_keys.Holder(strict_site, *narrowed.ROLES)


@pytest.fixture(scope="session")
def good(holder):
    return narrowed.limited(holder).text


@pytest.fixture(scope="session")
def accepted(verifier, good):
    """Questions whose answer is yes, one at each door."""
    return narrowed.doors(verifier, good)


@pytest.fixture(scope="session")
def refused(strict_site, holder, verifier, good):
    return narrowed.refused(strict_site, holder, verifier, good)


@pytest.fixture(scope="session")
def programs(strict_site, folder, library):
    made = alone.Programs(strict_site, folder, knobs_of.Knobs(
        folder, library, "knobs-alone"))
    yield made
    made.stop()
