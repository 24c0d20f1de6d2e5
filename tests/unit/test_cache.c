/* SPDX-License-Identifier: ISC */
/* What is kept counts while nothing has changed, and never when torn. */

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <time.h>

#include "base/nitems.h"
#include "check/cache.h"

#include "folder.h"

#define MANY	100000

static struct cache cache;
static struct cache_entry entry;
static const struct uuid key = { { 1 } }, user = { { 2 } },
    account = { { 3 } }, token = { { 4 } }, stranger = { { 5 } };

/* The path of one of the two files, or of neither: NULL. */
static const char *
path_of(const char *name)
{
	static char found[PATH_MAX];
	char pattern[PATH_MAX];
	glob_t files;

	snprintf(pattern, sizeof(pattern), "%s/%s-*", folder, name);
	if (glob(pattern, 0, NULL, &files) != 0)
		return NULL;
	snprintf(found, sizeof(found), "%s", files.gl_pathv[0]);
	globfree(&files);
	return found;
}

/* A process looks for its files in one folder as long as it lives. */
static int
set_up_all(void **state)
{
	(void)state;
	make_folder("cache");
	return 0;
}

static int
tear_down_all(void **state)
{
	(void)state;
	unlink(path_of("generations"));
	unlink(path_of("cache"));
	remove_folder();
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	cache = (struct cache){ .state = folder, .max_age = 60000 };
	generation_advance(folder, &uuid_zero);
	return 0;
}

/* As a request does, when it begins. */
static bool
look(void)
{
	cache.open = false;
	return cache_open(&cache);
}

/* A digest and a body that say which they are. */
static void
make_digest(uint8_t out[static CRYPTO_DIGEST], uint32_t n)
{
	const struct crypto_part part = { &n, sizeof(n) };

	crypto_sha256(out, &part, 1);
}

static size_t
make_body(uint8_t *out, uint32_t n)
{
	size_t size = 300 + n % 700;

	for (size_t i = 0; i < size; i++)
		out[i] = (uint8_t)(n + i * 7);
	return size;
}

static void
put(uint32_t n)
{
	const struct uuid ids[GENERATION_IDS] = { key, token, user, account };
	uint8_t digest[CRYPTO_DIGEST], body[1024];
	struct cache_fill fill;

	make_digest(digest, n);
	assert_true(look());
	cache_begin(&fill);
	cache_put(&fill, digest, ids, body, make_body(body, n));
}

/* What is there must be what was put. */
static bool
has(uint32_t n)
{
	uint8_t digest[CRYPTO_DIGEST], body[1024];

	make_digest(digest, n);
	if (!look() || !cache_get(&cache, &entry, digest))
		return false;
	assert_int_equal(entry.size, make_body(body, n));
	assert_memory_equal(entry.body, body, entry.size);
	return true;
}

static void
what_is_kept_is_found_by_its_digest_alone(void **state)
{
	(void)state;
	put(1);
	assert_true(has(1));
	assert_false(has(2));
	put(2);
	assert_true(has(1) && has(2));
}

static void
a_change_ends_what_is_about_it(void **state)
{
	const struct uuid *about[] = {
		&key, &token, &user, &account, &uuid_zero,
	};

	(void)state;
	for (size_t i = 0; i < NITEMS(about); i++) {
		put(1);
		generation_advance(folder, &stranger);
		assert_true(has(1));
		generation_advance(folder, about[i]);
		assert_false(has(1));
	}
}

static void
nothing_is_kept_that_changed_while_it_was_read(void **state)
{
	const struct uuid ids[GENERATION_IDS] = { key, token, user, account };
	uint8_t digest[CRYPTO_DIGEST];
	struct cache_fill fill;

	(void)state;
	make_digest(digest, 1);
	assert_true(look());
	cache_begin(&fill);
	generation_advance(folder, &key);
	cache_put(&fill, digest, ids, "old", 3);
	assert_false(has(1));
	cache_begin(&fill);
	generation_advance(folder, &uuid_zero);
	cache_put_unknown(&fill, digest);
	assert_false(cache_is_unknown(&cache, digest));
}

static void
nothing_counts_for_longer_than_its_age(void **state)
{
	const struct timespec pause = { .tv_nsec = 30000000 };

	(void)state;
	put(1);
	assert_true(has(1));
	nanosleep(&pause, NULL);
	assert_true(has(1));
	assert_true(entry.age >= 30);
	cache.max_age = 20;
	assert_false(has(1));
	cache.max_age = 0;
	assert_false(look());
}

static void
nobody_is_remembered_for_two_seconds_at_most(void **state)
{
	const struct timespec pause = { .tv_sec = 2 };
	uint8_t digest[CRYPTO_DIGEST], other[CRYPTO_DIGEST];
	struct cache_fill fill;

	(void)state;
	make_digest(digest, 1);
	make_digest(other, 2);
	assert_true(look());
	assert_false(cache_is_unknown(&cache, digest));
	cache_begin(&fill);
	cache_put_unknown(&fill, digest);
	assert_true(cache_is_unknown(&cache, digest));
	assert_false(cache_is_unknown(&cache, other));
	nanosleep(&pause, NULL);
	assert_false(cache_is_unknown(&cache, digest));
}

static void
strangers_drive_nothing_out(void **state)
{
	uint8_t digest[CRYPTO_DIGEST];
	struct cache_fill fill;

	(void)state;
	put(0);
	for (uint32_t n = 1; n < MANY; n++) {
		make_digest(digest, n);
		cache_begin(&fill);
		cache_put_unknown(&fill, digest);
	}
	assert_true(has(0));
}

/* -- the files ------------------------------------------------------------- */

static void
new_generations_end_everything(void **state)
{
	(void)state;
	put(1);
	assert_int_equal(unlink(path_of("generations")), 0);
	assert_false(has(1));
	put(1);
	assert_true(has(1));
}

/* As when one who reads has the new file, and one who changes still the old. */
static void
a_change_is_told_in_the_old_file_and_the_new(void **state)
{
	int ready[2], go[2];
	char byte = 0;
	pid_t reader;
	int status;

	(void)state;
	put(1);
	assert_int_equal(pipe(ready) + pipe(go), 0);
	unlink(path_of("generations"));
	reader = fork();
	if (reader == 0) {
		put(2);
		if (write(ready[1], &byte, 1) + read(go[0], &byte, 1) != 2)
			_exit(2);
		_exit(has(2) ? 1 : 0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	generation_advance(folder, &key);
	assert_int_equal(write(go[1], &byte, 1), 1);
	waitpid(reader, &status, 0);
	assert_int_equal(status, 0);
}

static void
files_cut_short_are_made_anew(void **state)
{
	static const char *const names[] = { "generations", "cache" };

	(void)state;
	for (size_t i = 0; i < NITEMS(names); i++) {
		uint8_t digest[CRYPTO_DIGEST];

		/* mapped anew: the signal is ours again, not cmocka's */
		unlink(path_of("generations"));
		put(1);
		make_digest(digest, 1);
		/* in the middle of a request: the look came before it */
		assert_true(look());
		assert_int_equal(truncate(path_of(names[i]), 0), 0);
		assert_false(cache_get(&cache, &entry, digest));
		put(1);
		put(1);
		assert_true(has(1));
	}
}

/* Its size and its head are what they were, what it counted is zeros. */
static void
a_file_that_has_forgotten_says_nothing(void **state)
{
	static const off_t cuts[] = { 64, 4096, 1 << 18 };
	struct stat st;

	(void)state;
	for (size_t i = 0; i < NITEMS(cuts); i++) {
		unlink(path_of("generations"));
		put(1);
		generation_advance(folder, &key);
		assert_false(has(1));
		assert_int_equal(stat(path_of("generations"), &st), 0);
		assert_int_equal(truncate(path_of("generations"), cuts[i]) +
		    truncate(path_of("generations"), st.st_size), 0);
		assert_false(has(1));
		put(1);
		put(1);
		assert_true(has(1));
	}
}

static void
garbage_is_never_taken_for_anything(void **state)
{
	static uint8_t garbage[1 << 20];
	unsigned seed = 1;

	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		int fd;

		for (uint32_t n = 0; n < 1000; n++)
			put(n);
		for (size_t i = 0; i < sizeof(garbage); i++)
			garbage[i] = (uint8_t)rand_r(&seed);
		fd = open(path_of("cache"), O_WRONLY);
		/* all but the head, or every index with rubbish behind it */
		assert_true(pwrite(fd, garbage, sizeof(garbage),
		    round % 2 == 0 ? 16 : 4 << 20) > 0);
		close(fd);
		for (uint32_t n = 0; n < 1000; n++)
			has(n);
	}
}

/* Aside while a change is told, and back: what it ended would count again. */
static void
nobody_else_puts_back_what_was_there(void **state)
{
	static const mode_t modes[] = { 0777, 01777, 0770, 0722 };
	char was[PATH_MAX], aside[PATH_MAX];

	(void)state;
	snprintf(aside, sizeof(aside), "%s/aside", folder);
	for (size_t i = 0; i < NITEMS(modes); i++) {
		put(1);
		snprintf(was, sizeof(was), "%s", path_of("generations"));
		assert_int_equal(chmod(folder, modes[i]), 0);
		assert_int_equal(rename(was, aside), 0);
		assert_false(has(1));
		generation_advance(folder, &key);
		assert_int_equal(rename(aside, was), 0);
		assert_false(has(1));
		assert_non_null(strstr(generation_fault(), "chmod 700"));
		assert_int_equal(chmod(folder, 0700), 0);
	}
}

static void
without_a_folder_nothing_is_kept(void **state)
{
	struct cache none = { .state = "/nonexistent", .max_age = 60000 };
	int status;

	(void)state;
	if (fork() == 0)
		_exit(cache_open(&none) || generation_open("/nonexistent") ||
		    strstr(generation_fault(), "[files] state") == NULL);
	wait(&status);
	assert_int_equal(status, 0);
}

/* -- many at once ---------------------------------------------------------- */

static void
the_last_are_kept_when_the_ring_is_full(void **state)
{
	uint32_t found = 0;

	(void)state;
	for (uint32_t n = 0; n < 2 * MANY; n++)
		put(n);
	for (uint32_t n = 0; n < 2 * MANY; n++)
		found += has(n);
	assert_true(found > 50000 && found < MANY);
	for (uint32_t n = 2 * MANY - 1000; n < 2 * MANY; n++)
		assert_true(has(n));
}

static void
whoever_is_killed_leaves_nothing_that_counts(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (unsigned round = 0; round < 100; round++) {
		const struct timespec pause = {
			.tv_nsec = rand_r(&seed) % 2000000,
		};
		pid_t writer = fork();

		if (writer == 0)
			for (uint32_t n = round;; n++)
				put(n % 50);
		for (uint32_t n = 0; n < 500; n++)
			has(n % 50);
		nanosleep(&pause, NULL);
		kill(writer, SIGKILL);
		waitpid(writer, NULL, 0);
		for (uint32_t n = 0; n < 50; n++)
			has(n);
		put(round);
		assert_true(has(round));
	}
}

int
main(void)
{
#define TEST(test_) cmocka_unit_test_setup(test_, set_up)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_folder_nothing_is_kept),
		TEST(what_is_kept_is_found_by_its_digest_alone),
		TEST(a_change_ends_what_is_about_it),
		TEST(nothing_is_kept_that_changed_while_it_was_read),
		TEST(nothing_counts_for_longer_than_its_age),
		TEST(nobody_is_remembered_for_two_seconds_at_most),
		TEST(strangers_drive_nothing_out),
		TEST(new_generations_end_everything),
		TEST(a_change_is_told_in_the_old_file_and_the_new),
		TEST(files_cut_short_are_made_anew),
		TEST(a_file_that_has_forgotten_says_nothing),
		TEST(garbage_is_never_taken_for_anything),
		TEST(nobody_else_puts_back_what_was_there),
		TEST(the_last_are_kept_when_the_ring_is_full),
		TEST(whoever_is_killed_leaves_nothing_that_counts),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
