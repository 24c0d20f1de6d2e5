/* SPDX-License-Identifier: ISC */
/* Counters of changes in the database. */

#include "base/nitems.h"
#include "store/generation_table.h"

struct reading {
	struct generation_told told;
	int64_t		 now;
};

static const struct db_column columns[] = {
	DB_COLUMN(I64, struct reading, told.global),
	DB_COLUMN(I64, struct reading, told.user),
	DB_COLUMN(I64, struct reading, now),
};

enum { READ, ADVANCE };

static const struct db_query queries[] = {
	/* two rows by their keys: both are read while it is planned */
	[READ] = {
		.sql = "SELECT g.value, u.value, "
		    "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) "
		    "FROM generations g JOIN generations u "
		    "WHERE g.place = 0 AND u.place = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	/* from the time on: a database that has lost its last commits, or a
	 * row that somebody removed, must not come to an old value again */
	[ADVANCE] = {
		.sql = "INSERT INTO generations (place, value) VALUES "
		    "(?, CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)) "
		    "ON DUPLICATE KEY UPDATE "
		    "value = GREATEST(value + 1, VALUES(value))",
	},
};

/* Of nobody: the global one. */
static struct db_value
find_place(uint16_t place)
{
	return db_i64(place == 0 ? 0 :
	    1 + (place - 1) % (GENERATION_PLACES - 1));
}

enum db_result
generation_table_read(struct db *db, uint16_t place,
    struct generation_told *told, int64_t *now)
{
	const struct db_value user = find_place(place);
	struct reading reading = { .now = 0 };
	enum db_result result;

	result = db_row(db, NULL, &queries[READ], &user, 1, &reading);
	*told = reading.told;
	*now = reading.now;
	/* without a place nothing counts */
	return result == DB_NONE ? DB_OK : result;
}

bool
generation_same(const struct generation_told *a,
    const struct generation_told *b)
{
	return a->global != 0 && a->global == b->global &&
	    a->user == b->user;
}

enum db_result
generation_table_advance(struct db *db, const struct uuid *user)
{
	const struct db_value place = find_place(generation_place(user));

	return db_exec(db, &queries[ADVANCE], &place, 1, NULL);
}
