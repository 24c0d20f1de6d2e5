/* SPDX-License-Identifier: ISC */
#ifndef CHECK_QUOTAS_H
#define CHECK_QUOTAS_H

/*
 * How much of something a key has: so many uses in a period of the calendar
 * (UTC; weeks begin on Monday), or so many and never again.  A row keeps each
 * on a line, "name limit period" and perhaps "strict"; none is no limit.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/rates.h"

#define QUOTAS		8
#define QUOTAS_MOST	INT64_C(1000000000000)

enum quota_period {
	QUOTA_ONCE,
	QUOTA_HOUR,
	QUOTA_DAY,
	QUOTA_WEEK,
	QUOTA_MONTH,
	QUOTA__MAX
};

/* Their words: "once", "hour", "day", "week", "month". */
extern const char *const quota_periods[QUOTA__MAX];

struct quota {
	char		 name[RATES_NAME + 1];
	int64_t		 limit;
	enum quota_period period;
	bool		 strict;	/* no block of it lies unused */
};

struct quotas {
	struct quota	 quota[QUOTAS];
	size_t		 n;		/* 0: no limit */
};

/* As check/rates.h has them.  A name is of one rate or quota of a key. */
const char	*quotas_add(struct quotas *, const char *name, int64_t limit,
		    const char *period, bool strict);
bool		 quotas_load(struct quotas *, const char *row);
const char	*quotas_row(const struct quotas *, struct arena *);

/* For each of wide one of that name and period with no more? */
bool		 quotas_within(const struct quotas *narrow,
		    const struct quotas *wide);

/* When the period of that time began and ends, ms; once: 0 and never (0). */
int64_t		 quota_begin(enum quota_period, int64_t now);
int64_t		 quota_end(enum quota_period, int64_t now);

#endif
