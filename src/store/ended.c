/* SPDX-License-Identifier: ISC */
/* All SQL on tokens that were ended. */

#include "base/nitems.h"
#include "store/ended.h"

#define DAY	(24 * 60 * 60 * (int64_t)1000)

enum { ADD, CLEAN };

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO ended_tokens (id, expires_at) "
		    "VALUES (?, ?) ON DUPLICATE KEY UPDATE "
		    "expires_at = VALUES(expires_at)",
	},
	[CLEAN] = {
		.sql = "DELETE FROM ended_tokens WHERE expires_at < ? "
		    "ORDER BY expires_at LIMIT 20",
	},
};

enum db_result
ended_add(struct db *db, const struct uuid *token, int64_t expires_at,
    int64_t now)
{
	const struct db_value old[] = { db_i64(now - DAY) };
	const struct db_value v[] = { db_uuid(token), db_i64(expires_at) };
	enum db_result result;

	result = db_exec(db, &queries[CLEAN], old, NITEMS(old), NULL);
	if (result != DB_OK)
		return result;
	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
}
