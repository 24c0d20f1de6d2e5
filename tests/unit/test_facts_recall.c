/* SPDX-License-Identifier: ISC */
/* What is recalled is what the database said, only later. */

#include <time.h>

#include "kept.h"

static void
store_everything(enum kind kind)
{
	struct credential_row *row = &database.rows[0];

	store_credential(kind, "abK");
	row->limited = kind != KIND_NONE;
	row->scopes = bits_spelled("a");
	row->workspaces = "emea apac";
	row->rules = "GET /orders*\nPOST /orders";
	row->addresses = "192.0.2.0/24 !192.0.2.7";
	row->starts_at = NOW - 5;
	database.rows[1] = *row;
	database.rows[1].role_id.b[0] = 2;
	database.rows[1].workspace_id.b[0] = 9;
	database.rows[1].workspace = "emea";
	database.rows[2] = database.rows[1];
	database.n = 2;
}

static void
each_kind_is_asked_about_once(void **state)
{
	(void)state;
	for (enum kind kind = KIND_NONE; kind < KIND__MAX; kind++) {
		struct facts first, second;
		struct credential c;
		unsigned asked;

		if (kind == KIND_EXCHANGE)
			continue;
		store_everything(kind);
		c = present(kind);
		check(&first, &c);
		asked = database.asked;
		assert_true(first.known && first.equal && asked > 0);
		check(&second, &c);
		assert_int_equal(database.asked, asked);
		assert_same(&first, &second);
	}
}

static void
time_goes_on(void **state)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	struct credential c;
	struct facts f;

	(void)state;
	store_credential(KIND_APP, "a");
	c = present(KIND_APP);
	check(&f, &c);
	assert_int_equal(f.now, NOW);
	nanosleep(&pause, NULL);
	check(&f, &c);
	assert_true(f.now >= NOW + 50 && f.now < NOW + 5000);
}

static void
another_credential_is_another(void **state)
{
	struct credential first, second, other = { .form = CREDENTIAL_BASIC };
	char kept[TOKEN_TEXT];
	struct facts f;

	(void)state;
	store_credential(KIND_APP, "a");
	memcpy(kept, token, sizeof(kept));
	first = present(KIND_APP);
	check(&f, &first);
	store_credential(KIND_APP, "b");
	second = present(KIND_APP);
	check(&f, &second);
	assert_true(f.known && rights_hold(&f.rights, bit_spelled('b'), NULL));
	first.text = kept;
	check(&f, &first);
	assert_true(f.known && rights_hold(&f.rights, bit_spelled('a'), NULL));
	/* the same text in a form that its kind does not take */
	other.user = token;
	other.text = "";
	check(&f, &other);
	assert_false(f.accepted || f.known);
}

static void
nobody_is_asked_about_once(void **state)
{
	struct credential c;
	struct facts f;
	unsigned asked;

	(void)state;
	store_credential(KIND_APP, "a");
	memset(database.rows[0].digest, 0, 32);
	c = present(KIND_APP);
	check(&f, &c);
	asked = database.asked;
	assert_true(f.well_formed && !f.known);
	check(&f, &c);
	assert_true(f.well_formed && f.accepted && !f.known);
	assert_int_equal(database.asked, asked);
}

static void
a_fault_is_not_kept(void **state)
{
	struct credential c;
	struct facts f;

	(void)state;
	store_credential(KIND_APP, "a");
	c = present(KIND_APP);
	database.result = DB_UNAVAILABLE;
	assert_int_equal(facts_for_check(&f, NULL, arena, ring, &cache, &c),
	    DB_UNAVAILABLE);
	database.result = DB_OK;
	check(&f, &c);
	assert_true(f.known);
}

static void
bytes_that_are_no_facts_are_none(void **state)
{
	static uint8_t bytes[CACHE_BODY];
	struct credential c;
	struct facts f, g;
	unsigned seed = 3;
	size_t n;

	(void)state;
	store_everything(KIND_APP);
	c = present(KIND_APP);
	assert_int_equal(find_out(&f, &c), DB_OK);
	n = facts_pack(&f, arena, bytes, sizeof(bytes));
	for (size_t short_by = 1; short_by <= n; short_by++) {
		g = (struct facts){ 0 };
		assert_false(facts_unpack(&g, arena, bytes, n - short_by, 0));
	}
	for (unsigned i = 0; i < 20000; i++) {
		size_t at = (size_t)rand_r(&seed) % n;
		uint8_t was = bytes[at];

		bytes[at] = (uint8_t)rand_r(&seed);
		g = (struct facts){ 0 };
		facts_unpack(&g, arena, bytes, n, 0);
		bytes[at] = was;
		arena_release(arena, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_asked_about_once),
		cmocka_unit_test(time_goes_on),
		cmocka_unit_test(another_credential_is_another),
		cmocka_unit_test(nobody_is_asked_about_once),
		cmocka_unit_test(a_fault_is_not_kept),
		cmocka_unit_test(bytes_that_are_no_facts_are_none),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
