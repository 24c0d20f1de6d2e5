# SPDX-License-Identifier: ISC
"""Fixtures: every test that asks for `site` runs at each of the doors."""

import os
import shutil
import sys
import tempfile

import pytest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "http")]

import database  # noqa: E402
import doors  # noqa: E402
import guarded  # noqa: E402
import processes  # noqa: E402
import proxied  # noqa: E402
import servers  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--door", action="append", choices=doors.DOORS,
                     help="only this door; may be repeated")


def pytest_generate_tests(metafunc):
    if "site" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("door") or list(doors.DOORS)
        metafunc.parametrize("site", chosen, indirect=True, scope="session")


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
def application():
    with proxied.serving() as port:
        yield port


@pytest.fixture(scope="session")
def site(request, folder, mariadb, application):
    made = guarded.Site(request.param, folder, mariadb, application)
    made.prepare()
    made.furnish()
    try:
        made.start()
        yield made
    finally:
        made.stop()
        with open(os.path.join(servers.BUILD, "doors-%s.log" % made.name),
                  "w") as out:
            out.write(made.log())
    assert made.sanitizer_reports() == ""


@pytest.fixture(scope="session")
def keys(site):
    return guarded.Keys(site)
