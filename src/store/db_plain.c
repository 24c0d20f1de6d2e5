/* SPDX-License-Identifier: ISC */
/* The clock of the database, and the migrator's statements. */

#include <string.h>

#include "base/nitems.h"
#include "store/db_private.h"
#include "store/db.h"

struct moment {
	int64_t	 ms;
};

static const struct db_column moment_columns[] = {
	DB_COLUMN(I64, struct moment, ms),
};

static const struct db_query now_query = {
	.sql = "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
	.columns = moment_columns,
	.ncolumns = NITEMS(moment_columns),
};

/* Table, column, key exist already. */
static const unsigned standing[] = { 1050, 1060, 1061 };

enum db_result
db_now(struct db *db, struct arena *arena, int64_t *ms)
{
	struct moment moment;
	enum db_result result;

	result = db_row(db, arena, &now_query, NULL, 0, &moment);
	if (result == DB_OK)
		*ms = moment.ms;
	return result;
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
