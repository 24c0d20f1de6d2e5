# SPDX-License-Identifier: ISC
"""A site behind a door: its places, its applications, keys to it."""

import base64
import os
import time

import doors
import made_keys
import people
import processes
import servers
import site_under_test

servers.SERVERS.update(doors.DOORS)

# What a place requires, and what the log says is wrong with it.  Of nothing
# Apache's SetEnvIf makes a 1.
WRONG = {
    "missing": (None, "LATCHKEY_REQUIRE is missing"),
    "empty": ("", "LATCHKEY_REQUIRE is missing"),
    "unknown": ("pages:write", "names a permission that the catalogue lacks"),
    "repeated": ("pages:read pages:read", "names a permission twice"),
}
ISSUER = "https://acme.example"
CANARY = "a canary sings here\n"
COUNT = """#!/bin/sh
printf 'Content-Type: text/plain\\n\\nMETHOD=%s\\n' "$REQUEST_METHOD"
printf 'AUTHORIZATION=%s\\n' "${HTTP_AUTHORIZATION-}"
printf 'X_API_KEY=%s\\n' "${HTTP_X_API_KEY-}"
printf 'BODY='
cat
"""


class Site(site_under_test.Site):
    """Its API may be elsewhere than what is guarded."""

    @property
    def url(self):
        return self.server.api() + "/api/v1"

    @property
    def guard(self):
        return self.origin + "/guarded/"

    def configure(self):
        super().configure()
        path = os.path.join(self.home, "etc", "latchkey.ini")
        with open(path) as text:
            ini = text.read() + "[jwt]\nissuer = %s\n" % ISSUER
        if self.server.asks_by_http:
            ini = ini.replace("trusted_proxies =",
                              "trusted_proxies = 127.0.0.1")
        servers.write(path, ini, 0o600)

    def furnish(self):
        """Places whose requirement is wrong, one beside the gate, a program
        that shows what it was sent."""
        for name, (words, _) in WRONG.items():
            self.put("guarded", name, "page.txt", text=CANARY)
            self.server.require(name, words)
        self.put("guardedx", "page.txt", text=CANARY)
        self.put("guarded", "count.cgi", text=COUNT, mode=0o755)
        processes.give(self.home)

    def put(self, *names, text, mode=0o644):
        servers.write(os.path.join(self.server.documents(), *names), text,
                      mode)

    def flat(self, status):
        """The status that a caller sees of that refusal."""
        return 401 if self.server.flat else status


def basic(pair):
    text = base64.b64encode(("%s:%s" % pair).encode()).decode()
    return "Basic " + text


def owners(site, *words):
    """A pair of the owner's, who holds whatever there is."""
    made = site.cli_json(
        "key", "add", "--account", site_under_test.ACCOUNT, "--user",
        site_under_test.ADMIN, "--kind", "pair", "--label", "all", *words)
    return made["uuid"], made["secret"]


class Keys:
    """Values of Authorization, and whose they are."""

    def __init__(self, site):
        self.site = site
        self.person = people.Person(site, "developer")
        self.pair = self.person.pair()
        self.app = self.person.key("app")
        self.good = {"basic": basic(self.pair),
                     "bearer": "Bearer " + self.app["token"],
                     "jwt": "Bearer " + self.token()}
        self.owner = basic(owners(site))

    def token(self):
        """A JSON web token that stands for the pair."""
        answer = self.site.client().post(
            "/oauth/token", data={"grant_type": "client_credentials"},
            auth=self.pair)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def revoked(self):
        pair = self.person.pair()
        self.site.cli("key", "revoke", "--account", "acme", pair[0])
        return basic(pair)

    def expired(self):
        pair = self.person.pair("--expires", made_keys.after(1.5))
        time.sleep(1.6)
        return basic(pair)
