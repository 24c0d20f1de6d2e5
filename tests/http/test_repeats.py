# SPDX-License-Identifier: ISC
"""What finds nothing to take away: whoever took it may have been killed before
he told the others, but nobody took what never was."""

import time
import urllib.parse
import uuid

import pytest

import by_cgi
import people
from made_keys import APP, PAIR, PERSONAL, Holder
from tenants import Tenant
from test_metrics import metrics

# One server is enough: behind each the same code decides.
HERE = pytest.mark.servers("lighttpd")
SHORT, LONG = 0.7, 20	# seconds that an answer is held back


class Caller:
    """A holder of keys on one of two hosts, who waits for the other."""

    def __init__(self, site, wait):
        self.site, self.wait = site, wait
        self.settings = by_cgi.with_settings(
            site, hosts="2", max_age="60\nhold_back = %d" % (wait * 1000))
        self.holder = Holder(site)
        self.text = "Bearer " + self.holder.session()

    def ask(self, method, path, body=None, text=None, form=None):
        """The status, and how long the answer took."""
        program = "keys.fcgi"
        if path.startswith(("/oauth/", "/sessions")):
            program = "tokens.fcgi"
        if path.startswith("/workspaces"):
            program = "users.fcgi"
        env = {"HTTP_AUTHORIZATION": text or self.text}
        if form:
            body = urllib.parse.urlencode(form)
            env["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
        begun = time.monotonic()
        answer = by_cgi.ask(self.site, program, method, path, env, body,
                            self.settings)
        return answer.status, time.monotonic() - begun

    def changes(self):
        return metrics(self.site.admin)["latchkey_changes_total", None]

    def session(self):
        """One that has been ended."""
        token = self.holder.session()
        assert self.site.client().delete(
            "/sessions/", headers=people.bearer(token)).status_code == 204
        return token

    def ended(self, kind):
        key = self.holder.make(kind)
        assert self.site.admin.delete(key.path).status_code == 204
        return key

    def handle(self):
        """Of a named key that has been ended."""
        handle = "h" + uuid.uuid4().hex
        answer = self.holder.client.post("/user/keys", json={
            "handle": handle})
        assert answer.status_code == 201
        assert self.holder.client.delete("/user/keys/" + handle
                                         ).status_code == 204
        return handle


@pytest.fixture(scope="module", name="caller")
def caller_with_time(site):
    return Caller(site, SHORT)


@pytest.fixture(scope="module", name="patient")
def caller_with_more_time(site):
    return Caller(site, LONG)


def nothing():
    return str(uuid.uuid4())


# Of each: how it is asked, and what is said.
NEVER = {
    "a key": lambda c: c.ask("DELETE", "/keys/" + nothing()),
    "a pair": lambda c: c.ask("DELETE", "/api_tokens/" + nothing()),
    "an app token": lambda c: c.ask(
        "DELETE", "/users/%s/user_app_tokens/%s" % (c.holder.id, nothing())),
    "a change": lambda c: c.ask("PATCH", "/keys/" + nothing(),
                                {"label": "New"}),
    "a handle": lambda c: c.ask("DELETE", "/user/keys/h" + uuid.uuid4().hex),
    "an own token": lambda c: Caller(c.site, c.wait).ask(
        "DELETE", "/user/token"),
    "some keys": lambda c: c.ask("POST", "/keys/revoke", {
        "owner": c.holder.id, "kind": "named"}),
    "a trial": lambda c: c.ask("POST", "/keys/revoke", {
        "owner": c.holder.id, "dry_run": True}),
    "a token": lambda c: c.ask("POST", "/oauth/revoke", form={
        "token": "x" * 40}),
    "a session": lambda c: c.ask("DELETE", "/sessions",
                                 text=c.holder.make(APP).text),
    "a workspace": lambda c: c.ask(
        "PATCH", "/workspaces/" + nothing(), {"name": "New"},
        "Bearer " + people.Person(c.site, "owner").session()),
}
REFUSED = {
    "who may not": (lambda c: c.ask("DELETE", "/company/tokens/" + nothing()),
                    403),
    "whom others ended": (lambda c: c.ask(
        "DELETE", "/keys/" + nothing(), text=c.ended(APP).text), 401),
}
ENDED = {
    "a key": lambda c, key: c.ask("DELETE", key.path),
    "a pair": lambda c, key: c.ask("DELETE", "/api_tokens/" + key.id),
    "a change": lambda c, key: c.ask("PATCH", key.path, {"label": "New"}),
    "some keys": lambda c, key: c.ask("POST", "/keys/revoke", {
        "owner": c.holder.id, "kind": "pair", "state": "live"}),
    "some keys, used since": lambda c, key: c.ask("POST", "/keys/revoke", {
        "owner": c.holder.id, "kind": "pair",
        "last_used_before": "2020-01-01T00:00:00.000Z"}),
    "some keys, lengthened since": lambda c, key: c.ask(
        "POST", "/keys/revoke", {
            "owner": c.holder.id, "kind": "pair",
            "expiring_before": "2020-01-01T00:00:00.000Z"}),
}


@HERE
@pytest.mark.parametrize("what", NEVER)
def test_nobody_waits_for_what_never_was(patient, what):
    before = patient.changes()
    status, took = NEVER[what](patient)
    assert status in (200, 404)
    assert took < LONG
    assert patient.changes() == before


@HERE
@pytest.mark.parametrize("who", REFUSED)
def test_nobody_waits_who_did_nothing_himself(site, who):
    ask, refusal = REFUSED[who]
    status, took = ask(Caller(site, LONG))
    assert status == refusal
    assert took < LONG


@HERE
@pytest.mark.parametrize("what", ENDED)
def test_what_was_ended_is_told_once_more(caller, what):
    key, before = caller.ended(PAIR), caller.changes()
    status, took = ENDED[what](caller, key)
    assert status in (200, 204, 404, 409)
    assert took >= SHORT
    assert caller.changes() == before + 1


@HERE
@pytest.mark.parametrize("ask", [
    lambda c: c.ask("DELETE", "/user/keys/" + c.handle()),
    lambda c: c.ask("DELETE", "/user/token"),
    lambda c: c.ask("POST", "/oauth/revoke", form={"token": c.session()}),
], ids=["a handle", "an own token", "a session"])
def test_so_is_what_is_not_called_by_its_id(caller, ask):
    caller.ended(PERSONAL)
    status, took = ask(caller)
    assert status in (200, 404)
    assert took >= SHORT


@HERE
def test_another_accounts_key_is_as_none(house):
    theirs = Tenant(house, "rival")
    status, took = Caller(house, LONG).ask(
        "DELETE", "/keys/" + theirs.ids["pair"])
    assert status == 404 and took < LONG
