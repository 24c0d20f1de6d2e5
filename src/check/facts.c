/* SPDX-License-Identifier: ISC */
/* Finding out about a credential. */

#include <string.h>

#include "auth/token.h"
#include "store/permission.h"
#include "store/version.h"

#include "check/facts_private.h"

#include "check/facts.h"

bool
facts_take_apart(struct facts *f, struct presented *p,
    const struct keyring *ring, const struct credential *c)
{
	char letter = '\0';

	*p = (struct presented){ .token = c->text };
	if (c->form == CREDENTIAL_NONE || c->form == CREDENTIAL_MALFORMED)
		return false;
	if (c->form == CREDENTIAL_BASIC && *c->text == '\0')
		p->token = c->user;
	else if (c->form == CREDENTIAL_BASIC) {
		p->is_pair = true;
		if (!uuid_parse(&p->bound, c->user))
			return false;
	}
	if (c->form == CREDENTIAL_BEARER && jwt_shaped(c->text)) {
		p->is_jwt = f->accepted = true;
		return true;
	}
	if (token_shape(ring, p->token, p->is_pair ? &p->bound : NULL,
	    &letter) != TOKEN_OURS)
		return false;
	if (letter == TOKEN_SESSION) {
		p->is_session = true;
		f->accepted = c->form == CREDENTIAL_BEARER ||
		    c->form == CREDENTIAL_COOKIE;
		return true;
	}
	f->kind = kind_by_letter(letter);
	f->accepted = kind_accepts(f->kind, c);
	return f->kind != KIND_NONE;
}

/*
 * Nobody has that digest.  It may still be good under a version that only
 * other hosts have: then this host cannot know.
 */
static enum db_result
confirm_miss(struct db *db, struct arena *arena, const struct keyring *ring)
{
	uint8_t version;

	return version_active(db, arena, ring, &version);
}

static bool
is_among(const uint8_t digest[static CRYPTO_DIGEST],
    uint8_t digests[static KEYRING_LIVE][CRYPTO_DIGEST])
{
	bool among = false;

	for (size_t i = 0; i < KEYRING_LIVE; i++)
		among |= crypto_equal(digests[i], digest, CRYPTO_DIGEST);
	return among;
}

/* A token may hold less than its key: the scopes that were asked for. */
static enum db_result
narrow_token(struct facts *f, struct db *db, struct arena *arena,
    const char *scope)
{
	struct bits bits = { 0 };
	const char *names[BITS];
	size_t n;

	if (scope == NULL)
		return DB_OK;
	n = facts_split(arena, scope, names, BITS);
	for (size_t i = 0; i < n && i < BITS; i++) {
		enum db_result result;
		unsigned bit;

		result = permission_bit(db, arena, names[i], &bit);
		if (result == DB_OK)
			bits_add(&bits, bit);
		else if (result != DB_NONE)
			return result;
	}
	if (f->limited)
		bits = bits_common(&bits, &f->scopes);
	f->limited = true;
	f->scopes = bits;
	rights_keep(&f->rights, &bits);
	return DB_OK;
}

static enum db_result
find_token(struct facts *f, struct db *db, struct arena *arena,
    const struct jwt *jwt)
{
	struct credential_row *rows;
	enum db_result result;
	size_t n;

	f->is_token = true;
	rows = arena_alloc(arena, ROLE_GIVEN * sizeof(*rows));
	result = credential_of_token(db, arena, &jwt->key_id, &jwt->secret,
	    &jwt->id, rows, &n);
	if (result != DB_OK)
		return result == DB_NONE ? DB_OK : result;
	facts_load(f, rows, n, arena);
	f->equal = uuid_equal(&f->user_id, &jwt->user_id) &&
	    uuid_equal(&f->account_id, &jwt->account_id);
	f->token_id = jwt->id;
	f->token_issued_at = jwt->issued_at;
	f->token_expires_at = jwt->expires_at;
	f->token_ended = rows[0].token_ended;
	return narrow_token(f, db, arena, jwt->scope);
}

static enum db_result
find_text(struct facts *f, struct db *db, struct arena *arena,
    const struct keyring *ring, const struct presented *p)
{
	const struct uuid *bound = p->is_pair ? &p->bound : NULL;
	uint8_t digests[KEYRING_LIVE][CRYPTO_DIGEST];
	struct credential_row *rows;
	enum kind shown = f->kind;
	enum db_result result;
	size_t n;

	rows = arena_alloc(arena, ROLE_GIVEN * sizeof(*rows));
	token_digests(digests, ring, p->is_session ? KEYRING_SESSION :
	    KEYRING_TOKEN, p->token, bound);
	result = p->is_session ?
	    credential_of_session(db, arena, digests, rows, &n) :
	    credential_of_key(db, arena, digests, rows, &n);
	if (result == DB_NONE)
		return confirm_miss(db, arena, ring);
	if (result != DB_OK)
		return result;
	facts_load(f, rows, n, arena);
	f->equal = is_among(rows[0].digest, digests) &&
	    rows[0].is_session == p->is_session && f->kind == shown &&
	    (!p->is_pair || uuid_equal(&p->bound, &f->id));
	return DB_OK;
}

enum db_result
facts_of_credential(struct facts *f, struct db *db, struct arena *arena,
    const struct keyring *ring, const struct credential *c)
{
	struct presented p;

	*f = (struct facts){ 0 };
	f->well_formed = facts_take_apart(f, &p, ring, c);
	if (p.is_jwt)
		f->well_formed = jwt_read(&p.jwt, arena, ring, p.token,
		    c->issuer);
	if (!f->well_formed || !f->accepted)
		return DB_OK;
	if (p.is_jwt)
		return find_token(f, db, arena, &p.jwt);
	return find_text(f, db, arena, ring, &p);
}

enum db_result
facts_of_exchange(struct facts *f, struct db *db, struct arena *arena,
    const struct keyring *ring, const char *token)
{
	struct presented p = { .token = token };

	*f = (struct facts){ .well_formed = true, .accepted = true,
	    .kind = KIND_EXCHANGE };
	return find_text(f, db, arena, ring, &p);
}

enum db_result
facts_of_key(struct facts *f, struct db *db, struct arena *arena,
    const struct uuid *account, const struct uuid *key)
{
	struct credential_row *rows;
	enum db_result result;
	size_t n;

	*f = (struct facts){ .well_formed = true, .accepted = true };
	rows = arena_alloc(arena, ROLE_GIVEN * sizeof(*rows));
	result = credential_of_key_id(db, arena, account, key, rows, &n);
	if (result != DB_OK)
		return result;
	facts_load(f, rows, n, arena);
	f->equal = true;
	return DB_OK;
}

enum db_result
facts_of_user(struct facts *f, struct db *db, struct arena *arena,
    const struct uuid *account, const struct uuid *user)
{
	struct credential_row *rows;
	enum db_result result;
	size_t n;

	*f = (struct facts){ 0 };
	rows = arena_alloc(arena, ROLE_GIVEN * sizeof(*rows));
	result = credential_of_user(db, arena, account, user, rows, &n);
	if (result != DB_OK)
		return result;
	facts_load_owner(f, rows, n);
	return DB_OK;
}
