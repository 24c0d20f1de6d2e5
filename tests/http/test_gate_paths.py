# SPDX-License-Identifier: ISC
"""No method and no spelling of a path goes around the gate."""

import pytest

import gates
import wire
from gates import FASTCGI, PAGE, basic, get, refusal, shows_content

pytestmark = pytest.mark.guarded


@pytest.fixture(scope="module")
def guest(site):
    return gates.Guest(site)


@pytest.mark.parametrize("method", [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND",
    "TRACE", "CONNECT", "FROB", "get"])
def test_no_method_goes_around_it(site, method):
    body = b"" if method == "POST" else None
    for path in (PAGE, "whoami.cgi", FASTCGI[site.name]):
        answer = wire.send(site, method, "/guarded/" + path, body=body)
        assert not shows_content(answer.body)
        # Apache itself echoes a TRACE and refuses what it takes for no
        # request; lighttpd refuses methods that it does not know.
        assert answer.status in (401, 501) or (
            site.name != "lighttpd" and method in ("TRACE", "CONNECT"))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE",
                                    "PROPFIND"])
def test_a_good_key_opens_it_for_every_method(site, guest, method):
    answer = wire.send(site, method, "/guarded/whoami.cgi",
                       [basic(guest.pair)])
    assert answer.status == 200
    assert (b"LATCHKEY_KEY=" in answer.body) == (method != "HEAD")


@pytest.mark.parametrize("spelling", [
    "/guarded/%6frders/list.json", "/guarded//orders/list.json",
    "/guarded/./orders/list.json", "/guarded/x/../orders/list.json",
    "/guarded/x/%2e%2e/orders/list.json", "/guarded/orders%2flist.json",
    "/guarded%2forders/list.json", "//guarded/orders/list.json",
    "/guarded/%2e/orders/list.json", "/guarded/orders/./list.json",
    "/guarded/orders//list.json", "/guarded/ORDERS/list.json",
    "/guarded/orders\\list.json", "/guarded/orders%5clist.json",
    "/guarded/index.html/../orders/list.json",
    "/guarded/orders/list.json%00", "/guarded/orders/list.json/",
    "/guarded/orders/list.json?/guarded/index.html",
    "/guarded/orders/list.json;index.html", "/guarded/%256frders/list.json",
    "/guarded/any/../orders/list.json", "/guarded/any/%2e%2e/orders/list.json",
    "/guarded/whoami.cgi/../orders/list.json",
    "{origin}/guarded/orders/list.json"])
def test_no_spelling_changes_what_a_place_requires(site, guest, spelling):
    target = spelling.format(origin=site.origin)
    answer = wire.send(site, "GET", target, [basic(guest.pair)])
    assert b"shipped" not in answer.body
    assert answer.status in (301, 400, 401, 403, 404)
    assert not shows_content(wire.send(site, "GET", target).body)


def test_an_encoded_slash_reaches_no_application(site, guest):
    """It would read what no rule of the server has seen."""
    for path in (FASTCGI[site.name], "whoami.cgi"):
        for tail, status in (("/a", 200), ("/a%2fb", 0), ("/a%2Fb", 0)):
            answer = wire.send(site, "GET", "/guarded/" + path + tail,
                               [basic(guest.pair)])
            assert answer.status == 200 if status else answer.status in (
                400, 404)
            assert shows_content(answer.body) == bool(status)


def test_a_refused_caller_does_not_learn_what_exists(site, guest):
    for path in ("orders/list.json", "orders/none.json"):
        answer = get(site, path, auth=guest.pair)
        assert answer.status_code == refusal(site, 403)
        assert get(site, path).status_code == 401
