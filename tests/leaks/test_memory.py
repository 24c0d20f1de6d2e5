# SPDX-License-Identifier: ISC
"""One program answers for ever: its memory and its descriptors stay."""

import hashlib
import hmac
import os
import re
import time

import pytest

import driven
import processes

CHECKS = int(os.environ.get("MEMORY_CHECKS", "50000"))
GROWTH = 1024	# KiB
PRIVATE = 3072	# KiB: of one process, beside what all share
BASE62 = ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
          "abcdefghijklmnopqrstuvwxyz")


@pytest.fixture(scope="module")
def drive(site, folder):
    return driven.Drive(site, folder)


@pytest.fixture(scope="module")
def pair(site):
    made = site.cli_json("key", "add", "--account", "acme", "--user",
                         "admin@acme.example", "--kind", "pair", "--label",
                         "memory")
    return made["uuid"], made["secret"]


ASKED = {
    "checks": lambda good, bad: ["200 RESPONDER " + good],
    "the gate": lambda good, bad: ["200 AUTHORIZER " + good],
    "all in turn": lambda good, bad: [
        "200 RESPONDER " + good, "401 RESPONDER " + bad,
        "401 RESPONDER Bearer nonsense", "200 AUTHORIZER " + good,
        "401 AUTHORIZER " + bad],
}


@pytest.mark.parametrize(
    "asked", ASKED if CHECKS > 50000 else ["all in turn"])
def test_a_program_does_not_grow(drive, pair, asked):
    good = driven.basic(*pair)
    bad = driven.basic(pair[0], pair[1][:-1] + "0")
    (before, after, few, many), _ = drive.ask(CHECKS, ASKED[asked](good, bad))
    print("%s: %d KiB after %d, %d KiB after %d" % (
        asked, before, CHECKS // 10, after, CHECKS))
    assert after - before < GROWTH
    assert many == few == 64	# the least that the kernel gives


def keyed(key, *parts):
    """As base/crypto.h has it."""
    text = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.digest(key, text, hashlib.sha256)


def unknown_tokens(site, n):
    """Of a shape and a checksum as only we make them, and nobody's."""
    with open(os.path.join(site.home, "etc", "keyring")) as file:
        version, _, master = file.readline().split()[:3]
    key = keyed(bytes.fromhex(master), b"latchkey:checksum")
    for number in range(n):
        text = "lka%s%038d" % (BASE62[int(version)], number)
        value = int.from_bytes(keyed(key, bytes(16), text.encode())[:8],
                               "big")
        for _ in range(6):
            text += BASE62[value % 62]
            value //= 62
        yield text


def private(pid):
    """Pages that it shares with nobody, in KiB, but for those of files that
    all may write; 0 once it has ended."""
    total, own = 0, False
    try:
        with open("/proc/%d/smaps" % pid) as file:
            for words in map(str.split, file):
                if re.fullmatch("[r-][w-][x-][ps]", words[1]):
                    own = words[1][3] == "p"
                elif own and words[0] in ("Private_Clean:",
                                          "Private_Dirty:"):
                    total += int(words[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return total


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may look")
def test_unknown_tokens_leave_no_trace(site, drive, pair):
    """Two programs side by side, as web servers start them."""
    n = CHECKS
    lines = ["4 RESPONDER Bearer " + token
             for token in unknown_tokens(site, n)]
    lines[::100] = ["200 RESPONDER " + driven.basic(*pair)] * len(
        lines[::100])
    drives = [drive.start(n, lines, name="drive%d" % i) for i in range(2)]
    seen = []
    while all(one.poll() is None for one in drives):
        time.sleep(0.2)
        seen.append([private(pid) for one in drives
                     for pid, name in processes.children(one.pid).items()
                     if name == "check.fcgi"])
    for one in drives:
        _, err = one.communicate()
        assert one.returncode == 0, err
    most = [max(pair) for pair in seen if len(pair) == 2 and all(pair)]
    print("private: %s KiB at first, %s KiB at most" % (most[0], max(most)))
    assert max(most) < PRIVATE
    assert most[-1] - most[len(most) // 10] < GROWTH
