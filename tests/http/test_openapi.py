# SPDX-License-Identifier: ISC
"""The description of the API: complete, served, and right about answers."""

import json
import re

import described
import tables


def without_names(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_every_route_is_described_and_nothing_else():
    told = {(method.upper(), without_names(path))
            for path, item in described.document()["paths"].items()
            for method in item}
    assert told == {
        (route.method, ("" if route.is_alias else "/api/v1") +
         without_names(route.pattern)) for route in tables.ROUTES}


def test_each_operation_has_a_name_of_its_own():
    names = [operation["operationId"]
             for item in described.document()["paths"].values()
             for operation in item.values()]
    assert len(names) == len(set(names))


def test_the_site_serves_its_description(site):
    answer = site.client().get(site.origin + "/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == described.document()


def test_an_answer_that_is_not_described_is_noticed():
    good = {"keys": []}
    name = {"X-Request-Id": "x", "Content-Type": "application/json"}
    for status, headers, body, fault in (
            (200, name, good, None),
            (202, name, good, "status"),
            (200, name, {"keys": [], "more": 1}, "more"),
            (200, name, {}, "keys"),
            (200, {**name, "Content-Type": "text/html"}, good, "text/html"),
            (503, {**name, "Content-Type": "application/problem+json"}, good,
             "Problem"),
            (404, {}, good, "of type")):
        described.hold("GET", "/api/v1/oauth/jwks", status, headers,
                       json.dumps(body))
        faults = described.take_faults()
        assert (faults == []) if fault is None else fault in faults[0]
