/* SPDX-License-Identifier: ISC */
/* All SQL on keys and their secrets but the hot query. */

#include "base/nitems.h"
#include "store/key.h"

#define COLUMNS								\
	"id, account_id, user_id, kind, handle, label, "		\
	"scopes IS NOT NULL, scopes, workspaces, disabled, starts_at, "	\
	"expires_at, revoked_at, revoked_reason, made_by_user, "	\
	"made_by_key, created_at, updated_at, last_used_at"

static const struct db_column columns[] = {
	DB_COLUMN(UUID, struct key, id),
	DB_COLUMN(UUID, struct key, account_id),
	DB_COLUMN(UUID, struct key, user_id),
	DB_COLUMN(U8,   struct key, kind),
	DB_COLUMN(TEXT, struct key, handle),
	DB_COLUMN(TEXT, struct key, label),
	DB_COLUMN(BOOL, struct key, limited),
	DB_COLUMN(BITS, struct key, scopes),
	DB_COLUMN(TEXT, struct key, workspaces),
	DB_COLUMN(BOOL, struct key, disabled),
	DB_COLUMN(I64,  struct key, starts_at),
	DB_COLUMN(I64,  struct key, expires_at),
	DB_COLUMN(I64,  struct key, revoked_at),
	DB_COLUMN(TEXT, struct key, revoked_reason),
	DB_COLUMN(UUID, struct key, made_by_user),
	DB_COLUMN(UUID, struct key, made_by_key),
	DB_COLUMN(I64,  struct key, created_at),
	DB_COLUMN(I64,  struct key, updated_at),
	DB_COLUMN(I64,  struct key, last_used_at),
};

enum { ADD, ADD_SECRET, GET, FIND, PAGE, ALL_OF_USER, ALL, REVOKE,
	REVOKE_ALL, UNDER };

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO `keys` (id, account_id, user_id, kind, "
		    "handle, label, scopes, workspaces, disabled, starts_at, "
		    "expires_at, made_by_user, made_by_key, created_at, "
		    "updated_at) VALUES "
		    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	},
	[ADD_SECRET] = {
		.sql = "INSERT INTO key_secrets (digest, key_id, version, "
		    "sealed, hint, starts_at, ends_at) "
		    "VALUES (?, ?, ?, ?, ?, ?, ?)",
	},
	[GET] = {
		.sql = "SELECT " COLUMNS " FROM `keys` WHERE id = ? AND "
		    "account_id = ? AND user_id = ? AND kind = ? AND "
		    "revoked_at IS NULL",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[FIND] = {
		.sql = "SELECT " COLUMNS " FROM `keys` WHERE id = ? AND "
		    "account_id = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[PAGE] = {
		.sql = "SELECT " COLUMNS " FROM `keys` WHERE account_id = ? "
		    "AND user_id = ? AND kind = ? AND id > ? AND "
		    "revoked_at IS NULL ORDER BY id LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[ALL_OF_USER] = {
		.sql = "SELECT " COLUMNS " FROM `keys` WHERE account_id = ? "
		    "AND id > ? AND user_id = ? ORDER BY id LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[ALL] = {
		.sql = "SELECT " COLUMNS " FROM `keys` WHERE account_id = ? "
		    "AND id > ? ORDER BY id LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[REVOKE] = {
		.sql = "UPDATE `keys` SET revoked_at = ?, updated_at = ?, "
		    "revoked_reason = ?, handle = NULL WHERE id = ? AND "
		    "account_id = ? AND revoked_at IS NULL",
	},
	[REVOKE_ALL] = {
		.sql = "UPDATE `keys` SET revoked_at = ?, updated_at = ?, "
		    "revoked_reason = ?, handle = NULL WHERE user_id = ? AND "
		    "account_id = ? AND revoked_at IS NULL",
	},
	[UNDER] = {
		.sql = "SELECT COUNT(*) FROM key_secrets s JOIN `keys` k ON "
		    "k.id = s.key_id WHERE s.version = ? AND "
		    "k.revoked_at IS NULL AND COALESCE(k.expires_at > "
		    "UNIX_TIMESTAMP() * 1000, 1)",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

static enum db_result
add_secret(struct db *db, const struct key_secret *s)
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

	return db_exec(db, &queries[ADD_SECRET], v, NITEMS(v), NULL);
}

enum db_result
key_add(struct db *db, const struct key *k, const struct key_secret *secret)
{
	const struct db_value v[] = {
		db_uuid(&k->id),
		db_uuid(&k->account_id),
		db_uuid(&k->user_id),
		db_i64(k->kind),
		db_text(k->handle),
		db_text(k->label),
		db_blob_or_null(k->limited ? k->scopes.b : NULL,
		    sizeof(k->scopes.b)),
		db_text(k->workspaces),
		db_i64(k->disabled),
		db_i64_or_null(k->starts_at),
		db_i64_or_null(k->expires_at),
		db_uuid(&k->made_by_user),
		db_uuid_or_null(&k->made_by_key),
		db_i64(k->created_at),
		db_i64(k->updated_at),
	};
	enum db_result result;

	result = db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
	return result == DB_OK ? add_secret(db, secret) : result;
}

enum db_result
key_get(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *user, uint8_t kind, const struct uuid *id,
    struct key *key)
{
	const struct db_value v[] = {
		db_uuid(id), db_uuid(account), db_uuid(user), db_i64(kind),
	};

	return db_row(db, arena, &queries[GET], v, NITEMS(v), key);
}

enum db_result
key_find(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *id, struct key *key)
{
	const struct db_value v[] = { db_uuid(id), db_uuid(account) };

	return db_row(db, arena, &queries[FIND], v, NITEMS(v), key);
}

enum db_result
key_page(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *user, uint8_t kind, const struct uuid *after,
    struct key *keys, size_t max, size_t *n)
{
	const struct db_value v[] = {
		db_uuid(account), db_uuid(user), db_i64(kind), db_uuid(after),
		db_i64((int64_t)max),
	};

	return db_rows(db, arena, &queries[PAGE], v, NITEMS(v), keys,
	    sizeof(*keys), max, n);
}

enum db_result
key_all(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *user, const struct uuid *after, struct key *keys,
    size_t max, size_t *n)
{
	const struct db_value of_user[] = {
		db_uuid(account), db_uuid(after), db_uuid(user),
		db_i64((int64_t)max),
	};
	const struct db_value all[] = {
		db_uuid(account), db_uuid(after), db_i64((int64_t)max),
	};

	if (uuid_is_zero(user))
		return db_rows(db, arena, &queries[ALL], all, NITEMS(all),
		    keys, sizeof(*keys), max, n);
	return db_rows(db, arena, &queries[ALL_OF_USER], of_user,
	    NITEMS(of_user), keys, sizeof(*keys), max, n);
}

enum db_result
key_revoke(struct db *db, const struct uuid *account, const struct uuid *id,
    const char *reason, int64_t now)
{
	const struct db_value v[] = {
		db_i64(now), db_i64(now), db_text(reason), db_uuid(id),
		db_uuid(account),
	};

	return db_change(db, &queries[REVOKE], v, NITEMS(v));
}

enum db_result
key_revoke_all(struct db *db, const struct uuid *account,
    const struct uuid *user, const char *reason, int64_t now)
{
	const struct db_value v[] = {
		db_i64(now), db_i64(now), db_text(reason), db_uuid(user),
		db_uuid(account),
	};

	return db_exec(db, &queries[REVOKE_ALL], v, NITEMS(v), NULL);
}

enum db_result
key_secrets_under(struct db *db, uint8_t version,
    int64_t *count)
{
	const struct db_value v[] = { db_i64(version) };

	return db_count(db, &queries[UNDER], v, NITEMS(v), count);
}
