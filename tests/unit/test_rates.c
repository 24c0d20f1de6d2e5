/* SPDX-License-Identifier: ISC */
/* Rates and quotas: what may be said, what rows say, what lies within what. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "check/quotas.h"

/* -- rows ------------------------------------------------------------------ */

static const struct {
	const char	*row;
	bool		 good;
	size_t		 n;
} rate_rows[] = {
	{ NULL, true, 0 },
	{ "minute 100 60", true, 1 },
	{ "minute 1 1\nday 1000000 86400", true, 2 },
	{ "a 1 1\nb 1 1\nc 1 1\nd 1 1\ne 1 1\nf 1 1\ng 1 1\nh 1 1", true, 8 },
	{ "a 1 1\nb 1 1\nc 1 1\nd 1 1\ne 1 1\nf 1 1\ng 1 1\nh 1 1\ni 1 1",
	  false, 0 },
	{ "minute 0 60", false, 0 },
	{ "minute 100 0", false, 0 },
	{ "minute 1000001 60", false, 0 },
	{ "minute 100 86401", false, 0 },
	{ "minute -1 60", false, 0 },
	{ "minute 1.5 60", false, 0 },
	{ "minute 010 60", false, 0 },
	{ "minute  60", false, 0 },
	{ "minute 100", false, 0 },
	{ "minute 100 60 strict", false, 0 },
	{ "minute 100 60\nminute 100 60", false, 0 },
	{ "minute 99999999999999999999 60", false, 0 },
	{ "Minute 100 60", false, 0 },
	{ "1minute 100 60", false, 0 },
	{ "a\"b 100 60", false, 0 },
	{ "a2345678901234567890123456789012 1 1", true, 1 },
	{ "a23456789012345678901234567890123 1 1", false, 0 },
}, quota_rows[] = {
	{ NULL, true, 0 },
	{ "month 10000 month", true, 1 },
	{ "a 1 once\nb 1 hour strict\nc 1000000000000 week\nd 2 day", true, 4 },
	{ "month 0 month", false, 0 },
	{ "month 1000000000001 month", false, 0 },
	{ "month 10 year", false, 0 },
	{ "month 10 month lenient", false, 0 },
	{ "month 10 month strict strict", false, 0 },
	{ "month 10 month\nmonth 10 day", false, 0 },
};

static void
rows_say_rates_and_nothing_else(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct rates rates;

	(void)state;
	for (size_t i = 0; i < NITEMS(rate_rows); i++) {
		const char *row = rate_rows[i].row;

		if (rates_load(&rates, row) != rate_rows[i].good)
			fail_msg("%s", row);
		if (!rate_rows[i].good)
			continue;
		assert_int_equal(rates.n, rate_rows[i].n);
		if (row == NULL)
			assert_null(rates_row(&rates, arena));
		else
			assert_string_equal(rates_row(&rates, arena), row);
	}
	arena_free(arena);
}

static void
rows_say_quotas_and_nothing_else(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct quotas quotas;

	(void)state;
	for (size_t i = 0; i < NITEMS(quota_rows); i++) {
		const char *row = quota_rows[i].row;

		if (quotas_load(&quotas, row) != quota_rows[i].good)
			fail_msg("%s", row);
		if (!quota_rows[i].good)
			continue;
		assert_int_equal(quotas.n, quota_rows[i].n);
		if (row == NULL)
			assert_null(quotas_row(&quotas, arena));
		else
			assert_string_equal(quotas_row(&quotas, arena), row);
	}
	arena_free(arena);
}

/* -- within ---------------------------------------------------------------- */

static const struct {
	const char	*narrow, *wide;
	bool		 within;
} rates_cases[] = {
	{ NULL, NULL, true },
	{ "a 1 1", NULL, true },
	{ NULL, "a 1 1", false },
	{ "a 10 60", "a 10 60", true },
	{ "a 9 60", "a 10 60", true },
	{ "a 11 60", "a 10 60", false },
	{ "a 10 61", "a 10 60", false },
	{ "a 10 59", "a 10 60", false },
	{ "b 10 60", "a 10 60", false },
	{ "b 1 1\na 10 60", "a 10 60", true },
	{ "a 10 60", "a 10 60\nb 1 1", false },
}, quotas_cases[] = {
	{ NULL, NULL, true },
	{ "a 1 day", NULL, true },
	{ NULL, "a 1 day", false },
	{ "a 10 day", "a 10 day strict", true },
	{ "a 9 day", "a 10 day", true },
	{ "a 11 day", "a 10 day", false },
	{ "a 1 month", "a 10 day", false },
	{ "a 1 hour", "a 10 day", false },
	{ "b 10 day", "a 10 day", false },
	{ "b 1 once\na 10 day", "a 10 day", true },
};

static void
within_is_as_much_or_less_by_the_same_name(void **state)
{
	struct rates rates[2];
	struct quotas quotas[2];

	(void)state;
	for (size_t i = 0; i < NITEMS(rates_cases); i++) {
		assert_true(rates_load(&rates[0], rates_cases[i].narrow));
		assert_true(rates_load(&rates[1], rates_cases[i].wide));
		if (rates_within(&rates[0], &rates[1]) !=
		    rates_cases[i].within)
			fail_msg("rates %zu", i);
	}
	for (size_t i = 0; i < NITEMS(quotas_cases); i++) {
		assert_true(quotas_load(&quotas[0], quotas_cases[i].narrow));
		assert_true(quotas_load(&quotas[1], quotas_cases[i].wide));
		if (quotas_within(&quotas[0], &quotas[1]) !=
		    quotas_cases[i].within)
			fail_msg("quotas %zu", i);
	}
}

/* -- periods --------------------------------------------------------------- */

static const struct {
	enum quota_period period;
	const char	*now, *begin, *end;
} periods[] = {
	{ QUOTA_HOUR, "2026-11-22T10:59:59.999Z", "2026-11-22T10:00:00Z",
	  "2026-11-22T11:00:00Z" },
	{ QUOTA_DAY, "2026-11-22T10:59:59Z", "2026-11-22T00:00:00Z",
	  "2026-11-23T00:00:00Z" },
	/* a Sunday, and the Monday after it */
	{ QUOTA_WEEK, "2026-11-22T23:59:59Z", "2026-11-16T00:00:00Z",
	  "2026-11-23T00:00:00Z" },
	{ QUOTA_WEEK, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z",
	  "2026-11-30T00:00:00Z" },
	{ QUOTA_MONTH, "2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z",
	  "2026-12-01T00:00:00Z" },
	{ QUOTA_MONTH, "2026-12-31T23:59:59.999Z", "2026-12-01T00:00:00Z",
	  "2027-01-01T00:00:00Z" },
	{ QUOTA_MONTH, "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z",
	  "2028-03-01T00:00:00Z" },
};

static void
periods_are_those_of_the_calendar(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(periods); i++) {
		int64_t now, begin, end;

		assert_true(clock_parse(periods[i].now, &now));
		assert_true(clock_parse(periods[i].begin, &begin));
		assert_true(clock_parse(periods[i].end, &end));
		assert_int_equal(quota_begin(periods[i].period, now), begin);
		assert_int_equal(quota_end(periods[i].period, now), end);
	}
	assert_int_equal(quota_begin(QUOTA_ONCE, 1234567), 0);
	assert_int_equal(quota_end(QUOTA_ONCE, 1234567), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_say_rates_and_nothing_else),
		cmocka_unit_test(rows_say_quotas_and_nothing_else),
		cmocka_unit_test(within_is_as_much_or_less_by_the_same_name),
		cmocka_unit_test(periods_are_those_of_the_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
