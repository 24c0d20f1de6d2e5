/* SPDX-License-Identifier: ISC */
/* All SQL on what was taken of quotas. */

#include "base/nitems.h"
#include "store/quota.h"

enum { TURN, USED, TAKE, GIVE_BACK, TAKEN };

static const struct db_query queries[] = {
	/* used is worked out before period_at moves: left to right. */
	[TURN] = {
		.sql = "INSERT INTO key_quotas (key_id, name, period_at, used) "
		    "VALUES (?, ?, ?, 0) ON DUPLICATE KEY UPDATE "
		    "used = IF(period_at < VALUES(period_at), 0, used), "
		    "period_at = GREATEST(period_at, VALUES(period_at))",
	},
	[USED] = {
		.sql = "SELECT used FROM key_quotas WHERE key_id = ? AND "
		    "name = ? FOR UPDATE",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
	[TAKE] = {
		.sql = "UPDATE key_quotas SET used = used + ? "
		    "WHERE key_id = ? AND name = ?",
	},
	[GIVE_BACK] = {
		.sql = "UPDATE key_quotas SET used = used - 1 "
		    "WHERE key_id = ? AND name = ? AND period_at = ? AND "
		    "used > 0",
	},
	[TAKEN] = {
		.sql = "SELECT COALESCE(SUM(used), 0) FROM key_quotas "
		    "WHERE key_id = ? AND name = ? AND period_at >= ?",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

enum db_result
quota_taken(struct db *db, const struct uuid *key, const char *name,
    int64_t period_at, int64_t *taken)
{
	const struct db_value v[] = {
		db_uuid(key), db_text(name), db_i64(period_at),
	};

	return db_count(db, &queries[TAKEN], v, NITEMS(v), taken);
}

enum db_result
quota_take(struct db *db, struct quota_lease *lease)
{
	const struct db_value turn[] = {
		db_uuid(&lease->key_id), db_text(lease->name),
		db_i64(lease->period_at),
	};
	enum db_result result;
	int64_t used = 0;

	lease->granted = lease->rest = 0;
	result = db_exec(db, &queries[TURN], turn, NITEMS(turn), NULL);
	if (result == DB_OK)
		result = db_count(db, &queries[USED], turn, 2, &used);
	if (result != DB_OK || used >= lease->limit)
		return result;
	lease->rest = lease->limit - used;
	lease->granted = lease->wanted < lease->rest ? lease->wanted :
	    lease->rest;
	lease->rest -= lease->granted;
	return db_change(db, &queries[TAKE], (const struct db_value[]){
	    db_i64(lease->granted), turn[0], turn[1] }, 3);
}

enum db_result
quota_give_back(struct db *db, const struct quota_lease *lease)
{
	const struct db_value v[] = {
		db_uuid(&lease->key_id), db_text(lease->name),
		db_i64(lease->period_at),
	};

	return db_exec(db, &queries[GIVE_BACK], v, NITEMS(v), NULL);
}
