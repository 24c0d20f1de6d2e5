# SPDX-License-Identifier: ISC
"""Users and keys of a site, made by the command line for one test."""

import itertools

import site_under_test

NUMBERS = itertools.count(1)


class Person:
    """A user of an account, with any number of keys."""

    def __init__(self, site, *roles, account=site_under_test.ACCOUNT):
        self.site = site
        self.account = account
        self.username = "person%d@acme.example" % next(NUMBERS)
        words = ["--role=" + role for role in roles]
        self.id = site.cli_json(
            "user", "add", "--account", account, "--email", self.username,
            "--name", "A person", "--password-fd", "0", *words,
            text=site_under_test.PASSWORD + "\n")["id"]

    def login(self):
        """A caller with a session of this user's."""
        return self.site.client(self.username, account=self.account)

    def session(self):
        """The same session as a Bearer token."""
        return self.login().cookies["session"]

    def key(self, kind, *words):
        return self.site.cli_json(
            "key", "add", "--account", self.account, "--user", self.username,
            "--kind", kind, "--label", "for a test", *words)

    def pair(self, *words):
        """A pair, as requests wants it for auth=."""
        made = self.key("pair", *words)
        return made["uuid"], made["secret"]

    def app(self, *words):
        """An app token; the person needs the Developer role."""
        return self.key("app", *words)["token"]


def bearer(token):
    return {"Authorization": "Bearer " + token}


def workspace(site, handle, admin=None):
    """A workspace of the account; its id."""
    answer = (admin or site.admin).post("/workspaces", json={
        "handle": handle, "name": "Workspace " + handle})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
