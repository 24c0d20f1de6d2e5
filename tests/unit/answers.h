/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_ANSWERS_H
#define TESTS_UNIT_ANSWERS_H

/*
 * In place of the database one that only answers: whoever includes this says
 * in a db_rows of his own what.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/db.h"

enum db_result
db_row(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues, void *row)
{
	size_t n = 0;
	enum db_result result;

	result = db_rows(db, arena, query, values, nvalues, row, 0, 1, &n);
	return result == DB_OK && n == 0 ? DB_NONE : result;
}

enum db_result
db_exec(struct db *db, const struct db_query *query,
    const struct db_value *values, size_t nvalues, uint64_t *affected)
{
	(void)db;
	(void)query;
	(void)values;
	(void)nvalues;
	(void)affected;
	fail_msg("nothing is to be changed");
	return DB_UNAVAILABLE;
}

#endif
