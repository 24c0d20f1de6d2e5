/* SPDX-License-Identifier: ISC */
/* All SQL on accounts but the hot query. */

#include "base/nitems.h"
#include "store/account.h"

#define COLUMNS	"id, legacy_id, name, active, created_at"

static const struct db_column columns[] = {
	DB_COLUMN(UUID, struct account, id),
	DB_COLUMN(TEXT, struct account, legacy_id),
	DB_COLUMN(TEXT, struct account, name),
	DB_COLUMN(BOOL, struct account, active),
	DB_COLUMN(I64,  struct account, created_at),
};

enum { ADD, GET, LOCK, BY_LEGACY_ID, FIRST };

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO accounts (" COLUMNS ") "
		    "VALUES (?, ?, ?, ?, ?)",
	},
	[GET] = {
		.sql = "SELECT " COLUMNS " FROM accounts WHERE id = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[LOCK] = {
		.sql = "SELECT 1 FROM accounts WHERE id = ? FOR UPDATE",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
	[BY_LEGACY_ID] = {
		.sql = "SELECT " COLUMNS " FROM accounts WHERE "
		    "legacy_id = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[FIRST] = {
		.sql = "SELECT " COLUMNS " FROM accounts ORDER BY id LIMIT 2",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
};

enum db_result
account_add(struct db *db, const struct account *a)
{
	const struct db_value v[] = {
		db_uuid(&a->id), db_text(a->legacy_id), db_text(a->name),
		db_i64(a->active), db_i64(a->created_at),
	};

	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
}

enum db_result
account_get(struct db *db, struct arena *arena, const struct uuid *id,
    struct account *account)
{
	const struct db_value v[] = { db_uuid(id) };

	return db_row(db, arena, &queries[GET], v, NITEMS(v), account);
}

enum db_result
account_lock(struct db *db, const struct uuid *id)
{
	const struct db_value v[] = { db_uuid(id) };
	int64_t one;

	return db_count(db, &queries[LOCK], v, NITEMS(v), &one);
}

enum db_result
account_find(struct db *db, struct arena *arena, const char *named,
    struct account *account)
{
	const struct db_value v[] = { db_text(named) };
	struct uuid id;

	if (uuid_parse(&id, named))
		return account_get(db, arena, &id, account);
	return db_row(db, arena, &queries[BY_LEGACY_ID], v, NITEMS(v),
	    account);
}

enum db_result
account_only(struct db *db, struct arena *arena, struct account *account)
{
	struct account first[2];
	size_t n;
	enum db_result result;

	result = db_rows(db, arena, &queries[FIRST], NULL, 0, first,
	    sizeof(first[0]), NITEMS(first), &n);
	if (result != DB_OK)
		return result;
	if (n != 1)
		return DB_NONE;
	*account = first[0];
	return DB_OK;
}
