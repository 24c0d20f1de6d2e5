/* SPDX-License-Identifier: ISC */
/* All SQL on sessions but the hot query. */

#include "base/nitems.h"
#include "store/session.h"

#define DAY	(24 * 60 * 60 * (int64_t)1000)

enum { ADD, CLEAN, END, END_ALL, UNDER };

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO sessions (digest, id, version, account_id, "
		    "user_id, created_at, expires_at) "
		    "VALUES (?, ?, ?, ?, ?, ?, ?)",
	},
	[CLEAN] = {
		.sql = "DELETE FROM sessions WHERE expires_at < ? "
		    "ORDER BY expires_at LIMIT 20",
	},
	[END] = {
		.sql = "UPDATE sessions SET ended_at = ? WHERE id = ? AND "
		    "ended_at IS NULL",
	},
	[END_ALL] = {
		.sql = "UPDATE sessions SET ended_at = ? WHERE user_id = ? AND "
		    "id <> ? AND ended_at IS NULL",
	},
	[UNDER] = {
		.sql = "SELECT COUNT(*) FROM sessions WHERE version = ? AND "
		    "expires_at > ? AND ended_at IS NULL",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

enum db_result
session_add(struct db *db, const struct session *s)
{
	const struct db_value old[] = { db_i64(s->created_at - DAY) };
	const struct db_value v[] = {
		db_blob(s->digest, sizeof(s->digest)),
		db_uuid(&s->id),
		db_i64(s->version),
		db_uuid(&s->account_id),
		db_uuid(&s->user_id),
		db_i64(s->created_at),
		db_i64(s->expires_at),
	};
	enum db_result result;

	result = db_exec(db, &queries[CLEAN], old, NITEMS(old), NULL);
	if (result != DB_OK)
		return result;
	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
}

enum db_result
session_end(struct db *db, const struct uuid *id, int64_t now)
{
	const struct db_value v[] = { db_i64(now), db_uuid(id) };

	return db_change(db, &queries[END], v, NITEMS(v));
}

enum db_result
session_end_all(struct db *db, const struct uuid *user,
    const struct uuid *but, int64_t now)
{
	const struct db_value v[] = {
		db_i64(now), db_uuid(user), db_uuid(but),
	};

	return db_exec(db, &queries[END_ALL], v, NITEMS(v), NULL);
}

enum db_result
session_under(struct db *db, uint8_t version,
    int64_t now, int64_t *count)
{
	const struct db_value v[] = { db_i64(version), db_i64(now) };

	return db_count(db, &queries[UNDER], v, NITEMS(v), count);
}
