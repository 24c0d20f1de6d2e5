/* SPDX-License-Identifier: ISC */
#ifndef CHECK_RATES_H
#define CHECK_RATES_H

/*
 * How often a credential may be used: so many times in any stretch of so many
 * seconds.  A row keeps each on a line, "name limit seconds"; none at all is
 * no limit.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define RATES		8
#define RATES_NAME	32
#define RATES_MOST	1000000
#define RATES_PER	86400		/* seconds */

struct rate {
	char		 name[RATES_NAME + 1];
	int64_t		 limit;
	int64_t		 per;		/* seconds */
};

struct rates {
	struct rate	 rate[RATES];
	size_t		 n;		/* 0: no limit */
};

/* NULL, or what is wrong with a name: "must …". */
const char	*rates_name_fault(const char *name);

/* Add one: NULL, or what is wrong with it. */
const char	*rates_add(struct rates *, const char *name, int64_t limit,
		    int64_t per);

/* From a row, and back: NULL for none.  False when the row is malformed. */
bool		 rates_load(struct rates *, const char *row);
const char	*rates_row(const struct rates *, struct arena *);

/*
 * Has narrow, for each of wide, one of that name with no more in that time?
 * In a longer time it would be counted anew: no key may do that to its own.
 */
bool		 rates_within(const struct rates *narrow,
		    const struct rates *wide);

#endif
