# SPDX-License-Identifier: ISC
"""The bodies of requests and answers, as JSON Schema 2020-12."""

KINDS = ["pair", "named", "exchange", "personal", "company", "app"]
TEXT = {"type": "string"}
BOOL = {"type": "boolean"}
COUNT = {"type": "integer", "minimum": 0}
UUID = {"type": "string", "format": "uuid"}
URI = {"type": "string", "format": "uri-reference"}
KIND = {"type": "string", "enum": KINDS}
TIME = {"type": "string", "format": "date-time",
        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
MICROS = {"type": "string", "format": "date-time",
          "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"}
# As given, times may have other fractions and offsets.
WHEN = {"type": "string", "format": "date-time"}


def ref(name):
    return {"$ref": "#/components/schemas/" + name}


def text(least=1, most=200, **more):
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def array(of, **more):
    return {"type": "array", "items": of, **more}


def or_null(schema):
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"],
                "enum": schema["enum"] + [None]}
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def some(required, **members):
    """An object that has these members and no others."""
    made = {"type": "object", "properties": members,
            "additionalProperties": False}
    if required:
        made["required"] = list(required)
    return made


def obj(**members):
    """The same; none of the members is missing."""
    return some(members, **members)


NULL = {"type": "null"}
NEXT = {"next": or_null(UUID)}
NAMES = array(TEXT)
WORD = {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,31}$"}


def number(most):
    return {"type": "integer", "minimum": 1, "maximum": most}


RATES = or_null(array(obj(name=WORD, limit=number(1000000),
                          per=number(86400)), minItems=1, maxItems=8))
QUOTA = {"name": WORD, "limit": number(10 ** 12),
         "period": {"type": "string", "enum": [
             "hour", "day", "week", "month", "once"]}}
QUOTAS = or_null(array(some(QUOTA, **QUOTA, strict=BOOL), minItems=1,
                       maxItems=8))
LIMITS = {
    "scopes": or_null(array(text(most=100))),
    "workspaces": or_null(array(text(most=50))),
    "rules": or_null(array(text(most=1000))),
    "addresses": or_null(array(text(most=100))),
    "rates": RATES,
    "quotas": QUOTAS,
    "starts_at": or_null(WHEN),
    "expires_at": or_null(WHEN),
}
ROLE_GIVEN = some(["role"], role=text(most=50),
                  workspaces=array(text(most=50)))
DETAILS = {
    "address": or_null(text(0)),
    "company": or_null(text(0)),
    "handle": or_null(text(most=50)),
    "verified": BOOL,
    "rates": RATES,
    "roles": array(ROLE_GIVEN),
}

USER = {
    "uri": URI, "uuid": UUID, "id": UUID,
    "type": {"type": "string", "enum": [
        "interactive", "service", "non_interactive", "company"]},
    "name": TEXT, "username": TEXT, "email": or_null(TEXT),
    "handle": or_null(TEXT), "address": or_null(TEXT),
    "company": or_null(TEXT), "rates": RATES, "verified": BOOL,
    "blocked": BOOL,
    "created_at": TIME, "updated_at": TIME,
}
ROLE = {"slug": TEXT, "name": TEXT, "built_in": BOOL, "in_workspaces": BOOL,
        "permissions": NAMES}
PAIR = {"uri": URI, "uuid": UUID, "name": TEXT, "created_at": TIME,
        "expires_at": or_null(TIME), "scopes": or_null(NAMES)}
APP = {"label": TEXT, "created_at": TIME, "expires_at": or_null(TIME),
       "last_accessed_at": or_null(TIME)}
NAMED = {"id": UUID, "handle": TEXT, "alias": or_null(TEXT), "token": TEXT,
         "createdAt": MICROS}
COMPANY = {"description": TEXT, "guid": UUID, "token": TEXT,
           "created_date": TEXT, "creator_name": or_null(TEXT),
           "group": or_null(TEXT)}
REQUEST = obj(host=or_null(TEXT), id=UUID)
ACCOUNT = {"id": UUID, "name": TEXT, "legacy_id": or_null(TEXT)}
FACTS = {
    "account": obj(id=UUID, legacy_id=or_null(TEXT)),
    "user": obj(id=UUID, username=TEXT, type=TEXT),
    "credential": obj(id=UUID, kind=TEXT, label=or_null(TEXT)),
    "permissions": NAMES, "workspaces": NAMES, "expires_at": or_null(TIME),
}
KEY = {
    "id": UUID, "kind": KIND,
    "owner": obj(id=UUID, username=or_null(TEXT)),
    "handle": or_null(TEXT), "label": or_null(TEXT),
    "state": {"type": "string",
              "enum": ["live", "disabled", "expired", "revoked"]},
    "scopes": or_null(NAMES), "workspaces": or_null(NAMES),
    "rules": or_null(NAMES), "addresses": or_null(NAMES),
    "rates": RATES, "quotas": QUOTAS,
    "starts_at": or_null(TIME), "expires_at": or_null(TIME),
    "created_at": TIME,
    "created_by": obj(user=or_null(UUID), key=or_null(UUID)),
    "updated_at": TIME, "revoked_at": or_null(TIME),
    "revoked_reason": or_null(TEXT), "uses": COUNT,
    "last_used": or_null(obj(at=TIME, address=or_null(TEXT),
                             agent=or_null(TEXT))),
    "hint": or_null(TEXT),
    "secrets": array(obj(hint=or_null(TEXT), started_at=TIME,
                         ends_at=or_null(TIME), last_used_at=or_null(TIME))),
}
FILTER = {
    "owner": text(most=64), "kind": KIND,
    "state": {"type": "string",
              "enum": ["live", "disabled", "expired", "revoked"]},
    "handle": text(most=50), "last_used_before": WHEN,
    "expiring_before": WHEN,
}


def envelope(result):
    return obj(status={"type": "integer"}, msg=TEXT, request=REQUEST,
               count=COUNT, results=array(result))


def sub_user(time):
    """A user as this product knows it: a person has an address and a name to
    log in with, one who stands for an integration has not."""
    unset = dict.fromkeys(
        ["metadata", "groups", "scopes", "attributes", "parents",
         "children", "key", "locations"], NULL)
    return obj(id=UUID, user_id=or_null(UUID), created_at=time,
               updated_at=time, user=obj(id=or_null(UUID),
                                         email=or_null(TEXT)),
               description=or_null(TEXT), active=BOOL, role=TEXT,
               blocked=BOOL, configuration_id=UUID, deleted=BOOL,
               api_key=or_null(TEXT), name=or_null(TEXT),
               username=or_null(TEXT), **unset)


SCHEMAS = {
    "Problem": some(
        ["type", "title", "status", "msg", "errors"],
        # about:blank: the web server's own
        type={"type": "string",
              "pattern": "^(urn:latchkey:problem:|about:blank$)"},
        title=TEXT, status={"type": "integer"}, detail=TEXT, instance=TEXT,
        msg=TEXT, errors=array(some(
            ["title", "detail", "code"], title=TEXT, detail=TEXT, code=TEXT,
            pointer=TEXT), minItems=1),
        error=TEXT, error_description=TEXT),

    # users
    "NewUser": some(
        ["name", "email"], name=text(), email=text(3, 254),
        username=text(most=254), password=text(0, 1024),
        type={"type": "string",
              "enum": ["interactive", "service", "non_interactive"]},
        **DETAILS),
    "UserChange": some(
        [], name=text(), email=text(3, 254), username=text(most=254),
        password=text(0, 1024), current_password=text(0, 1024), blocked=BOOL,
        **DETAILS),
    "User": obj(**USER, roles=array(obj(role=TEXT, workspace=or_null(TEXT)))),
    "UserPage": obj(items=array(obj(**USER)), **NEXT),
    "UserResources": obj(resources=array(obj(**USER)), **NEXT),
    "Account": obj(**ACCOUNT, lifetimes=obj(**dict.fromkeys(
        KINDS, obj(default=or_null(COUNT), most=or_null(COUNT))))),

    # roles and workspaces
    "NewRole": some(
        ["slug", "name", "permissions"], slug=text(most=50), name=text(),
        permissions=array(text(most=100)), in_workspaces=BOOL,
        gives=array(text(most=50))),
    "RoleChange": some([], name=text(), permissions=array(text(most=100)),
                       gives=array(text(most=50))),
    "Role": obj(**ROLE, gives=NAMES),
    "RolePage": obj(items=array(obj(**ROLE)), **NEXT),
    "NewWorkspace": obj(handle=text(most=50), name=text()),
    "WorkspaceChange": obj(name=text()),
    "Workspace": obj(uri=URI, id=UUID, handle=TEXT, name=TEXT,
                     created_at=TIME, updated_at=TIME),
    "WorkspacePage": obj(items=array(ref("Workspace")), **NEXT),

    # the trail
    "AuditEntry": obj(
        id=UUID, at=TIME, door=TEXT,
        actor=obj(user=or_null(UUID), key=or_null(UUID)), action=TEXT,
        object=obj(type=TEXT, id=or_null(UUID)),
        detail={"type": ["object", "null"]}, address=TEXT,
        request_id=or_null(UUID), seq=or_null(COUNT)),
    "AuditPage": obj(items=array(ref("AuditEntry")), **NEXT),
    "RefusalPage": obj(items=array(obj(
        at=TIME, reason=TEXT, subject=obj(type=TEXT, id=TEXT),
        times=COUNT)), **NEXT),

    # keys of all kinds
    "Key": obj(**KEY),
    "KeyPage": obj(items=array(ref("Key")), **NEXT),
    "KeyChange": some([], label=or_null(text()), disabled=BOOL, **LIMITS),
    "KeyEnd": some([], reason=or_null(text())),
    "Rotation": some([], grace={
        "type": "integer", "minimum": 0, "maximum": 2592000}),
    "Rotated": some([*KEY, "old_ends_at"], **KEY, uuid=UUID, secret=TEXT,
                    token=TEXT, api_key=TEXT, old_ends_at=TIME),
    "Revocation": some([], **FILTER, reason=or_null(text()), dry_run=BOOL),
    "Revoked": obj(matched=COUNT, revoked=COUNT, ids=array(UUID), more=BOOL),

    # Authentise
    "Login": some(["username", "password"], username=text(most=254),
                  password=text(most=1024), account=text(most=64)),
    "Session": obj(uri=URI, uuid=UUID, username=TEXT, user=URI,
                   expires_at=TIME),
    "NewPair": some(["name"], name=text(), **LIMITS),
    "Pair": obj(**PAIR),
    "PairMade": obj(**PAIR, secret=TEXT),
    "PairResources": obj(resources=array(ref("Pair")),
                         paging=obj(limit=COUNT, **NEXT)),

    # Loccus
    "Credentials": some(["handle", "password"], handle=text(most=50),
                        password=text(8, 50), account=text(most=64)),
    "CredentialsToken": obj(token=TEXT, issuedAt=MICROS, expiresAt=MICROS),
    "NewNamedKey": some(["handle"], handle=text(most=50),
                        alias=or_null(text(most=100)), **LIMITS),
    "NamedKeyChange": some([], handle=text(most=50),
                           alias=or_null(text(most=100))),
    "NamedKey": obj(**NAMED),
    "NamedKeyListed": obj(**{**NAMED, "token": or_null(TEXT)}),
    "NamedKeys": array(ref("NamedKeyListed")),
    "LoccusUser": obj(
        id=UUID, handle=or_null(TEXT), alias=or_null(TEXT),
        email=or_null(TEXT), emailVerified=BOOL,
        state={"type": "string",
               "enum": ["verified", "unverified", "blocked"]},
        orgs=COUNT, spaces=COUNT, createdAt=MICROS),

    # Tillhub
    "NewExchangeKey": some([], label=text(), **LIMITS),
    "SubUser": sub_user(TIME),
    "SubUserResults": envelope(sub_user(obj(iso=TIME, unix=COUNT))),
    "Exchange": some([], id=TEXT, api_key=TEXT),
    "Exchanged": obj(
        status={"type": "integer", "const": 200}, msg=TEXT, request=REQUEST,
        user=obj(**ACCOUNT), token=TEXT,
        token_type={"type": "string", "const": "Bearer"},
        sub_user=ref("SubUser"), expires_at=TIME),
    "Me": envelope(obj(id=UUID, name=TEXT, role=TEXT, scopes=NAMES,
                       account=obj(**ACCOUNT))),
    "LoggedOut": obj(msg=TEXT),

    # Bitsight
    "NewPersonalToken": some([], **LIMITS),
    "PersonalToken": obj(guid=UUID, token=TEXT, created_date=TEXT,
                         expires_at=or_null(TIME)),
    "NewCompanyToken": some(["description"], description=text(),
                            group=or_null(text()),
                            roles=array(text(most=50)), **LIMITS),
    "CompanyToken": obj(**COMPANY),
    "CompanyTokens": array(ref("CompanyToken")),

    # Cutover
    "NewAppToken": some(
        [], label=text(), **LIMITS, data=some(
            ["attributes"], type=TEXT,
            attributes=some(["label"], label=text(), **LIMITS))),
    "AppToken": obj(data=obj(id=UUID, type=TEXT, attributes=obj(**APP))),
    "AppTokenMade": obj(data=obj(id=UUID, type=TEXT,
                                 attributes=obj(**APP, token=TEXT))),
    "AppTokens": obj(data=array(obj(id=UUID, type=TEXT,
                                    attributes=obj(**APP))), **NEXT),

    # the check
    "OwnCheck": obj(active={"type": "boolean", "const": True}, **FACTS),
    "CheckRequest": some(["credential"], credential=text(most=4096),
                         require=text(most=2048), address=text(most=64),
                         method=text(most=32), path=text(most=4096)),
    "Checked": some(["allowed", "reason"], allowed=BOOL,
                    reason=or_null(TEXT), **FACTS, limits=array(obj(
                        name=TEXT, limit=COUNT, remaining=COUNT,
                        reset=COUNT)), retry_after=COUNT),

    # OAuth
    "Grant": some(["grant_type"], grant_type=TEXT, scope=TEXT,
                  client_id=TEXT, client_secret=TEXT),
    "Granted": obj(access_token=TEXT, token_type=TEXT, expires_in=COUNT,
                   scope=TEXT),
    "TokenRequest": some(["token"], token=TEXT, token_type_hint=TEXT,
                         client_id=TEXT, client_secret=TEXT),
    "Introspected": {"type": "object", "required": ["active"],
                     "properties": {
                         "active": BOOL, "retry_after": COUNT, "scope": TEXT, "client_id": TEXT,
                         "username": TEXT, "token_type": TEXT, "exp": COUNT,
                         "iat": COUNT, "nbf": COUNT, "sub": TEXT,
                         "aud": TEXT, "iss": TEXT, "jti": TEXT},
                     "additionalProperties": False},
    "Jwks": obj(keys=array(some(
        ["kty", "kid", "alg", "use"], kty=TEXT, kid=TEXT, alg=TEXT, use=TEXT,
        crv=TEXT, x=TEXT, y=TEXT, n=TEXT, e=TEXT))),
    "Metadata": {"type": "object",
                 "required": ["issuer", "token_endpoint", "jwks_uri",
                              "response_types_supported"],
                 "properties": {"issuer": TEXT, "token_endpoint": TEXT,
                                "jwks_uri": TEXT,
                                "response_types_supported": NAMES}},
}
