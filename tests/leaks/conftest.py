# SPDX-License-Identifier: ISC
"""Fixtures: a site of our own, with nothing in it that others did."""

import os
import shutil
import sys
import tempfile

import pytest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "http"))

import database  # noqa: E402
import processes  # noqa: E402
import site_under_test  # noqa: E402


@pytest.fixture(scope="module")
def folder():
    path = tempfile.mkdtemp(prefix="latchkey-")
    processes.give(path)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def mariadb(folder):
    server = database.Database(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def site(folder, mariadb):
    """Prepared, not started."""
    made = site_under_test.Site("lighttpd", folder, mariadb, 1)
    made.prepare()
    return made
