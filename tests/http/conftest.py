# SPDX-License-Identifier: ISC
"""Fixtures: every test that asks for `site` runs on each of the servers."""

import os

import pytest

import described
import servers
import site_under_test


def pytest_addoption(parser):
    parser.addoption("--server", action="append", choices=servers.SERVERS,
                     help="only this server; may be repeated")


def pytest_configure(config):
    described.listen()
    config.addinivalue_line(
        "markers", "servers(*names): the servers this test is about")
    config.addinivalue_line(
        "markers", "guarded: needs a gate, so not plain CGI")


def pytest_generate_tests(metafunc):
    for fixture in ("site", "house"):
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, names_for(metafunc), indirect=True,
                                 scope="session")


def names_for(metafunc):
    marker = metafunc.definition.get_closest_marker("servers")
    # pytest compares parameters by identity: never those of the marker itself
    names = [name for name in servers.SERVERS
             if marker is None or name in marker.args]
    if metafunc.definition.get_closest_marker("guarded"):
        names = [name for name in names if servers.SERVERS[name].guarded]
    chosen = metafunc.config.getoption("server")
    return [name for name in names if not chosen or name in chosen]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """One server after the other; each is started once."""
    order = {name: place for place, name in enumerate(servers.SERVERS)}
    items.sort(key=lambda item: order.get(
        getattr(item, "callspec", None) and
        (item.callspec.params.get("site") or
         item.callspec.params.get("house")), -1))


@pytest.fixture(scope="session")
def site(request, folder, mariadb, application):
    made = site_under_test.Site(request.param, folder, mariadb, application)
    made.prepare()
    with site_under_test.serving(made, "tests"):
        yield made


@pytest.fixture(scope="session")
def house(request, folder, mariadb, application):
    """A site of its own: a second account would close the others' gates."""
    apart = os.path.join(folder, "house")
    os.makedirs(apart, exist_ok=True)
    made = site_under_test.Site(request.param, apart, mariadb, application)
    made.db += "_house"
    made.prepare()
    made.cli("account", "add", "--legacy-id", "rival", "Rival")
    with site_under_test.serving(made):
        yield made


@pytest.fixture(autouse=True)
def nobody_died(request):
    """Under lighttpd the programs that served a test are still the same."""
    if "site" not in request.fixturenames:
        yield
        return
    made = request.getfixturevalue("site")
    if made.name != "lighttpd":
        yield
        return
    before = made.pids(), made.disturbances
    yield
    if before[1] == made.disturbances:
        # while the server starts there may be more to come
        assert before[0].items() <= made.pids().items()


@pytest.fixture(autouse=True)
def answers_are_described():
    """No test sees an answer that www/openapi.json does not allow."""
    yield
    assert described.take_faults() == []
