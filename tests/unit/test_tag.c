/* SPDX-License-Identifier: ISC */
/* Entity tags, and which lists they are in. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nitems.h"
#include "http/tag.h"

static const struct {
	const char	*list;
	bool		 strongly, weakly;
} lists[] = {
	{ "", false, false },
	{ "*", true, true },
	{ "\"a1\"", true, true },
	{ "\"b2\", \"a1\"", true, true },
	{ "\"a1\",\"b2\"", true, true },
	{ "W/\"a1\"", false, true },
	{ "\"b2\", W/\"a1\"", false, true },
	{ "W/\"a1\", \"a1\"", true, true },
	{ "W/\"a1\", W/\"a1\"", false, true },
	{ "a1", false, false },
	{ "\"a1", false, false },
	{ "\"a11\"", false, false },
	{ "\"b2\", *", false, false },
};

static void
test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(lists); i++) {
		const char *list = lists[i].list;

		if (tag_listed(list, "\"a1\"", false) != lists[i].strongly)
			fail_msg("%s: strongly", list);
		if (tag_listed(list, "\"a1\"", true) != lists[i].weakly)
			fail_msg("%s: weakly", list);
	}
}

static void
test_bodies(void **state)
{
	struct arena *arena = arena_new(4096);
	const char *tag = tag_of(arena, "body", 4);

	(void)state;
	assert_int_equal(strlen(tag), 34);
	assert_true(tag[0] == '"' && tag[33] == '"');
	assert_string_equal(tag, tag_of(arena, "body and more", 4));
	assert_string_not_equal(tag, tag_of(arena, "bodz", 4));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
