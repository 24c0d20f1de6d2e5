# SPDX-License-Identifier: ISC
"""A connection on which nothing comes for a while, at each kind of socket."""

import os

import pytest

import fastcgi
import questions


@pytest.fixture(params=[fastcgi.Program, fastcgi.Distant])
def program(request, site, folder):
    with request.param(os.path.join(site.home, "bin", "check.fcgi"), folder, {
            "LATCHKEY_CONFIG": os.path.join(
                site.home, "etc", "latchkey.ini")}) as made:
        yield made


def test_a_pause_is_not_an_end(program):
    written = questions.itself("").written
    for at in range(1, len(written), 97):
        assert "Status: 401" in program.ask(written[:at], written[at:])


def test_no_connection_is_kept(program):
    """The one program would answer nobody else meanwhile."""
    params = questions.itself("").params
    assert "Status: 401" in program.ask(
        fastcgi.request("RESPONDER", params, keeps=1))
