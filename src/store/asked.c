/* SPDX-License-Identifier: ISC */
/* Looking for an id among all that has one, and for what somebody did. */

#include "base/nitems.h"
#include "store/asked.h"

#define IS_OF(table)							\
	"EXISTS (SELECT 1 FROM " table " WHERE id = ? AND account_id = ?)"

/* ms that the clocks of two hosts, which make the ids, may differ */
#define CLOCKS	(10 * 60 * (int64_t)1000)

enum { FIND, LATELY };

static const struct db_query queries[] = {
	[FIND] = {
		.sql = "SELECT CASE WHEN " IS_OF("`keys`") " OR "
		    IS_OF("users") " OR " IS_OF("sessions") " THEN 1 WHEN "
		    IS_OF("workspaces") " THEN 2 ELSE 0 END",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
	[LATELY] = {
		.sql = "SELECT COALESCE(MAX(CASE WHEN object_type IN "
		    "('key', 'session', 'token', 'user') THEN 1 ELSE 2 END), "
		    "0) FROM audit WHERE account_id = ? AND id > ? AND "
		    "at > ? AND actor_user = ? AND (? <> 0 OR action NOT LIKE "
		    "'%.create')",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

static enum db_result
ask(struct db *db, const struct db_query *query, const struct db_value *v,
    size_t nvalues, enum asked *asked)
{
	enum db_result result;
	int64_t found;

	result = db_count(db, query, v, nvalues, &found);
	*asked = result == DB_OK ? (enum asked)found : ASKED_NOBODY;
	return result;
}

enum db_result
asked_find(struct db *db, const struct uuid *account, const struct uuid *id,
    enum asked *asked)
{
	const struct db_value v[] = {
		db_uuid(id), db_uuid(account), db_uuid(id), db_uuid(account),
		db_uuid(id), db_uuid(account), db_uuid(id), db_uuid(account),
	};

	return ask(db, &queries[FIND], v, NITEMS(v), asked);
}

enum db_result
asked_lately(struct db *db, const struct uuid *account,
    const struct uuid *user, int64_t since, bool creations,
    enum asked *asked)
{
	struct uuid first = uuid_before(since - CLOCKS);
	const struct db_value v[] = {
		db_uuid(account), db_uuid(&first), db_i64(since), db_uuid(user),
		db_i64(creations),
	};

	return ask(db, &queries[LATELY], v, NITEMS(v), asked);
}
