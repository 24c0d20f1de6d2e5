# SPDX-License-Identifier: ISC
"""What can be taken away, how that is done, and how it comes back."""

import base64
import copy
import time
import uuid

import made_keys
import site_under_test


class Thing:
    """A credential; needs: only doors that ask for pages:read tell; alone:
    what is done to its owner should be done to no other."""

    needs = alone = False

    def __init__(self, site, holder):
        self.site = site
        self.holder = copy.copy(
            made_keys.Holder(site) if self.alone else holder)
        self.holder.client = site.same(self.holder.client)
        self.client = site.same(site.admin)
        self.text = None

    def take(self):
        raise NotImplementedError

    def give(self):
        raise NotImplementedError


# Who was not answered and repeats may hear that it is so already.
DONE = (204, 401, 404, 409)


def answered(answer, *statuses):
    assert answer.status_code in statuses, answer.text


class Kept(Thing):
    """One key, to which something is done and undone."""

    kind = made_keys.APP

    def __init__(self, site, holder):
        super().__init__(site, holder)
        self.key = self.holder.make(self.kind)
        self.text = self.key.text

    def patch(self, path, body):
        answered(self.client.request("PATCH", path, json=body), 200)


class Disabled(Kept):
    def take(self):
        self.patch(self.key.path, {"disabled": True})

    def give(self):
        self.patch(self.key.path, {"disabled": False})


class Narrowed(Kept):
    needs = True

    def take(self):
        self.patch(self.key.path, {"scopes": []})

    def give(self):
        self.patch(self.key.path, {"scopes": ["pages:read"]})


class Blocked(Kept):
    alone = True

    def owner(self):
        return "/users/" + self.holder.id

    def take(self):
        self.patch(self.owner(), {"blocked": True})

    def give(self):
        self.patch(self.owner(), {"blocked": False})


class WithoutRole(Blocked):
    needs = True
    kind = made_keys.PAIR

    def take(self):
        self.patch(self.owner(), {"roles": []})

    def give(self):
        self.patch(self.owner(), {"roles": [{"role": "developer"}]})


class RoleNarrowed(Blocked):
    """What a role holds, of which its holder has been given nothing else."""

    needs = True
    kind = made_keys.PAIR

    def __init__(self, site, holder):
        self.role = "r" + uuid.uuid4().hex
        super().__init__(site, holder)
        answered(self.client.post("/roles", json={
            "slug": self.role, "name": self.role, "permissions": []}), 201)
        self.patch(self.owner(), {"roles": [{"role": self.role}]})

    def take(self):
        self.patch("/roles/" + self.role, {"permissions": []})

    def give(self):
        self.patch("/roles/" + self.role, {"permissions": ["pages:read"]})


class Revoked(Thing):
    """Another key each time."""

    kind = made_keys.PAIR

    def give(self):
        self.key = self.holder.make(self.kind)
        self.text = self.key.text

    def take(self):
        answered(self.client.request("DELETE", self.key.path), *DONE)


class RevokedApp(Revoked):
    kind = made_keys.APP


class Expired(Revoked):
    kind = made_keys.APP
    soon = 0.5

    def take(self):
        """By time alone: an end must be in the future when it is set."""
        end = time.time() + self.soon
        answer = self.client.request("PATCH", self.key.path, json={
            "expires_at": "%s.%03dZ" % (time.strftime(
                "%Y-%m-%dT%H:%M:%S", time.gmtime(end)), end % 1 * 1000)})
        if answer.status_code == 422:
            self.soon *= 2
            return self.take()
        answered(answer, 200)
        time.sleep(max(0, end - time.time()))


class Rotated(Revoked):
    """The old secret of two; there is no grace."""

    def take(self):
        answered(self.client.request("POST", self.key.path + "/rotate",
                             headers={"Idempotency-Key": str(uuid.uuid4())},
                             json={"grace": 0}), 200)


class Replaced(Thing):
    """Of personal tokens there is one; the next ends it."""

    def give(self):
        self.take()
        self.present()

    def present(self):
        token = self.body["token"] + ":"
        self.text = "Basic " + base64.b64encode(token.encode()).decode()

    def take(self):
        answer = self.client.request(
            "POST", "/user/token", headers={
                "Authorization": self.holder.client.headers["Authorization"],
                "Idempotency-Key": str(uuid.uuid4())})
        answered(answer, 201)
        self.body = answer.json()


class ReplacedByItself(Replaced):
    """Who repeats that has nothing to come with any more."""

    def give(self):
        super().take()
        self.present()

    def take(self):
        answered(self.client.request("POST", "/user/token", headers={
            "Authorization": self.text}), 201, *DONE)


class RevokedTogether(Revoked):
    def take(self):
        answered(self.client.request("POST", "/keys/revoke", json={
            "owner": self.holder.id, "kind": self.kind}), 200)


class OwnerDeleted(Revoked):
    def give(self):
        self.holder = made_keys.Holder(self.site)
        super().give()

    def take(self):
        answered(self.client.request("DELETE", "/users/" + self.holder.id),
                 *DONE)


class KeyOfJwt(Revoked):
    """A JWT, whose key goes."""

    kind = made_keys.EXCHANGE


class Jwt(KeyOfJwt):
    """A JWT that is revoked itself; that it was so already is no error."""

    def take(self):
        answered(self.holder.client.post("/oauth/revoke", data={
            "token": self.text.partition(" ")[2]}), 200)


class JwtLoggedOut(KeyOfJwt):
    def take(self):
        answered(self.client.get("/users/logout", headers={
            "Authorization": self.text}), 200, *DONE)


class RevokedByCommand(Revoked):
    def take(self):
        while self.site.cli("key", "revoke", "--account",
                            site_under_test.ACCOUNT, self.key.id,
                            check=False).returncode != 0:
            time.sleep(0.02)


class LoggedOut(Thing):
    def give(self):
        self.text = "Bearer " + self.holder.session()

    def take(self):
        answered(self.client.request("DELETE", "/sessions/", headers={
            "Authorization": self.text}), *DONE)


CHANGES = (Disabled, Expired, Narrowed, Blocked, WithoutRole, RoleNarrowed,
           Revoked, RevokedApp, RevokedByCommand, Rotated, Replaced, KeyOfJwt,
           Jwt, LoggedOut)
# What costs more to bring back, or goes by the same way.
OTHERS = (RevokedTogether, OwnerDeleted, JwtLoggedOut, ReplacedByItself)


def cast(site, kinds=CHANGES):
    """One of each kind."""
    holder = made_keys.Holder(site)
    return [kind(site, holder) for kind in kinds]
