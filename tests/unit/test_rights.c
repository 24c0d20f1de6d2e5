/* SPDX-License-Identifier: ISC */
/* Rights here, there and everywhere. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/nitems.h"
#include "check/rights.h"

#include "spelled.h"

static void
expect_holds(const struct rights *r, const char *workspace, const char *want)
{
	struct bits held = { 0 };
	char got[BITS] = "";

	for (unsigned bit = 0; bit < BITS; bit++)
		if (rights_hold(r, bit, workspace))
			bits_add(&held, bit);
	spell_bits(got, &held);
	assert_string_equal(got, want);
}

static void
what_holds_everywhere_holds_in_each_place(void **state)
{
	const struct rights r = rights_spelled("a emea:b apac:c");
	struct bits all = rights_all(&r), want = bits_spelled("abc");

	(void)state;
	expect_holds(&r, NULL, "a");
	expect_holds(&r, "emea", "ab");
	expect_holds(&r, "apac", "ac");
	expect_holds(&r, "elsewhere", "a");
	expect_holds(&r, "", "a");
	assert_memory_equal(&all, &want, sizeof(all));
	for (char letter = 'a'; letter <= 'f'; letter++)
		assert_int_equal(rights_hold_somewhere(&r,
		    bit_spelled(letter)), letter <= 'c');
	assert_false(rights_hold(&r, 1000, NULL));
	assert_false(rights_hold_somewhere(&r, 1001));
}

static void
places_are_added_once(void **state)
{
	struct rights r = { 0 };
	struct bits a = bits_spelled("a"), b = bits_spelled("b");

	(void)state;
	rights_add(&r, &a, "emea");
	rights_add(&r, &b, "emea");
	rights_add(&r, &b, NULL);
	assert_int_equal(r.n, 1);
	expect_holds(&r, "emea", "ab");
	expect_holds(&r, NULL, "b");
}

static void
too_many_places_give_less_never_more(void **state)
{
	static char names[ROLE_GIVEN + 1][8];
	struct bits a = bits_spelled("a");
	struct rights r = { 0 };

	(void)state;
	for (size_t i = 0; i <= ROLE_GIVEN; i++) {
		snprintf(names[i], sizeof(names[i]), "w%zu", i);
		rights_add(&r, &a, names[i]);
	}
	assert_int_equal(r.n, ROLE_GIVEN);
	expect_holds(&r, names[ROLE_GIVEN - 1], "a");
	expect_holds(&r, names[ROLE_GIVEN], "");
	rights_add(&r, &a, names[0]);
	assert_int_equal(r.n, ROLE_GIVEN);
}

static void
scopes_keep_and_drop_wherever_they_hold(void **state)
{
	struct rights kept = rights_spelled("abd emea:ac apac:bc");
	struct rights dropped = kept;
	struct bits scopes = bits_spelled("bce");

	(void)state;
	rights_keep(&kept, &scopes);
	expect_holds(&kept, NULL, "b");
	expect_holds(&kept, "emea", "bc");
	expect_holds(&kept, "apac", "bc");
	rights_drop(&dropped, &scopes);
	expect_holds(&dropped, NULL, "ad");
	expect_holds(&dropped, "emea", "ad");
	expect_holds(&dropped, "apac", "ad");
}

static void
a_place_where_nothing_is_held_is_none(void **state)
{
	static const char *const here[] = { "emea", "new" };
	const struct bits none = { 0 }, a = bits_spelled("a");
	struct rights kept = rights_spelled("emea:b apac:a");
	struct rights dropped = rights_spelled("emea:b apac:a");
	struct rights limited = rights_spelled("emea:b apac:a");

	(void)state;
	rights_keep(&kept, &a);
	assert_int_equal(kept.n, 1);
	assert_string_equal(kept.in[0].workspace, "apac");
	rights_drop(&dropped, &a);
	assert_int_equal(dropped.n, 1);
	assert_string_equal(dropped.in[0].workspace, "emea");
	rights_limit(&limited, here, NITEMS(here));
	assert_int_equal(limited.n, 1);
	rights_add(&limited, &none, "west");
	assert_int_equal(limited.n, 1);
}

static void
a_limit_leaves_nothing_outside_its_places(void **state)
{
	static const char *const here[] = { "emea", "new" };
	struct rights r = rights_spelled("a emea:b apac:c");

	(void)state;
	rights_limit(&r, here, NITEMS(here));
	expect_holds(&r, NULL, "");
	expect_holds(&r, "emea", "ab");
	expect_holds(&r, "new", "a");
	expect_holds(&r, "apac", "");
	rights_limit(&r, NULL, 0);
	assert_int_equal(r.n, 0);
	expect_holds(&r, "emea", "");
}

static const struct {
	const char	*a, *b;
	bool		 covers;
} covers[] = {
	{ "", "", true },
	{ "a", "", true },
	{ "", "a", false },
	{ "ab", "a", true },
	{ "a", "ab", false },
	{ "a", "emea:a apac:a", true },
	{ "emea:a apac:a", "a", false },
	{ "emea:a", "emea:a", true },
	{ "emea:a", "apac:a", false },
	{ "emea:a apac:b", "emea:a apac:a", false },
	{ "a emea:b", "emea:ab", true },
	{ "a emea:b", "a emea:abc apac:b", false },
};

static void
covering_is_place_by_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(covers); i++) {
		struct rights a = rights_spelled(covers[i].a);
		struct rights b = rights_spelled(covers[i].b);

		if (rights_cover(&a, &b) != covers[i].covers)
			fail_msg("case %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_holds_everywhere_holds_in_each_place),
		cmocka_unit_test(places_are_added_once),
		cmocka_unit_test(too_many_places_give_less_never_more),
		cmocka_unit_test(scopes_keep_and_drop_wherever_they_hold),
		cmocka_unit_test(a_place_where_nothing_is_held_is_none),
		cmocka_unit_test(a_limit_leaves_nothing_outside_its_places),
		cmocka_unit_test(covering_is_place_by_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
