# SPDX-License-Identifier: ISC
"""Whatever fails in the course of a check, nobody gets in by it."""

import glob
import json
import os
import urllib.parse

import pytest

import by_cgi
import fastcgi
import made_keys
import processes
import track

MOST = 1 << 14	# calls of a kind that one check makes: far fewer


class Question:
    """One check, and what a yes has in it."""

    def __init__(self, name, role, params, yes, body=b""):
        self.name = name
        self.yes = yes
        self.written = fastcgi.request(role, {
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "192.0.2.1",
            "HTTP_HOST": "localhost", "HTTPS": "on",
            "CONTENT_LENGTH": str(len(body)), **params}, body)

    def accepted(self, said):
        return said.startswith("Status: 2") and self.yes in said


def question_itself(text):
    return Question("GET /check", "RESPONDER", {
        "REQUEST_METHOD": "GET", "REQUEST_URI": "/api/v1/check",
        "HTTP_AUTHORIZATION": text}, "")


def question_gate(text):
    return Question("authorizer", "AUTHORIZER", {
        "REQUEST_METHOD": "GET", "REQUEST_URI": "/guarded/index.html",
        "LATCHKEY_REQUIRE": "pages:read", "HTTP_AUTHORIZATION": text}, "")


def question_check(verifier):
    return lambda text: Question("POST /check", "RESPONDER", {
        "REQUEST_METHOD": "POST", "REQUEST_URI": "/api/v1/check",
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": verifier.text}, '"allowed":true',
        json.dumps({"credential": text, "require": "pages:read"}).encode())


def question_introspection(verifier):
    return lambda text: Question("introspection", "RESPONDER", {
        "REQUEST_METHOD": "POST", "REQUEST_URI": "/api/v1/oauth/introspect",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_AUTHORIZATION": verifier.text}, '"active":true',
        urllib.parse.urlencode({"token": text.split()[1]}).encode())


@pytest.fixture(scope="module")
def doors(site):
    verifier = track.Verifier(site)
    return [question_itself, question_gate, question_check(verifier),
            question_introspection(verifier)]


@pytest.fixture(scope="module")
def holder(site):
    return made_keys.Holder(site)


@pytest.fixture(scope="module")
def good(holder):
    return holder.make(made_keys.APP).text


@pytest.fixture(scope="module")
def wrong(site, holder, doors, good):
    """Questions to which the answer is no, for one reason or another."""
    revoked, disabled, narrow, orphan = (
        holder.make(made_keys.APP) for _ in range(4))
    site.admin.delete(revoked.path)
    site.admin.patch(disabled.path, json={"disabled": True})
    site.admin.patch(narrow.path, json={"scopes": []})
    blocked = made_keys.Holder(site)
    orphan = blocked.make(made_keys.APP)
    site.admin.patch("/users/" + blocked.id, json={"blocked": True})
    unknown = good[:-20] + "x" * 20
    found = [door(text) for text in (
        revoked.text, disabled.text, orphan.text, unknown) for door in doors]
    return found + [door(narrow.text) for door in doors[1:3]]


def alone(site, folder, env, settings=None):
    return fastcgi.Program(
        os.path.join(site.home, "bin", "check.fcgi"), folder,
        {"LATCHKEY_CONFIG": settings or by_cgi.ini(site), **env})


def enough(site, folder, library, what, settings, question):
    """From which call on a failure no longer harms the check of a good key."""
    n = 64
    while n < MOST:
        with alone(site, folder, {"LD_PRELOAD": library, "FAILING":
                                  "%s from %d" % (what, n)},
                   settings) as program:
            said = program.ask(question.written)
            if question.accepted(said):
                return n
        n *= 2
    pytest.fail("it never works: %s" % said)


@pytest.mark.parametrize("what", [
    "memory from", "memory at", "database from", "database at"])
@pytest.mark.parametrize("kept", ["cold", "warm"])
def test_no_failing_call_opens_a_door(
        site, folder, library, doors, good, wrong, changes, what, kept):
    settings = by_cgi.with_settings(
        site, max_age="0" if kept == "cold" else "60")
    most = max(enough(site, folder, library, what.split()[0], settings,
                      door(good)) for door in doors)
    step = max(1, most * 16 // changes)
    for n in range(1, most, step):
        for number, question in enumerate(wrong):
            # in the short form each question meets other calls
            at = n + number * step // len(wrong)
            with alone(site, folder, {
                    "LD_PRELOAD": library, "FAILING": "%s %d" % (what, at)},
                    settings) as program:
                for _ in range(2):
                    said = program.ask(question.written)
                    assert not question.accepted(said), (
                        question.name, what, at, said)


def test_without_a_database_nobody_gets_in_whom_nothing_is_known_of(
        site, folder, doors, good, wrong):
    away = by_cgi.with_settings(
        site, group="latchkey\nhosts = 127.0.0.1:%d" % processes.free_port())
    site.cli("flush")
    with alone(site, folder, {}, away) as program:
        for question in wrong + [door(good) for door in doors]:
            said = program.ask(question.written)
            assert not question.accepted(said), (question.name, said)
            assert said, question.name


def test_without_its_folder_the_database_is_asked(
        site, folder, doors, good, wrong):
    for path in glob.glob(os.path.join(site.home, "var", "cache-*")):
        os.unlink(path)
    none = by_cgi.with_settings(site, state="/nonexistent")
    with alone(site, folder, {}, none) as program:
        for question in wrong:
            assert not question.accepted(program.ask(question.written))
        for question in (door(good) for door in doors):
            said = program.ask(question.written)
            assert question.accepted(said), (question.name, said)
