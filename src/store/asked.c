/* SPDX-License-Identifier: ISC */
/* Looking for an id among all that has one. */

#include "base/nitems.h"
#include "store/asked.h"

#define IS_OF(table)							\
	"EXISTS (SELECT 1 FROM " table " WHERE id = ? AND account_id = ?)"

static const struct db_query find = {
	.sql = "SELECT CASE WHEN " IS_OF("`keys`") " OR " IS_OF("users")
	    " OR " IS_OF("sessions") " THEN 1 WHEN " IS_OF("workspaces")
	    " THEN 2 ELSE 0 END",
	.columns = db_number,
	.ncolumns = 1,
};

enum db_result
asked_find(struct db *db, const struct uuid *account, const struct uuid *id,
    enum asked *asked)
{
	const struct db_value v[] = {
		db_uuid(id), db_uuid(account), db_uuid(id), db_uuid(account),
		db_uuid(id), db_uuid(account), db_uuid(id), db_uuid(account),
	};
	enum db_result result;
	int64_t found;

	result = db_count(db, &find, v, NITEMS(v), &found);
	*asked = result == DB_OK ? (enum asked)found : ASKED_NOBODY;
	return result;
}
