/* SPDX-License-Identifier: ISC */
/* All SQL on kept answers. */

#include "base/nitems.h"
#include "store/replay.h"

static const struct db_column columns[] = {
	DB_COLUMN(DIGEST, struct replay, digest),
	DB_COLUMN(DIGEST, struct replay, request),
	DB_COLUMN(U8,     struct replay, version),
	DB_COLUMN(UUID,   struct replay, key_id),
	DB_COLUMN(BOOL,   struct replay, key_ended),
	DB_COLUMN(BLOB,   struct replay, answer),
	DB_COLUMN(I64,    struct replay, created_at),
};

enum { CLEAN, CLEAN_OWN, ADD, GET, UNDER };

static const struct db_query queries[] = {
	[CLEAN] = {
		.sql = "DELETE FROM replays WHERE created_at <= ? "
		    "ORDER BY created_at LIMIT 20",
	},
	[CLEAN_OWN] = {
		.sql = "DELETE FROM replays WHERE digest = ? AND "
		    "created_at <= ?",
	},
	[ADD] = {
		.sql = "INSERT INTO replays (digest, request, version, key_id, "
		    "answer, created_at) VALUES (?, ?, ?, ?, ?, ?)",
	},
	[GET] = {
		.sql = "SELECT r.digest, r.request, r.version, r.key_id, "
		    "r.key_id IS NOT NULL AND "
		    "(k.id IS NULL OR k.revoked_at IS NOT NULL), "
		    "r.answer, r.created_at FROM replays r "
		    "LEFT JOIN `keys` k ON k.id = r.key_id "
		    "WHERE r.digest = ? AND r.created_at > ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[UNDER] = {
		.sql = "SELECT COUNT(*) FROM replays WHERE created_at > ? AND "
		    "version = ?",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

/* A few old ones, and the one in the way. */
static enum db_result
clean_up(struct db *db, const struct replay *r)
{
	const struct db_value v[] = {
		db_blob(r->digest, sizeof(r->digest)),
		db_i64(r->created_at - REPLAY_LIFETIME),
	};
	enum db_result result;

	result = db_exec(db, &queries[CLEAN], &v[1], 1, NULL);
	if (result != DB_OK)
		return result;
	return db_exec(db, &queries[CLEAN_OWN], v, NITEMS(v), NULL);
}

enum db_result
replay_add(struct db *db, const struct replay *r)
{
	const struct db_value v[] = {
		db_blob(r->digest, sizeof(r->digest)),
		db_blob(r->request, sizeof(r->request)),
		db_i64(r->version),
		db_uuid_or_null(&r->key_id),
		db_blob(r->answer.data, r->answer.n),
		db_i64(r->created_at),
	};
	enum db_result result = clean_up(db, r);

	if (result != DB_OK)
		return result;
	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
}

enum db_result
replay_get(struct db *db, struct arena *arena,
    const uint8_t digest[static 32], int64_t now, struct replay *replay)
{
	const struct db_value v[] = {
		db_blob(digest, 32), db_i64(now - REPLAY_LIFETIME),
	};

	return db_row(db, arena, &queries[GET], v, NITEMS(v), replay);
}

enum db_result
replay_under(struct db *db, uint8_t version, int64_t now, int64_t *count)
{
	const struct db_value v[] = {
		db_i64(now - REPLAY_LIFETIME), db_i64(version),
	};

	return db_count(db, &queries[UNDER], v, NITEMS(v), count);
}
