/* SPDX-License-Identifier: ISC */
/* Making and reading JSON web tokens. */

#include <string.h>

#include "base/encode.h"
#include "base/nitems.h"
#include "http/json.h"

#include "auth/jwt_private.h"

#define SECOND		INT64_C(1000)
#define SECONDS_MAX	((INT64_C(1) << 53) / SECOND)
#define SECRET		ENCODE_BASE64URL(sizeof(struct uuid))

struct claims {
	const char	*iss, *aud, *sub, *client_id, *jti;
	int64_t		 iat, exp;
	const char	*account, *secret, *scope;
};

#define ANY_TEXT	.min = 1, .max = JWT_TEXT, .required = true
#define ID_TEXT		.min = UUID_TEXT - 1, .max = UUID_TEXT - 1,	\
			.required = true
#define SECONDS		.min = 0, .max = SECONDS_MAX, .required = true

static const struct json_field claim_fields[] = {
	JSON_FIELD(TEXT, struct claims, iss, ANY_TEXT),
	JSON_FIELD(TEXT, struct claims, aud, ANY_TEXT),
	JSON_FIELD(TEXT, struct claims, sub, ID_TEXT),
	JSON_FIELD(TEXT, struct claims, client_id, ID_TEXT),
	JSON_FIELD(TEXT, struct claims, jti, ID_TEXT),
	JSON_FIELD(INTEGER, struct claims, iat, SECONDS),
	JSON_FIELD(INTEGER, struct claims, exp, SECONDS),
	JSON_FIELD(TEXT, struct claims, account, ID_TEXT),
	JSON_FIELD(TEXT, struct claims, secret, .min = SECRET, .max = SECRET,
	    .required = true),
	JSON_FIELD(TEXT, struct claims, scope, .max = JWT_TEXT),
};

/* -- writing --------------------------------------------------------------- */

static const char *
encode_json(struct arena *arena, struct json *json)
{
	size_t n;
	const char *text = json_done(json, &n);

	return jwt_encode(arena, text, n);
}

static const char *
make_header(struct arena *arena, const struct keyring *ring, uint8_t version,
    enum crypto_algorithm algorithm)
{
	struct json *json = json_new(arena);

	json_object(json, NULL);
	json_text(json, "typ", "at+jwt");
	json_text(json, "alg", crypto_algorithms[algorithm]);
	json_text(json, "kid", jwt_kid(arena, ring, version, algorithm));
	json_end(json);
	return encode_json(arena, json);
}

static const char *
make_payload(struct arena *arena, const struct jwt *jwt)
{
	struct json *json = json_new(arena);

	json_object(json, NULL);
	json_text(json, "iss", jwt->issuer);
	json_text(json, "aud", jwt->issuer);
	json_uuid(json, "sub", &jwt->user_id);
	json_uuid(json, "client_id", &jwt->key_id);
	json_uuid(json, "jti", &jwt->id);
	json_integer(json, "iat", jwt->issued_at / SECOND);
	json_integer(json, "exp", jwt->expires_at / SECOND);
	json_uuid(json, "account", &jwt->account_id);
	json_text(json, "secret", jwt_encode(arena, jwt->secret.b,
	    sizeof(jwt->secret.b)));
	if (jwt->scope != NULL)
		json_text(json, "scope", jwt->scope);
	json_end(json);
	return encode_json(arena, json);
}

const char *
jwt_make(struct arena *arena, const struct keyring *ring, uint8_t version,
    enum crypto_algorithm algorithm, const struct jwt *jwt)
{
	const struct crypto_signer *signer = keyring_signer(ring, version,
	    algorithm);
	uint8_t signature[CRYPTO_SIGNATURE];
	const char *text;
	size_t n;

	if (signer == NULL)
		return NULL;
	text = arena_printf(arena, "%s.%s",
	    make_header(arena, ring, version, algorithm),
	    make_payload(arena, jwt));
	n = crypto_sign(signer, signature, text, strlen(text));
	text = arena_printf(arena, "%s.%s", text,
	    jwt_encode(arena, signature, n));
	return strlen(text) <= JWT_TEXT ? text : NULL;
}

/* -- reading --------------------------------------------------------------- */

struct parts {
	const char	*text;
	const char	*payload, *signature;
	size_t		 nheader, npayload, nsignature;
};

/* The digits of one part, which ends with the character given. */
static const char *
skip_part(const char *text, char end, size_t *n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";

	*n = strspn(text, digits);
	return *n > 0 && text[*n] == end ? text + *n + 1 : NULL;
}

static bool
split_text(struct parts *parts, const char *text)
{
	/* other tokens have no dot */
	if (strchr(text, '.') == NULL ||
	    strnlen(text, JWT_TEXT + 1) > JWT_TEXT)
		return false;
	parts->text = text;
	parts->payload = skip_part(text, '.', &parts->nheader);
	if (parts->payload == NULL)
		return false;
	parts->signature = skip_part(parts->payload, '.', &parts->npayload);
	return parts->signature != NULL &&
	    skip_part(parts->signature, '\0', &parts->nsignature) != NULL;
}

bool
jwt_shaped(const char *text)
{
	struct parts parts;

	return split_text(&parts, text);
}

static bool
is_text(const char *expected, const char *text, size_t n)
{
	return strlen(expected) == n && crypto_equal(expected, text, n);
}

/*
 * The key that the header names.  No header is parsed: a live version and an
 * algorithm have exactly one, and whatever else it could say is not in it.
 */
static const struct crypto_signer *
find_signer(struct arena *arena, const struct keyring *ring,
    const struct parts *parts)
{
	uint8_t live[KEYRING_LIVE];
	size_t n = keyring_live(ring, live);

	for (size_t i = 0; i < n * CRYPTO_ALGORITHMS; i++) {
		uint8_t version = live[i / CRYPTO_ALGORITHMS];
		enum crypto_algorithm algorithm = i % CRYPTO_ALGORITHMS;
		size_t mark = arena_mark(arena);
		bool found = is_text(make_header(arena, ring, version,
		    algorithm), parts->text, parts->nheader);

		arena_release(arena, mark);
		if (found)
			return keyring_signer(ring, version, algorithm);
	}
	return NULL;
}

static bool
is_signed(struct arena *arena, const struct keyring *ring,
    const struct parts *parts)
{
	const struct crypto_signer *signer = find_signer(arena, ring, parts);
	uint8_t signature[CRYPTO_SIGNATURE];
	size_t n;

	return signer != NULL &&
	    encode_base64url_parse(signature, sizeof(signature), &n,
	    parts->signature, parts->nsignature) &&
	    crypto_verify(signer, signature, n, parts->text,
	    parts->nheader + 1 + parts->npayload);
}

static bool
read_claims(struct claims *claims, struct arena *arena,
    const struct parts *parts)
{
	uint8_t *text = arena_alloc(arena, parts->npayload);
	struct json_faults faults;
	size_t n;

	return encode_base64url_parse(text, parts->npayload, &n,
	    parts->payload, parts->npayload) &&
	    json_read(arena, (const char *)text, n, claim_fields,
	    NITEMS(claim_fields), claims, &faults) == JSON_OK;
}

static bool
fill_token(struct jwt *jwt, const struct claims *claims)
{
	size_t n;

	*jwt = (struct jwt){
		.issuer = claims->iss,
		.issued_at = claims->iat * SECOND,
		.expires_at = claims->exp * SECOND,
		.scope = claims->scope,
	};
	return uuid_parse(&jwt->id, claims->jti) &&
	    uuid_parse(&jwt->key_id, claims->client_id) &&
	    uuid_parse(&jwt->user_id, claims->sub) &&
	    uuid_parse(&jwt->account_id, claims->account) &&
	    encode_base64url_parse(jwt->secret.b, sizeof(jwt->secret.b), &n,
	    claims->secret, strlen(claims->secret)) &&
	    n == sizeof(jwt->secret.b);
}

/* Written again it must be the same: aud, order, spelling and all. */
bool
jwt_read(struct jwt *jwt, struct arena *arena, const struct keyring *ring,
    const char *text, const char *issuer)
{
	struct claims claims = { 0 };
	struct parts parts;

	if (!split_text(&parts, text) || !is_signed(arena, ring, &parts) ||
	    !read_claims(&claims, arena, &parts) || !fill_token(jwt, &claims))
		return false;
	if (issuer != NULL && !is_text(issuer, jwt->issuer,
	    strlen(jwt->issuer)))
		return false;
	return is_text(make_payload(arena, jwt), parts.payload,
	    parts.npayload);
}

void
jwt_digest(uint8_t out[static CRYPTO_DIGEST], const struct keyring *ring,
    const char *text, const char *issuer)
{
	uint8_t live[KEYRING_LIVE];
	size_t n = keyring_live(ring, live);
	const struct crypto_part parts[] = {
		{ live, n },
		/* with its NUL: where it ends, the client shall not say */
		{ issuer, issuer == NULL ? 0 : strlen(issuer) + 1 },
		{ text, strlen(text) },
	};

	crypto_hmac(out, keyring_key(ring, live[0], KEYRING_TOKEN), parts, 3);
}
