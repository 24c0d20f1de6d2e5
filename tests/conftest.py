# SPDX-License-Identifier: ISC
"""tests.json: which test proves which statements, and did it pass."""

import json
import os

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(TOP, os.environ.get("LATCHKEY_BUILD", "build"))
OUTCOMES = {}


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "statement(*ids): the statements this test proves")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    ids = [one for marker in item.iter_markers("statement")
           for one in marker.args]
    known = OUTCOMES.setdefault(item.nodeid, {
        "test": item.nodeid, "statements": ids, "outcome": "passed"})
    if report.outcome != "passed" and known["outcome"] != "failed":
        known["outcome"] = report.outcome


def pytest_sessionfinish():
    os.makedirs(BUILD, exist_ok=True)
    with open(os.path.join(BUILD, "tests.json"), "w") as out:
        json.dump(list(OUTCOMES.values()), out, indent=1)
        out.write("\n")
