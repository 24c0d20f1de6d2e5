/* SPDX-License-Identifier: ISC */
#ifndef STORE_GENERATION_TABLE_H
#define STORE_GENERATION_TABLE_H

/*
 * The same counters in the database, for hosts that ask whether what they keep
 * is still so.  They are advanced in the transaction of the change: whoever
 * reads them as they were has read before it, on whatever host.
 *
 * There is one for each user, with all that he owns, and one for what is about
 * many: each one more would cost each check.  The table has fewer places than
 * the file, as all of them are made, copied and replicated; a place that users
 * share costs each of them a query.
 */

#include "store/db.h"
#include "store/generation.h"

#define GENERATION_PLACES	4096	/* as schema/005 makes them */

/* What was read; the members only grow. */
struct generation_told {
	int64_t	 global;	/* 0: nothing was read */
	int64_t	 user;
};

/*
 * As they stand for the user at that place of the file's, and the database's
 * time in ms: before the query whose answer is to be kept, or to see whether it
 * still counts.
 */
enum db_result	 generation_table_read(struct db *, uint16_t place,
		    struct generation_told *, int64_t *now);

/* Do both tell the same, and anything at all? */
bool		 generation_same(const struct generation_told *,
		    const struct generation_told *);

/*
 * Something about the user changes in this transaction; zero: about many.  The
 * last statement before the commit: others who change the same wait here and
 * must not hold what is still wanted.
 */
enum db_result	 generation_table_advance(struct db *, const struct uuid *);

#endif
