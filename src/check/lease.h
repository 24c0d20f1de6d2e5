/* SPDX-License-Identifier: ISC */
#ifndef CHECK_LEASE_H
#define CHECK_LEASE_H

/*
 * Quotas as a host gives them out: from a block that it took from the
 * database, a hundredth of the limit and at most a thousand, or one by one
 * where the quota is strict.  A block is there before any of it is used, so
 * that the limit is never passed; at most one for each host and period lies
 * unused, and one more for each change of the limit, for a process killed as
 * it took one, and for a file of counters that was lost; where the file has
 * no room left, also for a day without use, and what finds none takes one by
 * one.
 */

#include "base/uuid.h"
#include "check/counters.h"
#include "check/quotas.h"
#include "store/db.h"

struct lease {
	struct counters	*counters;
	struct db	*db;
	const struct uuid *key_id;
	const struct quota *quota;
	int64_t		 now;		/* the database's time */

	int64_t		 rest;		/* about what is left */
	uint64_t	 tag;		/* lease.c's own: of its slot */
};

/*
 * Take one.  DB_NONE: the quota is used up; anything else but DB_OK: that
 * cannot be known now.  Runs its own transaction: never call it inside db_run.
 */
enum db_result	 lease_take(struct lease *);

/* Is there one that the database need not be asked for? */
bool		 lease_at_hand(struct lease *);

/* Would it?  Takes nothing. */
enum db_result	 lease_look(struct lease *);

/* Give it back. */
void		 lease_give_back(struct lease *);

#endif
