# SPDX-License-Identifier: ISC
"""docs/bitsight.md: with a token in place of api_token its examples work."""

import json
import os
import re
import subprocess
import sys

import pytest

import servers
from people import Person
from site_under_test import PASSWORD


def blocks(language):
    return re.findall(r"^```%s\n(.*?)^```$" % language,
                      servers.read("docs", "bitsight.md"), re.M | re.S)


class Reader:
    """Who types what stands there, and his token where it says so."""

    def __init__(self, site, folder):
        self.person = Person(site, "vrm-admin")
        self.folder = folder
        self.env = {
            "PATH": os.environ["PATH"], "NO_PROXY": "*",
            "CURL_CA_BUNDLE": site.server.certificate(),
            "REQUESTS_CA_BUNDLE": site.server.certificate(),
            "LATCHKEY_URL": site.url, "LATCHKEY_PASSWORD": PASSWORD,
            "LATCHKEY_USERNAME": self.person.username}

    def run(self, *command, text):
        return subprocess.run(command, input=text, env=self.env, text=True,
                              cwd=str(self.folder), capture_output=True,
                              check=True)

    def made(self, name):
        return json.loads((self.folder / (name + ".json")).read_text())

    def fill(self, text):
        return re.sub(r"\bapi_token\b", self.made("token")["token"], text) \
            if "api_token" in text else text


@pytest.fixture(name="reader")
def somebody_at_a_keyboard(site, tmp_path):
    return Reader(site, tmp_path)


def expect(site, reader, before):
    """After the last step, in whichever language."""
    made = reader.made
    assert made("who")["user"]["id"] == reader.person.id
    assert made("company")["description"] == "Nightly export"
    assert made("seen") == {**made("company"), "token": "*" * 36 +
                            made("company")["token"][-4:]}
    check = site.url + "/check"
    for token, status in ((before, 401), (made("company")["token"], 401),
                          (made("token")["token"], 200)):
        assert site.client().get(check, auth=(token, "")
                                 ).status_code == status


@pytest.mark.statement("D-18", "D-31", "D-19")
def test_the_curl_lines_work(site, reader):
    first = None
    for text in blocks("sh"):
        reader.run("sh", "-eu", text=reader.fill(text))
        first = first or reader.made("token")["token"]
    expect(site, reader, first)


# What the blocks call things, written down between two of them.
KEEP = """
import json
for name, value in (("token", "made"), ("who", "who"), ("company", "company"),
                    ("seen", "seen")):
    if value in globals():
        with open(name + ".json", "w") as out:
            json.dump(globals()[value], out)
"""
LOAD = """
import json, os, requests
url = os.environ["LATCHKEY_URL"]
for name, value in (("company", "company"),):
    if os.path.exists(name + ".json"):
        globals()[value] = json.load(open(name + ".json"))
"""


@pytest.mark.statement("D-18", "D-31", "D-27")
def test_the_python_lines_work(site, reader):
    first = None
    for text in blocks("python"):
        before = LOAD if first else ""
        reader.run(sys.executable, "-", text=before + reader.fill(text) +
                   KEEP)
        first = first or reader.made("token")["token"]
    expect(site, reader, first)


@pytest.mark.statement("D-31", "D-18")
def test_each_step_is_there_for_curl_and_for_others():
    guide = servers.read("docs", "bitsight.md")
    steps = re.split(r"^## (?=\d\. )", guide.split("## When")[0], flags=re.M)
    assert len(steps) == 7
    for step in steps[1:]:
        for part in ("```http", "```sh", "```python", "\nPostman: "):
            assert part in step, (step[:30], part)
    assert "\nA browser: " in guide
