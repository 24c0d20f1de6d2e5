/* SPDX-License-Identifier: ISC */
/* Named quotas, as text and compared, and their periods. */

#include <string.h>
#include <time.h>

#include "check/row.h"

#include "check/quotas.h"

#define HOUR	(60 * 60 * INT64_C(1000))
#define DAY	(24 * HOUR)

const char *const quota_periods[QUOTA__MAX] = {
	[QUOTA_ONCE] = "once",
	[QUOTA_HOUR] = "hour",
	[QUOTA_DAY] = "day",
	[QUOTA_WEEK] = "week",
	[QUOTA_MONTH] = "month",
};

static const struct quota *
find_quota(const struct quotas *q, const char *name)
{
	for (size_t i = 0; i < q->n; i++)
		if (strcmp(q->quota[i].name, name) == 0)
			return &q->quota[i];
	return NULL;
}

static enum quota_period
find_period(const char *word)
{
	int period = 0;

	while (period < QUOTA__MAX && strcmp(quota_periods[period], word) != 0)
		period++;
	return (enum quota_period)period;
}

const char *
quotas_add(struct quotas *q, const char *name, int64_t limit,
    const char *period, bool strict)
{
	struct quota *quota = &q->quota[q->n];

	if (q->n == QUOTAS)
		return "must be 8 or less";
	if (rates_name_fault(name) != NULL)
		return rates_name_fault(name);
	if (find_quota(q, name) != NULL)
		return "must have a name of its own";
	if (limit < 1 || limit > QUOTAS_MOST)
		return "must have a limit from 1 to 1000000000000";
	if (find_period(period) == QUOTA__MAX)
		return "must have a period: hour, day, week, month or once";
	*quota = (struct quota){ .limit = limit, .strict = strict,
	    .period = find_period(period) };
	memcpy(quota->name, name, strlen(name));
	q->n++;
	return NULL;
}

bool
quotas_load(struct quotas *q, const char *row)
{
	*q = (struct quotas){ .n = 0 };
	while (row != NULL && *row != '\0') {
		char word[4][ROW_WORD];
		size_t n = row_words(&row, word, 4);
		int64_t limit;

		if ((n != 3 && n != 4) || !row_number(word[1], &limit) ||
		    (n == 4 && strcmp(word[3], "strict") != 0) ||
		    quotas_add(q, word[0], limit, word[2], n == 4) != NULL)
			return false;
	}
	return true;
}

const char *
quotas_row(const struct quotas *q, struct arena *arena)
{
	const char *out = NULL;

	for (size_t i = 0; i < q->n; i++)
		out = arena_printf(arena, "%s%s%s %lld %s%s",
		    out == NULL ? "" : out, out == NULL ? "" : "\n",
		    q->quota[i].name, (long long)q->quota[i].limit,
		    quota_periods[q->quota[i].period],
		    q->quota[i].strict ? " strict" : "");
	return out;
}

bool
quotas_within(const struct quotas *narrow, const struct quotas *wide)
{
	for (size_t i = 0; i < wide->n; i++) {
		const struct quota *w = &wide->quota[i];
		const struct quota *n = find_quota(narrow, w->name);

		if (n == NULL || n->limit > w->limit || n->period != w->period)
			return false;
	}
	return true;
}

/* The first of its month, so many months later. */
static int64_t
month_at(int64_t now, int later)
{
	time_t seconds = (time_t)(now / 1000);
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		return 0;
	tm = (struct tm){ .tm_year = tm.tm_year, .tm_mon = tm.tm_mon + later,
	    .tm_mday = 1 };
	return (int64_t)timegm(&tm) * 1000;
}

int64_t
quota_begin(enum quota_period period, int64_t now)
{
	switch (period) {
	case QUOTA_HOUR:
		return now - now % HOUR;
	case QUOTA_DAY:
		return now - now % DAY;
	case QUOTA_WEEK:
		/* 1970 began on a Thursday */
		return now - (now + 3 * DAY) % (7 * DAY);
	case QUOTA_MONTH:
		return month_at(now, 0);
	case QUOTA_ONCE:
	case QUOTA__MAX:
		break;
	}
	return 0;
}

int64_t
quota_end(enum quota_period period, int64_t now)
{
	switch (period) {
	case QUOTA_HOUR:
		return quota_begin(period, now) + HOUR;
	case QUOTA_DAY:
		return quota_begin(period, now) + DAY;
	case QUOTA_WEEK:
		return quota_begin(period, now) + 7 * DAY;
	case QUOTA_MONTH:
		return month_at(now, 1);
	case QUOTA_ONCE:
	case QUOTA__MAX:
		break;
	}
	return 0;
}
