/* SPDX-License-Identifier: ISC */
/* All SQL on keys but the hot query and the search. */

#include "base/nitems.h"
#include "store/key_private.h"

const struct db_column key_columns[KEY_COLUMNS_N] = {
	DB_COLUMN(UUID, struct key, id),
	DB_COLUMN(UUID, struct key, account_id),
	DB_COLUMN(UUID, struct key, user_id),
	DB_COLUMN(U8,   struct key, kind),
	DB_COLUMN(TEXT, struct key, handle),
	DB_COLUMN(TEXT, struct key, label),
	DB_COLUMN(BOOL, struct key, limited),
	DB_COLUMN(BITS, struct key, scopes),
	DB_COLUMN(TEXT, struct key, workspaces),
	DB_COLUMN(TEXT, struct key, rules),
	DB_COLUMN(TEXT, struct key, addresses),
	DB_COLUMN(TEXT, struct key, rates),
	DB_COLUMN(TEXT, struct key, quotas),
	DB_COLUMN(BOOL, struct key, disabled),
	DB_COLUMN(I64,  struct key, starts_at),
	DB_COLUMN(I64,  struct key, expires_at),
	DB_COLUMN(I64,  struct key, revoked_at),
	DB_COLUMN(TEXT, struct key, revoked_reason),
	DB_COLUMN(UUID, struct key, made_by_user),
	DB_COLUMN(UUID, struct key, made_by_key),
	DB_COLUMN(I64,  struct key, created_at),
	DB_COLUMN(I64,  struct key, updated_at),
	DB_COLUMN(I64,  struct key, uses),
	DB_COLUMN(I64,  struct key, last_used_at),
	DB_COLUMN(TEXT, struct key, last_used_address),
	DB_COLUMN(TEXT, struct key, last_used_agent),
};

enum { ADD, GET, BY_HANDLE, FIND, CHANGE, PAGE, PAGE_ALL, REVOKE, REVOKE_ALL };

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO `keys` (id, account_id, user_id, kind, "
		    "handle, handle_key, label, scopes, workspaces, rules, "
		    "addresses, rates, quotas, disabled, starts_at, "
		    "expires_at, made_by_user, made_by_key, created_at, "
		    "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		    "?, ?, ?, ?, ?, ?, ?, ?)",
	},
	[GET] = {
		.sql = "SELECT " KEY_COLUMNS " FROM `keys` WHERE id = ? AND "
		    "account_id = ? AND user_id = ? AND kind = ? AND "
		    "revoked_at IS NULL",
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[BY_HANDLE] = {
		.sql = "SELECT " KEY_COLUMNS " FROM `keys` WHERE "
		    "user_id = ? AND handle_key = ? AND account_id = ? AND "
		    "revoked_at IS NULL",
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[FIND] = {
		.sql = "SELECT " KEY_COLUMNS " FROM `keys` WHERE id = ? AND "
		    "account_id = ?",
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[CHANGE] = {
		.sql = "UPDATE `keys` SET handle = ?, handle_key = ?, "
		    "label = ?, scopes = ?, workspaces = ?, rules = ?, "
		    "addresses = ?, rates = ?, quotas = ?, disabled = ?, "
		    "starts_at = ?, expires_at = ?, updated_at = ? "
		    "WHERE id = ? AND "
		    "account_id = ? AND revoked_at IS NULL",
	},
	[PAGE] = {
		.sql = "SELECT " KEY_COLUMNS " FROM `keys` WHERE "
		    "account_id = ? AND kind = ? AND id > ? AND "
		    "revoked_at IS NULL AND user_id = ? ORDER BY id LIMIT ?",
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[PAGE_ALL] = {
		.sql = "SELECT " KEY_COLUMNS " FROM `keys` WHERE "
		    "account_id = ? AND kind = ? AND id > ? AND "
		    "revoked_at IS NULL ORDER BY id LIMIT ?",
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[REVOKE] = {
		.sql = "UPDATE `keys` SET revoked_at = ?, updated_at = ?, "
		    "revoked_reason = ?, handle_key = NULL WHERE id = ? AND "
		    "account_id = ? AND revoked_at IS NULL",
	},
	[REVOKE_ALL] = {
		.sql = "UPDATE `keys` SET revoked_at = ?, updated_at = ?, "
		    "revoked_reason = ?, handle_key = NULL WHERE user_id = ? "
		    "AND account_id = ? AND (? = 0 OR kind = ?) AND "
		    "revoked_at IS NULL",
	},
};

static struct db_value
value_of_scopes(const struct key *k)
{
	return db_blob_or_null(k->limited ? k->scopes.b : NULL,
	    sizeof(k->scopes.b));
}

enum db_result
key_add(struct db *db, const struct key *k)
{
	const struct db_value v[] = {
		db_uuid(&k->id),
		db_uuid(&k->account_id),
		db_uuid(&k->user_id),
		db_i64(k->kind),
		db_text(k->handle),
		db_text(k->handle),
		db_text(k->label),
		value_of_scopes(k),
		db_text(k->workspaces),
		db_text(k->rules),
		db_text(k->addresses),
		db_text(k->rates),
		db_text(k->quotas),
		db_i64(k->disabled),
		db_i64_or_null(k->starts_at),
		db_i64_or_null(k->expires_at),
		db_uuid(&k->made_by_user),
		db_uuid_or_null(&k->made_by_key),
		db_i64(k->created_at),
		db_i64(k->updated_at),
	};

	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
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
key_by_handle(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *user, const char *handle, struct key *key)
{
	const struct db_value v[] = {
		db_uuid(user), db_text(handle), db_uuid(account),
	};

	return db_row(db, arena, &queries[BY_HANDLE], v, NITEMS(v), key);
}

enum db_result
key_find(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *id, struct key *key)
{
	const struct db_value v[] = { db_uuid(id), db_uuid(account) };

	return db_row(db, arena, &queries[FIND], v, NITEMS(v), key);
}

enum db_result
key_change(struct db *db, const struct key *k)
{
	const struct db_value v[] = {
		db_text(k->handle),
		db_text(k->handle),
		db_text(k->label),
		value_of_scopes(k),
		db_text(k->workspaces),
		db_text(k->rules),
		db_text(k->addresses),
		db_text(k->rates),
		db_text(k->quotas),
		db_i64(k->disabled),
		db_i64_or_null(k->starts_at),
		db_i64_or_null(k->expires_at),
		db_i64(k->updated_at),
		db_uuid(&k->id),
		db_uuid(&k->account_id),
	};
	uint64_t affected = 0;
	enum db_result result;

	result = db_exec(db, &queries[CHANGE], v, NITEMS(v), &affected);
	return result == DB_OK && affected == 0 ? DB_NONE : result;
}

enum db_result
key_page(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *user, uint8_t kind, const struct uuid *after,
    struct key *keys, size_t max, size_t *n)
{
	const struct db_value of_user[] = {
		db_uuid(account), db_i64(kind), db_uuid(after), db_uuid(user),
		db_i64((int64_t)max),
	};
	const struct db_value all[] = {
		db_uuid(account), db_i64(kind), db_uuid(after),
		db_i64((int64_t)max),
	};

	if (uuid_is_zero(user))
		return db_rows(db, arena, &queries[PAGE_ALL], all,
		    NITEMS(all), keys, sizeof(*keys), max, n);
	return db_rows(db, arena, &queries[PAGE], of_user, NITEMS(of_user),
	    keys, sizeof(*keys), max, n);
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
    const struct uuid *user, uint8_t kind, const char *reason, int64_t now)
{
	const struct db_value v[] = {
		db_i64(now), db_i64(now), db_text(reason), db_uuid(user),
		db_uuid(account), db_i64(kind), db_i64(kind),
	};

	return db_exec(db, &queries[REVOKE_ALL], v, NITEMS(v), NULL);
}
