#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A client as Bitsight's customers write them: the host is an argument.

    bitsight.py URL TOKEN [--family /ratings/v1] [--ca FILE]
        list | create DESCRIPTION [--group NAME] | revoke GUID
        generate | show | end | get PATH

Prints what the server answers as JSON.  It knows nothing of the server but
what the product's reference says: the token is the user name of HTTP Basic
with an empty password, company tokens are at /customers/current/api-tokens;
and, for generate, show and end, that one's own token is at /user/token.
Status 3: the token is refused; 4: it lacks the permission.
"""

import argparse
import datetime
import json
import re
import sys

import requests

TOKENS = "/customers/current/api-tokens"
OWN = "/user/token"
FORBIDDEN = "You do not have permission to perform this action."


class Unauthorized(Exception):
    """401: not a valid token."""


class Forbidden(Exception):
    """403 in the product's words."""


class Client:
    """All that integrations do with the product's tokens."""

    def __init__(self, url, token, verify=True):
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.auth = (token, "")
        self.session.verify = verify

    def ask(self, method, path, **options):
        answer = self.session.request(
            method, self.url + path, params={"format": "json"}, **options)
        if answer.status_code == 401:
            raise Unauthorized(answer.headers["WWW-Authenticate"])
        if answer.status_code == 403:
            # whoever finds another sentence waits a minute and tries again
            if answer.json()["detail"] != FORBIDDEN:
                raise TimeoutError(answer.text)
            raise Forbidden(FORBIDDEN)
        if answer.status_code == 429:
            raise TimeoutError(int(answer.headers["Retry-After"]))
        answer.raise_for_status()
        return answer

    def list(self):
        """The company's tokens, as the reference prints one."""
        found = self.ask("GET", TOKENS).json()
        for one in found:
            assert set(one) == {"description", "guid", "token",
                                "created_date", "creator_name", "group"}
            assert re.fullmatch(r"\*{36}[A-Za-z0-9]{4}", one["token"])
            datetime.datetime.strptime(one["created_date"],
                                       "%Y-%m-%dT%H:%M:%SZ")
        return found

    def create(self, description, group):
        return self.ask("POST", TOKENS, json={
            "description": description, "group": group}).json()

    def revoke(self, guid):
        return self.ask("DELETE", "%s/%s" % (TOKENS, guid)).text

    def generate(self):
        """In place of the one that asks, which is over then."""
        made = self.ask("POST", OWN).json()
        self.session.auth = (made["token"], "")
        assert self.show() == made
        return made

    def show(self):
        return self.ask("GET", OWN).json()

    def end(self):
        return self.ask("DELETE", OWN).text


def run(words):
    client = Client(words.url + words.family, words.token, words.ca or True)
    if words.command in ("list", "generate", "show", "end"):
        return getattr(client, words.command)()
    if words.command == "create":
        return client.create(words.operand, words.group)
    if words.command == "revoke":
        return client.revoke(words.operand)
    return client.ask("GET", words.operand).json()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("command",
                        choices=["list", "create", "revoke", "generate",
                                 "show", "end", "get"])
    parser.add_argument("operand", nargs="?")
    parser.add_argument("--family", default="/ratings/v1")
    parser.add_argument("--group")
    parser.add_argument("--ca")
    try:
        print(json.dumps(run(parser.parse_args())))
    except Unauthorized:
        return 3
    except Forbidden:
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
