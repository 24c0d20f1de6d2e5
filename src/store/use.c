/* SPDX-License-Identifier: ISC */
/* All SQL on uses of keys. */

#include <stdlib.h>
#include <string.h>

#include "base/nitems.h"
#include "store/use.h"

/* Another host may know of a later use; the time is set last, as it decides. */
#define LATEST								\
	"last_used_address = IF(COALESCE(last_used_at, 0) <= ?, ?, "	\
	"last_used_address), "						\
	"last_used_agent = IF(COALESCE(last_used_at, 0) <= ?, ?, "	\
	"last_used_agent), "						\
	"last_used_at = GREATEST(COALESCE(last_used_at, 0), ?) "

enum { KEY, SECRET };

static const struct db_query queries[] = {
	[KEY] = {
		.sql = "UPDATE `keys` SET uses = uses + ?, " LATEST
		    "WHERE id = ?",
	},
	[SECRET] = {
		.sql = "UPDATE key_secrets SET " LATEST
		    "WHERE key_id = ? AND LEFT(digest, 16) = ?",
	},
};

static int
compare_uses(const void *left, const void *right)
{
	const struct use *a = left, *b = right;
	int order = memcmp(&a->key_id, &b->key_id, sizeof(a->key_id));

	if (order != 0)
		return order;
	return memcmp(&a->secret, &b->secret, sizeof(a->secret));
}

enum db_result
use_add(struct db *db, struct use *uses, size_t n)
{
	enum db_result result = DB_OK;

	qsort(uses, n, sizeof(*uses), compare_uses);
	for (size_t i = 0; i < n && result == DB_OK; i++) {
		const struct use *u = &uses[i];
		const struct db_value v[] = {
			db_i64(u->times), db_i64(u->at), db_text(u->address),
			db_i64(u->at), db_text(u->agent), db_i64(u->at),
			db_uuid(&u->key_id), db_uuid(&u->secret),
		};

		result = db_exec(db, &queries[KEY], v, NITEMS(v) - 1, NULL);
		if (result == DB_OK)
			result = db_exec(db, &queries[SECRET], v + 1,
			    NITEMS(v) - 1, NULL);
	}
	return result;
}
