# SPDX-License-Identifier: ISC
"""The port at which a proxy asks: what it takes from whom."""

import types

import pytest

import guarded
import wire

GATE = "/api/v1/check/gate/pages"
TOLD = [("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/guarded/"),
        ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.7")]


@pytest.fixture(scope="module")
def lone(folder, mariadb, application):
    """The server that Caddy asks; nobody asks Caddy here."""
    made = guarded.Site("caddy", folder + "/forwarded", mariadb, application)
    made.db += "_forwarded"
    made.prepare()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def owner(lone):
    return guarded.basic(guarded.owners(lone))


def ask(lone, told, owner=None, target=GATE, method="GET"):
    port = types.SimpleNamespace(
        server=lone.server,
        origin="http://127.0.0.1:%d" % lone.server.gate_port)
    key = [("Authorization", owner)] if owner else []
    return wire.send(port, method, target, list(told) + key)


def test_a_proxy_gets_an_answer(lone, owner):
    assert ask(lone, TOLD, owner).status == 204
    assert ask(lone, TOLD).status == 401


@pytest.mark.parametrize("name,value", [
    ("X-Forwarded-Uri", "/x"), ("X_Forwarded_Uri", "/x"),
    ("x_forwarded-uri", "/x"), ("X-Forwarded-Method", "FROB"),
    ("X_Forwarded_Method", "FROB"), ("X_Forwarded_For", "127.0.0.1"),
    ("X_Forwarded_Proto", "http")])
def test_a_header_of_the_clients_beside_the_proxys_closes_it(
        lone, owner, name, value):
    """Whichever comes first: to the program both have the same name."""
    for told in (TOLD + [(name, value)], [(name, value)] + TOLD):
        answer = ask(lone, told, owner)
        assert answer.status >= 400


def test_plain_http_before_the_proxy_is_refused(lone, owner):
    for proto in ("http", "", "HTTPS", "https, http"):
        told = [one for one in TOLD if one[0] != "X-Forwarded-Proto"]
        answer = ask(lone, told + [("X-Forwarded-Proto", proto)], owner)
        assert answer.status == 403


def test_the_client_is_the_last_whom_no_proxy_vouches_for(lone):
    """What stands further left the client may have written itself."""
    made = lone.admin.post("/api_tokens/", json={
        "name": "here", "addresses": ["192.0.2.7"]}).json()
    pair = guarded.basic((made["uuid"], made["secret"]))
    rest = [one for one in TOLD if one[0] != "X-Forwarded-For"]
    for addresses, status in (
            ("192.0.2.7", 204), ("203.0.113.9, 192.0.2.7", 204),
            ("192.0.2.7, 127.0.0.1", 204), ("203.0.113.9", 403),
            ("192.0.2.7, 203.0.113.9", 403), ("192.0.2.7, x", 403),
            ("x", 403)):
        told = rest + [("X-Forwarded-For", addresses)]
        assert ask(lone, told, pair).status == status, addresses


@pytest.mark.parametrize("target,status", [
    ("/api/v1/check/gate/pages", 204), ("/api/v1/check/gate/orders", 204),
    ("/api/v1/check/gate/nothing", 500), ("/api/v1/check/gate", 404),
    ("/api/v1/check/gate/pages/", 404), ("/api/v1/check/gate/PAGES", 404),
    ("/api/v1/check/gate/pages?x=y", 204)])
def test_a_path_of_no_requirement_opens_nothing(lone, owner, target, status):
    assert ask(lone, TOLD, owner, target).status == status
