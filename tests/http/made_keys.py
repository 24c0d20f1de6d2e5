# SPDX-License-Identifier: ISC
"""Keys of every kind, made by their own paths and held by a caller."""

import datetime
import uuid

import people
from gates import basic


def after(seconds):
    """A time as bodies and queries take it."""
    when = (datetime.datetime.now(datetime.timezone.utc) +
            datetime.timedelta(seconds=seconds))
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def code(answer):
    return answer.json()["errors"][0]["code"]


def pointer(answer):
    return answer.json()["errors"][0].get("pointer")


def random_path():
    return "/keys/%s" % uuid.uuid4()


# How each kind is made: path, body, and where the answer has id and token.
PAIR, NAMED, EXCHANGE = "pair", "named", "exchange"
PERSONAL, COMPANY, APP = "personal", "company", "app"
MAKING = {
    PAIR: ("/api_tokens/", lambda: {"name": "P"},
           lambda body: (body["uuid"], body["secret"])),
    NAMED: ("/user/keys", lambda: {"handle": "h" + uuid.uuid4().hex},
            lambda body: (body["id"], body["token"])),
    EXCHANGE: ("/users/%s/api/key", lambda: {"label": "E"},
               lambda body: (None, body["results"][0]["api_key"])),
    PERSONAL: ("/user/token", lambda: {},
               lambda body: (body["guid"], body["token"])),
    COMPANY: ("/company/tokens", lambda: {"description": "C"},
              lambda body: (body["guid"], body["token"])),
    APP: ("/users/%s/user_app_tokens", lambda: {"label": "A"},
          lambda body: (body["data"]["id"],
                        body["data"]["attributes"]["token"])),
}
KINDS = tuple(MAKING)
# Those that a user makes for himself, and may limit as he likes.
OWN = (PAIR, NAMED, PERSONAL, APP)


class Key:
    """One key: its id, its secret, and how it is presented."""

    def __init__(self, site, kind, id, secret):
        self.site, self.kind, self.id, self.secret = site, kind, id, secret
        self.path = "/keys/" + id

    def exchange(self):
        """The answer to exchanging it for a JSON web token."""
        return self.site.client().post("/users/auth/key", json={
            "id": self.site.account_id, "api_key": self.secret})

    @property
    def way(self):
        """The options that make a request its own."""
        if self.kind == PAIR:
            return {"auth": (self.id, self.secret)}
        if self.kind in (PERSONAL, COMPANY):
            return {"auth": (self.secret, "")}
        if self.kind == EXCHANGE:
            return {"headers": people.bearer(self.exchange().json()["token"])}
        return {"headers": people.bearer(self.secret)}

    @property
    def text(self):
        """The Authorization header's value."""
        way = self.way
        return way["headers"]["Authorization"] if "headers" in way else \
            basic(way["auth"])[1]

    def send(self, method, path, **options):
        return self.site.client().request(method, path, **self.way,
                                          **options)

    def works(self):
        if self.kind == EXCHANGE:
            return self.exchange().status_code == 200
        return self.send("GET", "/check").status_code == 200

    def why(self):
        """The finer word of its refusal."""
        return code(self.send("GET", "/check"))

    def rotated(self, answer):
        """The same key with the secret that the answer to a rotation has."""
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["id"] == self.id
        name = {PAIR: "secret", EXCHANGE: "api_key"}.get(self.kind, "token")
        return Key(self.site, self.kind, self.id, body[name])


def ask(client, user, kind, **limits):
    """The answer to making a key of that kind for the user with that id."""
    path, body, _ = MAKING[kind]
    return client.post(path % user if "%s" in path else path,
                       json={**body(), **limits})


def make(site, client, user, kind, **limits):
    answer = ask(client, user, kind, **limits)
    assert answer.status_code == 201, answer.text
    id, secret = MAKING[kind][2](answer.json())
    return Key(site, kind, id or answer.headers["Location"].split("/")[-1],
               secret)


class Holder(people.Person):
    """A developer who is logged in and has keys of every kind."""

    def __init__(self, site, *roles):
        super().__init__(site, *(roles or ("developer",)))
        self.client = self.login()

    def make(self, kind=PAIR, **limits):
        """By himself, where he may."""
        client = self.client if kind in OWN else self.site.admin
        return make(self.site, client, self.id, kind, **limits)
