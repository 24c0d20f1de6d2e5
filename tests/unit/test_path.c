/* SPDX-License-Identifier: ISC */
/* Paths and the games that are played with them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/nitems.h"
#include "http/path.h"

static const struct {
	const char	*target;
	const char	*words;		/* joined by blanks; NULL: refused */
} targets[] = {
	{ "/", "" },
	{ "/?x=/y", "" },
	{ "/users", "users" },
	{ "/users/", "users" },
	{ "/users?a=b/../c", "users" },
	{ "/users/?a", "users" },
	{ "/a/b.c/d_e~f-g", "a b.c d_e~f-g" },
	{ "/%75sers", "users" },
	{ "/a/...", "a ..." },
	{ "/1/2/3/4/5/6/7/8/9/10/11/12", "1 2 3 4 5 6 7 8 9 10 11 12" },
	{ "/1/2/3/4/5/6/7/8/9/10/11/12/13", NULL },
	{ "", NULL },
	{ "users", NULL },
	{ "*", NULL },
	{ "http://a/users", NULL },
	{ "//", NULL },
	{ "//users", NULL },
	{ "/users//", NULL },
	{ "/users//x", NULL },
	{ "/.", NULL },
	{ "/..", NULL },
	{ "/a/./b", NULL },
	{ "/a/../b", NULL },
	{ "/a/..", NULL },
	{ "/%2e", NULL },
	{ "/%2e%2E/b", NULL },
	{ "/a/.%2e/b", NULL },
	{ "/a%2Fb", NULL },
	{ "/a%2fb", NULL },
	{ "/a%5Cb", NULL },
	{ "/a\\b", NULL },
	{ "/a%00", NULL },
	{ "/%00", NULL },
	{ "/a%", NULL },
	{ "/a%4", NULL },
	{ "/a%4g", NULL },
	{ "/%252e", NULL },
	{ "/a%3Fb", NULL },
	{ "/a%20b", NULL },
	{ "/a+b", NULL },
	{ "/a b", NULL },
	{ "/a;b", NULL },
	{ "/a#b", NULL },
	{ "/h\xc3\xa9", NULL },
	{ "/%C3%A9", NULL },
	{ "/{id}", NULL },
};

static void
a_path_is_split_once_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(targets); i++) {
		struct arena *arena = arena_new(65536);
		char words[256] = "";
		struct path path;
		bool good = path_split(&path, arena, targets[i].target);

		if (good != (targets[i].words != NULL))
			fail_msg("%s", targets[i].target);
		for (size_t k = 0; good && k < path.n; k++) {
			if (k > 0)
				strcat(words, " ");
			strcat(words, path.segment[k]);
		}
		if (good)
			assert_string_equal(words, targets[i].words);
		arena_free(arena);
	}
}

static const struct {
	const char	*target;
	const char	*prefix;
	const char	*pattern;
	bool		 matches;
	const char	*captures[2];
} routes[] = {
	{ "/users", "", "/users", true, { NULL } },
	{ "/users/", "", "/users", true, { NULL } },
	{ "/users", "", "/users/", true, { NULL } },
	{ "/", "", "/", true, { NULL } },
	{ "/usersX", "", "/users", false, { NULL } },
	{ "/user", "", "/users", false, { NULL } },
	{ "/USERS", "", "/users", false, { NULL } },
	{ "/users/7", "", "/users", false, { NULL } },
	{ "/users/7", "", "/users/{id}", true, { "7" } },
	{ "/users/7/", "", "/users/{id}", true, { "7" } },
	{ "/users", "", "/users/{id}", false, { NULL } },
	{ "/users/7/keys/8", "", "/users/{id}/keys/{key}", true,
	    { "7", "8" } },
	{ "/users/7/key/8", "", "/users/{id}/keys/{key}", false, { NULL } },
	{ "/api/v1/users/7", "/api/v1", "/users/{id}", true, { "7" } },
	{ "/api/v1", "/api/v1", "/", true, { NULL } },
	{ "/api/v1/users", "/api/v1/", "/users", true, { NULL } },
	{ "/api/v2/users", "/api/v1", "/users", false, { NULL } },
	{ "/api", "/api/v1", "/", false, { NULL } },
	{ "/api/v1x/users", "/api/v1", "/users", false, { NULL } },
};

static void
routes_match_exactly(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(routes); i++) {
		struct arena *arena = arena_new(65536);
		const char *captures[PATH_CAPTURES] = { NULL };
		struct path path;
		size_t first = 0;
		bool got;

		assert_true(path_split(&path, arena, routes[i].target));
		got = path_strip(&path, routes[i].prefix, &first) &&
		    path_match(&path, first, routes[i].pattern, captures);
		if (got != routes[i].matches)
			fail_msg("%s against %s", routes[i].target,
			    routes[i].pattern);
		for (size_t k = 0; got && k < 2; k++)
			if (routes[i].captures[k] != NULL)
				assert_string_equal(captures[k],
				    routes[i].captures[k]);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_split_once_or_refused),
		cmocka_unit_test(routes_match_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
