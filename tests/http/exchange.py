# SPDX-License-Identifier: ISC
"""What the tests of exchange keys share: keys, tokens, doors, forgeries."""

import base64
import hashlib
import hmac
import json
import os
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

import gates
import servers
from people import bearer

ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551


def add_user(admin, *roles, type="service", **more):
    """A user, as /users/ shows him."""
    answer = admin.post("/users/", json={
        "type": type, "name": "Integration", "verified": True,
        "email": "till-%s@tillhub.example" % uuid.uuid4().hex[:12],
        "roles": [{"role": role} for role in roles], **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def add_key(admin, user, **limits):
    """A key of that user; its text."""
    answer = admin.post("/users/%s/api/key" % user, json=limits)
    assert answer.status_code == 201, answer.text
    return answer.json()["results"][0]["api_key"]


def exchange(site, key, id=None, **more):
    """The answer to an exchange; the account is the site's own."""
    return site.client().post("/users/auth/key", json={
        "id": id or site.account_id, "api_key": key}, **more)


def token_for(site, key, id=None):
    answer = exchange(site, key, id)
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]


def doors(site, token):
    """Whether each door lets the token in, by name."""
    said = {}
    for path in ("/check", "/me", "/users/"):
        status = site.client().get(path, headers=bearer(token)).status_code
        assert status in (200, 401, 403)
        said[path] = status != 401
    asked = site.admin.post("/check", json={
        "credential": "Bearer " + token})
    said["POST /check"] = asked.status_code == 200 and asked.json()["allowed"]
    if site.guard:
        said["gate"] = gates.get(site, "any/", headers=bearer(
            token)).status_code == 200
    return said


def open_place(site):
    """A place behind the gate for any live credential."""
    servers.write(os.path.join(gates.place(site, "any"), "index.html"),
                  "for any\n")


def is_in(site, token):
    """Let in at every door, or at none: which of both."""
    said = set(doors(site, token).values())
    assert len(said) == 1, doors(site, token)
    return said.pop()


# What only who has the keyring can make

def keyed(key, *parts):
    """A digest over parts, each of them behind its length."""
    text = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.new(key, text, hashlib.sha256).digest()


def masters(site):
    """The keys of the live versions in the keyring's file."""
    with open(os.path.join(site.home, "etc", "keyring")) as file:
        lines = [line.split() for line in file]
    return {int(words[0]): bytes.fromhex(words[2]) for words in lines
            if words[1] == "live"}


def signing_key(site, version=1):
    """The P-256 key of a version."""
    seed = keyed(masters(site)[version], b"latchkey:es256")
    wide = keyed(seed, b"es256:high") + keyed(seed, b"es256:low")
    scalar = int.from_bytes(wide, "big") % (ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


def digest(site, text, version=1):
    """What is stored of a token of no shape of ours."""
    key = keyed(masters(site)[version], b"latchkey:token")
    return keyed(key, bytes(16), text.encode()).hex()


def encode(data):
    if not isinstance(data, bytes):
        data = json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def taken_apart(token):
    """Header and claims, in their order."""
    return [json.loads(decode(part)) for part in token.split(".")[:2]]


def signed(site, header, claims):
    """A token that our own key has signed, whatever it says."""
    text = encode(header) + "." + encode(claims)
    signature = jwt.algorithms.ECAlgorithm(
        jwt.algorithms.ECAlgorithm.SHA256).sign(
            text.encode(), signing_key(site))
    return text + "." + encode(signature)


# What a verifier does who knows nothing but the public keys

def public_keys(site):
    answer = site.client().get("/oauth/jwks")
    assert answer.status_code == 200
    return jwt.PyJWKSet.from_dict(answer.json())


def verified(token, keys, issuer):
    """The claims, as PyJWT reads them."""
    kid = jwt.get_unverified_header(token)["kid"]
    key, = [one for one in keys.keys if one.key_id == kid]
    return jwt.decode(token, key.key, issuer=issuer, audience=issuer,
                      algorithms=["ES256", "EdDSA", "RS256"])
