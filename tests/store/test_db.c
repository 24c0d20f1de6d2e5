/* SPDX-License-Identifier: ISC */
/* The door to the database: transactions, faults and repeats. */

#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "fixture.h"
#include "store/account.h"

static const struct db_query touch_query = {
	.sql = "UPDATE accounts SET name = ? WHERE id = ?",
};

enum trouble {
	NO_TROUBLE,
	KILLED,		/* between the two statements, the first time */
	FROZEN,		/* before COMMIT */
	TOO_LONG,	/* a value that does not fit, and nobody looks */
	REFUSING,
	DOUBLED,
};

struct trial {
	struct fixture	*f;
	struct db	*db;
	enum trouble	 trouble;
	int		 runs;
	struct uuid	 a, b;
	int64_t		 now;
};

static enum db_result
add_account(struct trial *t, const struct uuid *id, const char *name)
{
	const struct account account = {
		.id = *id, .name = name, .active = true, .created_at = 1,
	};

	return account_add(t->db, &account);
}

/* The signal takes a moment to reach all threads. */
static void
freeze_server(const struct fixture *f)
{
	kill(server_pid(f), SIGSTOP);
	usleep(100000);
}

static enum db_result
add_two(void *context)
{
	static char name[500];
	struct trial *t = context;
	enum db_result result;

	t->runs++;
	result = add_account(t, &t->a, "a");
	if (result != DB_OK)
		return result;
	if (t->trouble == KILLED && t->runs == 1)
		as_root(t->f, "KILL USER hosted@localhost");
	if (t->trouble == TOO_LONG) {
		memset(name, 'x', sizeof(name) - 1);
		(void)add_account(t, &t->b, name);
		return DB_OK;
	}
	if (t->trouble == REFUSING)
		return DB_REFUSED;
	result = add_account(t, t->trouble == DOUBLED ? &t->a : &t->b, "b");
	if (t->trouble == FROZEN)
		freeze_server(t->f);
	return result;
}

static enum db_result
get_account(void *context)
{
	struct trial *t = context;
	struct account account;

	t->runs++;
	return account_get(t->db, t->f->arena, &t->a, &account);
}

static enum db_result
ask_time(void *context)
{
	struct trial *t = context;

	t->runs++;
	return db_now(t->db, &t->now);
}

static struct trial
new_trial(struct fixture *f, enum trouble trouble)
{
	return (struct trial){
		.f = f, .db = f->db, .trouble = trouble,
		.a = uuid_new(), .b = uuid_new(),
	};
}

/* Are both rows there, or none? */
static void
expect_rows(struct trial *t, enum db_result expected)
{
	assert_int_equal(db_run(t->db, DB_READ, get_account, t), expected);
	t->a = t->b;
	assert_int_equal(db_run(t->db, DB_READ, get_account, t), expected);
}

static void
work_is_committed_as_a_whole_or_not_at_all(void **state)
{
	static const struct {
		enum trouble	 trouble;
		enum db_result	 result;
	} cases[] = {
		{ NO_TROUBLE, DB_OK },
		{ TOO_LONG, DB_UNAVAILABLE },
		{ REFUSING, DB_REFUSED },
		{ DOUBLED, DB_DUPLICATE },
	};

	for (size_t i = 0; i < NITEMS(cases); i++) {
		struct trial t = new_trial(*state, cases[i].trouble);

		assert_int_equal(db_run(t.db, DB_CHANGE, add_two, &t),
		    cases[i].result);
		assert_int_equal(t.runs, 1);
		expect_rows(&t, cases[i].result == DB_OK ? DB_OK : DB_NONE);
	}
}

static void
a_connection_lost_inside_makes_the_whole_work_run_again(void **state)
{
	struct trial t = new_trial(*state, KILLED);

	assert_int_equal(db_run(t.db, DB_CHANGE, add_two, &t), DB_OK);
	assert_int_equal(t.runs, 2);
	expect_rows(&t, DB_OK);
}

static void
a_connection_that_the_server_closed_is_made_anew(void **state)
{
	struct trial t = new_trial(*state, NO_TROUBLE);

	as_root(t.f, "SET GLOBAL wait_timeout = 1");
	t.db = connect_as(t.f, "latchkey");
	assert_int_equal(db_run(t.db, DB_READ, ask_time, &t), DB_OK);
	usleep(1500000);
	assert_int_equal(db_run(t.db, DB_CHANGE, add_two, &t), DB_OK);
	db_free(t.db);
	t.db = t.f->db;
	as_root(t.f, "SET GLOBAL wait_timeout = 28800");
	expect_rows(&t, DB_OK);
}

static void
a_lost_answer_to_commit_is_unknown_and_not_repeated(void **state)
{
	struct trial t = new_trial(*state, FROZEN);
	int64_t start = clock_boot();
	enum db_result result;

	result = db_run(t.db, DB_CHANGE, add_two, &t);
	kill(server_pid(t.f), SIGCONT);
	assert_int_equal(result, DB_UNKNOWN);
	assert_int_equal(t.runs, 1);
	assert_true(clock_boot() - start < 4000);
}

static void
a_frozen_server_costs_four_seconds_at_most(void **state)
{
	for (int fresh = 0; fresh < 2; fresh++) {
		struct trial t = new_trial(*state, NO_TROUBLE);
		enum db_result result;
		int64_t start;

		if (fresh)
			t.db = connect_as(t.f, "latchkey");
		else
			db_run(t.db, DB_READ, ask_time, &t);
		t.runs = 0;
		start = clock_boot();
		freeze_server(t.f);
		result = db_run(t.db, DB_READ, ask_time, &t);
		kill(server_pid(t.f), SIGCONT);
		assert_int_equal(result, DB_UNAVAILABLE);
		assert_int_equal(t.runs, 1);
		assert_true(clock_boot() - start < 4000);
		if (fresh)
			db_free(t.db);
	}
}

static void
a_server_that_takes_no_changes_says_so(void **state)
{
	struct trial t = new_trial(*state, NO_TROUBLE);
	enum db_result result;

	as_root(t.f, "SET GLOBAL read_only = 1");
	result = db_run(t.db, DB_CHANGE, add_two, &t);
	as_root(t.f, "SET GLOBAL read_only = 0");
	assert_int_equal(result, DB_READ_ONLY);
	assert_int_equal(t.runs, 1);
	expect_rows(&t, DB_NONE);
}

static void
a_free_connection_is_waited_for_two_seconds(void **state)
{
	const struct db_options shared = {
		.my_cnf = ((struct fixture *)*state)->my_cnf,
		.group = "limited", .shared = true,
	};
	struct trial first = new_trial(*state, NO_TROUBLE);
	struct trial second = first;
	int64_t start;

	first.db = db_new(&shared);
	second.db = db_new(&shared);
	assert_int_equal(db_run(first.db, DB_READ, ask_time, &first), DB_OK);
	start = clock_boot();
	assert_int_equal(db_run(second.db, DB_READ, ask_time, &second),
	    DB_UNAVAILABLE);
	assert_in_range(clock_boot() - start, 2000, 3000);
	assert_in_range(second.runs, 10, 100);
	db_release(first.db);
	usleep(100000);
	assert_int_equal(db_run(second.db, DB_READ, ask_time, &second), DB_OK);
	db_free(first.db);
	db_free(second.db);
}

/* What two processes count together. */
struct crossing {
	struct trial	*t;
	int		*runs;
	bool		 reversed;
};

static enum db_result
touch_account(struct trial *t, const struct uuid *id)
{
	const struct db_value v[] = { db_text("touched"), db_uuid(id) };

	return db_exec(t->db, &touch_query, v, NITEMS(v), NULL);
}

static enum db_result
touch_crosswise(void *context)
{
	struct crossing *c = context;
	enum db_result result;

	__atomic_add_fetch(c->runs, 1, __ATOMIC_SEQ_CST);
	result = touch_account(c->t, c->reversed ? &c->t->b : &c->t->a);
	if (result != DB_OK)
		return result;
	usleep(300000);
	return touch_account(c->t, c->reversed ? &c->t->a : &c->t->b);
}

static void
of_two_in_a_deadlock_both_end_well(void **state)
{
	struct trial t = new_trial(*state, NO_TROUBLE);
	struct crossing c = { .t = &t };
	int status;
	pid_t child;

	assert_int_equal(db_run(t.db, DB_CHANGE, add_two, &t), DB_OK);
	c.runs = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(c.runs != MAP_FAILED);
	t.db = NULL;
	child = fork();
	t.db = connect_as(t.f, "latchkey");
	if (child == 0) {
		c.reversed = true;
		_exit(db_run(t.db, DB_CHANGE, touch_crosswise, &c) != DB_OK);
	}
	assert_int_equal(db_run(t.db, DB_CHANGE, touch_crosswise, &c), DB_OK);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(*c.runs, 3);
	munmap(c.runs, sizeof(int));
	db_free(t.db);
}

static enum db_result
hold_row(void *context)
{
	struct trial *t = context;
	enum db_result result = touch_account(t, &t->a);
	struct trial other = *t;

	if (result != DB_OK)
		return result;
	other.db = connect_as(t->f, "other");
	other.b = t->a;
	other.trouble = NO_TROUBLE;
	t->trouble = (enum trouble)db_run(other.db, DB_CHANGE, add_two, &other);
	db_free(other.db);
	return DB_OK;
}

static void
a_lock_is_not_waited_for_for_ever(void **state)
{
	struct trial t = new_trial(*state, NO_TROUBLE);
	int64_t start;

	assert_int_equal(db_run(t.db, DB_CHANGE, add_two, &t), DB_OK);
	start = clock_boot();
	assert_int_equal(db_run(t.db, DB_CHANGE, hold_row, &t), DB_OK);
	assert_int_equal(t.trouble, DB_UNAVAILABLE);
	assert_true(clock_boot() - start < 4000);
}

static void
the_clock_is_the_databases(void **state)
{
	struct trial t = new_trial(*state, NO_TROUBLE);

	assert_int_equal(db_run(t.db, DB_READ, ask_time, &t), DB_OK);
	assert_true(llabs(t.now - clock_now()) < 2000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_is_committed_as_a_whole_or_not_at_all),
		cmocka_unit_test(
		    a_connection_lost_inside_makes_the_whole_work_run_again),
		cmocka_unit_test(
		    a_connection_that_the_server_closed_is_made_anew),
		cmocka_unit_test(
		    a_lost_answer_to_commit_is_unknown_and_not_repeated),
		cmocka_unit_test(a_frozen_server_costs_four_seconds_at_most),
		cmocka_unit_test(a_server_that_takes_no_changes_says_so),
		cmocka_unit_test(
		    a_free_connection_is_waited_for_two_seconds),
		cmocka_unit_test(of_two_in_a_deadlock_both_end_well),
		cmocka_unit_test(a_lock_is_not_waited_for_for_ever),
		cmocka_unit_test(the_clock_is_the_databases),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
