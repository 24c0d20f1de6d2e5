/* SPDX-License-Identifier: ISC */
/* Of rates and quotas exactly as much is taken as there is, by many at once. */

#include <sys/mman.h>

#include <signal.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "check/limits.h"
#include "store/quota.h"

#include "counted.h"

/* -- a database that all processes of the test share ---------------------- */

static struct {
	_Atomic int64_t	 used[4];	/* by the first letter, a to d */
	_Atomic int64_t	 period_at[4];
	_Atomic unsigned asked;
	_Atomic int	 result;
	struct counters_lease *lost;	/* while it is asked */
} *database;

enum db_result
quota_take(struct db *db, struct quota_lease *lease)
{
	size_t i = (size_t)(lease->name[0] - 'a');
	int64_t used;

	(void)db;
	database->asked++;
	if (database->lost != NULL)
		atomic_fetch_add(&database->lost->counter.tag, 1);
	if (atomic_exchange(&database->period_at[i], lease->period_at) !=
	    lease->period_at)
		database->used[i] = 0;
	used = atomic_fetch_add(&database->used[i], lease->wanted);
	lease->granted = lease->wanted;
	if (used + lease->wanted > lease->limit)
		lease->granted = used < lease->limit ? lease->limit - used : 0;
	atomic_fetch_sub(&database->used[i], lease->wanted - lease->granted);
	lease->rest = lease->limit - used - lease->granted;
	return DB_OK;
}

enum db_result
quota_give_back(struct db *db, const struct quota_lease *lease)
{
	(void)db;
	database->used[lease->name[0] - 'a']--;
	return DB_OK;
}

enum db_result
quota_taken(struct db *db, const struct uuid *key, const char *name,
    int64_t period_at, int64_t *taken)
{
	(void)db;
	(void)key;
	(void)period_at;
	*taken = database->used[name[0] - 'a'];
	return DB_OK;
}

enum db_result
db_run(struct db *db, enum db_mode mode, enum db_result (*work)(void *),
    void *context)
{
	(void)db;
	(void)mode;
	return database->result == DB_OK ? work(context) :
	    (enum db_result)database->result;
}

void
db_expect(struct db *db)
{
	(void)db;
}

static int
set_up(void **state)
{
	(void)state;
	memset((void *)database, 0, sizeof(*database));
	empty_counters();
	return 0;
}

/* -- who takes ------------------------------------------------------------- */

#define NOW	INT64_C(1795341600000)	/* 2026-11-22T10:00:00Z */

static struct facts
facts_of(const char *rates, const char *user_rates, const char *quotas)
{
	struct facts f = {
		.kind = KIND_PAIR, .now = NOW,
		.id = { { 1 } }, .user_id = { { 2 } },
	};

	assert_true(rates_load(&f.rates, rates));
	assert_true(rates_load(&f.user_rates, user_rates));
	assert_true(quotas_load(&f.quotas, quotas));
	return f;
}

static struct limits_told told;

static enum reason
take(const struct facts *f)
{
	return limits_take(folder, NULL, f, &told);
}

static unsigned
take_times(const struct facts *f, unsigned times)
{
	unsigned passed = 0;

	while (times-- > 0)
		passed += take(f) == REASON_NONE;
	return passed;
}

/* A day's window of this boot may turn while a test runs: once a day. */
#define RATE	"r 10 86400"

/* -- rates ----------------------------------------------------------------- */

static void
no_limit_needs_no_file(void **state)
{
	struct facts f = facts_of(NULL, NULL, NULL);

	(void)state;
	assert_int_equal(limits_take("/nonexistent", NULL, &f, &told),
	    REASON_NONE);
	assert_int_equal(limits_rest(&told), -1);
}

static void
a_rate_lets_pass_its_limit(void **state)
{
	struct facts f = facts_of(RATE, NULL, NULL);

	(void)state;
	assert_int_equal(take(&f), REASON_NONE);
	assert_int_equal(told.n, 1);
	assert_string_equal(told.limit[0].name, "r");
	assert_int_equal(told.limit[0].limit, 10);
	assert_int_equal(told.limit[0].window, 86400);
	assert_int_equal(limits_rest(&told), 9);
	assert_int_equal(told.retry_after, 0);
	assert_int_equal(take_times(&f, 20), 9);
	assert_int_equal(take(&f), REASON_RATE);
	assert_int_equal(limits_rest(&told), 0);
	assert_in_range(told.retry_after, 1, 2 * 86400);
}

static void
what_one_refuses_costs_the_others_nothing(void **state)
{
	struct facts both = facts_of("a 2 86400\nb 5 86400", NULL, NULL);
	struct facts one = facts_of("b 5 86400", NULL, NULL);

	(void)state;
	assert_int_equal(take_times(&both, 9), 2);
	assert_int_equal(told.limit[0].rest, 0);
	assert_int_equal(told.limit[1].rest, 3);
	assert_int_equal(take_times(&one, 9), 3);
}

static void
keys_have_their_own_and_users_share(void **state)
{
	struct facts one = facts_of("r 4 86400", "u 5 86400", NULL);
	struct facts two = one, other = one, session = one;

	(void)state;
	two.id.b[0] = 7;
	assert_int_equal(take_times(&one, 9), 4);
	assert_int_equal(take_times(&two, 9), 1);
	assert_string_equal(told.limit[1].name, "user:u");
	session.kind = KIND_NONE;
	session.rates.n = 0;
	assert_int_equal(take_times(&session, 9), 0);
	other.user_id.b[0] = 8;
	other.id.b[0] = 9;
	assert_int_equal(take_times(&other, 9), 4);
}

static struct facts hammered;
static _Atomic unsigned *passed;

static void
hammer(void)
{
	atomic_fetch_add(passed, take_times(&hammered, 20000));
}

static void
many_processes_take_no_more(void **state)
{
	struct facts f = facts_of("r 12345 86400\ns 20000 86400",
	    "u 30000 86400", NULL);

	(void)state;
	hammered = f;
	atomic_store(passed, 0);
	work_together(4, hammer);
	/* for a moment one may see what another has not given back yet */
	assert_in_range(*passed, 12000, 12345);
	atomic_fetch_add(passed, take_times(&f, 400));
	assert_int_equal(*passed, 12345);
}

static void
one_rate_is_exact_to_the_last(void **state)
{
	struct facts f = facts_of("r 12345 86400", NULL, NULL);

	(void)state;
	hammered = f;
	atomic_store(passed, 0);
	work_together(4, hammer);
	assert_int_equal(*passed, 12345);
}

static void
without_the_file_nobody_with_a_limit_is_let_in(void **state)
{
	struct facts f = facts_of(RATE, NULL, NULL);
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		/* the file is looked for anew, and its place is taken */
		unlink(path);
		if (mkdir(path, 0700) != 0)
			_exit(2);
		counters_look(folder);
		_exit(take(&f) != REASON_FAULT);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	rmdir(path);
	assert_int_equal(status, 0);
}

static void
garbage_is_survived(void **state)
{
	struct counters *file = counters_open(folder);
	struct facts f = facts_of(RATE, "u 10 86400", "a 1000 month");
	uint64_t x = 88172645463325252u;

	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		uint8_t *at = (uint8_t *)file + sizeof(file->head);
		size_t n = sizeof(*file) - sizeof(file->head);

		while (n-- > 0) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			*at++ = (uint8_t)x;
		}
		assert_in_range(take_times(&f, 50), 0, 10);
		f.id.b[1]++;
		f.user_id.b[1]++;
	}
	assert_true(database->used[0] <= 1000);
}

/* -- quotas ---------------------------------------------------------------- */

static void
a_quota_is_given_out_from_blocks(void **state)
{
	struct facts f = facts_of(NULL, NULL, "a 1000 month");

	(void)state;
	assert_int_equal(take(&f), REASON_NONE);
	assert_int_equal(database->used[0], 10);
	assert_int_equal(limits_rest(&told), 999);
	assert_int_equal(told.limit[0].window, 30 * 86400);
	assert_int_equal(take_times(&f, 9), 9);
	assert_int_equal(database->asked, 1);
	assert_int_equal(take_times(&f, 2000), 990);
	assert_int_equal(database->used[0], 1000);
	assert_int_equal(take(&f), REASON_QUOTA);
	assert_int_equal(told.retry_after, (30 - 21) * 86400 - 10 * 3600);
}

static void
used_up_it_is_asked_for_once_a_second(void **state)
{
	struct facts f = facts_of(NULL, NULL, "a 5 day");
	unsigned asked;

	(void)state;
	assert_int_equal(take_times(&f, 10), 5);
	asked = database->asked;
	assert_int_equal(take_times(&f, 1000), 0);
	assert_in_range(database->asked, asked, asked + 1);
}

static void
a_new_period_begins_with_all_of_it(void **state)
{
	struct facts f = facts_of(NULL, NULL, "a 5 day\nb 7 once");

	(void)state;
	assert_int_equal(take_times(&f, 10), 5);
	f.now += 14 * 3600 * INT64_C(1000);
	assert_int_equal(take_times(&f, 10), 2);
	f.now += 86400 * INT64_C(1000);
	assert_int_equal(take_times(&f, 10), 0);
	assert_string_equal(told.limit[told.n - 1].name, "b");
	assert_int_equal(told.retry_after, 86400);
}

static void
quotas_of_ever_so_many_keys_cost_no_other_its_block(void **state)
{
	struct facts f = facts_of(NULL, NULL, "a 1000 month");
	struct facts other = facts_of(NULL, NULL, "b 1000000000000 month");

	(void)state;
	assert_int_equal(take(&f), REASON_NONE);
	for (uint32_t n = 1; n <= 3 * COUNTERS_LEASES; n++) {
		memcpy(other.id.b + 4, &n, sizeof(n));
		assert_int_equal(take(&other), REASON_NONE);
	}
	assert_int_equal(take_times(&f, 9), 9);
	assert_int_equal(database->used[0], 10);
}

static void
strict_takes_one_at_a_time(void **state)
{
	struct facts f = facts_of(NULL, NULL, "a 1000 month strict");

	(void)state;
	assert_int_equal(take_times(&f, 7), 7);
	assert_int_equal(database->used[0], 7);
	assert_int_equal(database->asked, 7);
}

static void
what_a_quota_refuses_costs_no_rate_and_no_quota(void **state)
{
	struct facts f = facts_of(RATE, NULL, "a 1000 month\nb 3 month");
	struct facts rate = facts_of(RATE, NULL, NULL);

	(void)state;
	assert_int_equal(take_times(&f, 9), 3);
	assert_int_equal(take_times(&rate, 20), 7);
	f.quotas.n = 1;
	f.rates.n = 0;
	assert_int_equal(take(&f), REASON_NONE);
	assert_int_equal(limits_rest(&told), 996);
}

static void
a_database_that_is_away_lets_nobody_beyond_the_block(void **state)
{
	struct facts f = facts_of(NULL, NULL, "a 1000 month");
	struct facts strict = facts_of(NULL, NULL, "b 1000 month strict");

	(void)state;
	assert_int_equal(take(&f), REASON_NONE);
	database->result = DB_UNAVAILABLE;
	assert_int_equal(take_times(&f, 20), 9);
	assert_int_equal(take(&f), REASON_FAULT);
	assert_int_equal(take(&strict), REASON_FAULT);
	database->result = DB_OK;
	assert_int_equal(take(&f), REASON_NONE);
}

static void
many_processes_never_pass_a_quota(void **state)
{
	struct facts f = facts_of(NULL, NULL, "a 54321 month");

	(void)state;
	hammered = f;
	atomic_store(passed, 0);
	work_together(4, hammer);
	assert_int_equal(*passed, 54321);
	assert_int_equal(database->used[0], 54321);
}

static void
take_for_ever(void)
{
	for (;;)
		(void)take_times(&hammered, 1000);
}

/* What a killed process had taken and not used is lost: one block, at most. */
static void
a_process_may_be_killed_at_any_moment(void **state)
{
	struct facts f = facts_of(NULL, NULL, "a 1000000000000 month");

	(void)state;
	hammered = f;
	for (unsigned i = 0; i < 50; i++) {
		pid_t pid = fork();

		if (pid == 0)
			take_for_ever();
		usleep(500 + 41 * i);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(take(&f), REASON_NONE);
	}
}

static struct counters_lease *
find_lease(struct counters *file)
{
	for (size_t i = 0; i < COUNTERS_LEASES; i++)
		if (atomic_load(&file->lease[i].counter.tag) != 0)
			return &file->lease[i];
	return NULL;
}

/* The slot becomes another's while its block is fetched, and comes back. */
static void
a_block_is_of_no_use_to_others(void **state)
{
	struct facts f = facts_of(NULL, NULL, "a 1000 month");
	struct counters_lease *slot;
	uint64_t tag;

	(void)state;
	assert_int_equal(take(&f), REASON_NONE);
	slot = find_lease(counters_look(folder));
	assert_non_null(slot);
	tag = atomic_load(&slot->counter.tag);
	atomic_store(&slot->counter.value, 0);
	database->lost = slot;
	assert_int_equal(take(&f), REASON_NONE);
	database->lost = NULL;
	assert_int_equal(atomic_load(&slot->counter.tag), tag + 1);
	/* what was put there is nothing under the other's tag */
	atomic_store(&slot->counter.tag, tag);
	assert_int_equal(take_times(&f, 9), 9);
	assert_int_equal(database->asked, 2);
}

/* -- what would be --------------------------------------------------------- */

static const struct {
	const char	*rates, *quotas;
	unsigned	 passes;
	enum reason	 then;
} looks[] = {
	{ "r 4 86400", "a 9 month", 4, REASON_RATE },
	{ "r 9 86400", "a 4 month", 4, REASON_QUOTA },
	{ NULL, "a 450 month", 450, REASON_QUOTA },
	{ NULL, "a 4 month strict", 4, REASON_QUOTA },
};

static void
looking_takes_nothing_and_tells_the_same(void **state)
{
	for (size_t i = 0; i < NITEMS(looks); i++) {
		struct facts f = facts_of(looks[i].rates, NULL,
		    looks[i].quotas);

		set_up(state);
		for (unsigned n = 0; n < looks[i].passes; n++) {
			assert_int_equal(limits_look(folder, NULL, &f),
			    REASON_NONE);
			assert_int_equal(take(&f), REASON_NONE);
		}
		assert_int_equal(limits_look(folder, NULL, &f),
		    looks[i].then);
		assert_int_equal(take(&f), looks[i].then);
	}
}

/* -- guesses --------------------------------------------------------------- */

static const struct {
	const char	*first, *second;
	bool		 same;
} networks[] = {
	{ "192.0.2.1", "192.0.2.1", true },
	{ "192.0.2.1", "192.0.2.2", false },
	{ "2001:db8:0:1::5", "2001:db8:0:1:9::6", true },
	{ "2001:db8:0:1::5", "2001:db8:0:2::5", false },
};

static void
guesses_are_of_a_network(void **state)
{
	for (size_t i = 0; i < NITEMS(networks); i++) {
		struct address first, second;

		set_up(state);
		assert_true(address_parse(&first, networks[i].first));
		assert_true(address_parse(&second, networks[i].second));
		for (unsigned n = 0; n < 3; n++)
			assert_true(limits_guess(folder, &first, 3, &told));
		assert_false(limits_guess(folder, &first, 3, &told));
		assert_in_range(told.retry_after, 1, 120);
		assert_int_equal(limits_guess(folder, &second, 3, &told),
		    !networks[i].same);
	}
}

/* A window of 30 s that turns meanwhile forgets nothing of it at once. */
static void
guesses_of_ever_so_many_networks_drive_no_rate_out(void **state)
{
	struct facts f = facts_of("r 10 30", NULL, NULL);
	struct address network = { { 0x20, 0x01 } };

	(void)state;
	assert_int_equal(take_times(&f, 20), 10);
	for (uint32_t n = 0; n < 3 * COUNTERS_RATES; n++) {
		memcpy(network.b + 4, &n, sizeof(n));
		limits_guess(folder, &network, 3, &told);
	}
	assert_int_equal(take(&f), REASON_RATE);
}

#define TEST(test_)	cmocka_unit_test_setup(test_, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_limit_needs_no_file),
		TEST(a_rate_lets_pass_its_limit),
		TEST(what_one_refuses_costs_the_others_nothing),
		TEST(keys_have_their_own_and_users_share),
		TEST(one_rate_is_exact_to_the_last),
		TEST(many_processes_take_no_more),
		TEST(a_quota_is_given_out_from_blocks),
		TEST(used_up_it_is_asked_for_once_a_second),
		TEST(a_new_period_begins_with_all_of_it),
		TEST(quotas_of_ever_so_many_keys_cost_no_other_its_block),
		TEST(strict_takes_one_at_a_time),
		TEST(what_a_quota_refuses_costs_no_rate_and_no_quota),
		TEST(a_database_that_is_away_lets_nobody_beyond_the_block),
		TEST(many_processes_never_pass_a_quota),
		TEST(a_process_may_be_killed_at_any_moment),
		TEST(a_block_is_of_no_use_to_others),
		TEST(looking_takes_nothing_and_tells_the_same),
		TEST(guesses_are_of_a_network),
		TEST(guesses_of_ever_so_many_networks_drive_no_rate_out),
		TEST(garbage_is_survived),
		TEST(without_the_file_nobody_with_a_limit_is_let_in),
	};

	database = mmap(NULL, sizeof(*database) + sizeof(*passed),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (database == MAP_FAILED)
		return 1;
	passed = (_Atomic unsigned *)(void *)(database + 1);
	return cmocka_run_group_tests(tests, make_counters, remove_counters);
}
