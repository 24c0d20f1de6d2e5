# SPDX-License-Identifier: ISC
"""Fixtures: a site of our own, with nothing in it that others did."""

import pytest

import database
import processes
import site_under_test


@pytest.fixture(scope="module")
def folder():
    with processes.folder() as path:
        yield path


@pytest.fixture(scope="module")
def mariadb(folder):
    with database.running(database.Database(folder)) as server:
        yield server


@pytest.fixture(scope="module")
def site(folder, mariadb):
    """Prepared, not started."""
    made = site_under_test.Site("lighttpd", folder, mariadb, 1)
    made.prepare()
    return made
