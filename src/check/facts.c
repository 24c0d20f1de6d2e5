/* SPDX-License-Identifier: ISC */
/* Assembling facts from what the database knows. */

#include <string.h>

#include "auth/token.h"
#include "store/credential.h"
#include "store/version.h"

#include "check/facts.h"

/* What was presented, taken apart. */
struct presented {
	const char	*token;
	struct uuid	 bound;		/* a pair's uuid */
	bool		 is_pair;
	bool		 is_session;
};

size_t
facts_split(struct arena *arena, const char *handles, const char **out,
    size_t max)
{
	size_t n = 0;

	while (handles != NULL && *handles != '\0') {
		size_t length = strcspn(handles, " ");

		if (n == max)
			return max + 1;
		out[n++] = arena_copy(arena, handles, length);
		handles += length;
		handles += strspn(handles, " ");
	}
	return n;
}

/* Which token is it, and is it well formed?  Asks nobody. */
static bool
take_apart(struct facts *f, struct presented *p, const struct keyring *ring,
    const struct credential *c)
{
	char letter = '\0';

	if (c->form == CREDENTIAL_NONE || c->form == CREDENTIAL_MALFORMED)
		return false;
	p->token = c->text;
	if (c->form == CREDENTIAL_BASIC && *c->text == '\0')
		p->token = c->user;
	else if (c->form == CREDENTIAL_BASIC) {
		p->is_pair = true;
		if (!uuid_parse(&p->bound, c->user))
			return false;
	}
	if (token_shape(ring, p->token, p->is_pair ? &p->bound : NULL,
	    &letter) != TOKEN_OURS)
		return false;
	if (letter == TOKEN_SESSION) {
		p->is_session = true;
		f->accepted = c->form != CREDENTIAL_BASIC;
		return true;
	}
	f->kind = kind_by_letter(letter);
	f->accepted = kind_accepts(f->kind, c);
	return f->kind != KIND_NONE;
}

static void
load_credential(struct facts *f, const struct credential_row *row,
    struct arena *arena)
{
	f->id = row->id;
	f->kind = row->is_session ? KIND_NONE : (enum kind)row->kind;
	f->label = row->label;
	f->revoked = row->revoked;
	f->disabled = row->disabled;
	f->starts_at = row->starts_at;
	f->expires_at = row->expires_at;
	f->limited = row->limited;
	f->scopes = row->scopes;
	f->nworkspaces = facts_split(arena, row->workspaces, f->workspaces,
	    FACTS_WORKSPACES);
	if (f->nworkspaces > FACTS_WORKSPACES) {
		f->nworkspaces = FACTS_WORKSPACES;
		f->disabled = true;	/* a row we did not write */
	}
}

static void
load_owner(struct facts *f, const struct credential_row *row)
{
	f->user_id = row->user_id;
	f->user_type = (enum user_type)row->user_type;
	f->username = row->username;
	f->user_active = !row->user_blocked && row->user_verified &&
	    !row->user_deleted;
	f->account_id = row->account_id;
	f->account_legacy_id = row->account_legacy_id;
	f->account_active = row->account_active;
	f->accounts_many = row->accounts_many;
	f->now = row->now;
}

/* The roles' permissions, and what every user may. */
static void
load_rights(struct facts *f, const struct credential_row *rows, size_t n)
{
	struct bits always = { 0 };

	bits_add(&always, PERMISSION_SELF);
	bits_add(&always, PERMISSION_KEYS);
	rights_add(&f->owner, &always, NULL);
	for (size_t i = 0; i < n; i++) {
		if (uuid_is_zero(&rows[i].role_id))
			continue;
		if (uuid_is_zero(&rows[i].workspace_id))
			rights_add(&f->owner, &rows[i].permissions, NULL);
		else if (rows[i].workspace != NULL)
			rights_add(&f->owner, &rows[i].permissions,
			    rows[i].workspace);
	}
}

/* What of its owner's rights the credential itself has. */
static void
limit_rights(struct facts *f)
{
	struct bits own = permission_own_bits();

	f->rights = f->owner;
	if (f->kind == KIND_NONE)
		return;
	if (f->limited)
		rights_keep(&f->rights, &f->scopes);
	else if (!kind_types[f->kind].carries_own)
		rights_drop(&f->rights, &own);
	if (f->nworkspaces > 0)
		rights_limit(&f->rights, f->workspaces, f->nworkspaces);
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

enum db_result
facts_of_credential(struct facts *f, struct db *db, struct arena *arena,
    const struct keyring *ring, const struct credential *c)
{
	struct presented p = { 0 };
	uint8_t digests[KEYRING_LIVE][CRYPTO_DIGEST];
	struct credential_row *rows;
	enum db_result result;
	const struct uuid *bound;
	enum kind shown;
	size_t n;

	*f = (struct facts){ 0 };
	f->well_formed = take_apart(f, &p, ring, c);
	if (!f->well_formed || !f->accepted)
		return DB_OK;
	shown = f->kind;
	bound = p.is_pair ? &p.bound : NULL;
	rows = arena_alloc(arena, ROLE_GIVEN * sizeof(*rows));
	if (p.is_session) {
		token_digests(digests, ring, KEYRING_SESSION, p.token, bound);
		result = credential_of_session(db, arena, digests, rows, &n);
	} else {
		token_digests(digests, ring, KEYRING_TOKEN, p.token, bound);
		result = credential_of_key(db, arena, digests, rows, &n);
	}
	if (result == DB_NONE)
		return confirm_miss(db, arena, ring);
	if (result != DB_OK)
		return result;
	f->known = true;
	load_credential(f, &rows[0], arena);
	load_owner(f, &rows[0]);
	for (size_t i = 0; i < KEYRING_LIVE; i++)
		f->equal |= crypto_equal(digests[i], rows[0].digest,
		    CRYPTO_DIGEST);
	f->equal = f->equal && rows[0].is_session == p.is_session &&
	    f->kind == shown && (!p.is_pair || uuid_equal(&p.bound, &f->id));
	load_rights(f, rows, n);
	limit_rights(f);
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
	load_owner(f, &rows[0]);
	load_rights(f, rows, n);
	f->rights = f->owner;
	return DB_OK;
}
