/* SPDX-License-Identifier: ISC */
/* Times as text. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/nitems.h"

static const struct {
	const char	*text;
	int64_t		 ms;
	const char	*written;	/* NULL: refused */
} cases[] = {
	{ "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z" },
	{ "2026-11-22T10:00:00.000Z", INT64_C(1795341600000),
	    "2026-11-22T10:00:00.000Z" },
	{ "2026-11-22T10:00:00.1Z", INT64_C(1795341600100),
	    "2026-11-22T10:00:00.100Z" },
	{ "2026-11-22T10:00:00.123456Z", INT64_C(1795341600123),
	    "2026-11-22T10:00:00.123Z" },
	{ "2024-02-29T00:00:00Z", INT64_C(1709164800000),
	    "2024-02-29T00:00:00.000Z" },
	{ "1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z" },
	{ "9999-12-31T23:59:59.999Z", INT64_C(253402300799999),
	    "9999-12-31T23:59:59.999Z" },
	{ "2023-02-29T00:00:00Z", 0, NULL },
	{ "2026-04-31T00:00:00Z", 0, NULL },
	{ "2026-13-01T00:00:00Z", 0, NULL },
	{ "2026-00-01T00:00:00Z", 0, NULL },
	{ "2026-11-00T00:00:00Z", 0, NULL },
	{ "2026-11-22T24:00:00Z", 0, NULL },
	{ "2026-11-22T10:60:00Z", 0, NULL },
	{ "2026-11-22T10:00:60Z", 0, NULL },
	{ "2026-11-22T10:00Z", 0, NULL },
	{ "2026-11-22T10:00:00", 0, NULL },
	{ "2026-11-22T10:00:00z", 0, NULL },
	{ "2026-11-22t10:00:00Z", 0, NULL },
	{ "2026-11-22 10:00:00Z", 0, NULL },
	{ "2026-11-22T10:00:00+00:00", 0, NULL },
	{ "2026-11-22T10:00:00.Z", 0, NULL },
	{ "2026-11-22T10:00:00.1234567Z", 0, NULL },
	{ "2026-11-22T10:00:00ZZ", 0, NULL },
	{ " 2026-11-22T10:00:00Z", 0, NULL },
	{ "2026-1-22T10:00:00Z", 0, NULL },
	{ "+026-11-22T10:00:00Z", 0, NULL },
	{ "2026-11-22", 0, NULL },
	{ "2026", 0, NULL },
	{ "", 0, NULL },
};

static void
times_are_read_strictly_and_written_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++) {
		char text[CLOCK_TEXT];
		int64_t ms = 0;

		if (clock_parse(cases[i].text, &ms) !=
		    (cases[i].written != NULL))
			fail_msg("%s", cases[i].text);
		if (cases[i].written == NULL)
			continue;
		assert_true(ms == cases[i].ms);
		clock_format(text, ms);
		assert_string_equal(text, cases[i].written);
	}
}

static void
times_beyond_four_digits_stop_at_the_end(void **state)
{
	char text[CLOCK_TEXT];

	(void)state;
	clock_format(text, INT64_MAX);
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
	clock_format(text, INT64_MIN);
	assert_string_equal(text, "0000-01-01T00:00:00.000Z");
}

static void
clocks_go_forward(void **state)
{
	int64_t boot = clock_boot();

	(void)state;
	assert_true(clock_boot() >= boot);
	assert_true(clock_now() > INT64_C(1700000000000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_strictly_and_written_alike),
		cmocka_unit_test(times_beyond_four_digits_stop_at_the_end),
		cmocka_unit_test(clocks_go_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
