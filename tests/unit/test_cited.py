# SPDX-License-Identifier: ISC
"""Tests in C that prove a statement: run here once more, and cited."""

import os
import subprocess

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.path.join(TOP, os.environ.get("LATCHKEY_BUILD", "build"))


def passed(program):
    """The names of its tests that passed."""
    done = subprocess.run(
        [os.path.join(BUILD, "tests", "unit", program)], timeout=60,
        env={**os.environ, "CMOCKA_MESSAGE_OUTPUT": "STDOUT"},
        capture_output=True, text=True, check=False)
    return [line.split("] ")[1] for line in
            (done.stdout + done.stderr).splitlines()
            if line.startswith("[       OK ]")]


@pytest.mark.parametrize("program, name", [
    pytest.param(program, name, marks=pytest.mark.statement(statement))
    for statement, program, name in (
        ("T-11", "test_cache_alike", "one_is_never_found_under_the_other"),
        ("T-11", "test_cache_alike", "who_is_unknown_makes_nobody_else_so"),
        ("T-13", "test_refusals", "what_cannot_be_written_is_kept"),
        ("T-13", "test_refusals",
         "a_flood_of_addresses_is_counted_in_bounded_space"))])
def test_it_passes(program, name):
    assert name in passed(program)
