/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_KEPT_H
#define TESTS_UNIT_KEPT_H

/* The stored credential as it is checked by way of a cache. */

#include <glob.h>
#include <limits.h>

#include "check/facts_private.h"

#include "folder.h"
#include "stored.h"

static struct cache cache = { .state = folder, .max_age = 60000 };

static inline int
set_up_all(void **state)
{
	make_folder("cache");
	return set_up(state);
}

static inline int
tear_down_all(void **state)
{
	char pattern[PATH_MAX];
	glob_t files;

	snprintf(pattern, sizeof(pattern), "%s/*", folder);
	if (glob(pattern, 0, NULL, &files) == 0) {
		for (size_t i = 0; i < files.gl_pathc; i++)
			unlink(files.gl_pathv[i]);
		globfree(&files);
	}
	remove_folder();
	return tear_down(state);
}

static inline void
check(struct facts *f, const struct credential *c)
{
	cache.open = false;
	assert_int_equal(facts_for_check(f, NULL, arena, ring, &cache, c),
	    DB_OK);
}

/* Two facts are the same when they are packed the same. */
static inline void
assert_same(const struct facts *a, const struct facts *b)
{
	static uint8_t one[CACHE_BODY], two[CACHE_BODY];
	struct facts later = *b;
	size_t n;

	later.now = a->now;
	n = facts_pack(a, arena, one, sizeof(one));
	assert_true(n > 0);
	assert_int_equal(facts_pack(&later, arena, two, sizeof(two)), n);
	assert_memory_equal(one, two, n);
	assert_true(a->well_formed == b->well_formed &&
	    a->accepted == b->accepted && a->known == b->known);
}

#endif
