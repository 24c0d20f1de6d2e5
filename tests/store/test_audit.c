/* SPDX-License-Identifier: ISC */
/* The trail: what the verifier says of rows that were tampered with. */

#include "fixture.h"
#include "store/audit.h"
#include "store/mutation.h"

#define ROWS	5

static const struct db_query statements[] = {
	{ .sql = "UPDATE audit SET detail = '{\"x\":1}' "
	    "WHERE account_id = ? AND seq = 3" },
	{ .sql = "UPDATE audit SET chain = REPEAT('x', 32) "
	    "WHERE account_id = ? AND seq = 3" },
	{ .sql = "DELETE FROM audit WHERE account_id = ? AND seq = 3" },
	{ .sql = "DELETE FROM audit WHERE account_id = ? AND seq = 5" },
	{ .sql = "UPDATE audit_heads SET seq = 4, chain = "
	    "(SELECT chain FROM audit WHERE account_id = audit_heads."
	    "account_id AND seq = 4) WHERE account_id = ?" },
	{ .sql = "DELETE FROM audit_heads WHERE account_id = ?" },
	{ .sql = "UPDATE audit SET seq = 9 WHERE account_id = ? AND seq = 5" },
};

enum {
	CHANGE_ROW, CHANGE_CHAIN, DELETE_MIDDLE, DELETE_TAIL, MOVE_HEAD,
	DELETE_HEAD, MOVE_ROW, LEAVE
};

struct writing {
	struct fixture	*f;
	struct mutation	*mutation;
	struct uuid	 account;
	unsigned	 statement;
};

static enum db_result
fill_event(void *context)
{
	struct writing *w = context;
	struct audit_event *e = &w->mutation->event;

	e->account_id = w->account;
	e->at = 77;
	e->door = "http";
	e->action = "key.create";
	e->object_type = "key";
	e->detail = "{\"label\":\"Schlüssel\"}";
	e->address = "192.0.2.1";
	return DB_OK;
}

static void
write_rows(struct fixture *f, const struct uuid *account, int n)
{
	struct mutation m = {
		.db = f->db, .keyring = f->ring, .state = f->folder,
	};
	struct writing w = { f, &m, *account, 0 };

	for (int i = 0; i < n; i++)
		assert_int_equal(mutation_run(&m, fill_event, &w), DB_OK);
}

static void
seal(struct fixture *f, size_t expected)
{
	size_t sealed;

	assert_int_equal(audit_seal(f->db, f->arena, f->ring, &sealed), DB_OK);
	assert_int_equal(sealed, expected);
}

static struct audit_report
verify(struct fixture *f, const struct uuid *account,
    const struct audit_report *exported)
{
	struct audit_report r;

	assert_int_equal(audit_verify(f->db, f->arena, f->ring, account,
	    exported == NULL ? 0 : exported->seq,
	    exported == NULL ? NULL : exported->chain, &r), DB_OK);
	return r;
}

static enum db_result
tamper(void *context)
{
	struct writing *w = context;
	const struct db_value v[] = { db_uuid(&w->account) };

	return db_exec(w->f->db, &statements[w->statement], v, NITEMS(v),
	    NULL);
}

static void
do_tamper(struct fixture *f, const struct uuid *account, unsigned statement)
{
	struct writing w = { f, NULL, *account, statement };

	if (statement != LEAVE)
		assert_int_equal(db_run(f->db, DB_CHANGE, tamper, &w), DB_OK);
}

static void
every_fault_of_a_trail_is_seen(void **state)
{
	static const struct {
		const char	*name;
		unsigned	 first, second;
		int64_t		 rows, changed, missing, bad;
	} cases[] = {
		{ "whole", LEAVE, LEAVE, 5, 0, 0, 0 },
		{ "changed row", CHANGE_ROW, LEAVE, 4, 1, 0, 3 },
		{ "changed link", CHANGE_CHAIN, LEAVE, 3, 2, 0, 3 },
		{ "missing row", DELETE_MIDDLE, LEAVE, 4, 0, 1, 3 },
		{ "missing tail", DELETE_TAIL, LEAVE, 4, 0, 1, 5 },
		{ "head moved with it", DELETE_TAIL, MOVE_HEAD, 4, 0, 1, 5 },
		{ "head gone", DELETE_HEAD, LEAVE, 0, 5, 5, 1 },
		{ "row moved", MOVE_ROW, LEAVE, 4, 1, 1, 5 },
	};

	for (size_t i = 0; i < NITEMS(cases); i++) {
		struct uuid account = uuid_new();
		struct audit_report exported, r;

		write_rows(*state, &account, ROWS);
		seal(*state, ROWS);
		exported = verify(*state, &account, NULL);
		assert_int_equal(exported.seq, ROWS);
		assert_int_equal(exported.rows, ROWS);
		do_tamper(*state, &account, cases[i].first);
		do_tamper(*state, &account, cases[i].second);
		r = verify(*state, &account, &exported);
		if (r.rows != cases[i].rows || r.changed != cases[i].changed ||
		    r.missing != cases[i].missing ||
		    r.first_bad != cases[i].bad)
			fail_msg("%s: %jd %jd %jd %jd", cases[i].name,
			    (intmax_t)r.rows, (intmax_t)r.changed,
			    (intmax_t)r.missing, (intmax_t)r.first_bad);
	}
}

static void
a_trail_written_over_does_not_hold_the_exported_head(void **state)
{
	struct uuid account = uuid_new();
	struct audit_report exported, r;

	write_rows(*state, &account, ROWS);
	seal(*state, ROWS);
	exported = verify(*state, &account, NULL);
	do_tamper(*state, &account, DELETE_TAIL);
	do_tamper(*state, &account, MOVE_HEAD);
	write_rows(*state, &account, 2);
	seal(*state, 2);
	r = verify(*state, &account, NULL);
	assert_int_equal(r.changed + r.missing, 0);
	r = verify(*state, &account, &exported);
	assert_int_equal(r.changed, 1);
	assert_int_equal(r.first_bad, ROWS);
}

static void
rows_wait_for_the_sealer_and_are_verified_before(void **state)
{
	struct uuid account = uuid_new();
	struct audit_report r;

	seal(*state, 0);
	write_rows(*state, &account, 20);
	r = verify(*state, &account, NULL);
	assert_int_equal(r.unsealed, 20);
	assert_int_equal(r.rows, 0);
	seal(*state, 20);
	write_rows(*state, &account, 20);
	seal(*state, 20);
	r = verify(*state, &account, NULL);
	assert_int_equal(r.unsealed, 0);
	assert_int_equal(r.rows, 40);
	assert_int_equal(r.seq, 40);
}

static void
a_sealer_leaves_the_work_to_who_has_the_lease(void **state)
{
	struct fixture *f = *state;
	struct uuid account = uuid_new();

	write_rows(f, &account, 1);
	seal(f, 1);
	as_root(f, "UPDATE leases SET holder = REPEAT('x', 16), "
	    "until_at = 9000000000000");
	write_rows(f, &account, 1);
	seal(f, 0);
	as_root(f, "UPDATE leases SET until_at = 0");
	seal(f, 1);
}

static void
a_row_that_cannot_be_sealed_keeps_no_other_account_waiting(void **state)
{
	struct fixture *f = *state;
	struct uuid account = uuid_new();
	struct audit_report r;
	size_t sealed;

	write_rows(f, &uuid_zero, 1);
	as_root(f, "UPDATE audit SET version = 50 WHERE seq IS NULL");
	write_rows(f, &account, 2);
	assert_int_equal(audit_seal(f->db, f->arena, f->ring, &sealed),
	    DB_UNAVAILABLE);
	assert_int_equal(sealed, 2);
	r = verify(f, &account, NULL);
	assert_int_equal(r.rows, 2);
	r = verify(f, &uuid_zero, NULL);
	assert_int_equal(r.changed, 1);
	as_root(f, "DELETE FROM audit WHERE seq IS NULL");
}

struct listing {
	struct fixture	*f;
	struct uuid	 accounts[64];
	size_t		 n;
};

static enum db_result
list_accounts(void *context)
{
	struct listing *l = context;
	enum db_result result;

	result = audit_accounts(l->f->db, l->f->arena, NULL, l->accounts,
	    NITEMS(l->accounts), &l->n);
	assert_true(l->n > 1);
	if (result != DB_OK)
		return result;
	assert_true(uuid_is_zero(&l->accounts[0]));
	return audit_accounts(l->f->db, l->f->arena, &l->accounts[0],
	    l->accounts, 1, &l->n);
}

static void
the_operators_trail_comes_first(void **state)
{
	struct listing l = { .f = *state };

	write_rows(*state, &uuid_zero, 1);
	seal(*state, 1);
	assert_int_equal(db_run(l.f->db, DB_READ, list_accounts, &l), DB_OK);
	assert_int_equal(l.n, 1);
	assert_false(uuid_is_zero(&l.accounts[0]));
}

struct refusing {
	struct fixture		*f;
	struct audit_refusal	 rows[3];
};

static enum db_result
count_refusals(void *context)
{
	struct refusing *r = context;

	return audit_refused(r->f->db, r->rows, NITEMS(r->rows));
}

struct sum {
	int64_t	 rows;
	int64_t	 times;
};

static const struct db_column sum_columns[] = {
	DB_COLUMN(I64, struct sum, rows),
	DB_COLUMN(I64, struct sum, times),
};

static const struct db_query sum_query = {
	.sql = "SELECT COUNT(*), CAST(SUM(times) AS SIGNED) "
	    "FROM audit_refusals",
	.columns = sum_columns,
	.ncolumns = NITEMS(sum_columns),
};

struct summing {
	struct fixture	*f;
	struct sum	 sum;
};

static enum db_result
sum_refusals(void *context)
{
	struct summing *s = context;

	return db_row(s->f->db, s->f->arena, &sum_query, NULL, 0, &s->sum);
}

static void
refusals_add_up(void **state)
{
	struct refusing r = {
		*state,
		{
			{ .reason = "scope", .subject_type = "key",
			  .times = 2 },
			{ .reason = "expired", .subject_type = "key",
			  .times = 3 },
			{ .reason = "expired", .subject_type = "address",
			  .times = 4 },
		},
	};
	struct summing s = { .f = *state };

	assert_int_equal(db_run(r.f->db, DB_CHANGE, count_refusals, &r),
	    DB_OK);
	assert_string_equal(r.rows[0].subject_type, "address");
	assert_int_equal(db_run(r.f->db, DB_CHANGE, count_refusals, &r),
	    DB_OK);
	assert_int_equal(db_run(r.f->db, DB_READ, sum_refusals, &s), DB_OK);
	assert_int_equal(s.sum.rows, 3);
	assert_int_equal(s.sum.times, 18);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_of_a_trail_is_seen),
		cmocka_unit_test(
		    a_trail_written_over_does_not_hold_the_exported_head),
		cmocka_unit_test(
		    rows_wait_for_the_sealer_and_are_verified_before),
		cmocka_unit_test(a_sealer_leaves_the_work_to_who_has_the_lease),
		cmocka_unit_test(
		    a_row_that_cannot_be_sealed_keeps_no_other_account_waiting
		    ),
		cmocka_unit_test(the_operators_trail_comes_first),
		cmocka_unit_test(refusals_add_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
