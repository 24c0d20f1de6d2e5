# SPDX-License-Identifier: ISC
"""What bodies are taken; the others change nothing."""

import json
import os
import socket
import ssl
import uuid

import pytest

import processes
from wire import send

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
LIMIT = 65536


def fresh():
    return "h" + uuid.uuid4().hex[:12]


def named(name):
    """A body, with the bytes given as the name."""
    return b'{"handle":"body","name":' + name + b"}"


MALFORMED = {
    "empty": b"",
    "blanks": b" \n",
    "half": b'{"handle":"body","name":"x"',
    "an array": b'[{"handle":"body","name":"x"}]',
    "a text": b'"body"',
    "null": b"null",
    "two objects": named(b'"x"') * 2,
    "something behind": named(b'"x"') + b"x",
    "no comma": b'{"handle":"body" "name":"x"}',
    "a comma too many": b'{"handle":"body","name":"x",}',
    "single quotes": b"{'handle':'body','name':'x'}",
    "a comment": b'{"handle":"body",/* */"name":"x"}',
    "a byte order mark": b"\xef\xbb\xbf" + named(b'"x"'),
    "UTF-16": '{"handle":"body","name":"x"}'.encode("utf-16"),
    "Latin-1": named(b'"\xe9"'),
    "overlong": named(b'"\xc0\xaf"'),
    "overlong NUL": named(b'"\xc0\x80"'),
    "overlong in three": named(b'"\xe0\x80\xaf"'),
    "a surrogate's bytes": named(b'"\xed\xa0\x80"'),
    "above U+10FFFF": named(b'"\xf4\x90\x80\x80"'),
    "a cut character": named(b'"\xe2\x82"'),
    "a lone high surrogate": named(rb'"\ud800"'),
    "a lone low surrogate": named(rb'"\udc00"'),
    "surrogates reversed": named(rb'"\udc00\ud800"'),
    "an escaped NUL": named(rb'"a\u0000b"'),
    "a NUL": named(b'"a\0b"'),
    "a line break": named(b'"a\nb"'),
    "an unknown escape": named(rb'"\x41"'),
    "a needless zero": named(b"01"),
    "no number": named(b"NaN"),
    "deep arrays": named(b"[" * 100 + b"]" * 100),
    "deep objects": named(b'{"a":' * 100 + b"1" + b"}" * 100),
    "deep and not closed": b"[" * 60000,
    "a NUL in a member's name": b'{"handle":"body","name":"x","a\\u0000":1}',
}

INVALID = {
    "nothing": ("{}", "/handle"),
    "one missing": ('{"handle":"body"}', "/name"),
    "an unknown member": (
        '{"handle":"body","name":"x","admin":true}', ""),
    "a member of another case": ('{"handle":"body","Name":"x"}', ""),
    "a member twice": (
        '{"handle":"body","name":"x","name":"y"}', "/name"),
    "a member twice, once escaped": (
        r'{"handle":"body","name":"x","n\u0061me":"y"}', "/name"),
    "null": ('{"handle":"body","name":null}', "/name"),
    "a number": ('{"handle":"body","name":7}', "/name"),
    "a boolean": ('{"handle":"body","name":true}', "/name"),
    "an array": ('{"handle":"body","name":["x"]}', "/name"),
    "an object": ('{"handle":"body","name":{"x":1}}', "/name"),
    "an empty name": ('{"handle":"body","name":""}', "/name"),
    "a long name": ('{"handle":"body","name":"%s"}' % ("x" * 201), "/name"),
    "a control character": (
        r'{"handle":"body","name":"a\u001bb"}', "/name"),
    "a handle of another shape": (
        '{"handle":"Bo dy","name":"x"}', "/handle"),
}


@pytest.fixture(name="unchanged")
def nothing_changes(site):
    """Fails when the test has changed anything."""
    def count():
        return site.sql("SELECT (SELECT COUNT(*) FROM workspaces),"
                        " (SELECT COUNT(*) FROM `keys`),"
                        " (SELECT COUNT(*) FROM audit)")

    site.admin
    before = count()
    yield
    assert count() == before


def post(site, path, body, kind=JSON):
    return site.admin.post(path, data=body, headers={"Content-Type": kind})


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_body_changes_nothing(site, unchanged, what):
    answer = post(site, "/workspaces", MALFORMED[what])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "malformed"


@pytest.mark.parametrize("what", INVALID)
def test_an_invalid_member_is_named_and_changes_nothing(site, unchanged,
                                                        what):
    body, pointer = INVALID[what]
    answer = post(site, "/workspaces", body)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert "#" + pointer in [one["pointer"] for one in errors]
    assert {one["code"] for one in errors} == {"invalid-field"}


def test_nothing_of_the_client_is_echoed(site, unchanged):
    answer = post(site, "/workspaces", '{"<script>":1,"handle":"<b>"}')
    assert answer.status_code == 422
    assert "<" not in answer.text


def test_all_faults_are_told_at_once(site, unchanged):
    answer = post(site, "/workspaces", '{"handle":7,"name":8,"x":9}')
    assert len(answer.json()["errors"]) == 3


def test_text_beyond_ascii_is_kept_as_it_is(site):
    name = "Größe 東京 😀 \u202e \\ \" /"
    made = site.admin.post("/workspaces", json={
        "handle": fresh(), "name": name})
    assert made.status_code == 201
    assert site.admin.get(made.headers["Location"]).json()["name"] == name


# Types

@pytest.mark.parametrize("kind", [
    "", "text/plain", "text/json", "application/jsonx", "application/xml",
    "multipart/form-data; boundary=x", FORM])
def test_another_type_is_refused(site, unchanged, kind):
    body = json.dumps({"handle": fresh(), "name": "x"})
    answer = post(site, "/workspaces", body, kind)
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["code"] == "media-type"


@pytest.mark.parametrize("kind", [
    JSON, JSON + "; charset=utf-8", "Application/JSON", JSON + ";charset=x"])
def test_json_is_taken_under_these_names(site, kind):
    body = json.dumps({"handle": fresh(), "name": "x"})
    assert post(site, "/workspaces", body, kind).status_code == 201


# Forms

def test_a_form_is_read_like_json(site):
    answer = post(site, "/api_tokens/", "name=a+b%20%C3%A9&&", FORM)
    assert answer.status_code == 201
    assert answer.json()["name"] == "a b é"


@pytest.mark.parametrize("body", [
    "", "name=", "name=a&name=b", "name=a&nam%65=b", "name=a&admin=1",
    "name=%", "name=%zz", "name=%00", "name=%c0%af", "name=%ff",
    "name=a%0ab", "name=a&scopes=orders:read"])
def test_a_form_that_is_not_understood_changes_nothing(site, unchanged, body):
    assert post(site, "/api_tokens/", body, FORM).status_code == 400


# As curl -d sends it when no header says otherwise.
@pytest.mark.parametrize("path", ["/api_tokens/", "/sessions/", "/users/"])
def test_json_that_is_called_a_form_is_told_its_type(site, unchanged, path):
    answer = post(site, path, '{"name":"a"}', FORM)
    assert answer.status_code == 415
    assert JSON in answer.json()["detail"]


# Sizes

def padded(size):
    body = json.dumps({"handle": fresh(), "name": "x"})
    return body + " " * (size - len(body))


def test_the_largest_body_is_taken(site):
    assert post(site, "/workspaces", padded(LIMIT)).status_code == 201


@pytest.mark.parametrize("size", [LIMIT + 1, 100000])
def test_a_larger_body_is_refused(site, unchanged, size):
    answer = post(site, "/workspaces", padded(size))
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["code"] == "too-large"


def test_a_huge_body_is_refused(site, unchanged):
    answer = post(site, "/workspaces", padded(300000))
    # mod_fcgid's own limit is 128 KiB, and it calls that a 500
    assert answer.status_code == (
        500 if site.name == "apache-fcgid" else 413)
    assert answer.headers["Content-Type"] == "application/problem+json"


# Apache listens to no answer before it has handed on the whole body.
@pytest.mark.servers("lighttpd")
def test_a_body_that_is_announced_too_large_is_not_waited_for(site,
                                                              unchanged):
    answer = send(site, "POST", "/api/v1/workspaces", [
        ("Cookie", "session=" + site.admin.cookies["session"]),
        ("Content-Type", JSON), ("Content-Length", str(2 << 20))])
    assert answer.status == 413
    assert json.loads(answer.body)["status"] == 413


def in_chunks(body):
    for at in range(0, len(body), 1000):
        yield body[at:at + 1000].encode()


def test_a_body_in_chunks_is_read_whole(site):
    assert post(site, "/workspaces", in_chunks(padded(5500))
                ).status_code == 201


def test_a_body_in_chunks_has_the_same_limit(site, unchanged):
    answer = post(site, "/workspaces", in_chunks(padded(LIMIT + 1)))
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1x", "99999999999999999999"])
def test_a_length_that_is_none_is_refused(site, unchanged, length):
    answer = send(site, "POST", "/api/v1/workspaces", [
        ("Cookie", "session=" + site.admin.cookies["session"]),
        ("Content-Type", JSON), ("Content-Length", length)])
    assert answer.status in (400, 413)


def test_a_body_that_breaks_off_does_nothing(site, unchanged):
    whole = json.dumps({"handle": fresh(), "name": "x"})
    head = ("POST /api/v1/workspaces HTTP/1.1\r\nHost: localhost\r\n"
            "Cookie: session=%s\r\nContent-Type: %s\r\n"
            "Content-Length: %d\r\nConnection: close\r\n\r\n" % (
                site.admin.cookies["session"], JSON, len(whole) + 10))
    context = ssl.create_default_context(cafile=site.server.certificate())
    with socket.create_connection(("127.0.0.1", site.server.port), 30) as raw:
        with context.wrap_socket(raw, server_hostname="localhost") as line:
            line.sendall((head + whole).encode())
    # the next request to the same program comes after that one
    for _ in range(4):
        assert site.admin.get("/workspaces").status_code == 200


@pytest.mark.servers("apache-cgi")
def test_half_a_body_given_to_a_program_does_nothing(site, unchanged):
    """No server in between that might notice it first."""
    whole = json.dumps({"handle": fresh(), "name": "x"})
    done = processes.call(
        [os.path.join(site.home, "bin", "users.fcgi")], text=whole, env={
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST",
            "REQUEST_URI": "/api/v1/workspaces", "CONTENT_TYPE": JSON,
            "CONTENT_LENGTH": str(len(whole) + 1),
            "REMOTE_ADDR": "127.0.0.1",
            "LATCHKEY_CONFIG": os.path.join(site.home, "etc",
                                            "latchkey.ini"),
            "HTTP_COOKIE": "session=" + site.admin.cookies["session"]})
    assert done.stdout.startswith("Status: 400 ")
