# SPDX-License-Identifier: ISC
"""When a key was last used, from where and by what; how often it was."""

import uuid

import pytest

import people
from gates import PAGE, get
from test_logins import poll

AGENT = "Nightly/1.0"
MANY = 12		# more than are written by one statement


class Used:
    """Keys that were used, each in its own way; written down by now."""

    def __init__(self, site):
        self.site = site
        self.person = people.Person(site, "owner", "developer")
        self.expected = {}
        self.keys = {}
        self.use_all()
        poll(self.are_written, 40, self.nudge)

    def key(self, name, uses, kind="app", words=()):
        self.keys[name] = self.person.key(kind, *words)
        self.expected[name] = uses
        key = self.keys[name]
        return {"headers": people.bearer(key["token"])} if kind == "app" \
            else {"auth": (key["uuid"], key["secret"])}

    def use_all(self):
        for name in "app", "pair":
            how = self.key(name, 3, name)
            how.setdefault("headers", {})["User-Agent"] = AGENT
            for _ in range(3):
                self.ask("/check", 200, how)
        self.key("idle", 0)
        how = self.key("refused", 1, "pair", ("--scope", "orders:read"))
        self.ask("/users", 403, how)
        self.ask("/check", 401, {"auth": (how["auth"][0], "x")})
        self.ask("/check", 200, how)
        self.let_ask("told", {"address": "192.0.2.7"})
        self.let_ask("untold", {})
        if self.site.guard:
            assert get(self.site, PAGE, **self.key("gate", 1)
                       ).status_code == 200
        for name in "rotated", "both":
            how = self.key(name, 1, "pair")
            answer = self.person.login().post(
                "/keys/%s/rotate" % self.keys[name]["uuid"],
                json={"grace": 3600})
            answer.raise_for_status()
            self.ask("/check", 200, how)
        self.expected["both"] += 1
        self.ask("/check", 200, {"auth": (
            how["auth"][0], answer.json()["secret"])})
        for i in range(MANY):
            self.ask("/check", 200, self.key("many %d" % i, 1))

    def ask(self, path, status, how):
        assert self.site.client().get(path, **how).status_code == status

    def let_ask(self, name, more):
        """An application asks about the key."""
        header = self.key(name, 1)["headers"]["Authorization"]
        assert self.site.admin.post("/check", json={
            "credential": header, **more}).json()["allowed"]

    def shown(self, name):
        return self.site.admin.get("/keys/" + self.keys[name]["uuid"]).json()

    def are_written(self):
        return self.site.sql(
            "SELECT SUM(uses) >= %d FROM `keys` WHERE user_id = UNHEX('%s')"
            % (sum(self.expected.values()), uuid.UUID(self.person.id).hex)
        ) == [("1",)]

    def nudge(self):
        """By CGI nobody is idle: it is written after some answer."""
        if self.site.name == "apache-cgi":
            self.site.client().get("/check")


@pytest.fixture(scope="module")
def used(site):
    return Used(site)


@pytest.mark.statement("A-9")
def test_a_use_is_counted_once_and_a_refusal_never(used):
    assert {name: used.shown(name)["uses"] for name in used.keys} == \
        used.expected


@pytest.mark.statement("A-9")
@pytest.mark.parametrize("name, address, agent", [
    ("app", "127.0.0.1", AGENT), ("pair", "127.0.0.1", AGENT),
    # an application asks for a request that it has, and may tell of it
    ("told", "192.0.2.7", None), ("untold", None, None)])
def test_where_from_and_by_what_it_was_used(used, name, address, agent):
    last = used.shown(name)["last_used"]
    assert last == {"at": last["at"], "address": address, "agent": agent}
    assert used.shown("idle")["last_used"] is None


def test_a_use_is_of_the_secret_that_was_presented(used):
    """During a rotation's grace it shows who has not changed over yet."""
    times = [one["last_used_at"] for one in used.shown("rotated")["secrets"]]
    assert times == [None, used.shown("rotated")["last_used"]["at"]]


@pytest.mark.statement("E-34")
def test_the_list_of_app_tokens_says_when_each_was_used(used):
    path = "/users/%s/user_app_tokens" % used.person.id
    accessed = {item["id"]: item["attributes"]["last_accessed_at"]
                for item in used.site.admin.get(path).json()["data"]}
    assert accessed[used.keys["app"]["uuid"]] == \
        used.shown("app")["last_used"]["at"]
    assert accessed[used.keys["idle"]["uuid"]] is None
