/* SPDX-License-Identifier: ISC */
/* Lists of addresses with exceptions: matched, and within each other. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/nitems.h"
#include "check/addresses.h"

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(1024 * 1024);
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct {
	const char	*text;
	bool		 good;
} written[] = {
	{ "192.0.2.1", true },
	{ "192.0.2.0/24", true },
	{ "!192.0.2.7", true },
	{ "!2001:db8::/32", true },
	{ "::ffff:192.0.2.1", true },
	{ "0.0.0.0/0", true },
	{ "", false },
	{ "!", false },
	{ "!!192.0.2.1", false },
	{ "! 192.0.2.1", false },
	{ "192.0.2.1 ", false },
	{ "192.0.2.1 192.0.2.2", false },
	{ "192.0.2.1/24", false },
	{ "192.0.2.0/33", false },
	{ "localhost", false },
	{ "*", false },
};

static void
an_entry_is_a_block_or_an_exception(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(written); i++) {
		struct addresses a = { .n = 0 };
		const char *fault = addresses_add(&a, arena, written[i].text);

		if ((fault == NULL) != written[i].good ||
		    a.n != written[i].good)
			fail_msg("%s", written[i].text);
		if (fault != NULL)
			assert_memory_equal(fault, "must ", 5);
	}
}

static const struct {
	const char	*row;
	bool		 good;
	size_t		 n;
} rows[] = {
	{ NULL, true, 0 },
	{ "", true, 0 },
	{ "192.0.2.0/24 !192.0.2.7 2001:db8::/32", true, 3 },
	{ "192.0.2.0/24 rubbish 2001:db8::/32", false, 1 },
	{ "rubbish", false, 0 },
};

static void
a_row_keeps_them_all_or_is_malformed(void **state)
{
	struct addresses a = { .n = 7 };

	(void)state;
	for (size_t i = 0; i < NITEMS(rows); i++) {
		a.n = 7;
		if (addresses_load(&a, arena, rows[i].row) != rows[i].good ||
		    a.n != rows[i].n)
			fail_msg("row %zu: %zu", i, a.n);
		if (rows[i].good && a.n > 0)
			assert_string_equal(addresses_row(&a, arena),
			    rows[i].row);
	}
	a.n = 0;
	assert_null(addresses_row(&a, arena));
	for (size_t i = 0; i < ADDRESSES; i++)
		assert_null(addresses_add(&a, arena, "192.0.2.1"));
	assert_non_null(addresses_add(&a, arena, "192.0.2.1"));
	assert_int_equal(a.n, ADDRESSES);
}

static struct addresses
addresses_of(const char *text)
{
	struct addresses a;

	assert_true(addresses_load(&a, arena, text));
	return a;
}

static bool
allows(const struct addresses *list, const char *text)
{
	struct address address;

	if (text == NULL)
		return addresses_allow(list, NULL);
	assert_true(address_parse(&address, text));
	return addresses_allow(list, &address);
}

static const struct {
	const char	*list;
	const char	*address;
	bool		 allowed;
} clients[] = {
	{ "", "192.0.2.1", true },
	{ "", NULL, true },
	{ "192.0.2.0/24", NULL, false },
	{ "0.0.0.0/0 ::/0", NULL, false },
	{ "192.0.2.0/24", "192.0.2.0", true },
	{ "192.0.2.0/24", "192.0.2.255", true },
	{ "192.0.2.0/24", "192.0.3.0", false },
	{ "192.0.2.0/24", "::ffff:192.0.2.1", true },
	{ "::ffff:192.0.2.0/120", "192.0.2.1", true },
	{ "192.0.2.0/24", "::192.0.2.1", false },
	{ "192.0.2.0/24", "2001:db8::1", false },
	{ "2001:db8::/32", "2001:db8::1", true },
	{ "2001:db8::/32", "2001:db9::1", false },
	{ "2001:db8::/32", "192.0.2.1", false },
	{ "0.0.0.0/0", "2001:db8::1", false },
	{ "192.0.2.1 198.51.100.0/24 2001:db8::1", "198.51.100.9", true },
	{ "192.0.2.1 198.51.100.0/24 2001:db8::1", "2001:db8::1", true },
	{ "192.0.2.1 198.51.100.0/24 2001:db8::1", "192.0.2.2", false },
	/* exceptions, wherever they stand */
	{ "192.0.2.0/24 !192.0.2.7", "192.0.2.7", false },
	{ "192.0.2.0/24 !192.0.2.7", "::ffff:192.0.2.7", false },
	{ "192.0.2.0/24 !192.0.2.7", "192.0.2.8", true },
	{ "!192.0.2.7 192.0.2.0/24", "192.0.2.7", false },
	{ "192.0.2.0/24 !192.0.2.7 192.0.2.7", "192.0.2.7", false },
	{ "!192.0.2.7", "192.0.2.8", false },
	{ "!192.0.2.7", "192.0.2.7", false },
	{ "2001:db8::/32 !2001:db8:1::/48", "2001:db8:1::9", false },
	{ "2001:db8::/32 !2001:db8:1::/48", "2001:db8:2::9", true },
};

static void
a_client_is_in_a_block_and_in_no_exception(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(clients); i++) {
		const struct addresses list = addresses_of(clients[i].list);

		if (allows(&list, clients[i].address) != clients[i].allowed)
			fail_msg("%s in %s", clients[i].address,
			    clients[i].list);
	}
}

static const struct {
	const char	*narrow, *wide;
	bool		 within;
} pairs[] = {
	{ "", "", true },
	{ "192.0.2.1", "", true },
	{ "", "0.0.0.0/0 ::/0", false },
	{ "192.0.2.1", "192.0.2.1", true },
	{ "192.0.2.1", "192.0.2.2", false },
	{ "192.0.2.1", "192.0.2.0/24", true },
	{ "192.0.2.0/24", "192.0.2.0/24", true },
	{ "192.0.2.0/25", "192.0.2.0/24", true },
	{ "192.0.2.0/24", "192.0.2.0/25", false },
	{ "192.0.2.0/24", "192.0.2.0", false },
	{ "192.0.3.0/25", "192.0.2.0/24", false },
	{ "192.0.2.1 192.0.2.2", "192.0.2.0/24", true },
	{ "192.0.2.1 192.0.3.2", "192.0.2.0/24", false },
	{ "192.0.3.2 192.0.2.1", "192.0.2.0/24", false },
	{ "198.51.100.1", "192.0.2.0/24 198.51.100.0/24", true },
	/* one family within the other */
	{ "::ffff:192.0.2.0/120", "192.0.2.0/24", true },
	{ "192.0.2.0/24", "::ffff:192.0.2.0/120", true },
	{ "192.0.2.0/24", "::/0", true },
	{ "::/0", "0.0.0.0/0", false },
	{ "2001:db8::/48", "2001:db8::/32", true },
	{ "2001:db8::/32", "0.0.0.0/0", false },
	/* exceptions of the wider must be kept */
	{ "192.0.2.0/24", "192.0.2.0/24 !192.0.2.7", false },
	{ "192.0.2.7", "192.0.2.0/24 !192.0.2.7", false },
	{ "192.0.2.7", "!192.0.2.7 192.0.2.0/24", false },
	{ "192.0.2.8", "192.0.2.0/24 !192.0.2.7", true },
	{ "192.0.2.8 192.0.2.7", "192.0.2.0/24 !192.0.2.7", false },
	{ "192.0.2.0/24 !192.0.2.7", "192.0.2.0/24 !192.0.2.7", true },
	{ "192.0.2.0/24 !192.0.2.6", "192.0.2.0/24 !192.0.2.7", false },
	{ "192.0.2.0/24 !192.0.2.6/31", "192.0.2.0/24 !192.0.2.7", true },
	{ "192.0.2.0/24 !192.0.2.7", "192.0.2.0/24 !192.0.2.6/31", false },
	{ "192.0.2.0/25", "192.0.2.0/24 !192.0.2.128/25", true },
	{ "192.0.2.128/26", "192.0.2.0/24 !192.0.2.128/25", false },
	/* a block that is wholly excepted reaches nothing */
	{ "192.0.2.8 192.0.2.7 !192.0.2.7", "192.0.2.0/24 !192.0.2.7", true },
	{ "192.0.2.8 192.0.2.6/31 !192.0.2.4/30",
	    "192.0.2.0/24 !192.0.2.0/29", true },
	{ "192.0.2.7 !192.0.2.7", "192.0.2.0/24 !192.0.2.6/31", true },
	/* exceptions of the narrower need not be the wider's */
	{ "192.0.2.0/25 !192.0.2.9", "192.0.2.0/24", true },
	{ "192.0.2.0/24 !198.51.100.1", "192.0.2.0/24 !192.0.2.7", false },
	{ "!192.0.2.7", "192.0.2.0/24", true },
	{ "192.0.2.7", "!192.0.2.8", false },
	{ "192.0.2.7", "!192.0.2.7", false },
	{ "2001:db8::/32", "2001:db8::/32 !2001:db8:1::/48", false },
	{ "2001:db8::/32 !2001:db8:1::/48", "2001:db8::/32 !2001:db8:1::/48",
	    true },
	{ "2001:db8:2::/48", "2001:db8::/32 !2001:db8:1::/48", true },
};

static void
lists_lie_within_wider_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(pairs); i++) {
		const struct addresses narrow = addresses_of(pairs[i].narrow);
		const struct addresses wide = addresses_of(pairs[i].wide);

		if (addresses_within(&narrow, &wide) != pairs[i].within)
			fail_msg("%s within %s", pairs[i].narrow,
			    pairs[i].wide);
	}
}

static void
what_is_beyond_the_last_does_not_count(void **state)
{
	const struct addresses narrow = addresses_of("192.0.2.0/24");
	struct addresses wide = addresses_of("192.0.2.0/24 !192.0.2.7");

	(void)state;
	wide.n--;
	assert_true(allows(&wide, "192.0.2.7"));
	assert_true(addresses_within(&narrow, &wide));
}

/* What lies within never allows what the wider do not. */
static void
what_is_within_allows_no_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(pairs); i++) {
		const struct addresses narrow = addresses_of(pairs[i].narrow);
		const struct addresses wide = addresses_of(pairs[i].wide);
		char text[20];

		for (unsigned last = 0; pairs[i].within && last < 256;
		    last++) {
			snprintf(text, sizeof(text), "192.0.2.%u", last);
			if (allows(&narrow, text) && !allows(&wide, text))
				fail_msg("%s within %s: %s", pairs[i].narrow,
				    pairs[i].wide, text);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_a_block_or_an_exception),
		cmocka_unit_test(a_row_keeps_them_all_or_is_malformed),
		cmocka_unit_test(a_client_is_in_a_block_and_in_no_exception),
		cmocka_unit_test(lists_lie_within_wider_ones),
		cmocka_unit_test(what_is_beyond_the_last_does_not_count),
		cmocka_unit_test(what_is_within_allows_no_more),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
