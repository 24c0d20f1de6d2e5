# SPDX-License-Identifier: ISC
"""How long a refusal takes says nothing of what was wrong."""

import itertools
import statistics
import time
import uuid

import pytest

import by_cgi
from people import Person

pytestmark = pytest.mark.servers("lighttpd")

WRONG = "seven quiet herons sleep"
NETWORKS = itertools.count(1)
NEAR = 0.1	# as near as a shared machine lets one measure


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def ratio(pairs):
    """Of the first call's time to the second's, taken in turn, which of them
    goes first in turn as well; the median forgets what others did."""
    times = ([], [])
    for turn, pair in enumerate(pairs):
        order = (0, 1) if turn % 2 == 0 else (1, 0)
        for one in order:
            times[one].append(seconds(pair[one]))
    return statistics.median(times[0]) / statistics.median(times[1])


def assert_alike(pairs):
    """Noise may spoil a run of three; a difference spoils them all."""
    seen = []
    for _ in range(3):
        seen.append(ratio(pairs()))
        if abs(seen[-1] - 1) < NEAR:
            return
    assert False, seen


def test_a_name_that_nobody_has_takes_as_long_as_a_wrong_password(site):
    person = Person(site)

    def fail(name):
        # a network of its own: nothing of a budget is spent
        network = {"REMOTE_ADDR": "203.0.113.%d" % next(NETWORKS)}
        assert by_cgi.login(site, name, WRONG, network).status == 403

    assert_alike(lambda: [
        (lambda: fail("nobody@acme.example"), lambda: fail(person.username))
        for _ in range(20)])


def test_an_id_that_no_key_has_takes_as_long_as_a_wrong_secret(site):
    pair, other = Person(site).pair(), Person(site).pair()
    client = site.client()

    def fail(id):
        assert client.get("/check", auth=(id, other[1])).status_code == 401

    assert_alike(lambda: [
        (lambda: fail(str(uuid.uuid4())), lambda: fail(pair[0]))
        for _ in range(200)])
