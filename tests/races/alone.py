# SPDX-License-Identifier: ISC
"""A site's programs with no web server, and calls of theirs that fail."""

import glob
import os

import by_cgi
import fastcgi
import questions

PATIENCE = 10	# seconds for who did not answer to be dead


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
        if what == "memory":	# not that of its start
            self.program(question.program).ask(questions.itself("").written)
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
        self.running = {}
