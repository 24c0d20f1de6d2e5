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
	DB_COLUMN(I64, struct reading, told.others),
	DB_COLUMN(I64, struct reading, now),
};

enum { READ, ADVANCE };

static const struct db_query queries[] = {
	/* rows by their keys: read while it is planned, as cheap as one IN */
	[READ] = {
		.sql = "SELECT g.value, a.value + b.value + c.value + d.value, "
		    "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) "
		    "FROM generations g JOIN generations a JOIN generations b "
		    "JOIN generations c JOIN generations d "
		    "WHERE g.place = 0 AND a.place = ? AND b.place = ? "
		    "AND c.place = ? AND d.place = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	/* one that somebody removed begins with the time, as all did */
	[ADVANCE] = {
		.sql = "INSERT INTO generations (place, value) VALUES "
		    "(?, CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)) "
		    "ON DUPLICATE KEY UPDATE value = value + 1",
	},
};

/* Of no id: the global one. */
static struct db_value
find_place(uint16_t place)
{
	return db_i64(place == 0 ? 0 :
	    1 + (place - 1) % (GENERATION_PLACES - 1));
}

enum db_result
generation_table_read(struct db *db,
    const uint16_t place[static GENERATION_IDS], struct generation_told *told,
    int64_t *now)
{
	struct db_value v[GENERATION_IDS];
	struct reading reading = { .now = 0 };
	enum db_result result;

	for (size_t i = 0; i < GENERATION_IDS; i++)
		v[i] = find_place(place[i]);
	result = db_row(db, NULL, &queries[READ], v, NITEMS(v), &reading);
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
	    a->others == b->others;
}

enum db_result
generation_table_advance(struct db *db, const struct uuid *id)
{
	const struct db_value place = find_place(generation_place(id));

	return db_exec(db, &queries[ADVANCE], &place, 1, NULL);
}
