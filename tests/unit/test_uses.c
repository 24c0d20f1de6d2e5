/* SPDX-License-Identifier: ISC */
/* Uses are added up for each secret, flushed once, and kept until then. */

#include <signal.h>

#include "base/nitems.h"
#include "check/uses.h"
#include "store/use.h"

#include "counted.h"

#define MANY	8192

/* -- a database that remembers what it is told ----------------------------- */

static struct {
	struct use	 use[MANY];
	char		 address[MANY][ADDRESS_TEXT];
	char		 agent[MANY][256];
	size_t		 n;
	enum db_result	 result;
} database;

enum db_result
use_add(struct db *db, struct use *uses, size_t n)
{
	(void)db;
	for (size_t i = 0; i < n; i++) {
		size_t at = database.n++;

		assert_true(at < MANY);
		database.use[at] = uses[i];
		snprintf(database.address[at], ADDRESS_TEXT, "%s",
		    uses[i].address == NULL ? "-" : uses[i].address);
		snprintf(database.agent[at], sizeof(database.agent[at]), "%s",
		    uses[i].agent == NULL ? "-" : uses[i].agent);
	}
	return DB_OK;
}

enum db_result
db_run(struct db *db, enum db_mode mode, enum db_result (*work)(void *),
    void *context)
{
	(void)db;
	assert_int_equal(mode, DB_CHANGE);
	return database.result == DB_OK ? work(context) : database.result;
}

static int
set_up(void **state)
{
	(void)state;
	memset(&database, 0, sizeof(database));
	empty_counters();
	return 0;
}

/* As if the last flush were long ago. */
static void
flush(void)
{
	atomic_store(&counters_open(folder)->uses_due, 0);
	uses_flush(folder, NULL);
}

static struct facts
facts_of(unsigned key, uint8_t secret, int64_t now)
{
	return (struct facts){
		.kind = KIND_PAIR, .now = now, .secret = { { secret } },
		.id = { { (uint8_t)key, (uint8_t)(key >> 8) } },
	};
}

static void
use(unsigned key, uint8_t secret, int64_t now, const char *client,
    const char *agent)
{
	const struct facts f = facts_of(key, secret, now);
	struct address address;

	if (client != NULL)
		assert_true(address_parse(&address, client));
	uses_count(folder, &f, client == NULL ? NULL : &address, agent);
}

static void
each_secret_has_its_number_and_its_last_use(void **state)
{
	struct facts session = { .kind = KIND_NONE };

	(void)state;
	use(1, 1, 100, "192.0.2.1", "one");
	use(1, 1, 300, "192.0.2.2", "two");
	use(1, 1, 200, "192.0.2.3", "late to the table");
	use(1, 2, 150, NULL, NULL);
	uses_count(folder, &session, NULL, NULL);
	flush();
	assert_int_equal(database.n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct use *u = &database.use[i];
		bool first = u->secret.b[0] == 1;

		assert_int_equal(u->key_id.b[0], 1);
		assert_int_equal(u->times, first ? 3 : 1);
		assert_int_equal(u->at, first ? 300 : 150);
		assert_string_equal(database.address[i],
		    first ? "192.0.2.2" : "-");
		assert_string_equal(database.agent[i], first ? "two" : "-");
	}
	flush();
	assert_int_equal(database.n, 2);
}

static void
a_flush_waits_for_its_time(void **state)
{
	(void)state;
	use(1, 1, 100, NULL, NULL);
	uses_flush(folder, NULL);
	assert_int_equal(database.n, 1);
	use(1, 1, 200, NULL, NULL);
	uses_flush(folder, NULL);
	assert_int_equal(database.n, 1);
	flush();
	assert_int_equal(database.n, 2);
}

static void
what_cannot_be_written_is_kept(void **state)
{
	(void)state;
	use(1, 1, 100, "192.0.2.1", "one");
	database.result = DB_UNAVAILABLE;
	flush();
	database.result = DB_OK;
	use(1, 1, 50, "192.0.2.2", "two");
	flush();
	assert_int_equal(database.n, 1);
	assert_int_equal(database.use[0].times, 2);
	assert_int_equal(database.use[0].at, 100);
	assert_string_equal(database.agent[0], "one");
}

static const struct {
	const char	*agent;
	size_t		 filler;	/* bytes of x before it */
	size_t		 kept;
} agents[] = {
	{ "plain", 0, 5 },
	{ "", 200, 200 },
	{ "cut", 199, 200 },
	{ "\xc3\xbc", 199, 199 },	/* never half a character */
	{ "\xc3\xbc", 198, 200 },
	{ "\xf0\x9f\x94\x91", 197, 197 },
};

static void
what_it_calls_itself_is_cut_between_characters(void **state)
{
	char text[512];

	(void)state;
	for (size_t i = 0; i < NITEMS(agents); i++) {
		memset(text, 'x', agents[i].filler);
		strcpy(text + agents[i].filler, agents[i].agent);
		use((unsigned)i, 1, 1, NULL, text);
	}
	use(NITEMS(agents), 1, 1, NULL, "no text \xff");
	flush();
	assert_int_equal(database.n, NITEMS(agents) + 1);
	for (size_t i = 0; i < database.n; i++) {
		size_t which = database.use[i].key_id.b[0];

		if (which == NITEMS(agents))
			assert_string_equal(database.agent[i], "-");
		else
			assert_int_equal(strlen(database.agent[i]),
			    agents[which].kept);
	}
}

static void
many_keys_are_told_apart(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3000; i++)
		use(i, 1, 1, NULL, NULL);
	for (unsigned i = 0; i < 3000; i++)
		use(i, 1, 2, NULL, NULL);
	flush();
	assert_int_equal(database.n, 3000);
	for (size_t i = 0; i < database.n; i++)
		assert_int_equal(database.use[i].times, 2);
}

static void
use_often(void)
{
	for (int n = 0; n < 25000; n++)
		use(1, 1, n, "192.0.2.1", "one");
}

static void
processes_count_together(void **state)
{
	(void)state;
	work_together(4, use_often);
	flush();
	assert_int_equal(database.n, 1);
	assert_int_equal(database.use[0].times, 100000);
	assert_int_equal(database.use[0].at, 24999);
}

/* Killed at any moment, it has counted or not; the others go on. */
static void
a_process_may_be_killed_while_it_counts(void **state)
{
	int64_t before = 0;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		pid_t pid = fork();

		if (pid == 0)
			for (;;)
				use_often();
		usleep(500 + 37 * i);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		use(2, 1, 1, NULL, NULL);
		before++;
	}
	flush();
	assert_int_equal(database.n, 2);
	for (size_t i = 0; i < 2; i++)
		if (database.use[i].key_id.b[0] == 2)
			assert_int_equal(database.use[i].times, before);
		else
			assert_in_range(database.use[i].at, 1, 24999);
}

static void
fill_with_garbage(void)
{
	struct counters *file = counters_open(folder);
	uint8_t *at = (uint8_t *)file + sizeof(file->head);
	uint64_t x = 88172645463325252u;

	for (size_t n = sizeof(*file) - sizeof(file->head); n > 0; n--) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		*at++ = (uint8_t)x;
	}
}

static void
garbage_costs_nothing_but_counts(void **state)
{
	(void)state;
	fill_with_garbage();
	for (size_t i = 0; i < COUNTERS_USES; i++)
		counters_open(folder)->use[i].counter.value = 5;
	for (unsigned i = 0; i < 100; i++)
		use(i, 1, 100, "192.0.2.1", "one");
	flush();
	assert_int_equal(database.n, 100);
	for (size_t i = 0; i < database.n; i++) {
		assert_int_equal(database.use[i].times, 1);
		assert_int_equal(database.use[i].at, 100);
		assert_string_equal(database.agent[i], "one");
	}
}

static void
what_is_torn_is_left_out(void **state)
{
	struct counters *file = counters_open(folder);

	(void)state;
	use(1, 1, 100, "192.0.2.1", "one");
	for (size_t i = 0; i < COUNTERS_USES; i++)
		atomic_fetch_add(&file->use[i].last[8], 1);
	flush();
	assert_int_equal(database.n, 1);
	assert_int_equal(database.use[0].at, 100);
	assert_string_equal(database.agent[0], "-");
}

#define TEST(test_)							\
	cmocka_unit_test_setup(test_, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_secret_has_its_number_and_its_last_use),
		TEST(a_flush_waits_for_its_time),
		TEST(what_cannot_be_written_is_kept),
		TEST(what_it_calls_itself_is_cut_between_characters),
		TEST(many_keys_are_told_apart),
		TEST(processes_count_together),
		TEST(a_process_may_be_killed_while_it_counts),
		TEST(garbage_costs_nothing_but_counts),
		TEST(what_is_torn_is_left_out),
	};

	return cmocka_run_group_tests(tests, make_counters, remove_counters);
}
