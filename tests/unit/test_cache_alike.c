/* SPDX-License-Identifier: ISC */
/* Digests that begin alike share a place in the cache, and nothing more. */

#include <glob.h>
#include <limits.h>

#include "base/nitems.h"
#include "check/cache.h"

#include "folder.h"

#define SHARED	8	/* bytes: more than a place and its mark are made of */

static struct cache cache;

static int
set_up(void **state)
{
	(void)state;
	make_folder("cache");
	cache = (struct cache){ .state = folder, .max_age = 60000 };
	return cache_open(&cache) ? 0 : -1;
}

static int
tear_down(void **state)
{
	char pattern[PATH_MAX];
	glob_t files;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/*", folder);
	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		unlink(files.gl_pathv[i]);
	globfree(&files);
	remove_folder();
	return 0;
}

/* They differ from that byte on. */
static void
make_digest(uint8_t out[static CRYPTO_DIGEST], size_t from, uint8_t which)
{
	memset(out, 0xa5, CRYPTO_DIGEST);
	memset(out + from, which, CRYPTO_DIGEST - from);
}

static void
put(size_t from, uint8_t which)
{
	static const struct uuid nobody[GENERATION_IDS];
	uint8_t digest[CRYPTO_DIGEST];
	struct cache_fill fill;

	make_digest(digest, from, which);
	cache_begin(&fill);
	cache_put(&fill, digest, nobody, &which, sizeof(which));
}

/* What is there is its own. */
static bool
has(size_t from, uint8_t which)
{
	static struct cache_entry entry;
	uint8_t digest[CRYPTO_DIGEST];

	make_digest(digest, from, which);
	if (!cache_get(&cache, &entry, digest))
		return false;
	assert_int_equal(entry.size, sizeof(which));
	assert_int_equal(entry.body[0], which);
	return true;
}

static void
one_is_never_found_under_the_other(void **state)
{
	static const size_t from[] = { SHARED, 16, CRYPTO_DIGEST - 1 };

	(void)state;
	for (size_t i = 0; i < NITEMS(from); i++) {
		put(from[i], 1);
		assert_true(has(from[i], 1));
		assert_false(has(from[i], 2));
		put(from[i], 2);
		assert_true(has(from[i], 2));
		has(from[i], 1);
		put(from[i], 1);
		assert_true(has(from[i], 1));
		has(from[i], 2);
	}
}

static void
who_is_unknown_makes_nobody_else_so(void **state)
{
	uint8_t unknown[CRYPTO_DIGEST], other[CRYPTO_DIGEST];
	struct cache_fill fill;

	(void)state;
	make_digest(unknown, SHARED, 3);
	make_digest(other, SHARED, 4);
	cache_begin(&fill);
	cache_put_unknown(&fill, unknown);
	assert_true(cache_is_unknown(&cache, unknown));
	assert_false(cache_is_unknown(&cache, other));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_is_never_found_under_the_other),
		cmocka_unit_test(who_is_unknown_makes_nobody_else_so),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
