# SPDX-License-Identifier: ISC
"""Tools that know OpenAPI: a linter, and clients made from the description."""

import os
import uuid

import pytest

import npm
import servers
from people import Person
from site_under_test import PASSWORD

pytestmark = pytest.mark.servers("lighttpd")

FILE = os.path.join(servers.TOP, "www", "openapi.json")


def test_the_description_lints_without_a_warning(site):
    seen = npm.run(site, "lint.mjs", file=FILE)
    assert seen["problems"] == []
    assert seen["totals"]["errors"] == seen["totals"]["warnings"] == 0


@pytest.mark.statement("B-6")
def test_a_generated_client_makes_and_uses_a_key(site):
    person, handle = Person(site), "g" + uuid.uuid4().hex[:8]
    assert site.admin.patch("/users/" + person.id, json={
        "handle": handle}).status_code == 200
    assert npm.run(
        site, "swagger-client.mjs", origin=site.origin, handle="generated",
        login={"handle": handle, "password": PASSWORD}) == {
            "made": 201, "user": handle, "shown": True, "listed": 1,
            "ended": 204, "afterwards": 401}


@pytest.mark.statement("B-6")
def test_a_generated_collection_reads_every_list(site):
    owner = Person(site, "owner")
    words = ["--scope=latchkey:" + word for word in (
        "self", "keys", "keys:all", "users:read", "workspaces:read",
        "company-tokens", "audit")]
    seen = npm.run(
        site, "newman.mjs", origin=site.origin, file=FILE,
        certificate=site.server.certificate(), pair=owner.pair(*words),
        leave=["Show one's session", "End the token that asks",
               "Show one's personal token"])
    assert len(seen) > 20
    assert [one for one in seen if one[2] != 200] == []
