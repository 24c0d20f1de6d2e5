# SPDX-License-Identifier: ISC
"""Libraries that were never told of Latchkey: they speak OAuth to it."""

import base64
import json
import os
import re
import subprocess
import urllib.parse

import pytest
import requests

import by_cgi
import npm
import servers
from people import Person

ALGORITHMS = ["ES256", "EdDSA", "RS256"]


@pytest.fixture(scope="module", name="pair")
def client_pair(site):
    return Person(site, "developer").pair()


def client(pair):
    return {"id": pair[0], "secret": pair[1]}


# Discovery, grant, introspection, revocation

@pytest.mark.parametrize("script", ["oauth4webapi.mjs", "openid-client.mjs"])
def test_a_certified_client_works_unmodified(site, pair, script):
    verifier = Person(site, "owner").pair("--scope", "latchkey:check")
    seen = npm.run(site, script, issuer=site.origin, client=client(pair),
                   verifier=client(verifier), scope="pages:read")
    assert seen["granted"]["token_type"].lower() == "bearer"
    assert seen["granted"]["scope"] == "pages:read"
    assert seen["posted"].lower() == "bearer"
    assert seen["introspected"]["active"] is True
    assert seen["introspected"]["client_id"] == pair[0]
    assert seen["wrongScope"] == "invalid_scope"
    assert seen["afterwards"] == {"active": False}
    if "claims" in seen:
        assert seen["claims"]["client_id"] == pair[0]
        assert seen["claims"]["jti"] == seen["introspected"]["jti"]


# Verification by others

def settings(site, algorithm):
    """A copy of the site's settings with that algorithm."""
    path = by_cgi.with_settings(site)
    with open(path, "a") as out:
        out.write("[jwt]\nalgorithm = %s\n" % algorithm)
    return path


def sign(site, pair, algorithm):
    """A token that the site would give if it signed so."""
    answer = by_cgi.ask(
        site, "tokens.fcgi", "POST", "/oauth/token",
        {"HTTP_HOST": urllib.parse.urlsplit(site.origin).netloc,
         "CONTENT_TYPE": "application/x-www-form-urlencoded"},
        urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": pair[0],
            "client_secret": pair[1]}), settings(site, algorithm))
    assert answer.status == 200, answer.text
    return answer.json()["access_token"]


def part(value):
    return base64.urlsafe_b64encode(json.dumps(
        value).encode()).decode().rstrip("=")


def altered(text):
    """The same signature under other claims."""
    head, claims, signature = text.split(".")
    claims = json.loads(base64.urlsafe_b64decode(claims + "=="))
    claims["exp"] += 1
    return ".".join([head, part(claims), signature])


def unsigned(text):
    return ".".join([part({"typ": "at+jwt", "alg": "none"}),
                     text.split(".")[1], ""])


@pytest.fixture(scope="module", name="tokens")
def tokens_of_each_algorithm(site, pair):
    good = {name: sign(site, pair, name) for name in ALGORITHMS}
    bad = {"altered " + name: altered(text) for name, text in good.items()}
    bad["unsigned"] = unsigned(good["ES256"])
    return {**good, **bad}


@pytest.mark.statement("C-37")
def test_jose_verifies_our_tokens(site, pair, tokens):
    seen = npm.run(site, "jose.mjs", issuer=site.origin, tokens=tokens,
                   jwks_uri=site.url + "/oauth/jwks")
    for name in ALGORITHMS:
        assert seen[name]["alg"] == name
        assert seen[name]["payload"]["client_id"] == pair[0]
    for name in set(tokens) - set(ALGORITHMS):
        assert "error" in seen[name]


@pytest.mark.statement("C-37")
def test_pyjwt_verifies_our_tokens(site, pair, tokens):
    jwt = pytest.importorskip("jwt", reason="there is no python3-jwt")
    keys = jwt.PyJWKSet.from_dict(requests.get(
        site.url + "/oauth/jwks", verify=site.server.certificate()).json())

    def read(text):
        kid = jwt.get_unverified_header(text).get("kid")
        key = next(one.key for one in keys.keys if one.key_id == kid)
        return jwt.decode(text, key, ALGORITHMS, audience=site.origin,
                          issuer=site.origin)
    for name in ALGORITHMS:
        assert read(tokens[name])["client_id"] == pair[0]
    for name in ALGORITHMS:
        with pytest.raises(jwt.InvalidSignatureError):
            read(tokens["altered " + name])
    with pytest.raises(StopIteration):
        read(tokens["unsigned"])


def test_the_lock_file_names_no_registry():
    text = servers.read("tests", "npm", npm.LOCK)
    packages = json.loads(text)["packages"]
    assert all("integrity" in packages[name] for name in packages if name)
    assert not any("resolved" in one for one in packages.values())
    assert not os.path.exists(os.path.join(npm.SOURCE, "node_modules"))


# The guide

def blocks(language):
    """The guide's examples in a language, as one program."""
    text = servers.read("docs", "oauth.md")
    return "".join(re.findall("(?ms)^```%s\n(.*?)^```$" % language, text))


@pytest.mark.parametrize("command, language", [
    (["bash", "-eu"], "sh"), (["/usr/bin/python3", "-"], "python")])
def test_the_guide_works_as_it_is_written(site, pair, tmp_path, command,
                                          language):
    verifier = Person(site, "owner").pair("--scope", "latchkey:check")
    done = subprocess.run(
        command, input=blocks(language), capture_output=True, text=True,
        cwd=tmp_path, timeout=60, env={
            "PATH": os.environ["PATH"],
            "CURL_CA_BUNDLE": site.server.certificate(),
            "REQUESTS_CA_BUNDLE": site.server.certificate(),
            "LATCHKEY_ISSUER": site.origin, "LATCHKEY_URL": site.url,
            "LATCHKEY_CLIENT": pair[0], "LATCHKEY_SECRET": pair[1],
            "LATCHKEY_VERIFIER": verifier[0],
            "LATCHKEY_VERIFIER_SECRET": verifier[1]})
    assert done.returncode == 0, done.stderr
    assert re.search("[\"']active[\"']: ?[tT]rue", done.stdout)
    if language == "sh":
        assert done.stdout.endswith('{"active":false}')
