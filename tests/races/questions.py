# SPDX-License-Identifier: ISC
"""What a program alone is asked about a credential, and what a yes is."""

import json
import urllib.parse

import fastcgi

TARGET = "/guarded/index.html"
ADDRESS = "192.0.2.1"
PAGES = "account=acme pages:read"


class Question:
    """One check; a yes has that in it."""

    def __init__(self, name, params, yes="", body=b"", program="check",
                 role="RESPONDER"):
        self.name, self.yes, self.body, self.role = name, yes, body, role
        self.program = program
        self.params = {
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": ADDRESS,
            "HTTP_HOST": "localhost", "HTTPS": "on",
            "CONTENT_LENGTH": str(len(body)), **params}
        self.written = fastcgi.request(role, self.params, body)

    def accepted(self, said):
        return said.startswith("Status: 2") and self.yes in said


def get(path, text, **params):
    return {"REQUEST_METHOD": "GET", "REQUEST_URI": path,
            "HTTP_AUTHORIZATION": text, **params}


def post(path, text, type):
    return {"REQUEST_METHOD": "POST", "REQUEST_URI": path,
            "HTTP_AUTHORIZATION": text, "CONTENT_TYPE": type}


# Doors


def itself(text):
    return Question("GET /check", get("/api/v1/check", text))


def authorizer(text, require=PAGES):
    return Question("authorizer", get(TARGET, text, LATCHKEY_REQUIRE=require),
                    role="AUTHORIZER")


def gate(text, require=PAGES):
    """As nginx asks."""
    return Question("/check/gate", get(
        "/api/v1/check/gate", text, LATCHKEY_REQUIRE=require,
        LATCHKEY_METHOD="GET", LATCHKEY_TARGET=TARGET))


def forward(text, require=PAGES):
    """As Traefik and Caddy do."""
    return Question("/check/gate/pages", get(
        "/api/v1/check/gate/pages", text, LATCHKEY_REQUIRE=require,
        REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_METHOD="GET", HTTP_X_FORWARDED_URI=TARGET,
        HTTP_X_FORWARDED_FOR=ADDRESS))


def check(verifier):
    told = {"method": "GET", "path": TARGET, "address": ADDRESS,
            "require": "pages:read"}
    return lambda text: Question(
        "POST /check", post("/api/v1/check", verifier, "application/json"),
        '"allowed":true', json.dumps({"credential": text, **told}).encode())


def introspection(verifier):
    return lambda text: Question("introspection", post(
        "/api/v1/oauth/introspect", verifier,
        "application/x-www-form-urlencoded"), '"active":true',
        urllib.parse.urlencode({
            "token": text.split()[1], "method": "GET", "path": TARGET,
            "address": ADDRESS}).encode())


# Latchkey's own paths


def users(text):
    return Question("GET /users", get("/api/v1/users", text), program="users")


def audit(text):
    return Question("GET /audit", get("/api/v1/audit", text), program="audit")


def making(text):
    """Of another key, by that one."""
    return Question("POST /api_tokens/", post(
        "/api/v1/api_tokens/", text, "application/json"), "",
        b'{"name": "P"}', program="keys")
