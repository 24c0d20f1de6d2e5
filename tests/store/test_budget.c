/* SPDX-License-Identifier: ISC */
/* Budgets: spent, drained, given back, and shared by two connections. */

#include <sys/wait.h>

#include "fixture.h"
#include "store/budget.h"

#define MOST	5
#define WINDOW	10000
#define NOW	INT64_C(1790000000000)

enum doing { SPEND, SUCCEED, ASK };

struct spending {
	struct db	*db;
	struct arena	*arena;
	uint8_t		 subject[32];
	enum doing	 doing;
	int64_t		 now;
	int64_t		 wait;
	int64_t		 at;
};

static enum db_result
do_it(void *context)
{
	struct spending *s = context;

	if (s->doing == SUCCEED)
		return budget_succeeded(s->db, s->subject, s->now);
	if (s->doing == ASK)
		return budget_last_success(s->db, s->arena, s->subject,
		    &s->at);
	return budget_spend(s->db, s->arena, s->subject, MOST, WINDOW, s->now,
	    &s->wait);
}

static enum db_result
run(struct spending *s, enum doing doing, int64_t now)
{
	s->doing = doing;
	s->now = now;
	return db_run(s->db, doing == ASK ? DB_READ : DB_CHANGE, do_it, s);
}

static struct spending
new_spending(const struct fixture *f, uint8_t subject)
{
	return (struct spending){
		.db = f->db, .arena = f->arena, .subject = { subject },
	};
}

static void
what_is_spent_drains_evenly(void **state)
{
	struct spending s = new_spending(*state, 1);

	for (int i = 0; i < MOST; i++)
		assert_int_equal(run(&s, SPEND, NOW), DB_OK);
	assert_int_equal(run(&s, SPEND, NOW), DB_NONE);
	assert_in_range(s.wait, 2000, 2001);
	/* Asking often must not keep it from draining. */
	for (int64_t ms = 7; ms < 1999; ms += 83)
		assert_int_equal(run(&s, SPEND, NOW + ms), DB_NONE);
	assert_int_equal(run(&s, SPEND, NOW + 2001), DB_OK);
	assert_int_equal(run(&s, SPEND, NOW + 2001), DB_NONE);
	/* A clock that goes back gives nothing, and breaks nothing. */
	assert_int_equal(run(&s, SPEND, NOW), DB_NONE);
	for (int i = 0; i < MOST; i++)
		assert_int_equal(run(&s, SPEND, NOW + 400 * WINDOW), DB_OK);
	assert_int_equal(run(&s, SPEND, NOW + 400 * WINDOW), DB_NONE);
}

static void
a_success_gives_its_attempt_back(void **state)
{
	struct spending s = new_spending(*state, 2);

	assert_int_equal(run(&s, ASK, NOW), DB_OK);
	assert_int_equal(s.at, 0);
	for (int i = 0; i < 3 * MOST; i++) {
		assert_int_equal(run(&s, SPEND, NOW), DB_OK);
		assert_int_equal(run(&s, SUCCEED, NOW + i), DB_OK);
	}
	assert_int_equal(run(&s, ASK, NOW), DB_OK);
	assert_int_equal(s.at, NOW + 3 * MOST - 1);
}

static int
spend_all(struct spending *s)
{
	int granted = 0;

	for (int i = 0; i < 2 * MOST; i++)
		if (run(s, SPEND, NOW) == DB_OK)
			granted++;
	return granted;
}

static void
two_connections_share_one_budget(void **state)
{
	struct fixture *f = *state;
	struct spending s = new_spending(f, 3);
	int granted, status;
	pid_t child = fork();

	s.db = connect_as(f, "latchkey");
	granted = spend_all(&s);
	if (child == 0)
		_exit(granted);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(granted + WEXITSTATUS(status), MOST);
	db_free(s.db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_spent_drains_evenly),
		cmocka_unit_test(a_success_gives_its_attempt_back),
		cmocka_unit_test(two_connections_share_one_budget),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
