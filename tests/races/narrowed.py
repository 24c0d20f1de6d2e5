# SPDX-License-Identifier: ISC
"""Credentials to which the answer is no by one fact among many that say yes:
whoever loses that fact on the way lets them in."""

import time
from typing import NamedTuple

import made_keys
import people
import questions
import track

OTHER = "other"		# account
HOME, AWAY = "emea", "apac"	# workspaces
ROLES = ("developer", "auditor", "global-user-admin",
         "workspace-manager@" + HOME)
SCOPES = ["pages:read", "orders:read", "latchkey:audit", "latchkey:keys",
          "latchkey:users:read"]
DAY = 86400
SOON = 1.5


class Site(track.Track):
    """lighttpd alone, to make the keys with; two accounts."""

    def add_others(self):
        pass

    def populate(self):
        super().populate()
        self.cli("account", "add", "--legacy-id", OTHER, "Other")

    def furnish(self):
        for handle in (HOME, AWAY):
            people.workspace(self, handle)


# What is done to them


class Credential(NamedTuple):
    """needs: only a door that asks for a permission says no."""

    text: str
    reason: str		# None: nobody is told
    needs: bool = False


def limited(holder, kind=made_keys.NAMED, **limits):
    return holder.make(kind, **{"scopes": SCOPES, **limits})


def changed(key, path, **body):
    answer = key.site.admin.patch(path or key.path, json=body)
    assert answer.status_code == 200, answer.text
    return key.text


def used_up(key):
    assert key.send("GET", "/check").status_code == 200
    return key.text


def of_other(site, change):
    """A key of somebody's to whom that is done."""
    holder = made_keys.Holder(site, *ROLES)
    key = limited(holder)
    return changed(key, "/users/" + holder.id, **change)


def revoked(site, holder):
    key = limited(holder)
    assert site.admin.delete(key.path).status_code == 204
    return key.text


def unknown(site, holder):
    """Of the right shape."""
    key = limited(holder)
    site.sql("DELETE FROM key_secrets WHERE key_id = UNHEX('%s')" %
             key.id.replace("-", ""))
    return key.text


def expired(site, holder):
    text = limited(holder, expires_at=made_keys.after(SOON)).text
    time.sleep(SOON)
    return text


def token(site, holder, scopes=(), **more):
    """A JSON web token, which may hold less than its key."""
    key = limited(holder, made_keys.PAIR, scopes=[*SCOPES, *scopes])
    answer = site.client().post("/oauth/token", data={
        "grant_type": "client_credentials", **more},
        auth=(key.id, key.secret))
    assert answer.status_code == 200, answer.text
    return "Bearer " + answer.json()["access_token"]


def ended_token(site, holder):
    text = token(site, holder)
    answer = holder.client.post("/oauth/revoke",
                                data={"token": text.partition(" ")[2]})
    assert answer.status_code == 200, answer.text
    return text


def forged_token(site, holder):
    return token(site, holder)[:-8] + "AAAAAAAA"


def rate(limit, name="day"):
    return {"name": name, "limit": limit, "per": DAY}


def quota(limit, name="all"):
    return {"name": name, "limit": limit, "period": "once", "strict": True}


def credentials(site, holder):
    """One for each fact that says no."""
    rules = ["GET /elsewhere*", "POST /elsewhere"]
    addresses = ["198.51.100.0/24", "!" + questions.ADDRESS]
    rated = made_keys.Holder(site, *ROLES)
    of_rated = limited(rated)
    changed(of_rated, "/users/" + rated.id, rates=[rate(1)])
    return [
        Credential(limited(holder, rules=rules).text, "rule"),
        Credential(limited(holder, made_keys.PAIR, rules=rules).text, "rule"),
        Credential(limited(holder, addresses=addresses).text, "address"),
        Credential(used_up(limited(holder, rates=[
            rate(1000, "many"), rate(1)])), "rate"),
        Credential(used_up(limited(holder, quotas=[
            quota(1000, "many"), quota(1)])), "quota"),
        Credential(used_up(of_rated), "rate"),
        Credential(limited(holder, starts_at=made_keys.after(DAY)).text,
                   "early"),
        Credential(expired(site, holder), "expired"),
        Credential(revoked(site, holder), "revoked"),
        Credential(unknown(site, holder), None),
        Credential(changed(limited(holder), None, disabled=True), "disabled"),
        Credential(of_other(site, {"blocked": True}), "owner"),
        Credential(of_other(site, {"roles": [
            {"role": "workspace-manager", "workspaces": [HOME]}]}), "scope",
            True),
        Credential(limited(holder, scopes=["orders:read"]).text, "scope",
                   True),
        Credential(limited(holder, workspaces=[HOME]).text, "scope", True),
        Credential(token(site, holder, scope="orders:read"), "scope", True),
        Credential(ended_token(site, holder), "revoked"),
        Credential(forged_token(site, holder), None)]


# What a place may require that a good key has not; of the last nobody knows
# which account it is for
REQUIRED = (
    "account=%s pages:read" % OTHER,
    "account=acme pages:read orders:read",
    "account=acme orders:read",
    "account=acme workspace=%s orders:read" % AWAY,
    "account=acme latchkey:users:write",
    "pages:read",
)


# What is asked about them


def doors(verifier, text, needs=False):
    """Those at which it counts."""
    found = [questions.authorizer, questions.gate, questions.forward,
             questions.check(verifier), questions.users, questions.audit]
    if not needs:
        found += [questions.itself, questions.making]
    if not needs and text.startswith("Bearer "):
        found.append(questions.introspection(verifier))
    return [door(text) for door in found]


def refused(site, holder, verifier, good):
    """Questions whose answer is no, each with its reason."""
    found = [(question, one.reason) for one in credentials(site, holder)
             for question in doors(verifier, one.text, one.needs)]
    return found + [(door(good, words), None) for words in REQUIRED
                    for door in (questions.authorizer, questions.gate,
                                 questions.forward)]
