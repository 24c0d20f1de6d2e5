# SPDX-License-Identifier: ISC
"""Guesses that a verifier tells of count where they came from."""

import itertools
import urllib.parse
import uuid

import pytest

import by_cgi
from made_keys import APP, Holder, make
from people import Person
from tenants import Tenant

# One server is enough: behind each the same code decides.
HERE = pytest.mark.servers("lighttpd")
NETWORKS = itertools.count(1)
VERIFIER = "100.67.0.7"


class Verifier:
    """Somebody who may check others' credentials, with few guesses."""

    def __init__(self, site):
        self.site = site
        self.settings = by_cgi.with_settings(site, guesses=5)
        self.session = "Bearer " + Person(site, "owner").session()

    def ask(self, method, path, credential, address, body=None, **env):
        return by_cgi.ask(self.site, "check.fcgi", method, path, {
            "HTTP_AUTHORIZATION": credential, "REMOTE_ADDR": address, **env},
            body, settings=self.settings)

    def check(self, secret, **told):
        """Why it is refused, and when its bearer may come again."""
        body = self.ask("POST", "/check", self.session, VERIFIER, {
            "credential": "Bearer " + secret, **told}).json()
        return body["reason"] or "allowed", body.get("retry_after")

    def introspect(self, secret, **told):
        """The same, as far as it is said there."""
        body = self.ask(
            "POST", "/oauth/introspect", self.session, VERIFIER,
            urllib.parse.urlencode({"token": secret, **told}),
            CONTENT_TYPE="application/x-www-form-urlencoded").json()
        later = body.get("retry_after")
        return ("allowed" if body["active"] else
                "guesses" if later else "unknown"), later


TELL = pytest.mark.parametrize("tell", [Verifier.check, Verifier.introspect])


@pytest.fixture(scope="module", name="verifier")
def verifier_of_the_site(site):
    return Verifier(site)


def network():
    return "100.66.0.%d" % next(NETWORKS)


@HERE
@TELL
def test_told_guesses_count_for_the_address_that_is_told(
        site, verifier, tell):
    key, bad, address = Holder(site).make(APP), str(uuid.uuid4()), network()
    word = tell(verifier, bad)[0]

    assert word in ("malformed", "unknown")
    assert [tell(verifier, bad, address=address)[0] for _ in range(7)] == \
        [word] * 5 + ["guesses"] * 2
    assert 1 <= tell(verifier, bad, address=address)[1] <= 120
    # one budget with the doors
    assert verifier.ask("GET", "/check", "Bearer x", address).status == 429
    assert tell(verifier, key.secret, address=address)[0] == "allowed"
    assert tell(verifier, bad, address=network())[0] == word
    # with no address it is nobody's guess, and never the verifier's
    assert {tell(verifier, bad)[0] for _ in range(7)} == {word}
    assert verifier.ask("GET", "/check", "Bearer x", VERIFIER).status == 401


@HERE
@TELL
def test_a_told_network_of_ipv6_is_64_bits(verifier, tell):
    block = "2001:db8:1:%x:" % next(NETWORKS)
    said = [tell(verifier, str(uuid.uuid4()), address=block + ":%d" % n)[0]
            for n in range(6)]
    assert "guesses" not in said[:5] and said[5] == "guesses"


@HERE
@TELL
def test_no_count_tells_another_accounts_key_from_none(house, tell):
    verifier, theirs = Verifier(house), Tenant(house, "rival")
    revoked = make(house, theirs.client, theirs.owner.id, APP)
    assert theirs.client.delete(revoked.path).status_code == 204
    for secret in theirs.token, revoked.secret:
        address = network()
        assert [tell(verifier, secret, address=address)[0]
                for _ in range(6)] == ["unknown"] * 5 + ["guesses"]
    said = verifier.ask("POST", "/check", verifier.session, VERIFIER, {
        "credential": "Bearer " + theirs.token, "address": address}).json()
    assert set(said) == {"allowed", "reason", "retry_after", "limits"} or \
        set(said) == {"allowed", "reason", "retry_after"}
