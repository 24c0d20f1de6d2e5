# SPDX-License-Identifier: ISC
"""What each route does: a row for each line of the programs' tables."""

ANY = "any credential"
PUBLIC = "no credential"
TEXT = "text"		# an answer that is no JSON

# Query parameters by the name of their set.
QUERIES = {
    "page": ["limit", "cursor"],
    "keys": ["limit", "cursor", "owner", "kind", "state", "handle",
             "last_used_before", "expiring_before"],
    "named": ["page", "page-size", "sort", "search", "after", "before"],
    "audit": ["limit", "cursor", "action", "actor", "key", "object",
              "from", "to"],
    "refusals": ["limit", "cursor", "reason", "subject", "from", "to"],
    "format": ["format"],
}


class Operation:
    """name, summary and the permission it needs; then what goes in and out.

    answer is the schema of the body, or {manner: schema} where manners
    differ; None means that there is none (204)."""

    def __init__(self, name, summary, needs, answer=None, body=None, *,
                 status=None, creates=False, forms=False, optional=False,
                 query=None, also=()):
        self.name = name
        self.summary = summary
        self.needs = needs
        self.answer = answer
        self.body = body
        self.creates = creates		# takes an Idempotency-Key
        self.forms = forms		# takes form bodies too
        self.optional = optional	# the body may be left out
        self.queries = QUERIES.get(query, [])
        self.also = also		# statuses beside the usual ones
        self.status = status or (204 if answer is None else
                                 201 if creates else 200)


USERS_READ = "latchkey:users:read"
USERS_WRITE = "latchkey:users:write"
SELF = "latchkey:self"
ROLES = "latchkey:roles:write"
WORK_READ = "latchkey:workspaces:read"
WORK_WRITE = "latchkey:workspaces:write"
KEYS = "latchkey:keys"
KEYS_ALL = "latchkey:keys:all"
COMPANY = "latchkey:company-tokens"
CHECK = "latchkey:check"
AUDIT = "latchkey:audit"

OPERATIONS = {
    "Users": {
        "GET /users": Operation(
            "usersList", "List the users of the account", USERS_READ,
            {"own": "UserPage", "authentise": "UserResources"},
            query="page"),
        "POST /users": Operation(
            "userCreate", "Make a user", USERS_WRITE, "User", "NewUser",
            creates=True, forms=True),
        "GET /users/{id}": Operation(
            "userShow", "Show a user, by id or by handle", USERS_READ,
            {"own": ["User", "LoccusUser"], "authentise": "User"}),
        "PATCH /users/{id}": Operation(
            "userChange", "Change a user, or oneself", USERS_WRITE, "User",
            "UserChange"),
        "DELETE /users/{id}": Operation(
            "userRemove", "Delete a user, all keys included", USERS_WRITE),
        "GET /account": Operation(
            "accountShow", "Show one's account", SELF, "Account"),
    },
    "Roles": {
        "GET /roles": Operation(
            "rolesList", "List the roles", SELF, "RolePage", also=(422,)),
        "POST /roles": Operation(
            "roleCreate", "Define a role", ROLES, "Role", "NewRole",
            creates=True),
        "GET /roles/{word}": Operation(
            "roleShow", "Show a role", SELF, "Role"),
        "PATCH /roles/{word}": Operation(
            "roleChange", "Change a role of the account's own", ROLES, "Role",
            "RoleChange"),
        "DELETE /roles/{word}": Operation(
            "roleRemove", "Delete a role of the account's own", ROLES),
    },
    "Workspaces": {
        "GET /workspaces": Operation(
            "workspacesList", "List the workspaces one may see", WORK_READ,
            "WorkspacePage", query="page"),
        "POST /workspaces": Operation(
            "workspaceCreate", "Make a workspace", WORK_WRITE, "Workspace",
            "NewWorkspace", creates=True),
        "GET /workspaces/{id}": Operation(
            "workspaceShow", "Show a workspace", WORK_READ, "Workspace"),
        "PATCH /workspaces/{id}": Operation(
            "workspaceChange", "Rename a workspace", WORK_WRITE, "Workspace",
            "WorkspaceChange"),
    },
    "Audit": {
        "GET /audit": Operation(
            "auditList", "List what was done, the newest first", AUDIT,
            "AuditPage", query="audit"),
        "GET /audit/refusals": Operation(
            "refusalsList", "List what was refused, counted by minute",
            AUDIT, "RefusalPage", query="refusals"),
        "GET /audit/{id}": Operation(
            "auditShow", "Show one row of the trail", AUDIT, "AuditEntry"),
        "GET /metrics": Operation(
            "metrics", "Show what this host has decided, for Prometheus",
            AUDIT, TEXT),
    },
    "Keys": {
        "GET /keys": Operation(
            "keysList", "List keys of all kinds", ANY, "KeyPage",
            query="keys"),
        "GET /keys/{id}": Operation("keyShow", "Show a key", ANY, "Key"),
        "PATCH /keys/{id}": Operation(
            "keyChange", "Change a key's label, limits or state", ANY, "Key",
            "KeyChange"),
        "DELETE /keys/{id}": Operation(
            "keyEnd", "Revoke a key", ANY, None, "KeyEnd", optional=True),
        "POST /keys/{id}/rotate": Operation(
            "keyRotate", "Give a key a new secret", ANY, "Rotated",
            "Rotation", creates=True, optional=True, status=200),
        "POST /keys/revoke": Operation(
            "keysRevoke", "Revoke all keys that a filter matches", ANY,
            "Revoked", "Revocation"),
    },
    "Authentise": {
        "POST /sessions": Operation(
            "sessionCreate", "Log in; the session is a cookie", PUBLIC,
            "Session", "Login", status=201, forms=True,
            also=(401,)),
        "GET /sessions": Operation(
            "sessionShow", "Show one's session", ANY, "Session",
            also=(404,)),
        "DELETE /sessions": Operation(
            "sessionEnd", "Log out", ANY, also=(404,)),
        "GET /api_tokens": Operation(
            "pairsList", "List one's pairs", KEYS, "PairResources",
            query="page"),
        "POST /api_tokens": Operation(
            "pairCreate", "Make a pair: uuid and secret", KEYS, "PairMade",
            "NewPair", creates=True, forms=True),
        "GET /api_tokens/{id}": Operation(
            "pairShow", "Show a pair, without its secret", KEYS, "Pair"),
        "DELETE /api_tokens/{id}": Operation(
            "pairEnd", "Revoke a pair", KEYS),
    },
    "Loccus": {
        "POST /auth/credentials": Operation(
            "credentialsCreate", "Sign in by handle and password", PUBLIC,
            "CredentialsToken", "Credentials", also=(401,)),
        "GET /user": Operation(
            "userOwn", "Show oneself", ANY, "LoccusUser"),
        "GET /user/keys": Operation(
            "namedList", "List one's named keys", KEYS, "NamedKeys",
            query="named"),
        "POST /user/keys": Operation(
            "namedCreate", "Make a named key", KEYS, "NamedKey",
            "NewNamedKey", creates=True),
        "GET /user/keys/{word}": Operation(
            "namedShow", "Show a named key, token included", KEYS,
            "NamedKey"),
        "PATCH /user/keys/{word}": Operation(
            "namedChange", "Change handle or alias", KEYS, "NamedKeyListed",
            "NamedKeyChange"),
        "DELETE /user/keys/{word}": Operation(
            "namedEnd", "Delete a named key", KEYS),
    },
    "Tillhub": {
        "POST /users/{id}/api/key": Operation(
            "exchangeKeyCreate", "Make an exchange key for a user", KEYS_ALL,
            "SubUserResults", "NewExchangeKey", creates=True, optional=True),
        "POST /users/auth/key": Operation(
            "exchange", "Exchange account id and key for a JSON web token",
            PUBLIC, "Exchanged", "Exchange", also=(401,)),
        "GET /users/logout": Operation(
            "exchangeLogout", "End the token that asks", ANY, "LoggedOut",
            also=(404,)),
        "GET /me": Operation("meShow", "Show who asks", ANY, "Me"),
    },
    "Bitsight": {
        "GET /user/token": Operation(
            "personalShow", "Show one's personal token", KEYS,
            "PersonalToken", also=(404,)),
        "POST /user/token": Operation(
            "personalCreate", "Replace one's personal token", KEYS,
            "PersonalToken", "NewPersonalToken", creates=True,
            optional=True),
        "DELETE /user/token": Operation(
            "personalEnd", "Delete one's personal token", KEYS,
            also=(404, 412)),
        "GET /company/tokens": Operation(
            "companyList", "List the company's tokens, masked", COMPANY,
            "CompanyTokens", query="format"),
        "POST /company/tokens": Operation(
            "companyCreate", "Make a company token", COMPANY, "CompanyToken",
            "NewCompanyToken", creates=True),
        "GET /company/tokens/{id}": Operation(
            "companyShow", "Show a company token, masked", COMPANY,
            "CompanyToken", query="format"),
        "DELETE /company/tokens/{id}": Operation(
            "companyEnd", "Revoke a company token", COMPANY),
    },
    "Cutover": {
        "GET /users/{id}/user_app_tokens": Operation(
            "appsList", "List a user's app tokens", KEYS_ALL, "AppTokens",
            query="page"),
        "POST /users/{id}/user_app_tokens": Operation(
            "appCreate", "Make an app token", KEYS_ALL, "AppTokenMade",
            "NewAppToken", creates=True),
        "GET /users/{id}/user_app_tokens/{id}": Operation(
            "appShow", "Show an app token, without the token", KEYS_ALL,
            "AppToken"),
        "DELETE /users/{id}/user_app_tokens/{id}": Operation(
            "appEnd", "Revoke an app token", KEYS_ALL),
    },
    "Check": {
        "GET /check": Operation(
            "checkOwn", "Is the credential of this request good?", ANY,
            "OwnCheck"),
        "POST /check": Operation(
            "checkOther", "Is another's credential good, and for what?",
            CHECK, "Checked", "CheckRequest"),
    },
    "OAuth": {
        "POST /oauth/token": Operation(
            "oauthToken", "Grant a token for client credentials", PUBLIC,
            "Granted", "Grant", forms=True, also=(401,)),
        "POST /oauth/revoke": Operation(
            "oauthRevoke", "End a token", PUBLIC, None, "TokenRequest",
            status=200, forms=True, also=(401,)),
        "POST /oauth/introspect": Operation(
            "oauthIntrospect", "Tell of a token whether it is live", CHECK,
            "Introspected", "TokenRequest", forms=True),
        "GET /oauth/jwks": Operation(
            "jwksShow", "The public keys of JSON web tokens", PUBLIC,
            "Jwks"),
        "GET /oauth/metadata": Operation(
            "oauthMetadata", "What the authorization server offers", PUBLIC,
            "Metadata"),
    },
}

TAGS = {
    "Users": "The users of an account, and the account",
    "Roles": "What users may do",
    "Workspaces": "Parts of an account that roles can be limited to",
    "Keys": "Keys of all kinds, in one manner",
    "Authentise": "Sessions and pairs, as Authentise's clients know them",
    "Loccus": "Named keys, as Loccus' clients know them",
    "Tillhub": "Exchange keys, as Tillhub's clients know them",
    "Bitsight": "Personal and company tokens, as Bitsight's clients do",
    "Cutover": "App tokens, as Cutover's clients know them",
    "Audit": "What was changed and what was refused",
    "Check": "Is a credential good, and for what?",
    "OAuth": "RFC 6749, 7009, 7517, 7662 and 8414",
}

# Rows of the programs' tables that share a path with another one.
SAME = {"GET /users/{word}": "GET /users/{id}"}
