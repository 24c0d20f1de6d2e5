# SPDX-License-Identifier: ISC
"""What a caller sees of each answer that a gate can give, or cannot.

A program that answers as it is told stands in the place of the check.
"""

import os
import subprocess

import pytest

from test_doors import applications, ask, header, shows_content

HERE = os.path.dirname(os.path.abspath(__file__))


@pytest.fixture(scope="module")
def refusing(site):
    program = os.path.join(site.home, "bin", "check.fcgi")
    os.rename(program, program + ".away")
    subprocess.run(["cc", "-O1", "-o", program,
                    os.path.join(HERE, "refusing.c"), "-lfcgi"], check=True)
    site.restart()
    yield site
    os.rename(program + ".away", program)
    site.restart()


def statuses(site, status):
    """Of each thing that stands behind the door."""
    for path in ["/guarded/index.html", *applications(site)]:
        answer = ask(site, path, more=[("X-Status", status)])
        assert not shows_content(answer)
        yield answer


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_refusal_keeps_its_status_and_when_to_come_again(refusing, status):
    for answer in statuses(refusing, str(status)):
        assert answer.status == refusing.flat(status)
        assert header(answer, "Retry-After") == "7"
        assert header(answer, "Content-Type") == "application/problem+json"


@pytest.mark.parametrize("status", ["300", "304", "400", "404", "502"])
def test_what_is_no_yes_opens_nothing(refusing, status):
    list(statuses(refusing, status))


def test_who_does_not_answer_opens_nothing(refusing):
    for answer in statuses(refusing, "none"):
        assert answer.status >= 400
    # a server may take a while until it asks again
    refusing.restart()
