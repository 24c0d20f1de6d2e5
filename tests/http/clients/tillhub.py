#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A client as Tillhub's customers write them: the host is an argument.

    tillhub.py URL ID API_KEY [--ca FILE] [--sub-user ID] [--get URL]

Gives account id and key for a token, asks who it is, makes a key for a
sub-user if one is named, fetches a URL if one is named, and logs out; prints
what came of it as JSON.  It knows nothing of the server but what the
product's users know: /api/v1/users/auth/key and paths below /api/v0.
"""

import argparse
import json
import sys

import requests


class Refused(Exception):
    """The server said no."""


def must(answer, status=200):
    if answer.status_code != status:
        raise Refused("%d: %s" % (answer.status_code, answer.json()["msg"]))
    return answer.json()


class Client:
    """An account and a key, and what can be done with them."""

    def __init__(self, url, verify=True):
        self.url = url.rstrip("/")
        self.http = requests.Session()
        self.http.verify = verify
        self.http.trust_env = False
        self.http.headers.update({"X-Client-Type": "example",
                                  "X-Client-Version": "1.0"})

    def authenticate(self, id, api_key):
        said = must(self.http.post(self.url + "/api/v1/users/auth/key",
                                   json={"id": id, "api_key": api_key}))
        assert said["status"] == 200
        assert said["msg"] == "Authentication was good."
        self.account = said["user"]["legacy_id"] or said["user"]["id"]
        self.configuration = said["sub_user"]["configuration_id"]
        self.http.headers.update({
            "Authorization": said["token_type"] + " " + said["token"],
            "X-Client-ID": self.account})
        return said

    def me(self):
        return must(self.http.get(self.url + "/api/v0/me"))["results"][0]

    def create_key(self, user):
        """For a sub-user; the body is empty."""
        answer = self.http.post(
            "%s/api/v0/configurations/%s/%s/users/%s/api/key" % (
                self.url, self.account, self.configuration, user))
        if not answer.ok:
            raise Refused(answer.json()["msg"])
        said = answer.json()
        assert said["count"] == len(said["results"]) == 1
        return said["results"][0]

    def logout(self):
        return must(self.http.get(self.url + "/api/v0/users/logout"))["msg"]


def run(words):
    client = Client(words.url, words.ca or True)
    said = client.authenticate(words.id, words.api_key)
    out = {"user": said["user"], "expires_at": said["expires_at"],
           "token": said["token"], "me": client.me()}
    if words.sub_user:
        out["made"] = client.create_key(words.sub_user)
    if words.get:
        out["got"] = client.http.get(words.get).status_code
    out["logout"] = client.logout()
    return out


def main():
    parser = argparse.ArgumentParser()
    for name in ("url", "id", "api_key"):
        parser.add_argument(name)
    for name in ("--ca", "--sub-user", "--get"):
        parser.add_argument(name)
    try:
        print(json.dumps(run(parser.parse_args())))
    except Refused as why:
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
