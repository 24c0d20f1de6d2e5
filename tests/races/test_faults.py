# SPDX-License-Identifier: ISC
"""Whatever fails from a program's start on, nobody gets in by it."""

import glob
import mmap
import os
import random

import pytest

import by_cgi
import fastcgi
import processes

PIECE = 256
MOST = 1 << 14	# calls of a kind that a program makes: far fewer


def program(site, question):
    return os.path.join(site.home, "bin", question.program + ".fcgi")


def start(site, folder, question, env, settings=None):
    return fastcgi.Program(program(site, question), folder, {
        "LATCHKEY_CONFIG": settings or by_cgi.ini(site), **env})


@pytest.fixture(scope="module")
def forgetful(strict_site):
    """Settings with which nothing is kept."""
    return by_cgi.with_settings(strict_site, max_age="0")


def enough(site, folder, library, what, question, settings):
    """From which call on a failure no longer harms the check of a good key."""
    n = 64
    while n < MOST:
        with start(site, folder, question, {
                "LD_PRELOAD": library,
                "FAILING": "%s from %d" % (what, n)}, settings) as one:
            said = one.ask(question.written)
            if question.accepted(said):
                return n
        n *= 2
    pytest.fail("it never works: %s" % said)


@pytest.mark.parametrize("what", [
    "memory from", "memory at", "database from", "database at"])
def test_no_failing_call_opens_a_door(
        strict_site, folder, library, forgetful, accepted, refused, changes,
        what):
    most = max(enough(strict_site, folder, library, what.split()[0], one,
                      forgetful) for one in accepted)
    turns = max(1, min(60, changes // 56))
    for turn in range(turns):
        for number, (question, reason) in enumerate(refused):
            at = 1 + (number * turns + turn) * most // len(refused) // turns
            with start(strict_site, folder, question, {
                    "LD_PRELOAD": library,
                    "FAILING": "%s %d" % (what, at)}, forgetful) as one:
                for _ in range(2):
                    said = one.ask(question.written)
                    assert not question.accepted(said), (
                        question.name, reason, what, at, said)


@pytest.mark.parametrize("small", [True, False], ids=["small", "full"])
def test_no_failing_call_opens_a_door_by_cgi(
        strict_site, library, forgetful, accepted, refused, small):
    def ask(question, n):
        path = program(strict_site, question)
        if small and question.program == "check":
            path = path.replace(".fcgi", ".cgi")
        env = {"GATEWAY_INTERFACE": "CGI/1.1", "LD_PRELOAD": library,
               "FAILING": "database at %d" % n,
               "LATCHKEY_CONFIG": forgetful, **question.params}
        return processes.call(
            ["env", *("%s=%s" % one for one in env.items()), path],
            text=question.body.decode(), check=False).stdout

    for question in accepted:
        if question.role == "RESPONDER":
            assert question.accepted(ask(question, MOST)), question.name
    for number, (question, reason) in enumerate(refused):
        if question.role == "RESPONDER":
            said = ask(question, 1 + number % 48)
            assert not question.accepted(said), (question.name, reason, said)


def test_without_a_database_nobody_gets_in_whom_nothing_is_known_of(
        strict_site, folder, accepted, refused):
    away = by_cgi.with_settings(
        strict_site, group="latchkey\nhosts = 127.0.0.1:%d" %
        processes.free_port())
    strict_site.cli("flush")
    for question in [one for one, _ in refused] + accepted:
        if question.program == "check":
            with start(strict_site, folder, question, {}, away) as one:
                said = one.ask(question.written)
                assert said and not question.accepted(said), (
                    question.name, said)


def test_without_its_folder_the_database_is_asked(
        strict_site, folder, accepted, refused):
    none = by_cgi.with_settings(strict_site, state="/nonexistent")
    for question, reason in refused:
        with start(strict_site, folder, question, {}, none) as one:
            said = one.ask(question.written)
            assert not question.accepted(said), (question.name, reason)
    for question in accepted:
        with start(strict_site, folder, question, {}, none) as one:
            said = one.ask(question.written)
            # a change could not be told
            assert question.accepted(said) == (question.program != "keys"), (
                question.name, said)


# What it is asked later


def none_is_accepted(programs, refused, *words):
    for question, reason in refused:
        said = programs.ask(question)
        assert said and not question.accepted(said), (
            question.name, reason, said, *words)


def flip_bits(path):
    """One in every few lines of what has been written."""
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as map:
        for at in range(0, len(map) - PIECE, PIECE):
            if map[at:at + PIECE] != bytes(PIECE):
                map[at + random.randrange(PIECE)] ^= 1 << random.randrange(8)


def test_no_bit_of_what_is_kept_opens_a_door(
        programs, strict_site, refused, changes):
    path, = glob.glob(os.path.join(strict_site.home, "var", "cache-*"))
    asked = [one for one in refused if one[0].name == "authorizer"]
    for _ in range(min(1000, changes // 2)):
        flip_bits(path)
        none_is_accepted(programs, asked)


@pytest.mark.parametrize("kept", [False, True], ids=["cold", "warm"])
def test_no_leap_of_the_clock_opens_a_door(programs, refused, kept):
    for seconds in (1, 60, 3600, 86400, 10 ** 8, 10 ** 9):
        for leap in (seconds, -seconds):
            if not kept:
                programs.forget()
            with programs.knobs.turned(leap=leap * 1000):
                none_is_accepted(programs, refused, leap)
