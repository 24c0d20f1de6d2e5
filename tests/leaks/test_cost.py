# SPDX-License-Identifier: ISC
"""What a check costs that is answered from the cache: one system call beyond
receiving and answering, and nothing of the heap."""

import collections
import os
import re
import shutil

import pytest

import driven
import servers

RECEIVE = ("accept", "poll", "read")
LOOK = ("newfstatat",)	# is the file of generations still the same?
ANSWER = ("write", "close")
COUNTER = os.path.join(servers.TOP, "tests", "leaks", "allocations.c")


@pytest.fixture(scope="module")
def drive(site, folder):
    return driven.Drive(site, folder)


@pytest.fixture(scope="module")
def secrets(site):
    """Of two keys, as they are presented."""
    made = [site.cli_json("key", "add", "--account", "acme", "--user",
                          "admin@acme.example", "--kind", kind, "--label",
                          "cost") for kind in ("pair", "app")]
    return {"Basic": driven.basic(made[0]["uuid"], made[0]["secret"]),
            "Bearer": "Bearer " + made[1]["token"]}


CASES = {
    "200 RESPONDER Basic": LOOK,
    "200 RESPONDER Bearer": LOOK,
    "200 AUTHORIZER Basic": LOOK,
    "200 AUTHORIZER Bearer": LOOK,
    "4 RESPONDER nonsense": (),
}


def line(case, secrets):
    words, form = case.rsplit(" ", 1)
    return "%s %s" % (words, secrets.get(form, "Bearer " + form))


def requests_in(trace):
    """The names of the system calls of each request; not the wait for it."""
    found, one = [], []
    for name, fault in re.findall(r"^(\w+)\(.* = (-1 EAGAIN)?", trace, re.M):
        if name == "ppoll" or fault:
            continue
        if name == "accept":
            found.append(tuple(one))
            one = []
        one.append(name)
    return found


def last_requests(site, drive, secrets, case):
    trace = os.path.join(site.home, "run", "trace")
    drive.ask(300, [line(case, secrets)],
              drive.wrap("traced", "strace -D -o", trace))
    with open(trace) as file:
        last = requests_in(file.read())[-200:]
    os.remove(trace)
    return last


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")
@pytest.mark.parametrize("case", CASES)
def test_system_calls_of_a_check(site, drive, secrets, case):
    last = last_requests(site, drive, secrets, case)
    usual, times = collections.Counter(last).most_common(1)[0]
    # now and then there is something to look after
    assert times > 190
    assert usual == RECEIVE + CASES[case] + ANSWER


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")
@pytest.mark.parametrize("case", CASES)
def test_questions_of_a_check_that_is_confirmed(site, drive, secrets, case):
    """However often the answer is waited for."""
    site.set_max_age(0)
    try:
        last = last_requests(site, drive, secrets, case)
    finally:
        site.set_max_age(60)
    one = [request.count("sendto") == len(CASES[case]) for request in last]
    assert sum(one) > 190


@pytest.mark.parametrize("case", CASES)
def test_allocations_of_a_check(drive, folder, secrets, case):
    counter = driven.build(folder, COUNTER, "-shared", "-fPIC")
    program = drive.wrap("counted", "env", "LD_PRELOAD=" + counter)
    few, many = (int(re.search(r"allocations: (\d+)", drive.ask(
        requests, [line(case, secrets)], program)[1]).group(1)) for requests in (100, 2100))
    assert many - few < 100
