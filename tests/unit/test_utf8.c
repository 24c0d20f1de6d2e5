/* SPDX-License-Identifier: ISC */
/* UTF-8 and nothing that merely resembles it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nitems.h"
#include "base/utf8.h"

static const struct {
	const char	*text;
	bool		 valid;
	size_t		 length;
} cases[] = {
	{ "", true, 0 },
	{ "abc", true, 3 },
	{ "h\xc3\xa9", true, 2 },
	{ "\xe2\x82\xac", true, 1 },
	{ "\xf0\x9f\x94\x91", true, 1 },
	{ "\xf4\x8f\xbf\xbf", true, 1 },
	{ "\xed\x9f\xbf", true, 1 },
	{ "\xee\x80\x80", true, 1 },
	{ "\x80", false, 0 },
	{ "\xc0\xaf", false, 0 },
	{ "\xc1\xbf", false, 0 },
	{ "\xe0\x80\xaf", false, 0 },
	{ "\xe0\x9f\xbf", false, 0 },
	{ "\xf0\x8f\xbf\xbf", false, 0 },
	{ "\xed\xa0\x80", false, 0 },
	{ "\xed\xbf\xbf", false, 0 },
	{ "\xf4\x90\x80\x80", false, 0 },
	{ "\xf5\x80\x80\x80", false, 0 },
	{ "\xff", false, 0 },
	{ "\xc3", false, 0 },
	{ "\xc3(", false, 0 },
	{ "\xe2\x82", false, 0 },
	{ "\xe2\x28\xa1", false, 0 },
	{ "\xf0\x9f\x94", false, 0 },
	{ "\xf0\x9f\x94(", false, 0 },
	{ "a\xc3\xa9\x80", false, 0 },
};

static void
only_rfc_3629_is_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++)
		if (utf8_valid(cases[i].text, strlen(cases[i].text)) !=
		    cases[i].valid)
			fail_msg("case %zu", i);
}

static void
characters_are_counted_not_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++)
		if (cases[i].valid)
			assert_int_equal(utf8_length(cases[i].text,
			    strlen(cases[i].text)), cases[i].length);
}

static const struct {
	const char	*text;
	size_t		 shown;
} first[] = {
	{ "a", 1 },
	{ " b", 1 },
	{ "~", 1 },
	{ "\x1f", 0 },
	{ "\x7f", 0 },
	{ "\xc2\x80", 0 },
	{ "\xc2\x9f", 0 },
	{ "\xc2\xa0x", 2 },
	{ "\xc3\x80", 2 },
	{ "\xe2\x80\xa7", 3 },
	{ "\xe2\x80\xa8", 0 },
	{ "\xe2\x80\xae", 0 },
	{ "\xe2\x80\xaf", 3 },
	{ "\xe2\x81\xa5", 3 },
	{ "\xe2\x81\xa6", 0 },
	{ "\xe2\x81\xa9", 0 },
	{ "\xe2\x81\xaa", 3 },
	{ "\xe3\x80\xa8", 3 },
	{ "\xf0\x9f\x94\x91\xf0", 4 },
	{ "\xe2\x80", 0 },
	{ "\x80", 0 },
	{ "\xff", 0 },
};

static void
what_would_move_the_others_is_not_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(first); i++)
		if (utf8_shown(first[i].text) != first[i].shown)
			fail_msg("case %zu", i);
}

static void
the_length_given_is_the_end(void **state)
{
	(void)state;
	assert_false(utf8_valid("\xe2\x82\xac", 2));
	assert_true(utf8_valid("a\xe2\x82\xac", 1));
	assert_true(utf8_valid("a\0b", 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_rfc_3629_is_valid),
		cmocka_unit_test(characters_are_counted_not_bytes),
		cmocka_unit_test(what_would_move_the_others_is_not_shown),
		cmocka_unit_test(the_length_given_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
