/* SPDX-License-Identifier: ISC */
/* All SQL on uses of keys. */

#include <stdlib.h>
#include <string.h>

#include "base/nitems.h"
#include "store/use.h"

#define GROUP	10	/* in one statement: a quarter of the work */

#define USE								\
	"SELECT CAST(? AS SIGNED) times, CAST(? AS SIGNED) at,"		\
	" CAST(? AS CHAR(45)) address, CAST(? AS CHAR(200)) agent,"	\
	" CAST(? AS BINARY(16)) id, CAST(? AS BINARY(16)) secret"
#define AND_USE	" UNION ALL " USE

/* Another host may know of a later use. */
#define LATEST(table)							\
	table ".last_used_address = IF(COALESCE(" table			\
	".last_used_at, 0) <= u.at, u.address, " table			\
	".last_used_address), "						\
	table ".last_used_agent = IF(COALESCE(" table			\
	".last_used_at, 0) <= u.at, u.agent, " table			\
	".last_used_agent), "						\
	table ".last_used_at = GREATEST(COALESCE(" table		\
	".last_used_at, 0), u.at)"

static const struct db_query add_uses = {
	.sql = "UPDATE (" USE AND_USE AND_USE AND_USE AND_USE AND_USE AND_USE
	    AND_USE AND_USE AND_USE ") u"
	    " STRAIGHT_JOIN `keys` k ON k.id = u.id"
	    " LEFT JOIN key_secrets s ON s.key_id = u.id"
	    " AND LEFT(s.digest, 16) = u.secret"
	    " SET k.uses = k.uses + u.times, " LATEST("k") ", " LATEST("s"),
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

/*
 * As many as go into one statement, which changes a row only once: of two
 * secrets of one key the second begins another.  The rest is of no key.
 */
static enum db_result
add_group(struct db *db, const struct use *uses, size_t n, size_t *added)
{
	static const struct use none;
	struct db_value values[GROUP * 6], *v = values;
	size_t k = 0;

	for (size_t i = 0; i < GROUP; i++) {
		const struct use *u = &none;

		if (k == i && k < n && (k == 0 || !uuid_equal(
		    &uses[k].key_id, &uses[k - 1].key_id)))
			u = &uses[k++];
		*v++ = db_i64(u->times);
		*v++ = db_i64(u->at);
		*v++ = db_text(u->address);
		*v++ = db_text(u->agent);
		*v++ = db_uuid_or_null(&u->key_id);
		*v++ = db_uuid(&u->secret);
	}
	*added = k;
	return db_exec(db, &add_uses, values, NITEMS(values), NULL);
}

enum db_result
use_add(struct db *db, struct use *uses, size_t n)
{
	enum db_result result = DB_OK;
	size_t added;

	qsort(uses, n, sizeof(*uses), compare_uses);
	for (; n > 0 && result == DB_OK; uses += added, n -= added)
		result = add_group(db, uses, n, &added);
	return result;
}
