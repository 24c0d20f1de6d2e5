# SPDX-License-Identifier: ISC
"""A client as Loccus' customers write them: only the base URL is ours.

It knows handles and tokens, bare arrays, and the headers that count pages.
"""

import requests


class Failed(Exception):
    """An answer with another status than the one that was due."""

    def __init__(self, answer):
        super().__init__("%d %s" % (answer.status_code, answer.text))
        self.status = answer.status_code


class Client:
    """Signed in, or with the token of a key."""

    def __init__(self, base, token=None, verify=True):
        self.base = base.rstrip("/")
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = verify
        self.use(token)

    def use(self, token):
        if token is not None:
            self.http.headers["Authorization"] = "Bearer " + token

    def call(self, method, path, due=200, **options):
        answer = self.http.request(method, self.base + path, timeout=30,
                                   **options)
        if answer.status_code != due:
            raise Failed(answer)
        return answer

    def sign_in(self, handle, password):
        made = self.call("POST", "/auth/credentials", json={
            "handle": handle, "password": password}).json()
        self.use(made["token"])
        return made

    def user(self, handle=None):
        return self.call("GET", "/user" if handle is None else
                         "/users/" + handle).json()

    def create_key(self, handle, **more):
        return self.call("POST", "/user/keys", 201, json={
            "handle": handle, **more}).json()

    def key(self, handle):
        return self.call("GET", "/user/keys/" + handle).json()

    def page(self, **query):
        return self.call("GET", "/user/keys", params={
            name.replace("_", "-"): value for name, value in query.items()})

    def keys(self, **query):
        """Page after page, until one is empty."""
        page = 1
        while True:
            found = self.page(page=page, **query).json()
            if not found:
                return
            yield from found
            page += 1

    def update_key(self, key, **changes):
        return self.call("PATCH", "/user/keys/" + key, json=changes).json()

    def delete_key(self, handle):
        self.call("DELETE", "/user/keys/" + handle, 204)
