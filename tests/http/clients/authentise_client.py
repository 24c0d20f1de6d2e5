#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A client as Authentise's customers write them: the host is an argument.

    authentise_client.py URL USERNAME PASSWORD [--form] [--ca FILE]
        [--insecure] [--service-user EMAIL] [--name NAME] [--data URL]

Logs in, makes a service user if one is named, gets a key and, given a place
with data, uses it there; prints what came of it as JSON.  It knows nothing of
the server but what the product's users know: /sessions/, /users/,
/api_tokens/.
"""

import argparse
import json
import sys
import uuid

import requests
from requests.auth import HTTPBasicAuth


class Refused(Exception):
    """The server said no; the text is what a dialog would show."""


class BadLogin(Refused):
    """Status 403: the only one that the older package takes for this."""


def title_of(answer):
    return answer.json()["errors"][0]["title"]


def must(answer):
    """Any 2xx will do."""
    if not 200 <= answer.status_code < 300:
        raise Refused(title_of(answer))
    return answer


class Client:
    """A login, and what can be done with it."""

    def __init__(self, url, verify=True):
        self.url = url.rstrip("/")
        self.verify = verify
        self.headers = {}

    def post(self, path, form=False, **fields):
        return requests.post(
            self.url + path, headers=self.headers, verify=self.verify,
            **{"data" if form else "json": fields})

    def get(self, url):
        return must(requests.get(url, headers=self.headers,
                                 verify=self.verify)).json()

    def login(self, username, password, form=False):
        answer = self.post("/sessions/", form, username=username,
                           password=password)
        if answer.status_code == 403:
            raise BadLogin(title_of(answer))
        must(answer).json()
        # the library has joined all Set-Cookie headers into one text
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.headers = {"Cookie": cookie}

    def create_user(self, email, password):
        answer = must(self.post("/users/", email=email, name=email,
                                username=email, password=password))
        made = self.get(answer.headers["Location"])
        assert made["uuid"] == answer.json()["uuid"]
        return made

    def create_token(self, name, form=False):
        made = must(self.post("/api_tokens/", form, name=name)).json()
        return HTTPBasicAuth(made["uuid"], made["secret"])


def run(words):
    client = Client(words.url, False if words.insecure else words.ca or True)
    client.login(words.username, words.password, words.form)
    out = {}
    if words.service_user:
        password = "pw %s" % uuid.uuid4()
        out["user"] = client.create_user(words.service_user, password)
        client.login(words.service_user, password)
    key = client.create_token(words.name, words.form)
    out["uuid"], out["secret"] = key.username, key.password
    if words.data:
        out["data"] = requests.get(words.data, auth=key,
                                   verify=client.verify).status_code
    return out


def main():
    parser = argparse.ArgumentParser()
    for name in ("url", "username", "password"):
        parser.add_argument(name)
    parser.add_argument("--form", action="store_true")
    parser.add_argument("--ca")
    parser.add_argument("--insecure", action="store_true")
    parser.add_argument("--service-user")
    parser.add_argument("--data")
    parser.add_argument("--name", default="Octoprint Token - %s" %
                        uuid.uuid4())
    try:
        print(json.dumps(run(parser.parse_args())))
    except BadLogin as why:
        print(why, file=sys.stderr)
        return 3
    except Refused as why:
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
