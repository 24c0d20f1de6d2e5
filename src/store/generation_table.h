/* SPDX-License-Identifier: ISC */
#ifndef STORE_GENERATION_TABLE_H
#define STORE_GENERATION_TABLE_H

/*
 * The same counters in the database, for hosts that ask whether what they keep
 * is still so.  They are advanced in the transaction of the change: whoever
 * reads them as they were has read before it, on whatever host.
 *
 * The table has fewer places than the file, as all of them are made, copied
 * and replicated; a place that ids share costs each of them a query.
 */

#include "store/db.h"
#include "store/generation.h"

#define GENERATION_PLACES	4096	/* as schema/005 makes them */

/* What was read; the members only grow. */
struct generation_told {
	int64_t	 global;	/* 0: nothing was read */
	int64_t	 others;	/* those of all ids together */
};

/*
 * As they stand, at places of the file's, and the database's time in ms: before
 * the query whose answer is to be kept, or to see whether it still counts.
 */
enum db_result	 generation_table_read(struct db *,
		    const uint16_t place[static GENERATION_IDS],
		    struct generation_told *, int64_t *now);

/* Do both tell the same, and anything at all? */
bool		 generation_same(const struct generation_told *,
		    const struct generation_told *);

/*
 * Something about the id changes in this transaction; zero: about everything.
 * The last statement before the commit: others who change the same wait here
 * and must not hold what is still wanted.
 */
enum db_result	 generation_table_advance(struct db *, const struct uuid *);

#endif
