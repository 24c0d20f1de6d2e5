# SPDX-License-Identifier: ISC
"""The code in README.md, so that what it prints stays true."""

import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def block(heading, word, language="sh"):
    """The one block below the heading that has the word in it."""
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
        section = re.search(r"^## %s\n(.*?)(?=^## |\Z)" % re.escape(heading),
                            file.read(), re.M | re.S)
    assert section, "README.md has no section %r" % heading
    found = [text for text in re.findall(
        r"^```%s\n(.*?)^```$" % language, section.group(1), re.M | re.S)
        if word in text]
    assert len(found) == 1, "blocks with %r below %r: %d" % (
        word, heading, len(found))
    return found[0]


def commands(heading, word):
    """Its lines, one command each."""
    return block(heading, word).replace("\\\n", " ").splitlines()
