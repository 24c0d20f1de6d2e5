# SPDX-License-Identifier: ISC
"""What a host has decided, in Prometheus' own words."""

import re

import pytest

from people import Person

LINE = re.compile(r'(latchkey_\w+)(?:\{reason="(\w+)"\})? ([0-9.e+]+)')


def metrics(caller):
    answer = caller.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(
        "text/plain; version=0.0.4")
    return read(answer.text)


def read(text):
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, reason, value = LINE.fullmatch(line).groups()
            assert (name, reason) not in found
            found[name, reason] = float(value)
    return found


def decisions(caller, reason):
    return metrics(caller)["latchkey_decisions_total", reason]


def test_every_decision_is_counted_by_its_reason(site):
    owner = site.admin
    allowed = decisions(owner, "allowed")
    for _ in range(5):
        assert owner.get("/check").status_code == 200
    # the five, and the look itself
    assert decisions(owner, "allowed") == allowed + 6
    refused = decisions(owner, "malformed")
    for _ in range(3):
        assert site.client().get("/check").status_code == 401
    assert decisions(owner, "malformed") == refused + 3


def test_a_change_is_counted_and_the_bounds_are_told(site):
    before = metrics(site.admin)
    assert before["latchkey_hosts", None] == 1
    assert before["latchkey_cache_max_age_seconds", None] == 60
    assert before["latchkey_hold_back_seconds", None] == 0
    # more than that would be rounded
    assert before["latchkey_changes_total", None] < 1e14
    site.cli("flush")
    after = metrics(site.admin)
    assert after["latchkey_changes_total", None] == (
        before["latchkey_changes_total", None] + 1)


def test_the_command_says_the_same(site):
    told, printed = metrics(site.admin), read(site.cli("metrics").stdout)
    assert printed.keys() == told.keys()
    for name in ("latchkey_changes_total", "latchkey_hosts",
                 "latchkey_hold_back_seconds"):
        assert printed[name, None] == told[name, None]
    assert site.cli("--json", "metrics", check=False).returncode == 2


@pytest.mark.servers("lighttpd")
def test_of_several_accounts_none_sees_the_counts_of_all(house):
    before = read(house.cli("metrics").stdout)
    for caller in house.admin, Person(house, "owner", account="rival"
                                      ).login():
        answer = caller.get("/metrics")
        assert answer.status_code == 403
        error = answer.json()["errors"][0]
        assert error["code"] == "accounts"
        assert "latchkey metrics" in error["detail"]
    after = read(house.cli("metrics").stdout)
    assert after["latchkey_decisions_total", "scope"] >= \
        before["latchkey_decisions_total", "scope"] + 2
