# SPDX-License-Identifier: ISC
"""Deadlines, recoveries, and the processes of a site."""

import contextlib
import os
import time

DEADLINE = 10	# seconds for any answer


@contextlib.contextmanager
def within(seconds):
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


def eventually(holds, seconds=DEADLINE):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not recover"
        time.sleep(0.05)


def running(site, program):
    """Its processes, the oldest first."""
    return sorted((pid for pid, name in site.pids().items()
                   if name == program), key=started)


def await_both(site, program):
    """Wait until two processes of it run: what was killed was replaced."""
    eventually(lambda: len(running(site, program)) == 2)


def started(pid):
    try:
        with open("/proc/%d/stat" % pid) as stat:
            return int(stat.read().rpartition(")")[2].split()[19])
    except FileNotFoundError:
        return 0


def kill(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def pair_of(client, name):
    answer = client.post("/api_tokens/", json={"name": name})
    assert answer.status_code == 201, answer.text
    return answer.json()["uuid"], answer.json()["secret"]
