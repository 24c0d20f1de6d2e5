#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A client as Cutover's customers write them: the host is an argument.

    cutover.py URL TOKEN [--core /core] [--ca FILE]
        list USER | create USER LABEL | revoke USER ID

Prints what the server answers as JSON.  It knows nothing of the server but
what the product's reference says: a Bearer token, and a user's tokens below
/core/users/{user}/user_app_tokens.  Status 1, and the code of the first
error: the server said no.
"""

import argparse
import datetime
import json
import sys

import requests

ATTRIBUTES = {"created_at", "expires_at", "label", "last_accessed_at"}


class Refused(Exception):
    """Status and code of the first error."""


class Client:
    """All that integrations do with user app tokens."""

    def __init__(self, url, token, verify=True):
        self.url = url.rstrip("/")
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = verify
        self.http.headers.update({"Authorization": "Bearer " + token,
                                  "Api-Version": "2022-02-22"})

    def ask(self, method, user, tail="", due=200, **options):
        answer = self.http.request(
            method, "%s/users/%s/user_app_tokens%s" % (self.url, user, tail),
            **options)
        if answer.status_code == due:
            return answer
        error = answer.json()["errors"][0]
        assert error["title"] and error["detail"]
        raise Refused("%d %s" % (answer.status_code, error["code"]))

    def list(self, user):
        """A user's tokens, as the reference prints one."""
        found = self.ask("GET", user).json()["data"]
        for one in found:
            assert set(one) == {"id", "type", "attributes"}
            assert isinstance(one["id"], str)
            assert one["type"] == "user_app_token"
            assert set(one["attributes"]) == ATTRIBUTES
            datetime.datetime.strptime(one["attributes"]["created_at"],
                                       "%Y-%m-%dT%H:%M:%S.%fZ")
        return found

    def create(self, user, label):
        made = self.ask("POST", user, due=201, json={"data": {
            "type": "user_app_token", "attributes": {"label": label}}})
        return made.json()["data"]

    def revoke(self, user, id):
        return self.ask("DELETE", user, "/" + id, 204).text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("command", choices=["list", "create", "revoke"])
    parser.add_argument("user")
    parser.add_argument("operand", nargs="*")
    parser.add_argument("--core", default="/core")
    parser.add_argument("--ca")
    words = parser.parse_args()
    client = Client(words.url + words.core, words.token, words.ca or True)
    try:
        print(json.dumps(getattr(client, words.command)(
            words.user, *words.operand)))
    except Refused as why:
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
