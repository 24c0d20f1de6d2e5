/* SPDX-License-Identifier: ISC */
/* Windows slide, and let pass exactly the limit. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nitems.h"
#include "check/window.h"

/* Take at these times of ten in a second; does it pass, and what is left? */
static const struct {
	int64_t		 now;
	unsigned	 times;
	unsigned	 pass;
	int64_t		 rest;
} steps[] = {
	{ 5000, 12, 10, 0 },		/* the limit, and no more */
	{ 5999, 1, 0, 0 },
	{ 6000, 1, 0, 0 },		/* all ten still count */
	{ 6099, 1, 0, 0 },		/* rounded up, they still do */
	{ 6100, 2, 1, 0 },		/* nine of them, and one */
	{ 6500, 9, 4, 0 },		/* five, and one, and four */
	{ 6999, 9, 4, 0 },		/* one, and five, and four */
	{ 7000, 1, 1, 0 },		/* nine, and one */
	{ 8999, 20, 9, 0 },		/* one that counts still, and nine */
	{ 11000, 5, 5, 5 },		/* an empty window lies between */
	{ 10999, 3, 3, 2 },		/* whoever read the clock sooner */
	{ 1000, 1, 1, 9 },		/* of another boot */
};

static void
what_passes_is_what_is_left(void **state)
{
	_Atomic uint64_t word = 0;

	(void)state;
	for (size_t i = 0; i < NITEMS(steps); i++) {
		struct window_view view = { .rest = -1 };
		unsigned passed = 0;

		for (unsigned n = 0; n < steps[i].times; n++) {
			view = window_take(&word, 10, 1, steps[i].now);
			passed += view.taken;
		}
		if (passed != steps[i].pass || view.rest != steps[i].rest)
			fail_msg("at %d: %u, %d", (int)steps[i].now, passed,
			    (int)view.rest);
	}
}

static const struct {
	int64_t	 limit, per, before, now;
} waits[] = {
	{ 1, 1, 1, 5300 }, { 10, 1, 10, 5300 }, { 10, 1, 10, 5999 },
	{ 3, 2, 3, 4000 }, { 1000000, 1, 1000000, 7777 }, { 7, 60, 7, 90001 },
	{ 100, 86400, 100, 86400000 },
};

/* One who comes as it said passes; a moment sooner, he does not. */
static void
the_wait_is_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(waits); i++) {
		const int64_t limit = waits[i].limit, per = waits[i].per;
		_Atomic uint64_t word = 0;
		struct window_view view;

		for (int64_t n = 0; n < waits[i].before; n++)
			assert_true(window_take(&word, limit, per,
			    waits[i].now).taken);
		view = window_take(&word, limit, per, waits[i].now);
		assert_false(view.taken);
		assert_in_range(view.wait, 1, 2 * per * 1000);
		assert_int_equal(window_look(&word, limit, per, waits[i].now +
		    view.wait - 1).rest, 0);
		if (!window_take(&word, limit, per, waits[i].now +
		    view.wait).taken)
			fail_msg("case %zu", i);
	}
}

/* In no stretch of a window's length aligned as windows are, and not twice. */
static void
no_stretch_has_more_than_the_limit_but_for_the_average(void **state)
{
	_Atomic uint64_t word = 0;
	unsigned in[64] = { 0 };

	(void)state;
	for (int64_t now = 0; now < 60000; now += 7)
		in[now / 1000] += window_take(&word, 50, 1, now).taken;
	for (size_t i = 1; i < 60; i++)
		assert_in_range(in[i], 1, 50);
}

static void
what_is_given_back_may_be_taken_again(void **state)
{
	_Atomic uint64_t word = 0;
	struct window_view view;

	(void)state;
	view = window_take(&word, 1, 1, 5000);
	assert_true(view.taken);
	window_give_back(&word, view.index);
	assert_true(window_take(&word, 1, 1, 5000).taken);
	assert_false(window_take(&word, 1, 1, 6000).taken);
	window_give_back(&word, view.index);	/* from the window before */
	assert_true(window_take(&word, 1, 1, 6000).taken);
	window_give_back(&word, view.index);	/* nothing is left to give */
	window_give_back(&word, view.index + 7);
	assert_false(window_take(&word, 1, 1, 6000).taken);
}

static void
any_word_is_a_state(void **state)
{
	uint64_t x = 88172645463325252u;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		_Atomic uint64_t word = x;
		struct window_view view;

		view = window_take(&word, 1 + (int64_t)(x % 1000000),
		    1 + (int64_t)(x % 86400), (int64_t)(x >> 20));
		assert_true(view.rest >= 0 && view.rest < 1000000);
		assert_in_range(view.wait, 1, 2 * 86400000);
		window_give_back(&word, view.index);
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_passes_is_what_is_left),
		cmocka_unit_test(the_wait_is_exact),
		cmocka_unit_test(
		    no_stretch_has_more_than_the_limit_but_for_the_average),
		cmocka_unit_test(what_is_given_back_may_be_taken_again),
		cmocka_unit_test(any_word_is_a_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
