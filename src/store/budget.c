/* SPDX-License-Identifier: ISC */
/* All SQL on login budgets. */

#include <assert.h>

#include "base/nitems.h"
#include "store/budget.h"

/* The cost of one attempt: fine enough that rounding loses no draining. */
#define ATTEMPT	1000000

/* Rows unused for so long hold nothing that anybody asks for. */
#define FORGET	(30 * 24 * 60 * 60 * (int64_t)1000)

struct state {
	int64_t	 spent;
	int64_t	 succeeded_at;
};

static const struct db_column columns[] = {
	DB_COLUMN(I64, struct state, spent),
	DB_COLUMN(I64, struct state, succeeded_at),
};

enum { DRAIN, SPEND, REFUND, GET, SUCCEED, CLEAN };

static const struct db_query queries[] = {
	/* spent is worked out before window_at moves: left to right. */
	[DRAIN] = {
		.sql = "INSERT INTO login_budgets (subject, spent, window_at) "
		    "VALUES (?, 0, ?) ON DUPLICATE KEY UPDATE "
		    "spent = GREATEST(0, spent - LEAST(?, "
		    "GREATEST(0, VALUES(window_at) - window_at)) * ? DIV ?), "
		    "window_at = GREATEST(window_at, VALUES(window_at))",
	},
	[SPEND] = {
		.sql = "UPDATE login_budgets SET spent = spent + ? "
		    "WHERE subject = ? AND spent <= ?",
	},
	[REFUND] = {
		.sql = "UPDATE login_budgets SET "
		    "spent = GREATEST(0, spent - ?) WHERE subject = ?",
	},
	[GET] = {
		.sql = "SELECT spent, succeeded_at FROM login_budgets "
		    "WHERE subject = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[SUCCEED] = {
		.sql = "INSERT INTO login_budgets (subject, spent, window_at, "
		    "succeeded_at) VALUES (?, 0, ?, ?) "
		    "ON DUPLICATE KEY UPDATE spent = GREATEST(0, spent - ?), "
		    "succeeded_at = VALUES(succeeded_at)",
	},
	[CLEAN] = {
		.sql = "DELETE FROM login_budgets WHERE window_at < ? "
		    "ORDER BY window_at LIMIT 20",
	},
};

/* Bring the row up to date, making it first where it is missing. */
static enum db_result
drain(struct db *db, const uint8_t *subject, int64_t most, int64_t window,
    int64_t now)
{
	const struct db_value v[] = {
		db_blob(subject, 32), db_i64(now), db_i64(window),
		db_i64(most * ATTEMPT), db_i64(window),
	};
	const struct db_value old[] = { db_i64(now - FORGET) };
	uint64_t affected = 0;
	enum db_result result;

	result = db_exec(db, &queries[DRAIN], v, NITEMS(v), &affected);
	if (result != DB_OK || affected != 1)
		return result;
	return db_exec(db, &queries[CLEAN], old, NITEMS(old), NULL);
}

enum db_result
budget_spend(struct db *db, struct arena *arena,
    const uint8_t subject[static 32], int64_t most, int64_t window,
    int64_t now, int64_t *wait)
{
	const int64_t room = (most - 1) * ATTEMPT;
	const struct db_value v[] = {
		db_i64(ATTEMPT), db_blob(subject, 32), db_i64(room),
	};
	struct state state;
	uint64_t affected = 0;
	enum db_result result;

	assert(most > 0 && window > 0);
	result = drain(db, subject, most, window, now);
	if (result != DB_OK)
		return result;
	result = db_exec(db, &queries[SPEND], v, NITEMS(v), &affected);
	if (result != DB_OK || affected == 1)
		return result;
	result = db_row(db, arena, &queries[GET], &v[1], 1, &state);
	if (result != DB_OK)
		return result;
	*wait = 1;
	if (state.spent > room)
		*wait += (state.spent - room) * window / (most * ATTEMPT);
	return DB_NONE;
}

enum db_result
budget_succeeded(struct db *db, const uint8_t subject[static 32], int64_t now)
{
	const struct db_value v[] = {
		db_blob(subject, 32), db_i64(now), db_i64(now),
		db_i64(ATTEMPT),
	};

	return db_exec(db, &queries[SUCCEED], v, NITEMS(v), NULL);
}

enum db_result
budget_refund(struct db *db, const uint8_t subject[static 32])
{
	const struct db_value v[] = { db_i64(ATTEMPT), db_blob(subject, 32) };

	return db_exec(db, &queries[REFUND], v, NITEMS(v), NULL);
}

enum db_result
budget_last_success(struct db *db, struct arena *arena,
    const uint8_t subject[static 32], int64_t *at)
{
	const struct db_value v[] = { db_blob(subject, 32) };
	struct state state;
	enum db_result result;

	*at = 0;
	result = db_row(db, arena, &queries[GET], v, NITEMS(v), &state);
	if (result == DB_NONE)
		return DB_OK;
	if (result == DB_OK)
		*at = state.succeeded_at;
	return result;
}
