/* SPDX-License-Identifier: ISC */
/* The secrets of keys: made, sealed, and read again. */

#include <string.h>

#include "check/issue_private.h"
#include "store/secret.h"
#include "store/version.h"

/* What a sealed token is bound to: place, key, kind and version. */
struct seal {
	char		 table[16];
	struct uuid	 key;
	uint8_t		 digest[CRYPTO_DIGEST];
	uint8_t		 kind;
	uint8_t		 version;
};

static struct seal
make_seal(const struct key *key, const struct secret *secret)
{
	struct seal seal = {
		.table = "key_secrets", .key = key->id, .kind = key->kind,
		.version = secret->version,
	};

	memcpy(seal.digest, secret->digest, sizeof(seal.digest));
	return seal;
}

static const struct uuid *
bound_to(const struct key *key)
{
	return kind_types[key->kind].form == FORM_BASIC_PAIR ? &key->id : NULL;
}

/* Ours, or a random UUID (RFC 9562 5.4) where the kind has no letter. */
static void
make_token(char token[static TOKEN_TEXT], const struct keyring *ring,
    uint8_t version, const struct key *key)
{
	const struct kind_type *type = &kind_types[key->kind];
	struct uuid id;

	if (type->letter != '\0') {
		token_make(token, ring, version, type->letter, type->length,
		    bound_to(key));
		return;
	}
	crypto_random(id.b, sizeof(id.b));
	id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40);
	id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
	uuid_format(token, &id);
}

static void
seal_token(struct secret *secret, struct arena *arena,
    const struct keyring *ring, const struct key *key, const char *token)
{
	struct seal seal = make_seal(key, secret);
	size_t n = strlen(token);
	uint8_t *sealed;

	if (!kind_types[key->kind].readable)
		return;
	sealed = arena_alloc(arena, n + CRYPTO_SEALED);
	crypto_seal(sealed, keyring_key(ring, secret->version, KEYRING_SEAL),
	    &seal, sizeof(seal), token, n);
	secret->sealed = (struct db_blob){ sealed, n + CRYPTO_SEALED };
}

enum db_result
issue_secret(struct db *db, struct arena *arena, const struct keyring *ring,
    const struct key *key, int64_t now, char token[static TOKEN_TEXT])
{
	struct secret secret = { .key_id = key->id, .starts_at = now };
	enum db_result result;

	result = version_active(db, arena, ring, &secret.version);
	if (result != DB_OK)
		return result;
	make_token(token, ring, secret.version, key);
	token_digest(secret.digest, ring, secret.version, KEYRING_TOKEN, token,
	    bound_to(key));
	secret.hint = token + strlen(token) - 4;
	seal_token(&secret, arena, ring, key, token);
	return secret_add(db, &secret);
}

enum db_result
issue_open(struct arena *arena, const struct keyring *ring,
    const struct key *key, const struct secret *secret, const char **token)
{
	const uint8_t *opener = keyring_key(ring, secret->version,
	    KEYRING_SEAL);
	struct seal seal = make_seal(key, secret);
	uint8_t *out;
	size_t n;

	if (secret->sealed.n <= CRYPTO_SEALED)
		return DB_NONE;
	n = secret->sealed.n - CRYPTO_SEALED;
	out = arena_alloc(arena, n + 1);
	if (opener == NULL || !crypto_open(out, opener, &seal, sizeof(seal),
	    secret->sealed.data, secret->sealed.n))
		return DB_UNAVAILABLE;
	out[n] = '\0';
	*token = (const char *)out;
	return DB_OK;
}

enum db_result
issue_reveal(struct db *db, struct arena *arena, const struct keyring *ring,
    const struct key *key, const char **token)
{
	struct secret secret;
	size_t n;
	enum db_result result = secret_list(db, arena, &key->id, &secret, 1,
	    &n);

	if (result != DB_OK)
		return result;
	return n == 0 ? DB_NONE : issue_open(arena, ring, key, &secret, token);
}
