# SPDX-License-Identifier: ISC
"""The guides in docs/ work as they stand, and show what really happens."""

import itertools
import os
import re
import urllib.parse

import pytest

import guides
from people import Person

NUMBERS = itertools.count(1)
LOCCUS = [page for page in guides.GUIDES if page.name.startswith("loccus")]


@pytest.fixture(name="run")
def run_blocks(site, tmp_path):
    """Run a guide's blocks of one language as a new user."""
    def run(guide, language):
        person = Person(site, *guide.roles)
        handle = "reader-%d" % next(NUMBERS)
        answer = site.admin.patch("/users/" + person.id, json={
            "handle": handle})
        assert answer.status_code == 200, answer.text
        return guides.run(language, guide.blocks(language), tmp_path,
                          guides.environment(site, person, handle))
    return run


def members(body):
    """The names of all members, with what is in lists and objects."""
    if isinstance(body, list):
        return [members(one) for one in body]
    if isinstance(body, dict):
        return {name: members(value) for name, value in body.items()}
    return None


def fits(shown, call):
    """Is that the request?  {…} in a path stands for what differs."""
    method, path = shown.first.split()[:2]
    url = urllib.parse.urlsplit(call["url"])
    pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))
    real = url.path + ("?" + url.query if url.query else "")
    return method == call["method"] and re.fullmatch(pattern, real)


def pairs(guide, calls):
    """Each exchange that the guide shows, with the one that took place."""
    exchanges = guide.exchanges()
    assert len(exchanges) in (0, len(calls))
    for (shown, answer), call in zip(exchanges, calls):
        assert fits(shown, call), (shown.first, call)
        assert answer.status == call["status"], call
        yield shown, answer, call


@pytest.mark.statement("B-26", "B-1", "B-2")
@pytest.mark.parametrize("guide", guides.GUIDES, ids=str)
def test_the_commands_do_what_is_shown(run, guide):
    list(pairs(guide, run(guide, "sh")))


@pytest.mark.statement("B-26", "B-1", "B-2")
@pytest.mark.parametrize("guide", guides.GUIDES, ids=str)
def test_the_python_does_what_is_shown(run, guide):
    for shown, answer, call in pairs(guide, run(guide, "python")):
        assert set(shown.headers) <= set(call["sent"])
        assert set(answer.headers) <= set(call["told"])
        assert members(shown.body) == members(call["body"])
        assert members(answer.body) == members(call["answer"])


@pytest.mark.statement("B-26")
@pytest.mark.parametrize("guide", LOCCUS, ids=str)
def test_each_step_shows_request_and_answer_in_three_ways(guide):
    assert len(guide.steps()) >= 4
    for step in guide.steps():
        shown = [guides.Message(text) for text in guide.blocks("http", step)]
        assert [one.is_answer() for one in shown] == \
            [False, True] * (len(shown) // 2)
        assert guide.blocks("sh", step) and guide.blocks("python", step)
        assert "\nPostman: " in step
        assert re.search(r"Reference:\s\[[A-Z]+ [^\]]*\]"
                         r"\(loccus-reference\.md#", step)


@pytest.mark.parametrize("name", guides.ELSEWHERE)
def test_a_guide_that_is_not_run_here_is_run_elsewhere(name):
    path = os.path.join(guides.servers.HERE, guides.ELSEWHERE[name])
    with open(path, encoding="utf-8") as test:
        assert '"%s"' % name in test.read()


@pytest.mark.statement("B-3")
def test_the_other_guides_begin_with_the_first():
    others = [one for one in LOCCUS if one.name != "loccus.md"]
    assert others
    for guide in others:
        before = guide.text.partition("\n## ")[0]
        assert "First [get a token](loccus.md)" in before


@pytest.mark.statement("B-4")
def test_unfamiliar_terms_are_explained_in_the_introduction():
    guide, = (one for one in LOCCUS if one.name == "loccus.md")
    linked = {link.partition("#")[2] for link in guide.links()
              if link.startswith("terms.md")}
    assert {"credentials", "api-key", "bearer-token", "handle", "alias",
            "session"} <= linked


@pytest.mark.statement("B-4")
@pytest.mark.parametrize("page", guides.PAGES, ids=str)
def test_links_lead_somewhere(page):
    for link in page.links():
        if ":" in link:
            continue
        path, _, fragment = link.partition("#")
        where = os.path.join(guides.DOCS, path or page.name)
        assert os.path.exists(where), link
        assert not fragment or fragment in guides.anchors(where), link


def test_each_promise_names_tests_that_are_there():
    text = guides.servers.read("SECURITY.md").partition(
        "## What is not defended")[0]
    promises = re.split(r"(?m)^\d+\. ", text)[1:]
    assert len(promises) > 10
    for promise in promises:
        names = re.findall(r"`(tests/[^`]+)`", promise)
        assert names, promise
        for name in names:
            assert os.path.exists(os.path.join(guides.servers.TOP, name)), \
                name


def test_the_readme_names_every_file_of_routes():
    text = guides.servers.read("README.md")
    for name in ["base", *guides.servers.products()]:
        assert "`%s.conf`" % name in text, name
