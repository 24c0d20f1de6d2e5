# SPDX-License-Identifier: ISC
"""A program by CGI: what a web server says of a request is the test's."""

import json
import os
import re
import uuid

import described
import processes
import servers


class Answer:
    """status, headers (pairs), body, and what was logged meanwhile."""

    def __init__(self, done):
        head, _, self.text = done.stdout.partition("\n\n")
        self.headers = [tuple(line.split(": ", 1))
                        for line in head.splitlines()]
        self.status = int(self.header("Status").split()[0])
        self.log = done.stderr

    def header(self, name):
        """The values of a header, joined; None when there is none."""
        values = [value for one, value in self.headers
                  if one.lower() == name.lower()]
        return ", ".join(values) if values else None

    def json(self):
        return json.loads(self.text)


def ask(site, program, method, path, env=None, body=None, settings=None):
    """A request over TLS from this machine, but for what env says; a name
    whose value is None is left out.  A body that is a text is sent as it is,
    anything else as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    if body is None:
        text = ""
    said = {"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": method,
            "REQUEST_URI": "/api/v1" + path, "HTTPS": "on",
            "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(text.encode())),
            "LATCHKEY_CONFIG": settings or ini(site),
            **site.server.sanitizer(), **(env or {})}
    answer = Answer(processes.call(
        [os.path.join(site.home, "bin", program)], text=text,
        env={name: value for name, value in said.items()
             if value is not None}))
    described.hold(method, said["REQUEST_URI"] or "", answer.status,
                   answer.headers, answer.text)
    return answer


def login(site, username, password, env=None, settings=None):
    return ask(site, "tokens.fcgi", "POST", "/sessions/", env,
               {"username": username, "password": password}, settings)


def ini(site):
    return os.path.join(site.home, "etc", "latchkey.ini")


def with_settings(site, **changes):
    """The path of a copy of the site's settings in which some differ."""
    with open(ini(site)) as file:
        text = file.read()
    for name, value in changes.items():
        text, n = re.subn("(?m)^%s =.*$" % name,
                          lambda _: "%s = %s" % (name, value), text)
        assert n == 1, name
    path = os.path.join(site.home, "etc", "%s.ini" % uuid.uuid4())
    servers.write(path, text, 0o600)
    processes.give(path)
    return path


def ask_until_refused(ask, budget):
    """The first answer that is none of 401, after as many as the budget has.

    What was spent comes back by and by, so a slow machine has some more."""
    for n in range(2 * budget):
        answer = ask(n)
        if answer.status != 401:
            assert n >= budget
            return answer
    raise AssertionError("no end of it after %d" % (2 * budget))
