/* SPDX-License-Identifier: ISC */
/* Numbered pages of named keys. */

#include "base/nitems.h"
#include "store/key_named.h"
#include "store/key_private.h"

/* Letters count alike in both cases; a handle has lower ones only. */
#define FOUND								\
	" FROM `keys` WHERE account_id = ? AND user_id = ? AND "	\
	"kind = ? AND revoked_at IS NULL AND created_at >= ? AND "	\
	"created_at <= ? AND (? IS NULL OR LOCATE(LOWER(?), handle) > 0 "\
	"OR LOCATE(LOWER(?), LOWER(label)) > 0)"

enum { COUNT = KEY_NAMED_SORTS };

static const struct db_query queries[] = {
	[KEY_NAMED_BY_HANDLE] = {
		.sql = "SELECT " KEY_COLUMNS FOUND
		    " ORDER BY handle LIMIT ? OFFSET ?",
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[KEY_NAMED_BY_CREATION] = {
		.sql = "SELECT " KEY_COLUMNS FOUND
		    " ORDER BY created_at, id LIMIT ? OFFSET ?",
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[COUNT] = {
		.sql = "SELECT COUNT(*)" FOUND,
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

enum db_result
key_named_page(struct db *db, struct arena *arena,
    const struct key_named_filter *f, struct key *keys, size_t *n,
    int64_t *total)
{
	const struct db_value v[] = {
		db_uuid(&f->account), db_uuid(&f->user), db_i64(f->kind),
		db_i64(f->from), db_i64(f->to),
		db_text(f->search), db_text(f->search), db_text(f->search),
		db_i64(f->size), db_i64(f->skip),
	};
	enum db_result result;

	result = db_count(db, &queries[COUNT], v, NITEMS(v) - 2, total);
	if (result != DB_OK)
		return result;
	return db_rows(db, arena, &queries[f->sort], v, NITEMS(v), keys,
	    sizeof(*keys), (size_t)f->size, n);
}
