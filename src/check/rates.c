/* SPDX-License-Identifier: ISC */
/* Named rates, as text and compared. */

#include <string.h>

#include "check/row.h"

#include "check/rates.h"

const char *
rates_name_fault(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > RATES_NAME || name[0] < 'a' || name[0] > 'z' ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")] !=
	    '\0')
		return "must be a word of 32 or less of a-z, 0-9, _ and -"
		    " that begins with a letter";
	return NULL;
}

static const struct rate *
find_rate(const struct rates *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->rate[i].name, name) == 0)
			return &r->rate[i];
	return NULL;
}

const char *
rates_add(struct rates *r, const char *name, int64_t limit, int64_t per)
{
	struct rate *rate = &r->rate[r->n];

	if (r->n == RATES)
		return "must be 8 or less";
	if (rates_name_fault(name) != NULL)
		return rates_name_fault(name);
	if (find_rate(r, name) != NULL)
		return "must have a name of its own";
	if (limit < 1 || limit > RATES_MOST)
		return "must have a limit from 1 to 1000000";
	if (per < 1 || per > RATES_PER)
		return "must be per 1 to 86400 seconds";
	*rate = (struct rate){ .limit = limit, .per = per };
	memcpy(rate->name, name, strlen(name));
	r->n++;
	return NULL;
}

bool
rates_load(struct rates *r, const char *row)
{
	*r = (struct rates){ .n = 0 };
	while (row != NULL && *row != '\0') {
		char word[3][ROW_WORD];
		int64_t limit, per;

		if (row_words(&row, word, 3) != 3 ||
		    !row_number(word[1], &limit) ||
		    !row_number(word[2], &per) ||
		    rates_add(r, word[0], limit, per) != NULL)
			return false;
	}
	return true;
}

const char *
rates_row(const struct rates *r, struct arena *arena)
{
	const char *out = NULL;

	for (size_t i = 0; i < r->n; i++)
		out = arena_printf(arena, "%s%s%s %lld %lld",
		    out == NULL ? "" : out, out == NULL ? "" : "\n",
		    r->rate[i].name, (long long)r->rate[i].limit,
		    (long long)r->rate[i].per);
	return out;
}

bool
rates_within(const struct rates *narrow, const struct rates *wide)
{
	for (size_t i = 0; i < wide->n; i++) {
		const struct rate *w = &wide->rate[i];
		const struct rate *n = find_rate(narrow, w->name);

		if (n == NULL || n->limit > w->limit || n->per != w->per)
			return false;
	}
	return true;
}
