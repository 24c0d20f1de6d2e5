# SPDX-License-Identifier: ISC
"""What all suites share: a folder, a database, an application; and tests.json:
which test proves which statements, and did it pass."""

import fcntl
import json
import os
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(
    os.path.abspath(__file__)), "http"))

import database  # noqa: E402
import processes  # noqa: E402
import proxied  # noqa: E402

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(TOP, os.environ.get("LATCHKEY_BUILD", "build"))
RESULTS = os.path.join(BUILD, "tests.json")
OUTCOMES = {}


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "statement(*ids): the statements this test proves")


def statements_of(item):
    return [one for marker in item.iter_markers("statement")
            for one in marker.args]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    with open(os.path.join(TOP, "tests", "statements.tsv")) as table:
        known = {line.split("\t")[0] for line in table}
    for item in items:
        for one in statements_of(item):
            if one not in known:
                raise pytest.UsageError(
                    "%s: there is no statement %s" % (item.nodeid, one))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    # node ids are as seen from where pytest was started
    name = os.path.relpath(item.path, TOP) + "::" + item.name
    known = OUTCOMES.setdefault(name, {
        "test": name, "statements": statements_of(item),
        "outcome": "passed"})
    if report.outcome != "passed" and known["outcome"] != "failed":
        known["outcome"] = report.outcome


def stands(name):
    """Is there still a test of that name?"""
    file, _, function = name.partition("::")
    try:
        with open(os.path.join(TOP, file)) as text:
            return "def %s(" % function.partition("[")[0] in text.read()
    except OSError:
        return False


def earlier():
    """What other runs have left: each suite is a run of its own."""
    try:
        with open(RESULTS) as text:
            found = json.load(text)
    except (OSError, ValueError):
        return {}
    return {one["test"]: one for one in found if stands(one["test"])}


def pytest_sessionfinish():
    os.makedirs(BUILD, exist_ok=True)
    with open(RESULTS + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)	# suites run side by side
        merged = {**earlier(), **OUTCOMES}
        with open(RESULTS + ".new", "w") as out:
            json.dump(list(merged.values()), out, indent=1)
            out.write("\n")
        os.replace(RESULTS + ".new", RESULTS)


@pytest.fixture(scope="session")
def folder():
    with processes.folder() as path:
        yield path


@pytest.fixture(scope="session")
def mariadb(folder):
    with database.running(database.Database(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def application():
    """The port of the proxied application."""
    with proxied.serving() as port:
        yield port
