/* SPDX-License-Identifier: ISC */
/* The clock of the database, and the migrator's statements. */

#include <string.h>

#include "base/nitems.h"
#include "store/db_private.h"
#include "store/db.h"

static const struct db_query now_query = {
	.sql = "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
	.columns = db_number,
	.ncolumns = NITEMS(db_number),
};

/* Table, column, key exist already; what is dropped has gone. */
static const unsigned standing[] = { 1050, 1060, 1061, 1091 };

enum db_result
db_now(struct db *db, int64_t *ms)
{
	return db_count(db, &now_query, NULL, 0, ms);
}

enum db_result
db_migrate(struct db *db, const char *sql)
{
	enum db_result result = db_ready(db);
	unsigned error;

	if (result != DB_OK)
		return result;
	if (mysql_real_query(db->link, sql, strlen(sql)) == 0)
		return DB_OK;
	error = mysql_errno(db->link);
	for (size_t i = 0; i < NITEMS(standing); i++)
		if (standing[i] == error)
			return DB_OK;
	return db_failed(db, error, mysql_error(db->link));
}
