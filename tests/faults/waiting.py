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


def revive(site, holds):
    """As eventually(), for programs that were killed: now and then lighttpd
    1.4.69 loses sight of one that died with requests on their way to it, and
    tries its dead socket for ever; then it must be started anew itself."""
    try:
        eventually(holds, 3)
    except AssertionError:
        site.restart()
        eventually(holds)


def running(site, program):
    """Its processes, the oldest first."""
    return sorted((pid for pid, name in site.pids().items()
                   if name == program), key=started)


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
