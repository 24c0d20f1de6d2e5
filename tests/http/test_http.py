# SPDX-License-Identifier: ISC
"""The manner of HTTP: methods, paths, headers, the shape of problems."""

import glob
import os
import re
import subprocess
import uuid

import pytest

import servers
from people import Person, bearer
from wire import send

BASE = "/api/v1"
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def route_table():
    """{(path, program): methods} as the programs themselves print it."""
    found = {}
    for program in sorted(glob.glob(os.path.join(servers.BUILD, "*.fcgi"))):
        lines = subprocess.run(
            [program], env={"LATCHKEY_ROUTES": "1"}, capture_output=True,
            text=True, check=True).stdout.splitlines()
        for line in lines:
            method, pattern, _, group = line.split("\t")[:4]
            top = BASE if group == "base" else ""
            found.setdefault((top + pattern, os.path.basename(program)),
                             set()).add(method)
    return found


ROUTES = route_table()


def example(pattern):
    path = re.sub(r"\{id\}", lambda _: str(uuid.uuid4()), pattern)
    return re.sub(r"\{word\}", lambda _: "w" + uuid.uuid4().hex, path)


def allowed(methods):
    more = {"HEAD"} if "GET" in methods else set()
    return methods | more | {"OPTIONS"}


def words(header):
    return set(header.replace(" ", "").split(","))


@pytest.fixture(scope="module", name="pair")
def pair_of_a_developer(site):
    return Person(site, "developer").pair("--scope", "latchkey:keys")


def is_problem(answer, status, slug):
    body = answer.json()
    assert answer.status_code == body["status"] == status
    # OAuth has a word of its own for it, and knows no other media type
    assert answer.headers["Content-Type"] == (
        "application/json" if "error" in body else "application/problem+json")
    assert body["type"] == "urn:latchkey:problem:" + slug
    assert body["instance"] == "urn:uuid:" + answer.headers["X-Request-Id"]
    assert body["title"] and body["msg"]
    for error in body["errors"]:
        assert error["title"] and error["detail"] and error["code"]
    return True


# Methods

def test_the_table_of_routes_is_as_large_as_expected():
    assert len(ROUTES) >= 18


@pytest.mark.parametrize("pattern, program", ROUTES)
def test_a_route_names_its_methods(site, pattern, program):
    path = site.origin + example(pattern)
    wrong = site.client().put(path, json={})
    assert is_problem(wrong, 405, "method-not-allowed")
    methods = ROUTES[pattern, program]
    assert words(wrong.headers["Allow"]) == allowed(methods)
    asked = site.client().options(path)
    assert asked.status_code == 204 and asked.content == b""
    assert words(asked.headers["Allow"]) == allowed(methods)


def test_a_method_is_spelled_in_capitals(site):
    answer = send(site, "get", BASE + "/check")
    assert answer.status in (400, 405, 501)


def test_options_of_nothing_is_not_found(site):
    assert is_problem(site.client().options("/nothing"), 404, "not-found")


def test_head_is_get_without_its_body(site, pair):
    client = site.client()
    client.auth = pair
    got = client.get("/api_tokens/")
    head = client.head("/api_tokens/")
    assert head.status_code == got.status_code == 200
    for name in ("ETag", "Content-Type", "Cache-Control"):
        assert head.headers[name] == got.headers[name]
    # Apache does not pass on the length that a CGI program states
    if site.name != "apache-cgi":
        assert head.headers["Content-Length"] == str(len(got.content))
    assert head.content == b"" and got.content != b""
    for path, status in (("/check", 401), ("/nothing", 404)):
        answer = send(site, "HEAD", BASE + path)
        assert answer.status == status and answer.body == b""


# Headers

@pytest.mark.parametrize("path, status, slug", [
    ("/nothing", 404, "not-found"),
    ("/", 404, "not-found"),
    ("/users/1/2/3/4", 404, "not-found"),
    ("/api_tokens/no-uuid", 404, "not-found"),
    ("/api_tokens/", 401, "unauthenticated"),
    ("/check", 401, "unauthenticated"),
])
def test_what_goes_wrong_is_a_problem(site, path, status, slug):
    assert is_problem(site.client().get(path), status, slug)


def test_every_answer_has_an_id_of_its_own_and_is_not_stored(site, pair):
    client = site.client()
    client.auth = pair
    answers = [client.get("/check"), client.get("/check"),
               client.get("/users/"), client.get("/nothing"),
               client.put("/check"), client.options("/check"),
               client.post("/api_tokens/", json={"name": "x"}),
               client.post("/api_tokens/", json={}),
               site.client().get("/check")]
    assert [one.status_code for one in answers] == [
        200, 200, 403, 404, 405, 204, 201, 400, 401]
    ids = [one.headers["X-Request-Id"] for one in answers]
    assert len(set(ids)) == len(ids)
    for one in answers:
        assert re.fullmatch(UUID, one.headers["X-Request-Id"])
        assert one.headers["Cache-Control"] == "no-store"
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        if one.status_code in (200, 201):
            assert one.headers["Content-Type"] == "application/json"


def test_the_trail_has_the_id_of_the_request(site, pair):
    answer = site.client().post("/api_tokens/", auth=pair, json={"name": "x"})
    rows = site.sql("SELECT LOWER(HEX(request_id)), door, address FROM audit"
                    " WHERE object_id = UNHEX('%s')" %
                    answer.json()["uuid"].replace("-", ""))
    assert rows == [(answer.headers["X-Request-Id"].replace("-", ""), "http",
                     "127.0.0.1")]


# By CGI the programs are told that all of it was https in front of them.
@pytest.mark.servers("lighttpd", "apache-fcgid")
@pytest.mark.parametrize("method, path", [
    ("GET", "/check"), ("POST", "/sessions/"), ("POST", "/api_tokens/"),
    ("GET", "/nothing"), ("OPTIONS", "/check")])
def test_plain_http_is_refused_and_not_redirected(site, pair, method, path):
    before = site.sql("SELECT COUNT(*) FROM audit")
    answer = site.client().request(
        method, site.plain + BASE + path, auth=pair,
        json={"name": "x"} if method == "POST" else None,
        headers={"X-Forwarded-Proto": "https"})
    assert is_problem(answer, 403, "https-required")
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert site.sql("SELECT COUNT(*) FROM audit") == before


# Paths

@pytest.mark.parametrize("target", [
    "/api/v1/api_tokens", "/api/v1/api_tokens/", "/api_tokens", "/api_tokens/",
    "/cgi-bin/keys.fcgi/api_tokens", "/cgi-bin/keys.fcgi/api_tokens/",
    "/api/v1/api_token%73/", "/api/v1/api_tokens/?x=y", "/api/v1/api_tokens?"])
def test_a_resource_has_these_paths(site, pair, target):
    answer = site.client().get(site.origin + target, auth=pair)
    assert answer.status_code == 200
    assert "resources" in answer.json()


@pytest.mark.parametrize("program, path", [
    ("users", "/users/"), ("keys", "/api_tokens/"), ("tokens", "/sessions/"),
    ("check", "/check")])
def test_classic_paths_need_no_configuration(site, program, path):
    header = bearer(site.admin.cookies["session"])
    top = "%s/cgi-bin/%s.fcgi" % (site.origin, program)
    assert site.client().get(top + path, headers=header).status_code == 200
    for nothing in ("", "/", "/nothing", path + "x/y/z"):
        answer = site.client().get(top + nothing, headers=header)
        assert is_problem(answer, 404, "not-found")


def test_uris_lead_back_the_way_that_was_come(site, pair):
    for top in (BASE, "", "/cgi-bin/keys.fcgi"):
        client = site.client()
        client.auth = pair
        made = client.post(site.origin + top + "/api_tokens/",
                           json={"name": "x"})
        uri = made.json()["uri"]
        assert uri == made.headers["Location"]
        assert uri.startswith(site.origin + top + "/api_tokens/")
        assert client.get(uri).status_code == 200


def test_a_program_does_not_answer_for_another(site):
    header = bearer(site.admin.cookies["session"])
    answer = site.client().get(
        site.origin + "/cgi-bin/users.fcgi/api_tokens/", headers=header)
    assert is_problem(answer, 404, "not-found")


@pytest.mark.parametrize("target", [
    "/api/v1//check", "//api/v1/check", "/api//v1/check", "/api/v1/check//",
    "/api/v1/./check", "/api/v1/../v1/check", "/api/v1/x/../check",
    "/api/v1/%2e/check", "/api/v1/%2e%2e/v1/check", "/api/v1/x/%2E%2E/check",
    "/api/v1/check/.", "/api/v1/check/..", "/api/v1/check/%2e",
    "/api/v1%2fcheck", "/api/v1/check%2f", "/api%2Fv1/check",
    "/api/v1/check%00", "/api/v1/check%00.json", "/api/v1/%00/check",
    "/api/v1/check%0a", "/api/v1/check%20", "/api/v1/check%",
    "/api/v1/check%6", "/api/v1/check%zz", "/api/v1/%2563heck",
    "/api/v1/check%ff",
    "/api/v1/check%c0%af", "/api/v1/CHECK", "/API/v1/check", "/api/v1/check;x",
    "/api/v1/check.json", "/api/v1/check\\", "/api/v1\\check",
    "/api/v1/check/check", "/api/v1/" + "x" * 2000, "/api/v1" + "/x" * 200,
])
def test_no_other_spelling_is_a_path(site, pair, target):
    header = bearer(site.admin.cookies["session"])
    answer = send(site, "GET", target, list(header.items()))
    assert answer.status in (400, 403, 404, 414)


@pytest.mark.parametrize("id", [
    "0", "00000000-0000-0000-0000-000000000000", "%00", "..%2fcheck",
    "{00000000-0000-4000-8000-000000000000}", "null", "%27%20OR%20%271",
    "0000000000004000800000000000000000000000", "a" * 36])
def test_what_is_no_id_names_nothing(site, id):
    header = list(bearer(site.admin.cookies["session"]).items())
    for pattern in ("/users/%s", "/users/%s/", "/api_tokens/%s/",
                    "/workspaces/%s", "/users/%s/user_app_tokens"):
        answer = send(site, "GET", BASE + pattern % id, header)
        assert answer.status in (400, 404)
