/* SPDX-License-Identifier: ISC */
/* Making keys. */

#include <string.h>

#include "store/account.h"
#include "store/version.h"

#include "check/issue.h"

/* Handles separated by blanks, as the row keeps them; NULL for no limit. */
static const char *
join_workspaces(struct arena *arena, const struct limits *limits)
{
	const char *out = NULL;

	for (size_t i = 0; i < limits->nworkspaces; i++)
		out = out == NULL ? limits->workspaces[i] :
		    arena_printf(arena, "%s %s", out, limits->workspaces[i]);
	return out;
}

/* The sooner of what was asked for and what the account's policy says. */
static enum db_result
apply_policy(struct issue *issue, struct db *db, struct arena *arena,
    int64_t now, int64_t *end)
{
	struct account account;
	enum db_result result;

	if (!kind_types[issue->kind].policy)
		return DB_OK;
	result = account_get(db, arena, &issue->account_id, &account);
	if (result == DB_OK && account.app_lifetime != 0 &&
	    (*end == 0 || *end > now + account.app_lifetime))
		*end = now + account.app_lifetime;
	return result;
}

static void
fill_key(struct issue *issue, struct arena *arena, const struct maker *maker,
    const struct limits *limits, int64_t now)
{
	issue->key = (struct key){
		.id = uuid_new(),
		.account_id = issue->account_id,
		.user_id = issue->user_id,
		.kind = (uint8_t)issue->kind,
		.handle = issue->handle,
		.label = issue->label,
		.limited = limits->limited,
		.scopes = limits->scopes,
		.workspaces = join_workspaces(arena, limits),
		.expires_at = limits->ends_at,
		.made_by_user = maker->facts.user_id,
		.created_at = now,
		.updated_at = now,
	};
	if (maker->facts.kind != KIND_NONE)
		issue->key.made_by_key = maker->facts.id;
}

static enum db_result
store_key(struct issue *issue, struct db *db, const struct keyring *ring,
    uint8_t version)
{
	const struct kind_type *type = &kind_types[issue->kind];
	const struct uuid *bound = type->form == FORM_BASIC_PAIR ?
	    &issue->key.id : NULL;
	struct key_secret secret = {
		.key_id = issue->key.id,
		.version = version,
		.starts_at = issue->key.created_at,
	};

	token_make(issue->token, ring, version, type->letter, type->length,
	    bound);
	token_digest(secret.digest, ring, version, KEYRING_TOKEN,
	    issue->token, bound);
	memcpy(secret.hint, issue->token + type->length - 4, 4);
	return key_add(db, &issue->key, &secret);
}

/* Who shall own it, and does he qualify? */
static enum issue_result
find_owner(struct issue *issue, struct db *db, struct arena *arena,
    struct facts *owner)
{
	enum permission needs = kind_types[issue->kind].needs;

	issue->db = user_get(db, arena, &issue->account_id, &issue->user_id,
	    &issue->owner);
	if (issue->db == DB_OK)
		issue->db = facts_of_user(owner, db, arena,
		    &issue->account_id, &issue->user_id);
	if (issue->db == DB_NONE)
		return ISSUE_NO_USER;
	if (issue->db != DB_OK)
		return ISSUE_DB;
	if (!owner->user_active || !owner->account_active)
		return ISSUE_INACTIVE;
	if (needs != PERMISSION_ANY &&
	    !rights_hold_somewhere(&owner->owner, needs))
		return ISSUE_KIND;
	return ISSUE_OK;
}

enum issue_result
issue_key(struct issue *issue, struct db *db, struct arena *arena,
    const struct keyring *ring, const struct maker *maker)
{
	enum issue_result found;
	struct limits limits;
	struct facts owner;
	uint8_t version;

	found = find_owner(issue, db, arena, &owner);
	if (found != ISSUE_OK)
		return found;
	if (!obtain_key(maker, issue->kind, &owner, &issue->wish, &limits))
		return ISSUE_NOT_COVERED;
	issue->db = apply_policy(issue, db, arena, owner.now, &limits.ends_at);
	if (issue->db != DB_OK)
		return ISSUE_DB;
	if (limits.ends_at != 0 && limits.ends_at <= owner.now)
		return ISSUE_PAST;
	issue->db = version_active(db, arena, ring, &version);
	if (issue->db != DB_OK)
		return ISSUE_DB;
	fill_key(issue, arena, maker, &limits, owner.now);
	issue->db = store_key(issue, db, ring, version);
	return issue->db == DB_OK ? ISSUE_OK : ISSUE_DB;
}
