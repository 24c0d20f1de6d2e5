/* SPDX-License-Identifier: ISC */
/* Rotating keys. */

#include "check/issue_private.h"
#include "store/secret.h"

/* Does a secret besides the newest still live? */
static enum issue_result
check_grace(struct rotation *r, struct db *db, struct arena *arena,
    int64_t now)
{
	struct secret secrets[SECRET_MOST];
	size_t n;

	r->db = secret_list(db, arena, &r->key_id, secrets, SECRET_MOST, &n);
	if (r->db != DB_OK)
		return ISSUE_DB;
	for (size_t i = 1; i < n; i++)
		if (secrets[i].ends_at == 0 || secrets[i].ends_at > now)
			return ISSUE_ROTATING;
	return ISSUE_OK;
}

/* Whoever else changes a key of the owner's waits, and reads anew. */
static enum db_result
lock_owner(struct rotation *r, struct db *db, struct arena *arena)
{
	enum db_result result = key_find(db, arena, &r->account_id,
	    &r->key_id, &r->key);

	return result == DB_OK ?
	    user_lock(db, &r->account_id, &r->key.user_id) : result;
}

static enum issue_result
judge_rotation(struct rotation *r, struct db *db, struct arena *arena,
    const struct maker *maker, struct facts *f)
{
	bool covered = false;

	r->db = lock_owner(r, db, arena);
	if (r->db == DB_OK)
		r->db = facts_of_key(f, db, arena, &r->account_id, &r->key_id);
	if (r->db == DB_OK)
		r->db = key_find(db, arena, &r->account_id, &r->key_id,
		    &r->key);
	if (r->db == DB_OK)
		r->db = user_get(db, arena, &r->account_id, &r->key.user_id,
		    &r->owner);
	if (r->db == DB_OK)
		r->db = obtain_giving(maker, db, arena, f, &covered);
	if (r->db != DB_OK)
		return r->db == DB_NONE ? ISSUE_NO_USER : ISSUE_DB;
	if (key_state(&r->key, f->now) == KEY_REVOKED ||
	    key_state(&r->key, f->now) == KEY_EXPIRED)
		return ISSUE_ENDED;
	if (!f->user_active || !f->account_active)
		return ISSUE_INACTIVE;
	return covered && obtain_whole(maker, f) ? ISSUE_OK :
	    ISSUE_NOT_COVERED;
}

enum issue_result
issue_rotate(struct rotation *r, struct db *db, struct arena *arena,
    const struct keyring *ring, const struct maker *maker)
{
	enum issue_result judged;
	struct facts f;

	judged = judge_rotation(r, db, arena, maker, &f);
	if (judged == ISSUE_OK)
		judged = check_grace(r, db, arena, f.now);
	if (judged != ISSUE_OK)
		return judged;
	r->old_ends_at = f.now + r->grace;
	if (r->key.expires_at != 0 && r->key.expires_at < r->old_ends_at)
		r->old_ends_at = r->key.expires_at;
	r->db = secret_end(db, &r->key_id, r->old_ends_at);
	if (r->db == DB_OK)
		r->db = issue_secret(db, arena, ring, &r->key, f.now,
		    r->token);
	return r->db == DB_OK ? ISSUE_OK : ISSUE_DB;
}
