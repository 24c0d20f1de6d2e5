/* SPDX-License-Identifier: ISC */
/* All SQL on lifetimes. */

#include "base/nitems.h"
#include "store/lifetime.h"

static const struct db_column columns[] = {
	DB_COLUMN(U8,  struct lifetime, kind),
	DB_COLUMN(I64, struct lifetime, initial),
	DB_COLUMN(I64, struct lifetime, most),
};

enum { GET, SET };

static const struct db_query queries[] = {
	[GET] = {
		.sql = "SELECT kind, initial, most FROM lifetimes WHERE "
		    "account_id = ? AND kind = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[SET] = {
		.sql = "INSERT INTO lifetimes (account_id, kind, initial, "
		    "most) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
		    "initial = VALUES(initial), most = VALUES(most)",
	},
};

enum db_result
lifetime_get(struct db *db, const struct uuid *account, uint8_t kind,
    struct lifetime *lifetime)
{
	const struct db_value v[] = { db_uuid(account), db_i64(kind) };
	enum db_result result;

	*lifetime = (struct lifetime){ .kind = kind };
	result = db_row(db, NULL, &queries[GET], v, NITEMS(v), lifetime);
	return result == DB_NONE ? DB_OK : result;
}

enum db_result
lifetime_set(struct db *db, const struct uuid *account,
    const struct lifetime *l)
{
	const struct db_value v[] = {
		db_uuid(account), db_i64(l->kind), db_i64_or_null(l->initial),
		db_i64_or_null(l->most),
	};

	return db_exec(db, &queries[SET], v, NITEMS(v), NULL);
}
