/* SPDX-License-Identifier: ISC */
/* Identifiers and their one spelling. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "base/uuid.h"

static const struct {
	const char	*text;
	bool		 good;
} cases[] = {
	{ "00000000-0000-0000-0000-000000000000", true },
	{ "019390b5-7c00-7abc-8def-0123456789ab", true },
	{ "019390B5-7c00-7abc-8def-0123456789ab", false },
	{ "019390b5-7c00-7abc-8def-0123456789a", false },
	{ "019390b5-7c00-7abc-8def-0123456789abc", false },
	{ "019390b57c007abc8def0123456789ab", false },
	{ "{019390b5-7c00-7abc-8def-0123456789ab}", false },
	{ "019390b57-c00-7abc-8def-0123456789ab", false },
	{ "019390b5-7c00-7abc-8def-0123456789ag", false },
	{ " 19390b5-7c00-7abc-8def-0123456789ab", false },
	{ "019390b5-7c00-7abc-8def-----------ab", false },
	{ "", false },
};

static void
one_spelling_is_accepted_and_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++) {
		char text[UUID_TEXT];
		struct uuid u;

		if (uuid_parse(&u, cases[i].text) != cases[i].good)
			fail_msg("%s", cases[i].text);
		if (!cases[i].good)
			continue;
		uuid_format(text, &u);
		assert_string_equal(text, cases[i].text);
	}
}

static void
new_ones_are_of_version_7_and_carry_the_time(void **state)
{
	struct uuid a = uuid_new();
	struct uuid b = uuid_new();
	int64_t ms = 0;

	(void)state;
	assert_int_equal(a.b[6] >> 4, 7);
	assert_int_equal(a.b[8] >> 6, 2);
	for (int i = 0; i < 6; i++)
		ms = ms << 8 | a.b[i];
	assert_true(clock_now() - ms >= 0 && clock_now() - ms < 5000);
	assert_false(uuid_equal(&a, &b));
}

static void
the_first_of_a_time_is_before_all_that_follow(void **state)
{
	int64_t before = clock_now();
	struct uuid made = uuid_new();
	struct uuid first = uuid_before(before);
	struct uuid later = uuid_before(clock_now() + 1);

	(void)state;
	assert_true(memcmp(first.b, made.b, sizeof(made.b)) < 0);
	assert_true(memcmp(later.b, made.b, sizeof(made.b)) > 0);
}

static void
random_ones_are_of_version_4(void **state)
{
	struct uuid a = uuid_random();

	(void)state;
	assert_int_equal(a.b[6] >> 4, 4);
	assert_int_equal(a.b[8] >> 6, 2);
	assert_false(uuid_is_zero(&a));
	assert_true(uuid_is_zero(&uuid_zero));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_spelling_is_accepted_and_written),
		cmocka_unit_test(new_ones_are_of_version_7_and_carry_the_time),
		cmocka_unit_test(the_first_of_a_time_is_before_all_that_follow),
		cmocka_unit_test(random_ones_are_of_version_4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
