# SPDX-License-Identifier: ISC
"""Fixtures: every test that asks for `site` runs at each of the doors."""

import pytest

import doors
import guarded
import site_under_test


def pytest_addoption(parser):
    parser.addoption("--door", action="append", choices=doors.DOORS,
                     help="only this door; may be repeated")


def pytest_generate_tests(metafunc):
    if "site" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("door") or list(doors.DOORS)
        metafunc.parametrize("site", chosen, indirect=True, scope="session")


@pytest.fixture(scope="session")
def site(request, folder, mariadb, application):
    made = guarded.Site(request.param, folder, mariadb, application)
    made.prepare()
    made.furnish()
    with site_under_test.serving(made, "doors"):
        yield made


@pytest.fixture(scope="session")
def keys(site):
    return guarded.Keys(site)
