# SPDX-License-Identifier: ISC
"""A request that comes in pieces, at each kind of socket."""

import os

import pytest

import fastcgi
import questions


@pytest.mark.parametrize("kind", [fastcgi.Program, fastcgi.Distant])
def test_a_pause_is_not_an_end(site, folder, kind):
    with kind(os.path.join(site.home, "bin", "check.fcgi"), folder, {
            "LATCHKEY_CONFIG": os.path.join(
                site.home, "etc", "latchkey.ini")}) as program:
        written = questions.itself("").written
        for at in range(1, len(written), 97):
            assert "Status: 401" in program.ask(written[:at], written[at:])
