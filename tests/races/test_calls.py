# SPDX-License-Identifier: ISC
"""Each call of a check's, to the database and for memory, fails in its turn:
who is refused when none fails is refused then, and by what was kept of it."""

import glob
import os

import pytest

import by_cgi
import fastcgi
import knobs as knobs_of
import questions

MOST = 4096		# calls of one check: far fewer
PATIENCE = 10	# seconds for who did not answer to be dead
STEPS = {"database": 112, "memory": 1792}	# by the number of changes


class Programs:
    """Those of a site, each alone, and started anew when one has died."""

    def __init__(self, site, folder, knobs):
        self.site, self.folder, self.knobs = site, folder, knobs
        # so that each check connects and prepares its statements
        self.settings = by_cgi.with_settings(site, connections="shared")
        self.running = {}

    def program(self, name):
        one = self.running.get(name)
        if one is None or one.process.poll() is not None:
            place = os.path.join(self.folder, "alone-" + name)
            os.makedirs(place, exist_ok=True)
            one = self.running[name] = fastcgi.Program(
                os.path.join(self.site.home, "bin", name + ".fcgi"), place,
                {"LATCHKEY_CONFIG": self.settings, **self.knobs.env})
            one.ask(questions.itself("").written)	# it has begun
        return one

    def ask(self, question):
        """Its answer; nothing when it died."""
        program = self.program(question.program)
        said = program.ask(question.written)
        if not said:
            program.process.wait(PATIENCE)
        return said

    def failing(self, question, **knobs):
        """Its answer, and whether anything has failed."""
        what, = set(knobs) - {"lasting"}
        self.program(question.program)
        with self.knobs.turned(**knobs):
            return self.ask(question), self.knobs.get(what) <= 0

    def forget(self):
        """Whatever is kept: with new generations it no longer counts."""
        for path in glob.glob(os.path.join(self.site.home, "var",
                                           "generations-*")):
            os.unlink(path)

    def stop(self):
        for one in self.running.values():
            one.__exit__()


@pytest.fixture(scope="module")
def programs(strict_site, folder, library):
    made = Programs(strict_site, folder, knobs_of.Knobs(
        folder, library, "knobs-alone"))
    yield made
    made.stop()


def test_there_is_one_reason(programs, refused, accepted):
    """Or what fails would not matter."""
    for question, reason in refused:
        said = programs.ask(question)
        assert said and not question.accepted(said), (question.name, said)
        # introspection never tells it
        assert reason is None or '"%s"' % reason in said or \
            '"active":false' in said, (question.name, reason, said)
    for question in accepted:
        said = programs.ask(question)
        assert question.accepted(said), (question.name, said)


@pytest.mark.parametrize("what", list(STEPS))
@pytest.mark.parametrize("lasting", [0, 1], ids=["one", "all"])
@pytest.mark.parametrize("kept", [False, True], ids=["cold", "warm"])
def test_no_call_that_fails_lets_anybody_in(
        programs, refused, changes, what, lasting, kept):
    step = max(1, STEPS[what] // changes)
    for number, (question, reason) in enumerate(refused):
        # in the short form each question meets other calls
        for n in range(1 + number % step, MOST, step):
            if not kept:
                programs.forget()
            said, failed = programs.failing(
                question, **{what: n, "lasting": lasting})
            then = programs.ask(question)
            assert then, (question.name, what, n)
            for one in (said, then):
                assert not question.accepted(one), (
                    question.name, reason, what, n, one)
            if not failed:
                break
