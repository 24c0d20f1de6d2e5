/* SPDX-License-Identifier: ISC */
/* The SQL that lists company tokens. */

#include "base/nitems.h"
#include "store/company_token.h"

static const struct db_column columns[] = {
	DB_COLUMN(UUID, struct company_token, id),
	DB_COLUMN(TEXT, struct company_token, description),
	DB_COLUMN(TEXT, struct company_token, hint),
	DB_COLUMN(I64,  struct company_token, created_at),
	DB_COLUMN(TEXT, struct company_token, creator),
	DB_COLUMN(TEXT, struct company_token, group),
};

enum { GET, PAGE };

/* Creators that were deleted are still called by their names. */
#define SELECT								\
	"SELECT k.id, k.label, (SELECT s.hint FROM key_secrets s "	\
	"WHERE s.key_id = k.id ORDER BY s.starts_at DESC, "		\
	"s.ends_at IS NOT NULL, s.ends_at DESC LIMIT 1), "		\
	"k.created_at, u.name, COALESCE(w.name, k.workspaces) "		\
	"FROM `keys` k "						\
	"LEFT JOIN users u ON u.id = k.made_by_user AND "		\
	"u.account_id = k.account_id "					\
	"LEFT JOIN workspaces w ON w.account_id = k.account_id AND "	\
	"w.handle = k.workspaces "					\
	"WHERE k.account_id = ? AND k.kind = ? AND k.revoked_at IS NULL "

static const struct db_query queries[] = {
	[GET] = {
		.sql = SELECT "AND k.id = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[PAGE] = {
		.sql = SELECT "AND k.id > ? ORDER BY k.id LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
};

enum db_result
company_token_get(struct db *db, struct arena *arena,
    const struct uuid *account, uint8_t kind, const struct uuid *id,
    struct company_token *token)
{
	const struct db_value v[] = {
		db_uuid(account), db_i64(kind), db_uuid(id),
	};

	return db_row(db, arena, &queries[GET], v, NITEMS(v), token);
}

enum db_result
company_token_page(struct db *db, struct arena *arena,
    const struct uuid *account, uint8_t kind, const struct uuid *after,
    struct company_token *tokens, size_t max, size_t *n)
{
	const struct db_value v[] = {
		db_uuid(account), db_i64(kind), db_uuid(after),
		db_i64((int64_t)max),
	};

	return db_rows(db, arena, &queries[PAGE], v, NITEMS(v), tokens,
	    sizeof(*tokens), max, n);
}
