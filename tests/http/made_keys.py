# SPDX-License-Identifier: ISC
"""Keys of some kinds, made by their own paths and held by a caller."""

import datetime
import uuid

import people

KINDS = ("pair", "app")


def after(seconds):
    """A time as bodies and queries take it."""
    when = (datetime.datetime.now(datetime.timezone.utc) +
            datetime.timedelta(seconds=seconds))
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Key:
    """One key: its id, and what a request needs to be made with it."""

    def __init__(self, site, id, **way):
        self.site = site
        self.id = id
        self.way = way
        self.path = "/keys/" + id

    @property
    def text(self):
        """The Authorization header's value."""
        if "headers" in self.way:
            return self.way["headers"]["Authorization"]
        from gates import basic
        return basic(self.way["auth"])[1]

    def send(self, method, path, **options):
        return self.site.client().request(method, path, **self.way,
                                          **options)

    def works(self):
        return self.send("GET", "/check").status_code == 200

    def why(self):
        """The finer word of its refusal."""
        return code(self.send("GET", "/check"))


def code(answer):
    return answer.json()["errors"][0]["code"]


def ask(client, user, kind, **limits):
    """The answer to making a key for the user with that id."""
    if kind == "pair":
        return client.post("/api_tokens/", json={"name": "P", **limits})
    return client.post("/users/%s/user_app_tokens" % user, json={
        "label": "A", **limits})


def held(site, answer):
    """The key that an answer brings: of making one, or of rotating it."""
    body = answer.json()
    if "data" in body:
        body = {"id": body["data"]["id"], **body["data"]["attributes"]}
    if "secret" in body:
        return Key(site, body["uuid"], auth=(body["uuid"], body["secret"]))
    return Key(site, body["id"], headers=people.bearer(body["token"]))


def make(site, client, user, kind, **limits):
    answer = ask(client, user, kind, **limits)
    assert answer.status_code == 201, answer.text
    return held(site, answer)


class Holder(people.Person):
    """A developer who is logged in and makes keys of his own."""

    def __init__(self, site, *roles):
        super().__init__(site, *(roles or ("developer",)))
        self.client = self.login()

    def make(self, kind="pair", **limits):
        return make(self.site, self.client, self.id, kind, **limits)


def random_path():
    return "/keys/%s" % uuid.uuid4()
