/* SPDX-License-Identifier: ISC */
/* All SQL on the secrets of keys but the hot query. */

#include "base/nitems.h"
#include "store/secret.h"

static const struct db_column columns[] = {
	DB_COLUMN(DIGEST, struct secret, digest),
	DB_COLUMN(UUID,   struct secret, key_id),
	DB_COLUMN(U8,     struct secret, version),
	DB_COLUMN(BLOB,   struct secret, sealed),
	DB_COLUMN(TEXT,   struct secret, hint),
	DB_COLUMN(I64,    struct secret, starts_at),
	DB_COLUMN(I64,    struct secret, ends_at),
	DB_COLUMN(I64,    struct secret, last_used_at),
	DB_COLUMN(TEXT,   struct secret, last_used_address),
	DB_COLUMN(TEXT,   struct secret, last_used_agent),
};

#define COLUMNS								\
	"digest, key_id, version, sealed, hint, starts_at, ends_at, "	\
	"last_used_at, last_used_address, last_used_agent"

#define TEN	"?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

enum { ADD, LIST, NEWEST, END, UNDER };

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO key_secrets (digest, key_id, version, "
		    "sealed, hint, starts_at, ends_at) "
		    "VALUES (?, ?, ?, ?, ?, ?, ?)",
	},
	/* the newest has no end; clocks may say another order of starts */
	[LIST] = {
		.sql = "SELECT " COLUMNS " FROM key_secrets WHERE key_id = ? "
		    "ORDER BY ends_at IS NOT NULL, ends_at DESC, "
		    "starts_at DESC LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[NEWEST] = {
		.sql = "SELECT " COLUMNS " FROM key_secrets WHERE "
		    "ends_at IS NULL AND key_id IN (" TEN ", " TEN ", " TEN
		    ", " TEN ", " TEN ")",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[END] = {
		.sql = "UPDATE key_secrets SET ends_at = ? WHERE key_id = ? "
		    "AND (ends_at IS NULL OR ends_at > ?)",
	},
	[UNDER] = {
		.sql = "SELECT COUNT(*) FROM key_secrets s JOIN `keys` k ON "
		    "k.id = s.key_id WHERE s.version = ? AND "
		    "k.revoked_at IS NULL AND COALESCE(k.expires_at > "
		    "UNIX_TIMESTAMP() * 1000, 1) AND COALESCE(s.ends_at > "
		    "UNIX_TIMESTAMP() * 1000, 1)",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

enum db_result
secret_add(struct db *db, const struct secret *s)
{
	const struct db_value v[] = {
		db_blob(s->digest, sizeof(s->digest)),
		db_uuid(&s->key_id),
		db_i64(s->version),
		db_blob_or_null(s->sealed.data, s->sealed.n),
		db_text(s->hint),
		db_i64(s->starts_at),
		db_i64_or_null(s->ends_at),
	};

	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
}

enum db_result
secret_list(struct db *db, struct arena *arena, const struct uuid *key,
    struct secret *secrets, size_t max, size_t *n)
{
	const struct db_value v[] = { db_uuid(key), db_i64((int64_t)max) };

	return db_rows(db, arena, &queries[LIST], v, NITEMS(v), secrets,
	    sizeof(*secrets), max, n);
}

enum db_result
secret_newest(struct db *db, struct arena *arena, const struct uuid *keys,
    size_t nkeys, struct secret secrets[static SECRET_KEYS], size_t *n)
{
	struct db_value v[SECRET_KEYS];

	for (size_t i = 0; i < SECRET_KEYS; i++)
		v[i] = db_uuid(i < nkeys ? &keys[i] : &uuid_zero);
	return db_rows(db, arena, &queries[NEWEST], v, NITEMS(v), secrets,
	    sizeof(*secrets), SECRET_KEYS, n);
}

enum db_result
secret_end(struct db *db, const struct uuid *key, int64_t at)
{
	const struct db_value v[] = { db_i64(at), db_uuid(key), db_i64(at) };

	return db_exec(db, &queries[END], v, NITEMS(v), NULL);
}

enum db_result
secret_under(struct db *db, uint8_t version, int64_t *count)
{
	const struct db_value v[] = { db_i64(version) };

	return db_count(db, &queries[UNDER], v, NITEMS(v), count);
}
