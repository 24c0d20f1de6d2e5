# SPDX-License-Identifier: ISC
"""JSON web tokens that we did not make, or not so, open no door."""

import hashlib
import hmac
import time
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

import by_cgi
import exchange
from exchange import (add_key, add_user, encode, is_in, public_keys, signed,
                      taken_apart, token_for, verified)
from people import Person, bearer
from site_under_test import ACCOUNT

HUGE = 1 << 62


@pytest.fixture(scope="module", autouse=True)
def place(site):
    if site.guard:
        exchange.open_place(site)


@pytest.fixture(scope="module", name="user")
def sub_user(site):
    return add_user(site.admin)


@pytest.fixture(scope="module", name="key")
def key_of_the_user(site, user):
    return add_key(site.admin, user["id"])


@pytest.fixture(name="token")
def fresh_token(site, key):
    return token_for(site, key)


def test_what_we_sign_anew_is_taken(site, token):
    """The forgeries below fail for what they say, not for how they are made."""
    assert is_in(site, signed(site, *taken_apart(token)))


# The header

@pytest.mark.statement("C-37")
@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
@pytest.mark.parametrize("signature", ["", "AA", "its own"])
def test_a_token_that_nobody_signed(site, token, alg, signature):
    header, claims = taken_apart(token)
    header["alg"] = alg
    if signature == "its own":
        signature = token.split(".")[2]
    forged = ".".join((encode(header), encode(claims), signature))
    assert not is_in(site, forged)


@pytest.mark.statement("C-37")
@pytest.mark.parametrize("form", ["pem", "der", "jwk", "x", "point"])
def test_the_public_key_is_no_secret(site, token, form):
    header, claims = taken_apart(token)
    public = exchange.signing_key(site).public_key()
    jwk = jwt.algorithms.ECAlgorithm.to_jwk
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    secret = {
        "pem": lambda: public.public_bytes(
            serialization.Encoding.PEM, info),
        "der": lambda: public.public_bytes(
            serialization.Encoding.DER, info),
        "jwk": lambda: site.client().get("/oauth/jwks").content,
        "x": lambda: public.public_numbers().x.to_bytes(32, "big"),
        "point": lambda: public.public_bytes(
            serialization.Encoding.X962,
            serialization.PublicFormat.UncompressedPoint),
    }[form]()
    for alg in ("HS256", "ES256"):
        header["alg"] = alg
        text = encode(header) + "." + encode(claims)
        mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
        assert not is_in(site, text + "." + encode(mac))


@pytest.mark.parametrize("change", [
    {"alg": "EdDSA"}, {"alg": "RS256"}, {"alg": "ES384"}, {"alg": "es256"},
    {"kid": "1"}, {"kid": ""}, {"kid": "2-ES256-0000000000000000"},
    {"kid": "../../etc/passwd"}, {"kid": "1' OR '1'='1"}, {"kid": None},
    {"typ": "JWT"}, {"typ": None}, {"crit": ["exp"]}, {"crit": []},
    {"crit": ["b64"], "b64": False}, {"b64": True},
    {"jku": "https://attacker.example/jwks"}, {"zip": "DEF"},
    {"x5u": "https://attacker.example/x5u"}, {"cty": "JWT"}])
def test_a_header_that_says_something_else(site, token, change):
    header, claims = taken_apart(token)
    header.update(change)
    assert not is_in(site, signed(site, header, claims))


@pytest.mark.parametrize("with_jwk", [False, True])
def test_a_key_of_the_attackers(site, token, with_jwk):
    header, claims = taken_apart(token)
    own = ec.generate_private_key(ec.SECP256R1())
    algorithm = jwt.algorithms.ECAlgorithm(
        jwt.algorithms.ECAlgorithm.SHA256)
    if with_jwk:
        numbers = own.public_key().public_numbers()
        header["jwk"] = {"kty": "EC", "crv": "P-256",
                         "x": encode(numbers.x.to_bytes(32, "big")),
                         "y": encode(numbers.y.to_bytes(32, "big"))}
    text = encode(header) + "." + encode(claims)
    forged = text + "." + encode(algorithm.sign(text.encode(), own))
    assert not is_in(site, forged)


def test_a_header_with_a_member_twice(site, token):
    header, claims = taken_apart(token)
    text = ('{"typ":"at+jwt","alg":"ES256","alg":"ES256","kid":"%s"}' %
            header["kid"])
    assert not is_in(site, signed(site, text.encode(), claims))


# Altered bits, and other spellings of the same

def flipped(part, at):
    data = bytearray(exchange.decode(part))
    data[at // 8 % len(data)] ^= 1 << at % 8
    return encode(bytes(data))


@pytest.mark.statement("C-37")
@pytest.mark.parametrize("part", [0, 1, 2])
def test_one_altered_bit_in_any_part(site, token, part):
    parts = token.split(".")
    size = 8 * len(exchange.decode(parts[part]))
    client = site.client()
    for at in range(0, size, max(1, size // 40)):
        forged = list(parts)
        forged[part] = flipped(parts[part], at)
        assert client.get("/check", headers=bearer(".".join(forged))
                          ).status_code == 401
    assert not is_in(site, ".".join(forged))


@pytest.mark.parametrize("change", [
    lambda t: t + "=", lambda t: t + "==", lambda t: t + ".",
    lambda t: t + ".AA", lambda t: "." + t, lambda t: t.replace(".", ". "),
    lambda t: t.rpartition(".")[0], lambda t: t.rpartition(".")[0] + ".",
    lambda t: t[:-1], lambda t: t + "A", lambda t: t + "\u00e9",
    lambda t: t.partition(".")[0] + "." + t,
    lambda t: t.rpartition(".")[0] + "." + encode(bytes(64)),
    lambda t: t.rpartition(".")[0] + "." + encode(bytes(63)),
    lambda t: t + "A" * 5000])
def test_another_spelling(site, token, change):
    status = site.client().get("/check", headers={
        "Authorization": ("Bearer " + change(token)).encode()}).status_code
    assert status in (400, 401)


def test_a_signature_in_the_other_form(site, token):
    """DER, as most libraries sign by themselves, is not JWS."""
    text = token.rpartition(".")[0]
    r, s = (int.from_bytes(exchange.decode(token.split(".")[2])[at:at + 32],
                           "big") for at in (0, 32))
    from cryptography.hazmat.primitives.asymmetric import utils
    assert not is_in(site, text + "." + encode(
        utils.encode_dss_signature(r, s)))


# Claims that our own key has signed

@pytest.mark.parametrize("change", [
    {"iss": "https://attacker.example"}, {"iss": ""}, {"iss": None},
    {"aud": "https://attacker.example"}, {"aud": []},
    {"aud": ["https://attacker.example"]},
    {"sub": str(uuid.uuid4())}, {"sub": ""}, {"sub": None},
    {"account": str(uuid.uuid4())}, {"account": ACCOUNT},
    {"client_id": str(uuid.uuid4())}, {"secret": encode(bytes(16))},
    {"secret": ""}, {"jti": "1"}, {"jti": None},
    {"exp": None}, {"iat": None}, {"exp": "9999999999"},
    {"exp": 1e10}, {"exp": 9999999999.5}, {"exp": HUGE}, {"exp": -1},
    {"exp": 0}, {"exp": True}, {"exp": 1 << 64}, {"exp": [9999999999]},
    {"iat": 1e9}, {"iat": -1}, {"iat": HUGE}, {"iat": "1"},
    {"nbf": 0}, {"admin": True}, {"scope": 1}, {"scope": ["latchkey:keys"]}])
def test_claims_that_we_would_not_write(site, token, change):
    header, claims = taken_apart(token)
    claims.update(change)
    assert not is_in(site, signed(site, header, claims))


def test_a_token_for_another_site_of_the_same_keyring(site, token):
    """Who asks POST /check vouches for the place; no other door takes it."""
    header, claims = taken_apart(token)
    claims["iss"] = claims["aud"] = "https://other.example"
    said = exchange.doors(site, signed(site, header, claims))
    assert {name for name in said if said[name]} <= {"POST /check"}


def test_another_order_or_a_claim_twice(site, token):
    header, claims = taken_apart(token)
    turned = dict(reversed(list(claims.items())))
    assert not is_in(site, signed(site, header, turned))
    text = exchange.decode(encode(claims)).decode()
    twice = text[:-1] + ',"exp":%d}' % claims["exp"]
    assert not is_in(site, signed(site, header, twice.encode()))
    blank = text.replace(":", ": ", 1)
    assert not is_in(site, signed(site, header, blank.encode()))


@pytest.mark.parametrize("name, seconds, taken", [
    ("iat", 30, True), ("iat", 120, False), ("iat", 86400, False),
    ("exp", -1, False), ("exp", -86400, False)])
def test_times_are_judged(site, token, name, seconds, taken):
    header, claims = taken_apart(token)
    claims[name] = int(time.time()) + seconds
    assert is_in(site, signed(site, header, claims)) == taken


def test_a_scope_that_the_key_lacks_gives_nothing(site, token):
    header, claims = taken_apart(token)
    claims["scope"] = "latchkey:keys latchkey:users:read"
    forged = signed(site, header, claims)
    assert is_in(site, forged)
    me, = site.client().get("/me", headers=bearer(forged)).json()["results"]
    assert me["scopes"] == []


def test_a_token_of_another_user_of_the_account(site, token):
    header, claims = taken_apart(token)
    claims["sub"] = Person(site, "owner").id
    assert not is_in(site, signed(site, header, claims))


# Forms and places

def test_a_token_counts_as_bearer_only(site, token):
    for options in (
            {"auth": (token, "")}, {"auth": ("", token)},
            {"headers": {"Authorization": token}},
            {"headers": {"Authorization": "JWT " + token}},
            {"headers": {"X-API-Key": token}},
            {"cookies": {"session": token}},
            {"params": {"access_token": token}}):
        assert site.client().get("/check", **options).status_code == 401


def test_a_token_cannot_be_exchanged_again(site, token):
    assert exchange.exchange(site, token).status_code in (401, 422)


def test_a_token_obtains_no_more_than_its_key(site, user):
    """Its end is that of the key: what it makes does not live longer."""
    manager = add_user(site.admin, "owner")
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 900))
    token = token_for(site, add_key(
        site.admin, manager["id"], expires_at=end,
        scopes=["latchkey:keys", "latchkey:keys:all"]))
    path = site.url + "/users/%s/api/key" % user["id"]
    client = site.client()
    client.headers.update(bearer(token))
    for asked, status in (
            ({}, 201), ({"expires_at": end}, 201), ({"expires_at": None}, 403),
            ({"expires_at": "2099-01-01T00:00:00Z"}, 403),
            ({"scopes": ["latchkey:users:write"]}, 403)):
        assert client.post(path, json=asked).status_code == status, asked


# Algorithms

@pytest.mark.statement("C-37")
@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_every_algorithm_verifies_elsewhere_and_here(site, user, key,
                                                     algorithm):
    path = by_cgi.with_settings(site)
    with open(path, "a") as file:
        file.write("[jwt]\nalgorithm = %s\n" % algorithm)
    said = by_cgi.ask(site, "tokens.fcgi", "POST", "/users/auth/key",
                      {"HTTP_HOST": site.origin[8:]},
                      {"id": ACCOUNT, "api_key": key}, path).json()
    assert taken_apart(said["token"])[0]["alg"] == algorithm
    claims = verified(said["token"], public_keys(site), site.origin)
    assert claims["sub"] == user["id"]
    assert is_in(site, said["token"])


def test_issuer_and_lifetime_are_the_operators_to_set(site, token, key):
    """Then the host that a request names says nothing."""
    issuer = "https://keys.example.org/of/acme"
    path = by_cgi.with_settings(site)
    with open(path, "a") as file:
        file.write("[jwt]\nissuer = %s\nlifetime = 90\n" % issuer)

    def ask(program, method, where, body=None, **env):
        return by_cgi.ask(site, program, method, where, {
            "HTTP_HOST": "any.example", **env}, body, path)

    said = ask("tokens.fcgi", "POST", "/users/auth/key",
               {"id": ACCOUNT, "api_key": key}).json()
    claims = verified(said["token"], public_keys(site), issuer)
    assert claims["exp"] - claims["iat"] == 90
    assert ask("tokens.fcgi", "GET", "/oauth/metadata").json()[
        "issuer"] == issuer
    for text, status in ((said["token"], 200), (token, 401)):
        assert ask("check.fcgi", "GET", "/check",
                   HTTP_AUTHORIZATION="Bearer " + text).status == status
    assert not site.client().get("/check", headers=bearer(said["token"])).ok


def test_the_public_keys_may_be_kept_and_hold_nothing_private(site):
    for path in (site.url + "/oauth/jwks",
                 site.origin + "/.well-known/jwks.json"):
        answer = site.client().get(path)
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        keys = answer.json()["keys"]
        assert {one["alg"] for one in keys} == {"ES256", "EdDSA", "RS256"}
        assert len({one["kid"] for one in keys}) == len(keys)
        for one in keys:
            assert one["use"] == "sig"
            assert not set(one) & {"d", "p", "q", "dp", "dq", "qi", "k"}
    assert site.client().get("/me").headers["Cache-Control"] == "no-store"
