/* SPDX-License-Identifier: ISC */
/* Assembling facts from rows. */

#include <string.h>

#include "check/facts_private.h"

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

const char *
facts_join(struct arena *arena, const char *const *handles, size_t n)
{
	const char *out = NULL;

	for (size_t i = 0; i < n; i++)
		out = out == NULL ? handles[i] :
		    arena_printf(arena, "%s %s", out, handles[i]);
	return out;
}

int64_t
facts_end(const struct facts *f)
{
	if (f->is_token &&
	    (f->expires_at == 0 || f->token_expires_at < f->expires_at))
		return f->token_expires_at;
	return f->expires_at;
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
	/* a row that we did not write */
	if (f->nworkspaces > FACTS_WORKSPACES) {
		f->nworkspaces = FACTS_WORKSPACES;
		f->disabled = true;
	}
	if (!rules_load(&f->rules, arena, row->rules) ||
	    !addresses_load(&f->addresses, arena, row->addresses) ||
	    !rates_load(&f->rates, row->rates) ||
	    !quotas_load(&f->quotas, row->quotas))
		f->disabled = true;
	memcpy(f->secret.b, row->digest, sizeof(f->secret.b));
}

static void
load_owner(struct facts *f, const struct credential_row *row)
{
	f->user_id = row->user_id;
	f->user_type = (enum user_type)row->user_type;
	f->username = row->username;
	f->user_active = !row->user_blocked && row->user_verified &&
	    !row->user_deleted && rates_load(&f->user_rates, row->user_rates);
	f->account_id = row->account_id;
	f->account_legacy_id = row->account_legacy_id;
	f->account_active = row->account_active;
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

	if (f->kind == KIND_NONE)
		return;
	if (f->limited)
		rights_keep(&f->rights, &f->scopes);
	else if (!kind_types[f->kind].carries_own)
		rights_drop(&f->rights, &own);
	if (f->nworkspaces > 0)
		rights_limit(&f->rights, f->workspaces, f->nworkspaces);
}

void
facts_load_owner(struct facts *f, const struct credential_row *rows, size_t n)
{
	load_owner(f, &rows[0]);
	load_rights(f, rows, n);
	f->rights = f->owner;
}

void
facts_load(struct facts *f, const struct credential_row *rows, size_t n,
    struct arena *arena)
{
	f->known = true;
	load_credential(f, &rows[0], arena);
	facts_load_owner(f, rows, n);
	limit_rights(f);
}

void
facts_of_own_key(struct facts *f, struct arena *arena,
    const struct facts *caller, const struct key *key)
{
	const struct credential_row row = {
		.id = key->id,
		.kind = key->kind,
		.label = key->label,
		.limited = key->limited,
		.scopes = key->scopes,
		.workspaces = key->workspaces,
		.rules = key->rules,
		.addresses = key->addresses,
		.disabled = key->disabled,
		.starts_at = key->starts_at,
		.expires_at = key->expires_at,
		.revoked = key->revoked_at != 0,
	};

	*f = (struct facts){
		.well_formed = true,
		.accepted = true,
		.known = true,
		.equal = true,
		.user_id = caller->user_id,
		.user_type = caller->user_type,
		.username = caller->username,
		.user_active = caller->user_active,
		.account_id = caller->account_id,
		.account_legacy_id = caller->account_legacy_id,
		.account_active = caller->account_active,
		.owner = caller->owner,
		.rights = caller->owner,
		.now = caller->now,
	};
	load_credential(f, &row, arena);
	limit_rights(f);
}
