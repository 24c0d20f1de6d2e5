/* SPDX-License-Identifier: ISC */
/* Queries and forms. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/nitems.h"
#include "http/query.h"

static const struct {
	const char	*text;
	const char	*pairs;		/* name=value; NULL: refused */
} cases[] = {
	{ "", "" },
	{ "a=b", "a=b;" },
	{ "a=b&c=d", "a=b;c=d;" },
	{ "&a=b&&c=d&", "a=b;c=d;" },
	{ "a", "a=;" },
	{ "a=", "a=;" },
	{ "=b", "=b;" },
	{ "a=b=c", "a=b=c;" },
	{ "a=b+c%2Bd", "a=b c+d;" },
	{ "a=%26%3D", "a=&=;" },
	{ "%61=%62", "a=b;" },
	{ "a=h%C3%A9", "a=h\xc3\xa9;" },
	{ "a=%0a", "a=\n;" },
	{ "a=b&a=c", NULL },
	{ "a=b&%61=c", NULL },
	{ "a=%", NULL },
	{ "a=%4", NULL },
	{ "a=%4&b=1", NULL },
	{ "a=%zz", NULL },
	{ "a=%+1", NULL },
	{ "a=%00", NULL },
	{ "%00=a", NULL },
	{ "a=%C3", NULL },
	{ "a=%C0%AF", NULL },
	{ "a=%ED%A0%80", NULL },
	{ "a=\xff", NULL },
};

static void
pairs_are_decoded_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++) {
		struct arena *arena = arena_new(65536);
		char pairs[256] = "";
		struct query q;
		bool good = query_parse(&q, arena, cases[i].text,
		    strlen(cases[i].text));

		if (good != (cases[i].pairs != NULL))
			fail_msg("%s", cases[i].text);
		for (size_t k = 0; good && k < q.n; k++)
			snprintf(pairs + strlen(pairs),
			    sizeof(pairs) - strlen(pairs), "%s=%s;",
			    q.name[k], q.value[k]);
		if (good)
			assert_string_equal(pairs, cases[i].pairs);
		arena_free(arena);
	}
}

static void
there_is_room_for_thirty_two(void **state)
{
	struct arena *arena = arena_new(65536);
	char text[512] = "";
	struct query q;

	(void)state;
	for (int i = 0; i < QUERY_PAIRS; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "n%d=%d&", i, i);
	assert_true(query_parse(&q, arena, text, strlen(text)));
	assert_string_equal(query_get(&q, "n31"), "31");
	assert_null(query_get(&q, "n32"));
	strcat(text, "more=1");
	assert_false(query_parse(&q, arena, text, strlen(text)));
	arena_free(arena);
}

static void
the_length_given_is_the_end(void **state)
{
	struct arena *arena = arena_new(65536);
	struct query q;

	(void)state;
	assert_true(query_parse(&q, arena, "a=bc", 3));
	assert_string_equal(query_get(&q, "a"), "b");
	assert_false(query_parse(&q, arena, "a=b\0c", 5));
	assert_false(query_parse(&q, arena, "a=%41", 4));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_are_decoded_strictly),
		cmocka_unit_test(there_is_room_for_thirty_two),
		cmocka_unit_test(the_length_given_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
