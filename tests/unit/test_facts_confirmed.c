/* SPDX-License-Identifier: ISC */
/* What is kept counts where the database says that it is still so. */

#include <time.h>

#include "kept.h"

/* Nothing is told to this host: only the database knows. */
static int
set_up_one(void **state)
{
	(void)state;
	generation_advance(folder, &uuid_zero);
	cache = (struct cache){
		.state = folder, .max_age = 60000, .confirms = true,
	};
	return 0;
}

static struct credential
store(enum kind kind)
{
	store_credential(kind, "a");
	database.told[0] = 1000;
	database.told[1] = 2000;
	database.told[2] = NOW;
	return present(kind);
}

/* How many questions a check takes. */
static unsigned
cost(struct facts *f, const struct credential *c)
{
	unsigned before = database.asked;

	check(f, c);
	return database.asked - before;
}

/* Asked so often that it is known and at which places. */
static unsigned
settle(const struct credential *c)
{
	struct facts f;
	unsigned whole = cost(&f, c);

	assert_int_equal(cost(&f, c), 1 + whole);
	return whole;
}

static void
each_kind_is_confirmed_by_one_question(void **state)
{
	(void)state;
	for (enum kind kind = KIND_NONE; kind < KIND__MAX; kind++) {
		struct credential c;
		struct facts first, later;

		if (kind == KIND_EXCHANGE)
			continue;
		c = store(kind);
		check(&first, &c);
		check(&first, &c);
		for (int64_t turn = 1; turn < 4; turn++) {
			database.told[2] = NOW + 1000 * turn;
			assert_int_equal(cost(&later, &c), 1);
			assert_same(&first, &later);
			assert_int_equal(later.now, NOW + 1000 * turn);
		}
	}
}

static void
what_is_told_otherwise_is_read_anew(void **state)
{
	struct facts f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct credential c = store(KIND_APP);
		unsigned whole = settle(&c);

		database.rows[0].revoked = true;
		check(&f, &c);
		assert_false(f.revoked);
		database.told[i]++;
		assert_int_equal(cost(&f, &c), 1 + whole);
		assert_true(f.revoked);
		assert_int_equal(cost(&f, &c), 1);
		assert_true(f.revoked);
	}
}

/* What was told is about the owner before. */
static void
what_is_another_s_by_now_is_asked_about_anew(void **state)
{
	struct credential c = store(KIND_APP);
	unsigned whole = settle(&c);
	struct facts f;

	(void)state;
	database.rows[0].user_id.b[0] = 9;
	database.told[1]++;
	assert_int_equal(cost(&f, &c), 1 + whole);
	assert_int_equal(cost(&f, &c), 1 + whole);
	assert_int_equal(cost(&f, &c), 1);
}

/* Whichever question it was after that somebody changed it elsewhere. */
static void
what_changed_while_it_was_read_does_not_count(void **state)
{
	(void)state;
	for (unsigned after = 1; after < 9; after++) {
		struct credential c = store(KIND_APP);
		struct facts f;

		database.changes_after = after;
		while (database.asked < after)
			check(&f, &c);
		for (int turn = 0; turn < 3; turn++) {
			check(&f, &c);
			assert_true(f.known && f.revoked);
		}
	}
}

static void
what_nobody_can_confirm_is_a_fault(void **state)
{
	struct credential c = store(KIND_APP);
	struct facts f;

	(void)state;
	settle(&c);
	database.result = DB_UNAVAILABLE;
	cache.open = false;
	assert_int_equal(facts_for_check(&f, NULL, arena, ring, &cache, &c),
	    DB_UNAVAILABLE);
	assert_false(f.known);
}

static void
without_a_place_nothing_counts(void **state)
{
	struct credential c = store(KIND_APP);
	struct facts f;
	unsigned whole;

	(void)state;
	database.told[0] = database.told[1] = 0;
	whole = cost(&f, &c);
	for (int turn = 0; turn < 3; turn++)
		assert_int_equal(cost(&f, &c), 1 + whole);
}

static void
what_was_kept_unasked_does_not_count(void **state)
{
	struct credential c = store(KIND_APP);
	struct facts f;
	unsigned whole;

	(void)state;
	cache.confirms = false;
	whole = cost(&f, &c);
	assert_int_equal(cost(&f, &c), 0);
	cache.confirms = true;
	assert_int_equal(cost(&f, &c), 1 + whole);
	assert_int_equal(cost(&f, &c), 1);
}

static void
nobody_is_remembered(void **state)
{
	struct credential c = store(KIND_APP);
	struct facts f;
	unsigned whole;

	(void)state;
	memset(database.rows[0].digest, 0, 32);
	whole = cost(&f, &c);
	assert_false(f.known);
	for (int turn = 0; turn < 3; turn++)
		assert_int_equal(cost(&f, &c), whole);
}

static void
nothing_is_confirmed_for_longer_than_its_age(void **state)
{
	const struct timespec pause = { .tv_nsec = 30000000 };
	struct credential c = store(KIND_APP);
	struct facts f;
	unsigned whole = settle(&c);

	(void)state;
	cache.max_age = 20;
	nanosleep(&pause, NULL);
	assert_int_equal(cost(&f, &c), whole);
}

int
main(void)
{
#define TEST(test_) cmocka_unit_test_setup(test_, set_up_one)
	const struct CMUnitTest tests[] = {
		TEST(each_kind_is_confirmed_by_one_question),
		TEST(what_is_told_otherwise_is_read_anew),
		TEST(what_is_another_s_by_now_is_asked_about_anew),
		TEST(what_changed_while_it_was_read_does_not_count),
		TEST(what_nobody_can_confirm_is_a_fault),
		TEST(without_a_place_nothing_counts),
		TEST(what_was_kept_unasked_does_not_count),
		TEST(nobody_is_remembered),
		TEST(nothing_is_confirmed_for_longer_than_its_age),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
