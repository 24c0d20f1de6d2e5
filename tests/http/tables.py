# SPDX-License-Identifier: ISC
"""The route tables, as the programs themselves print them."""

import glob
import itertools
import os
import re
import subprocess
import uuid

import servers

PUBLIC = "nothing"
ANY = "any credential"
SEVERAL = "a permission for keys of some kind"

# What an alias begins with, and what its route below the base path does.
ALIASES = [
    (r"/core", ""),
    (r"/(ratings/v1|v1|customer-api/v1)/customers/current/api-tokens",
     "/company/tokens"),
    (r"/api/v0/configurations/{word}/{word}", ""),
    (r"/api/v[01]", ""),
    (r"/\.well-known/jwks\.json", "/oauth/jwks"),
    (r"/\.well-known/oauth-authorization-server", "/oauth/metadata"),
]


CAPTURE = re.compile(r"\{[^}]*\}")


def nothing(capture):
    """What stands for it and is not there; no word has an id's shape."""
    return str(uuid.uuid4()) if capture == "{id}" else \
        "w" + uuid.uuid4().hex


class Route:
    """One row: at a base path or, as an alias, at the root."""

    def __init__(self, program, method, pattern, manner, where):
        self.program = program
        self.method = method
        self.pattern = pattern
        self.manner = manner
        self.is_alias = where == "alias"

    def __str__(self):
        return "%s %s%s" % (self.method, self.pattern,
                            " (alias)" if self.is_alias else "")

    @property
    def key(self):
        """Method and pattern, the same for a base path and its alias."""
        pattern = self.pattern
        for alias, base in ALIASES if self.is_alias else ():
            pattern = re.sub("^" + alias, base, pattern)
        return self.method, pattern

    @property
    def base(self):
        return self.key[1]

    def url(self, site, *ids, account=None):
        """The address, with ids of nothing where none are given.  What an
        alias has more than the base is in front, and names the account."""
        captures = CAPTURE.findall(self.pattern)
        more = len(captures) - len(CAPTURE.findall(self.base))
        given = [account or nothing("{word}") for _ in range(more)]
        given += ids
        given += [nothing(name) for name in captures[len(given):]]
        path = "".join(itertools.chain.from_iterable(itertools.zip_longest(
            CAPTURE.split(self.pattern), given, fillvalue="")))
        return (site.origin if self.is_alias else site.url) + path


def read():
    found = []
    for program in sorted(glob.glob(os.path.join(servers.BUILD, "*.fcgi"))):
        lines = subprocess.run([program], env={"LATCHKEY_ROUTES": "1"},
                               capture_output=True, text=True,
                               check=True).stdout.splitlines()
        for line in lines:
            found.append(Route(os.path.basename(program),
                               *line.split("\t")[:4]))
    assert found
    return found


ROUTES = read()

# What stands for the captures of a path.
OBJECTS = {
    "/users/{id}": ["user"],
    "/users/{word}": ["handle"],
    "/roles/{word}": ["role"],
    "/workspaces/{id}": ["workspace"],
    "/api_tokens/{id}": ["pair"],
    "/user/keys/{word}": ["named"],
    "/users/{id}/api/key": ["user"],
    "/company/tokens/{id}": ["company"],
    "/users/{id}/user_app_tokens": ["user"],
    "/users/{id}/user_app_tokens/{id}": ["user", "app"],
    "/keys/{id}": ["key"],
    "/keys/{id}/rotate": ["key"],
    "/audit/{id}": ["audit"],
}

# What each route needs.
NEEDS = {
    ("GET", "/users"): "latchkey:users:read",
    ("POST", "/users"): "latchkey:users:write",
    ("GET", "/users/{id}"): "latchkey:users:read",
    ("PATCH", "/users/{id}"): "latchkey:users:write",
    ("DELETE", "/users/{id}"): "latchkey:users:write",
    ("GET", "/account"): "latchkey:self",
    ("GET", "/roles"): "latchkey:self",
    ("POST", "/roles"): "latchkey:roles:write",
    ("GET", "/roles/{word}"): "latchkey:self",
    ("PATCH", "/roles/{word}"): "latchkey:roles:write",
    ("DELETE", "/roles/{word}"): "latchkey:roles:write",
    ("GET", "/workspaces"): "latchkey:workspaces:read",
    ("POST", "/workspaces"): "latchkey:workspaces:write",
    ("GET", "/workspaces/{id}"): "latchkey:workspaces:read",
    ("PATCH", "/workspaces/{id}"): "latchkey:workspaces:write",
    ("GET", "/api_tokens"): "latchkey:keys",
    ("POST", "/api_tokens"): "latchkey:keys",
    ("GET", "/api_tokens/{id}"): "latchkey:keys",
    ("DELETE", "/api_tokens/{id}"): "latchkey:keys",
    ("GET", "/users/{id}/user_app_tokens"): "latchkey:keys:all",
    ("POST", "/users/{id}/user_app_tokens"): "latchkey:keys:all",
    ("GET", "/users/{id}/user_app_tokens/{id}"): "latchkey:keys:all",
    ("DELETE", "/users/{id}/user_app_tokens/{id}"): "latchkey:keys:all",
    ("GET", "/users/{word}"): "latchkey:self",
    ("GET", "/user"): ANY,
    ("GET", "/me"): ANY,
    ("GET", "/user/keys"): "latchkey:keys",
    ("POST", "/user/keys"): "latchkey:keys",
    ("GET", "/user/keys/{word}"): "latchkey:keys",
    ("PATCH", "/user/keys/{word}"): "latchkey:keys",
    ("DELETE", "/user/keys/{word}"): "latchkey:keys",
    ("POST", "/users/{id}/api/key"): "latchkey:keys:all",
    ("GET", "/user/token"): "latchkey:keys",
    ("POST", "/user/token"): "latchkey:keys",
    ("DELETE", "/user/token"): "latchkey:keys",
    ("GET", "/company/tokens"): "latchkey:company-tokens",
    ("POST", "/company/tokens"): "latchkey:company-tokens",
    ("GET", "/company/tokens/{id}"): "latchkey:company-tokens",
    ("DELETE", "/company/tokens/{id}"): "latchkey:company-tokens",
    ("GET", "/keys"): SEVERAL,
    ("POST", "/keys/revoke"): SEVERAL,
    ("GET", "/keys/{id}"): SEVERAL,
    ("PATCH", "/keys/{id}"): SEVERAL,
    ("DELETE", "/keys/{id}"): SEVERAL,
    ("POST", "/keys/{id}/rotate"): SEVERAL,
    ("POST", "/auth/credentials"): PUBLIC,
    ("POST", "/users/auth/key"): PUBLIC,
    ("GET", "/users/logout"): ANY,
    ("POST", "/oauth/token"): PUBLIC,
    ("POST", "/oauth/revoke"): PUBLIC,
    ("GET", "/oauth/jwks"): PUBLIC,
    ("GET", "/oauth/metadata"): PUBLIC,
    ("POST", "/oauth/introspect"): "latchkey:check",
    ("POST", "/sessions"): PUBLIC,
    ("GET", "/sessions"): ANY,
    ("DELETE", "/sessions"): ANY,
    ("GET", "/check"): ANY,
    ("POST", "/check"): "latchkey:check",
    ("GET", "/audit"): "latchkey:audit",
    ("GET", "/audit/refusals"): "latchkey:audit",
    ("GET", "/audit/{id}"): "latchkey:audit",
    ("GET", "/metrics"): "latchkey:audit",
}

# What is enough where the first id is the caller's own.
OWN = {
    ("GET", "/users/{id}"): "latchkey:self",
    ("PATCH", "/users/{id}"): "latchkey:self",
    ("GET", "/users/{id}/user_app_tokens"): "latchkey:keys",
    ("POST", "/users/{id}/user_app_tokens"): "latchkey:keys",
    ("GET", "/users/{id}/user_app_tokens/{id}"): "latchkey:keys",
    ("DELETE", "/users/{id}/user_app_tokens/{id}"): "latchkey:keys",
}

# Every user has the first two; a role adds to them.
ALWAYS = {"latchkey:self", "latchkey:keys"}
ROLES = {
    "owner": ALWAYS | {
        "latchkey:keys:all", "latchkey:users:read", "latchkey:users:write",
        "latchkey:roles:give", "latchkey:workspaces:read",
        "latchkey:workspaces:write", "latchkey:develop", "latchkey:check",
        "latchkey:audit", "latchkey:company-tokens", "latchkey:roles:write",
        "pages:read", "orders:read"},
    "global-user-admin": ALWAYS | {
        "latchkey:keys:all", "latchkey:users:read", "latchkey:users:write",
        "latchkey:roles:give", "latchkey:roles:write",
        "latchkey:workspaces:read", "latchkey:workspaces:write"},
    "workspace-manager": ALWAYS | {
        "latchkey:workspaces:read", "latchkey:workspaces:write",
        "orders:read"},
    "developer": ALWAYS | {"latchkey:develop", "pages:read"},
    "vrm-admin": ALWAYS | {"latchkey:company-tokens", "latchkey:roles:give"},
    "serviceaccount": ALWAYS,
    "auditor": ALWAYS | {"latchkey:audit", "latchkey:users:read",
                         "latchkey:workspaces:read"},
    "viewer": ALWAYS | {"latchkey:users:read", "latchkey:workspaces:read"},
}
