# SPDX-License-Identifier: ISC
"""A program that is told to stop while requests never cease."""

import os
import shutil
import threading

import pytest

import fastcgi
import questions
import servers

CALLERS, SLOWLY = 8, 5000	# us that each answer takes longer
SOON = 20	# seconds; it would go on for ever


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")
def test_it_stops_though_the_next_request_waits_already(site, folder):
    path = os.path.join(site.home, "run", "slow")
    servers.write(path, "#!/bin/sh\nexec strace -D -o /dev/null -e trace=write"
                  " -e inject=write:delay_exit=%d %s/bin/check.fcgi\n" % (
                      SLOWLY, site.home), 0o755)
    answers, enough = [], threading.Event()
    written = questions.itself("").written

    def ask(program):
        while not enough.is_set():
            answers.append(program.ask(written))

    with fastcgi.Program(path, folder, {"LATCHKEY_CONFIG": os.path.join(
            site.home, "etc", "latchkey.ini")}) as program:
        callers = [threading.Thread(target=ask, args=(program,))
                   for _ in range(CALLERS)]
        for one in callers:
            one.start()
        try:
            while len(answers) < 10 * CALLERS:
                assert program.process.poll() is None
            program.process.terminate()
            assert program.process.wait(SOON) == 0
        finally:
            enough.set()
            for one in callers:
                one.join()
    assert "Status: 401" in answers[0]
