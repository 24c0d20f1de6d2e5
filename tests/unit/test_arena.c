/* SPDX-License-Identifier: ISC */
/* Memory that is zeroed, aligned, capped and wiped. */

#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/nitems.h"

static void
pieces_are_zeroed_aligned_and_apart(void **state)
{
	struct arena *a = arena_new(4096);
	char *first = arena_alloc(a, 3);
	char *second = arena_alloc(a, 1);

	(void)state;
	assert_int_equal((uintptr_t)first % 16, 0);
	assert_int_equal((uintptr_t)second % 16, 0);
	assert_true(second >= first + 3);
	assert_int_equal(first[0] | first[1] | first[2] | second[0], 0);
	arena_free(a);
}

static void
what_is_released_is_wiped_and_comes_back(void **state)
{
	struct arena *a = arena_new(4096);
	size_t mark = arena_mark(a);
	char *secret = arena_copy(a, "a secret of some length", 23);

	(void)state;
	arena_release(a, mark);
	for (size_t i = 0; i < 24; i++)
		assert_int_equal(secret[i], 0);
	assert_ptr_equal(arena_alloc(a, 23), secret);
	arena_free(a);
}

static void
the_last_piece_grows_in_place_and_others_move(void **state)
{
	struct arena *a = arena_new(4096);
	char *first = arena_copy(a, "abc", 3);
	char *grown = arena_grow(a, first, 4, 100);
	char *second, *moved;

	(void)state;
	assert_ptr_equal(grown, first);
	assert_int_equal(grown[99], 0);
	second = arena_alloc(a, 8);
	assert_true(second >= grown + 100);
	moved = arena_grow(a, grown, 100, 200);
	assert_ptr_not_equal(moved, grown);
	assert_string_equal(moved, "abc");
	assert_int_equal(moved[199], 0);
	assert_non_null(arena_grow(a, NULL, 0, 10));
	arena_free(a);
}

static void
texts_are_copied_and_printed(void **state)
{
	struct arena *a = arena_new(4096);

	(void)state;
	assert_string_equal(arena_copy(a, "abcdef", 3), "abc");
	assert_string_equal(arena_copy(a, "", 0), "");
	assert_string_equal(arena_printf(a, "%s/%d", "x", 7), "x/7");
	arena_free(a);
}

static void
exhaustion_and_overflow_abort(void **state)
{
	static const size_t sizes[] = { 4097, 1 << 20, SIZE_MAX,
	    SIZE_MAX - 8 };

	(void)state;
	for (size_t i = 0; i < NITEMS(sizes); i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			struct arena *a = arena_new(4096);

			signal(SIGABRT, SIG_DFL);
			arena_alloc(a, sizes[i]);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
		cmocka_unit_test(what_is_released_is_wiped_and_comes_back),
		cmocka_unit_test(the_last_piece_grows_in_place_and_others_move),
		cmocka_unit_test(texts_are_copied_and_printed),
		cmocka_unit_test(exhaustion_and_overflow_abort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
