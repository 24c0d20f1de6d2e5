# SPDX-License-Identifier: ISC
"""Two accounts on one site, with one object of each kind in either."""

import uuid

import made_keys
from people import Person, workspace


class Tenant:
    """An account with an owner and one object of each kind."""

    def __init__(self, site, account):
        self.site = site
        self.account = account
        self.owner = Person(site, "owner", account=account)
        self.client = self.owner.login()
        self.account_id = self.client.get("/account").json()["id"]
        self.handle = "w" + uuid.uuid4().hex[:8]
        self.keys = {kind: made_keys.make(site, self.client, self.owner.id,
                                          kind)
                     for kind in made_keys.KINDS}
        pair, app = self.keys["pair"], self.keys["app"]
        self.auth = pair.id, pair.secret
        self.token = app.secret
        self.ids = {
            "user": self.owner.id, "pair": pair.id, "key": pair.id,
            "app": app.id, "company": self.keys["company"].id,
            "exchange": self.keys["exchange"].id,
            "named": self.client.get("/user/keys").json()[0]["handle"],
            "handle": self.name_owner(), "role": self.define_role(),
            "workspace": workspace(site, self.handle, self.client),
            "audit": self.client.get("/audit").json()["items"][0]["id"]}

    def name_owner(self):
        """A handle for the owner."""
        handle = "o" + uuid.uuid4().hex[:8]
        answer = self.client.patch("/users/" + self.owner.id,
                                   json={"handle": handle})
        assert answer.status_code == 200, answer.text
        return handle

    def define_role(self):
        slug = "r" + uuid.uuid4().hex[:8]
        answer = self.client.post("/roles", json={
            "slug": slug, "name": "A role", "permissions": ["pages:read"]})
        assert answer.status_code == 201, answer.text
        return slug
