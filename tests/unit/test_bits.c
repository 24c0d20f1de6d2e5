/* SPDX-License-Identifier: ISC */
/* Sets of permissions. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bits.h"
#include "base/nitems.h"

/* The first eight bits are enough to say a set. */
static struct bits
bits_of(uint8_t first)
{
	return (struct bits){ .b = { first } };
}

static void
a_bit_is_itself_and_no_other(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < BITS; bit++) {
		struct bits set = { 0 };

		bits_add(&set, bit);
		assert_false(bits_empty(&set));
		for (unsigned other = 0; other < BITS; other++)
			assert_int_equal(bits_has(&set, other), other == bit);
	}
}

static void
numbers_beyond_the_set_are_never_held(void **state)
{
	static const unsigned beyond[] = { BITS, BITS + 1, 1000, UINT32_MAX };
	struct bits set = { 0 };

	(void)state;
	for (size_t i = 0; i < NITEMS(beyond); i++)
		bits_add(&set, beyond[i]);
	assert_true(bits_empty(&set));
	for (unsigned bit = 0; bit < BITS; bit++)
		bits_add(&set, bit);
	for (size_t i = 0; i < NITEMS(beyond); i++)
		assert_false(bits_has(&set, beyond[i]));
}

static const struct {
	uint8_t	 a, b;
	uint8_t	 either, both, only_a;
	bool	 within;
} cases[] = {
	{ 0x00, 0x00, 0x00, 0x00, 0x00, true },
	{ 0x00, 0x05, 0x05, 0x00, 0x00, true },
	{ 0x05, 0x00, 0x05, 0x00, 0x05, false },
	{ 0x05, 0x05, 0x05, 0x05, 0x00, true },
	{ 0x01, 0x05, 0x05, 0x01, 0x00, true },
	{ 0x05, 0x01, 0x05, 0x01, 0x04, false },
	{ 0x06, 0x03, 0x07, 0x02, 0x04, false },
	{ 0x80, 0x7f, 0xff, 0x00, 0x80, false },
	{ 0xff, 0xff, 0xff, 0xff, 0x00, true },
};

static void
sets_are_combined_and_compared(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++) {
		struct bits a = bits_of(cases[i].a), b = bits_of(cases[i].b);

		assert_int_equal(bits_union(&a, &b).b[0], cases[i].either);
		assert_int_equal(bits_common(&a, &b).b[0], cases[i].both);
		assert_int_equal(bits_without(&a, &b).b[0], cases[i].only_a);
		assert_int_equal(bits_within(&a, &b), cases[i].within);
		assert_int_equal(bits_empty(&a), cases[i].a == 0);
	}
}

static void
the_last_byte_counts_too(void **state)
{
	struct bits a = { 0 }, b = { 0 };
	struct bits got;

	(void)state;
	bits_add(&a, BITS - 1);
	assert_false(bits_within(&a, &b));
	got = bits_union(&a, &b);
	assert_true(bits_has(&got, BITS - 1));
	got = bits_common(&a, &a);
	assert_true(bits_has(&got, BITS - 1));
	got = bits_without(&a, &a);
	assert_true(bits_empty(&got));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bit_is_itself_and_no_other),
		cmocka_unit_test(numbers_beyond_the_set_are_never_held),
		cmocka_unit_test(sets_are_combined_and_compared),
		cmocka_unit_test(the_last_byte_counts_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
