/* SPDX-License-Identifier: ISC */
#ifndef CHECK_LIMITS_H
#define CHECK_LIMITS_H

/*
 * Rates and quotas, as a request that is allowed otherwise takes of them: one
 * of each, or, when one of them has nothing left, none of any.  What is
 * refused so costs nothing.  While one process finds that out, another may
 * for a moment see less than there is, never more.
 *
 * Rates are counted on each host for itself, by the key's id and by the
 * user's, in windows that slide; quotas count everywhere together.
 */

#include "check/decision.h"

#define LIMITS_TOLD	(2 * RATES + QUOTAS)

/* What is told of them. */
struct limits_told {
	struct {
		char	 name[RATES_NAME + 8];	/* "user:" before a user's */
		int64_t	 limit;
		int64_t	 window;	/* seconds; 0: it has no end */
		int64_t	 rest;
		int64_t	 wait;		/* seconds to more; 0: never */
	}		 limit[LIMITS_TOLD];
	size_t		 n;
	int64_t		 retry_after;	/* seconds, of what is refused */
};

/*
 * After decision_make, once for each request.  REASON_RATE, REASON_QUOTA, or
 * REASON_FAULT when it cannot be counted.  Never call it inside db_run.
 */
enum reason	 limits_take(const char *state, struct db *,
		    const struct facts *, struct limits_told *);

/* What it would say now; takes nothing. */
enum reason	 limits_look(const char *state, struct db *,
		    const struct facts *);

/* The least that is left of any; -1 when there is no limit. */
int64_t		 limits_rest(const struct limits_told *);

/*
 * Take one guess of most in a minute from the client's network: of whoever
 * presents what is no key.  Without the file of counters everybody may.
 */
bool		 limits_guess(const char *state, const struct address *client,
		    int64_t most, struct limits_told *);

#endif
