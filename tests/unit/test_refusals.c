/* SPDX-License-Identifier: ISC */
/* Refusals are counted, flushed once, and kept while the database is away. */

#include "base/clock.h"
#include "base/nitems.h"
#include "check/refusals.h"
#include "store/audit.h"

#include "counted.h"

#define MANY	8192

/* -- a database that adds up what it is told ------------------------------- */

static struct {
	struct audit_refusal	 rows[MANY];
	char			 reasons[MANY][20];
	size_t			 n;
	unsigned		 batches;
	enum db_result		 result;
} database;

enum db_result
audit_refused(struct db *db, struct audit_refusal *rows, size_t n)
{
	(void)db;
	for (size_t i = 0; i < n; i++) {
		assert_true(database.n < MANY);
		database.rows[database.n] = rows[i];
		snprintf(database.reasons[database.n], 20, "%s",
		    rows[i].reason);
		database.n++;
	}
	return DB_OK;
}

enum db_result
db_run(struct db *db, enum db_mode mode, enum db_result (*work)(void *),
    void *context)
{
	(void)db;
	assert_int_equal(mode, DB_CHANGE);
	database.batches++;
	return database.result == DB_OK ? work(context) : database.result;
}

static int64_t
times_of(const char *reason)
{
	int64_t times = 0;

	for (size_t i = 0; i < database.n; i++)
		if (strcmp(database.reasons[i], reason) == 0)
			times += database.rows[i].times;
	return times;
}

static int
set_up(void **state)
{
	(void)state;
	memset(&database, 0, sizeof(database));
	empty_counters();
	return 0;
}

static struct address
address_of(const char *text)
{
	struct address out;

	assert_true(address_parse(&out, text));
	return out;
}

static void
count_times(const char *reason, const char *client, unsigned n)
{
	struct address address = address_of(client);

	while (n-- > 0)
		refusals_count(folder, reason, NULL, &address);
}

static void
equal_refusals_are_added_up(void **state)
{
	struct address network = address_of("2001:db8:0:1::");
	struct stat st;

	(void)state;
	count_times("unknown", "192.0.2.1", 3);
	count_times("unknown", "192.0.2.2", 1);
	count_times("malformed", "192.0.2.1", 2);
	count_times("early", "2001:db8:0:1::5", 1);
	count_times("early", "2001:db8:0:1:9::6", 1);	/* the same /64 */
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	refusals_flush(folder, NULL, true);
	assert_int_equal(times_of("unknown"), 4);
	assert_int_equal(times_of("malformed"), 2);
	assert_int_equal(times_of("early"), 2);
	assert_in_range(database.n, 4, 8);	/* a minute may have turned */
	for (size_t i = 0; i < database.n; i++) {
		assert_string_equal(database.rows[i].subject_type, "address");
		assert_int_equal(database.rows[i].window_at % 60000, 0);
		assert_true(clock_now() - database.rows[i].window_at < 300000);
		if (strcmp(database.reasons[i], "early") == 0)
			assert_memory_equal(database.rows[i].subject, &network,
			    sizeof(network));
	}
	refusals_flush(folder, NULL, true);
	assert_int_equal(times_of("unknown"), 4);
}

static void
a_key_is_the_subject_only_with_its_secret(void **state)
{
	struct address client = address_of("192.0.2.1");
	struct facts f = {
		.known = true, .equal = true, .kind = KIND_PAIR,
		.id = { { 7 } }, .account_id = { { 9 } },
	};
	static const char *const types[] = {
		"key", "session", "address", "address",
	};
	static const char *const reasons[] = { "r0", "r1", "r2", "r3" };

	(void)state;
	refusals_count(folder, reasons[0], &f, &client);
	f.kind = KIND_NONE;
	refusals_count(folder, reasons[1], &f, &client);
	f.equal = false;
	refusals_count(folder, reasons[2], &f, &client);
	f.equal = true;
	f.known = false;
	refusals_count(folder, reasons[3], &f, &client);
	refusals_flush(folder, NULL, true);
	assert_int_equal(database.n, NITEMS(types));
	for (size_t i = 0; i < database.n; i++) {
		const struct audit_refusal *row = &database.rows[i];
		size_t which = (size_t)(database.reasons[i][1] - '0');
		bool own = which < 2;

		assert_string_equal(row->subject_type, types[which]);
		assert_int_equal(row->account_id.b[0], own ? 9 : 0);
		assert_memory_equal(row->subject,
		    own ? f.id.b : client.b, sizeof(row->subject));
	}
}

static void
the_minute_that_runs_is_not_flushed_unless_all_is(void **state)
{
	(void)state;
	while (clock_now() % 60000 > 58000)	/* it would turn meanwhile */
		usleep(100 * 1000);
	count_times("unknown", "192.0.2.1", 1);
	refusals_flush(folder, NULL, false);
	assert_int_equal(database.n, 0);
	refusals_flush(folder, NULL, true);
	assert_int_equal(database.n, 1);
}

static void
what_cannot_be_written_is_kept(void **state)
{
	(void)state;
	count_times("unknown", "192.0.2.1", 5);
	database.result = DB_UNAVAILABLE;
	refusals_flush(folder, NULL, true);
	assert_int_equal(database.batches, 1);
	database.result = DB_OK;
	count_times("unknown", "192.0.2.1", 1);
	refusals_flush(folder, NULL, true);
	assert_int_equal(times_of("unknown"), 6);
}

static void
a_flood_of_addresses_is_counted_in_bounded_space(void **state)
{
	int64_t times = 0;
	char client[16];

	(void)state;
	for (unsigned i = 0; i < 6000; i++) {
		snprintf(client, sizeof(client), "198.18.%u.%u", i >> 8,
		    i & 255);
		count_times("unknown", client, 1);
	}
	refusals_flush(folder, NULL, true);
	assert_true(database.n <= 4097);
	assert_true(times_of("overflow") > 0);
	for (size_t i = 0; i < database.n; i++)
		times += database.rows[i].times;
	assert_int_equal(times, 6000);
}

static void
count_often(void)
{
	count_times("unknown", "192.0.2.1", 25000);
}

static void
processes_count_together(void **state)
{
	(void)state;
	work_together(4, count_often);
	refusals_flush(folder, NULL, true);
	assert_int_equal(times_of("unknown"), 100000);
}

static void
a_file_that_is_damaged_or_gone_is_made_anew(void **state)
{
	(void)state;
	count_times("unknown", "192.0.2.1", 1);
	assert_int_equal(unlink(path), 0);
	refusals_flush(folder, NULL, true);
	assert_int_equal(database.n, 0);
	count_times("unknown", "192.0.2.1", 2);
	refusals_flush(folder, NULL, true);
	assert_int_equal(times_of("unknown"), 2);

	/* cut short under the mapping it is only not counted */
	assert_int_equal(truncate(path, 100), 0);
	count_times("early", "192.0.2.1", 1);
	refusals_flush(folder, NULL, true);
	count_times("early", "192.0.2.1", 2);
	refusals_flush(folder, NULL, true);
	assert_int_equal(times_of("early"), 2);
}

/* What a process logs that counts three refusals there; it counts none. */
static void
read_complaint(const char *state, char *out, size_t size)
{
	struct address client = address_of("192.0.2.1");
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		for (int i = 0; i < 3; i++)
			refusals_count(state, "unknown", NULL, &client);
		refusals_flush(state, NULL, true);
		_exit(database.n != 0);
	}
	close(ends[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	n = read(ends[0], out, size - 1);
	close(ends[0]);
	assert_true(n >= 0);
	out[n] = '\0';
}

static void
where_nothing_can_be_counted_one_line_says_so(void **state)
{
	char line[512];

	(void)state;
	read_complaint("/nonexistent", line, sizeof(line));
	assert_non_null(strstr(line, "/nonexistent"));
	assert_non_null(strstr(line, "are not counted"));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

#define TEST(test_)							\
	cmocka_unit_test_setup(test_, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_nothing_can_be_counted_one_line_says_so),
		TEST(equal_refusals_are_added_up),
		TEST(a_key_is_the_subject_only_with_its_secret),
		TEST(the_minute_that_runs_is_not_flushed_unless_all_is),
		TEST(what_cannot_be_written_is_kept),
		TEST(a_flood_of_addresses_is_counted_in_bounded_space),
		TEST(processes_count_together),
		TEST(a_file_that_is_damaged_or_gone_is_made_anew),
	};

	return cmocka_run_group_tests(tests, make_counters, remove_counters);
}
