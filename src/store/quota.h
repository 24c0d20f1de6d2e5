/* SPDX-License-Identifier: ISC */
#ifndef STORE_QUOTA_H
#define STORE_QUOTA_H

/*
 * What was taken of quotas, for a host to give out: never more than the limit
 * in a period, as the row is locked while it is worked out.
 */

#include "store/db.h"

struct quota_lease {
	struct uuid	 key_id;
	const char	*name;
	int64_t		 period_at;	/* when it began; 0: it has no end */
	int64_t		 limit;
	int64_t		 wanted;

	/* what came of it */
	int64_t		 granted;	/* 0: nothing is left */
	int64_t		 rest;		/* of the limit, beyond all leases */
};

/* What was taken in that period, or in a later one. */
enum db_result	 quota_taken(struct db *, const struct uuid *key,
		    const char *name, int64_t period_at, int64_t *taken);

/* Inside a transaction of its own. */
enum db_result	 quota_take(struct db *, struct quota_lease *);

/* Give back one that was taken in that period, if it still lasts. */
enum db_result	 quota_give_back(struct db *, const struct quota_lease *);

#endif
