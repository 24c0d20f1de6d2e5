# SPDX-License-Identifier: ISC
"""One program answers for ever: its memory and its descriptors stay."""

import base64
import os
import subprocess

import pytest

import processes
import servers

CHECKS = int(os.environ.get("MEMORY_CHECKS", "50000"))
GROWTH = 1024	# KiB
DRIVE = os.path.join(servers.TOP, "tests", "bench", "drive.c")


@pytest.fixture(scope="module")
def drive(folder):
    path = os.path.join(folder, "drive")
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-o", path,
                    DRIVE], check=True)
    return path


def basic(uuid, secret):
    pair = base64.b64encode(("%s:%s" % (uuid, secret)).encode())
    return "Basic " + pair.decode()


@pytest.fixture(scope="module")
def pair(site):
    made = site.cli_json("key", "add", "--account", "acme", "--user",
                         "admin@acme.example", "--kind", "pair", "--label",
                         "memory")
    return made["uuid"], made["secret"]


def sizes(site, drive, lines):
    """Of memory, after a tenth of the checks and after all, and of the
    table of descriptors."""
    done = subprocess.run(
        processes.drop() + [
            drive, os.path.join(site.home, "bin", "check.fcgi"),
            os.path.join(site.home, "run", "drive.sock"), str(CHECKS)],
        input="\n".join(lines) + "\n", capture_output=True, text=True,
        check=False, env={"LATCHKEY_CONFIG": os.path.join(
            site.home, "etc", "latchkey.ini")})
    assert done.returncode == 0, done.stderr
    return map(int, done.stdout.split())


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
def test_a_program_does_not_grow(site, drive, pair, asked):
    good = basic(*pair)
    bad = basic(pair[0], pair[1][:-1] + "0")
    before, after, few, many = sizes(site, drive, ASKED[asked](good, bad))
    print("%s: %d KiB after %d, %d KiB after %d" % (
        asked, before, CHECKS // 10, after, CHECKS))
    assert after - before < GROWTH
    assert many == few == 64	# the least that the kernel gives
