# SPDX-License-Identifier: ISC
"""Fixtures: one site with every door, one board."""

import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "faults"))

import knobs as knobs_of  # noqa: E402
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
