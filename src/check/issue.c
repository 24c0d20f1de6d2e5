/* SPDX-License-Identifier: ISC */
/* Making and ending keys. */

#include "check/issue_private.h"
#include "store/lifetime.h"

#include "check/issue.h"

enum db_result
issue_cap(struct db *db, const struct uuid *account, enum kind kind,
    int64_t made_at, int64_t *end)
{
	struct lifetime lifetime;
	enum db_result result = lifetime_get(db, account, (uint8_t)kind,
	    &lifetime);

	if (result == DB_OK && lifetime.most != 0 &&
	    (*end == 0 || *end > made_at + lifetime.most))
		*end = made_at + lifetime.most;
	return result;
}

/* When nothing is said, the account's word counts. */
static enum db_result
choose_end(const struct issue *issue, struct db *db, int64_t now,
    int64_t *end)
{
	struct lifetime lifetime;
	enum db_result result = lifetime_get(db, &issue->account_id,
	    (uint8_t)issue->kind, &lifetime);

	if (result != DB_OK)
		return result;
	if (!issue->wish.says_end && lifetime.initial != 0 &&
	    (*end == 0 || *end > now + lifetime.initial))
		*end = now + lifetime.initial;
	return issue_cap(db, &issue->account_id, issue->kind, now, end);
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
		.workspaces = facts_join(arena, limits->workspaces,
		    limits->nworkspaces),
		.rules = rules_row(&limits->rules, arena),
		.addresses = addresses_row(&limits->addresses, arena),
		.rates = rates_row(&limits->rates, arena),
		.quotas = quotas_row(&limits->quotas, arena),
		.starts_at = limits->starts_at,
		.expires_at = limits->ends_at,
		.made_by_user = maker->facts.user_id,
		.created_at = now,
		.updated_at = now,
	};
	if (maker->facts.kind != KIND_NONE)
		issue->key.made_by_key = maker->facts.id;
}

/* Who shall own it, and does he qualify? */
static enum issue_result
find_owner(struct issue *issue, struct db *db, struct arena *arena,
    struct facts *owner)
{
	enum permission needs = kind_types[issue->kind].needs;

	/* held, so that nobody who deletes him overlooks the key */
	issue->db = user_hold(db, &issue->account_id, &issue->user_id);
	if (issue->db == DB_OK)
		issue->db = user_get(db, arena, &issue->account_id,
		    &issue->user_id, &issue->owner);
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
	bool covered = false;

	found = find_owner(issue, db, arena, &owner);
	if (found != ISSUE_OK)
		return found;
	issue->db = obtain_giving(maker, db, arena, &owner, &covered);
	if (issue->db != DB_OK)
		return ISSUE_DB;
	if (!covered || !obtain_key(maker, issue->kind, &owner, &issue->wish,
	    &limits))
		return ISSUE_NOT_COVERED;
	issue->db = choose_end(issue, db, owner.now, &limits.ends_at);
	if (issue->db != DB_OK)
		return ISSUE_DB;
	if (limits.ends_at != 0 && limits.ends_at <= owner.now)
		return ISSUE_PAST;
	if (kind_types[issue->kind].single)
		issue->db = key_revoke_all(db, &issue->account_id,
		    &issue->user_id, (uint8_t)issue->kind, "replaced",
		    owner.now);
	fill_key(issue, arena, maker, &limits, owner.now);
	if (issue->db == DB_OK)
		issue->db = key_add(db, &issue->key);
	if (issue->db == DB_OK)
		issue->db = issue_secret(db, arena, ring, &issue->key,
		    owner.now, issue->token);
	return issue->db == DB_OK ? ISSUE_OK : ISSUE_DB;
}

/* A company's user has no other reason to be. */
static enum db_result
end_owner(struct db *db, struct arena *arena, const struct key *key,
    int64_t now)
{
	struct user owner;
	enum db_result result;

	result = user_get(db, arena, &key->account_id, &key->user_id, &owner);
	if (result == DB_NONE || (result == DB_OK &&
	    owner.type != USER_COMPANY))
		return DB_OK;
	if (result == DB_OK)
		result = key_revoke_all(db, &key->account_id, &key->user_id,
		    0, "company token ended", now);
	if (result == DB_OK)
		result = user_remove(db, &key->account_id, &key->user_id,
		    now);
	return result;
}

enum db_result
issue_end(struct db *db, struct arena *arena, const struct key *key,
    const char *reason, int64_t now)
{
	enum db_result result = key_revoke(db, &key->account_id, &key->id,
	    reason, now);

	if (result == DB_OK && key->kind == KIND_COMPANY)
		result = end_owner(db, arena, key, now);
	return result;
}
