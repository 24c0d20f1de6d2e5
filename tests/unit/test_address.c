/* SPDX-License-Identifier: ISC */
/* Addresses, blocks and the networks of subscribers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/address.h"
#include "base/nitems.h"

static const struct {
	const char	*text;
	const char	*written;	/* NULL: refused */
} addresses[] = {
	{ "192.0.2.1", "192.0.2.1" },
	{ "::ffff:192.0.2.1", "192.0.2.1" },
	{ "::FFFF:c000:201", "192.0.2.1" },
	{ "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
	{ "::1", "::1" },
	{ "::", "::" },
	{ "192.0.2.01", NULL },
	{ "192.0.2", NULL },
	{ "192.0.2.256", NULL },
	{ "0x7f.0.0.1", NULL },
	{ "2130706433", NULL },
	{ "192.0.2.1 ", NULL },
	{ " 192.0.2.1", NULL },
	{ "192.0.2.1:80", NULL },
	{ "[::1]", NULL },
	{ "fe80::1%eth0", NULL },
	{ "1:2:3:4:5:6:7:8:9", NULL },
	{ "", NULL },
};

static void
an_address_has_one_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(addresses); i++) {
		char text[ADDRESS_TEXT];
		struct address a;
		bool good = address_parse(&a, addresses[i].text);

		if (good != (addresses[i].written != NULL))
			fail_msg("%s", addresses[i].text);
		if (!good)
			continue;
		address_format(text, &a);
		assert_string_equal(text, addresses[i].written);
	}
}

static const struct {
	const char	*block;
	const char	*address;
	int		 in;		/* -1: the block is refused */
} blocks[] = {
	{ "192.0.2.0/24", "192.0.2.255", 1 },
	{ "192.0.2.0/24", "::ffff:192.0.2.7", 1 },
	{ "192.0.2.0/24", "192.0.3.0", 0 },
	{ "192.0.2.1", "192.0.2.1", 1 },
	{ "192.0.2.1", "192.0.2.2", 0 },
	{ "192.0.2.1/32", "192.0.2.1", 1 },
	{ "192.0.2.128/25", "192.0.2.127", 0 },
	{ "0.0.0.0/0", "203.0.113.9", 1 },
	{ "0.0.0.0/0", "2001:db8::1", 0 },
	{ "::ffff:192.0.2.0/120", "192.0.2.9", 1 },
	{ "2001:db8::/32", "2001:db8:ffff::1", 1 },
	{ "2001:db8::/32", "2001:db9::", 0 },
	{ "::/0", "2001:db8::1", 1 },
	{ "192.0.2.1/24", "192.0.2.1", -1 },
	{ "2001:db8::1/64", "2001:db8::1", -1 },
	{ "192.0.2.0/33", "192.0.2.0", -1 },
	{ "192.0.2.0/024", "192.0.2.0", -1 },
	{ "192.0.2.0/-1", "192.0.2.0", -1 },
	{ "192.0.2.0/", "192.0.2.0", -1 },
	{ "192.0.2.0/24x", "192.0.2.0", -1 },
	{ "192.0.2.0/24/24", "192.0.2.0", -1 },
	{ "::/129", "::", -1 },
	{ "/24", "192.0.2.0", -1 },
	{ "", "192.0.2.0", -1 },
	{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc/1",
	    "::", -1 },
};

static void
blocks_hold_what_their_bits_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(blocks); i++) {
		struct address_block block;
		struct address a;
		int in = -1;

		assert_true(address_parse(&a, blocks[i].address));
		if (address_block_parse(&block, blocks[i].block))
			in = address_in(&a, &block);
		if (in != blocks[i].in)
			fail_msg("%s in %s", blocks[i].address,
			    blocks[i].block);
	}
}

static const struct {
	const char	*address;
	bool		 loopback;
	const char	*network;
} kinds[] = {
	{ "127.0.0.1", true, "127.0.0.1" },
	{ "127.255.0.1", true, "127.255.0.1" },
	{ "::ffff:127.0.0.1", true, "127.0.0.1" },
	{ "::1", true, "::" },
	{ "::127.0.0.1", false, "::" },
	{ "128.0.0.1", false, "128.0.0.1" },
	{ "2001:db8:1:2:3:4:5:6", false, "2001:db8:1:2::" },
};

static void
loopback_and_networks_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(kinds); i++) {
		char text[ADDRESS_TEXT];
		struct address a;

		assert_true(address_parse(&a, kinds[i].address));
		assert_int_equal(address_is_loopback(&a), kinds[i].loopback);
		a = address_network(&a);
		address_format(text, &a);
		assert_string_equal(text, kinds[i].network);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_one_spelling),
		cmocka_unit_test(blocks_hold_what_their_bits_say),
		cmocka_unit_test(loopback_and_networks_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
