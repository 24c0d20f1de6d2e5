/* SPDX-License-Identifier: ISC */
/* Rules about methods and paths: written, matched, and within each other. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/nitems.h"
#include "check/rules.h"

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(1024 * 1024);
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* -- writing --------------------------------------------------------------- */

static const struct {
	const char	*text;
	bool		 good;
} written[] = {
	{ "GET /", true },
	{ "GET /orders", true },
	{ "GET,POST,DELETE /orders/*", true },
	{ "* /orders*", true },
	{ "* /*", true },
	{ "GET /a/b/", true },
	{ "GET /...", true },
	{ "GET /.well-known/x", true },
	{ "GET /\xc3\xa4", true },
	{ "ABCDEFGHIJKLMNOPQRST /", true },
	{ "Z /", true },
	{ "GET\0/orders", false },
	{ "", false },
	{ "GET", false },
	{ "GET ", false },
	{ "/orders", false },
	{ " /orders", false },
	{ "get /orders", false },
	{ "G\xc3\x84T /orders", false },
	{ "GET, /orders", false },
	{ ",GET /orders", false },
	{ "GET,,PUT /orders", false },
	{ "GET,* /orders", false },
	{ "*,GET /orders", false },
	{ "** /orders", false },
	{ "[ /orders", false },
	{ "@ /orders", false },
	{ "ABCDEFGHIJKLMNOPQRSTU /", false },
	{ "GET  /orders", false },
	{ "GET orders", false },
	{ "GET *", false },
	{ "GET /a b", false },
	{ "GET /a\tb", false },
	{ "GET /a\nGET /b", false },
	{ "GET /a\x7f", false },
	{ "GET /a\\b", false },
	{ "GET /a%2fb", false },
	{ "GET /a;b", false },
	{ "GET /a?b", false },
	{ "GET /a#b", false },
	{ "GET /\xc0\xaf", false },
	{ "GET //", false },
	{ "GET /a//b", false },
	{ "GET /./a", false },
	{ "GET /a/.", false },
	{ "GET /../a", false },
	{ "GET /a/..", false },
	{ "GET /*/a", false },
	{ "GET /a**", false },
	{ "GET /a*b*", false },
};

static void
a_rule_is_methods_and_a_plain_path(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(written); i++) {
		struct rules r = { .n = 0 };
		const char *fault = rules_add(&r, arena, written[i].text);

		if ((fault == NULL) != written[i].good ||
		    r.n != written[i].good)
			fail_msg("%s", written[i].text);
		if (fault != NULL)
			assert_memory_equal(fault, "must ", 5);
	}
}

static void
there_are_no_more_and_no_longer_ones_than_said(void **state)
{
	struct rules r = { .n = 0 };
	char text[RULES_TEXT + 2];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "GET /", 5);
	text[RULES_TEXT + 1] = '\0';
	assert_non_null(rules_add(&r, arena, text));
	text[RULES_TEXT] = '\0';
	for (size_t i = 0; i < RULES; i++)
		assert_null(rules_add(&r, arena, text));
	assert_non_null(rules_add(&r, arena, "GET /"));
	assert_int_equal(r.n, RULES);
	/* as a row they are what they were */
	assert_true(rules_load(&r, arena, rules_row(&r, arena)));
	assert_int_equal(r.n, RULES);
	assert_string_equal(r.rule[RULES - 1].path, text + 4);
}

static const struct {
	const char	*row;
	bool		 good;
	size_t		 n;
} rows[] = {
	{ NULL, true, 0 },
	{ "", true, 0 },
	{ "GET /a", true, 1 },
	{ "GET,PUT /a*\n* /b", true, 2 },
	{ "GET /a\nrubbish", false, 1 },
	{ "rubbish\nGET /a", false, 0 },
	{ "GET /a\n\nGET /b", false, 1 },
};

static void
a_row_keeps_them_all_or_is_malformed(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(rows); i++) {
		struct rules r = { .n = 7 };

		if (rules_load(&r, arena, rows[i].row) != rows[i].good ||
		    r.n != rows[i].n)
			fail_msg("row %zu: %zu", i, r.n);
		if (rows[i].good && r.n > 0)
			assert_string_equal(rules_row(&r, arena), rows[i].row);
	}
	assert_null(rules_row(&(struct rules){ .n = 0 }, arena));
}

/* -- matching -------------------------------------------------------------- */

/* Rules with "|" between them. */
static struct rules
rules_of(const char *text)
{
	struct rules r = { .n = 0 };

	while (*text != '\0') {
		size_t n = strcspn(text, "|");

		assert_null(rules_add(&r, arena, arena_copy(arena, text, n)));
		text += n;
		text += strspn(text, "|");
	}
	return r;
}

static const struct {
	const char	*rules;		/* "|" between */
	const char	*method;
	const char	*target;
	bool		 allowed;
} requests[] = {
	/* methods */
	{ "", "PURGE", "/x", true },
	{ "", NULL, NULL, true },
	{ "GET /a", NULL, "/a", false },
	{ "GET /a", "GET", NULL, false },
	{ "* /a", NULL, "/a", false },
	{ "GET /a", "GET", "/a", true },
	{ "GET /a", "HEAD", "/a", true },
	{ "HEAD /a", "GET", "/a", false },
	{ "HEAD /a", "HEAD", "/a", true },
	{ "POST /a", "HEAD", "/a", false },
	{ "GET /a", "POST", "/a", false },
	{ "GET /a", "get", "/a", false },
	{ "GET /a", "GE", "/a", false },
	{ "GET /a", "ET", "/a", false },
	{ "GET /a", "GETS", "/a", false },
	{ "GET /a", "", "/a", false },
	{ "GET,POST /a", "GET,POST", "/a", false },
	{ "GET,POST /a", "POST", "/a", true },
	{ "POST,GET,PUT /a", "GET", "/a", true },
	{ "POST,GET,PUT /a", "PUT", "/a", true },
	{ "POST,GET,PUT /a", "HEAD", "/a", true },
	{ "POST,GET,PUT /a", "DELETE", "/a", false },
	{ "* /a", "PURGE", "/a", true },
	{ "* /a", "PURGE", "/b", false },

	/* paths */
	{ "GET /a", "GET", "/a?b=/c", true },
	{ "GET /a", "GET", "/a?", true },
	{ "GET /a", "GET", "/a/", false },
	{ "GET /a", "GET", "/a/b", false },
	{ "GET /a", "GET", "/ab", false },
	{ "GET /a", "GET", "/A", false },
	{ "GET /a", "GET", "/", false },
	{ "GET /a/", "GET", "/a/", true },
	{ "GET /a/", "GET", "/a", false },
	{ "GET /a*", "GET", "/a", true },
	{ "GET /a*", "GET", "/ab/c/d", true },
	{ "GET /a*", "GET", "/b", false },
	{ "GET /a/*", "GET", "/a", false },
	{ "GET /a/*", "GET", "/a/", true },
	{ "GET /*", "GET", "/", true },
	{ "GET /*", "GET", "/x/y", true },
	{ "GET /a|POST /b", "GET", "/b", false },
	{ "GET /a|POST /b", "POST", "/b", true },
	{ "GET /a|POST /b", "POST", "/a", false },

	/* decoded once */
	{ "GET /a", "GET", "/%61", true },
	{ "GET /a", "GET", "/%2561", false },
	{ "GET /\xc3\xa4", "GET", "/%c3%A4", true },
	{ "GET /*", "GET", "/\xc3\xa4", true },

	/* what somebody else may take for another path is none of them */
	{ "GET /*", "GET", "", false },
	{ "GET /*", "GET", "*", false },
	{ "GET /*", "GET", "a", false },
	{ "GET /*", "GET", "http://x/a", false },
	{ "GET /*", "GET", "?/a", false },
	{ "GET /*", "GET", "//a", false },
	{ "GET /*", "GET", "/a//b", false },
	{ "GET /*", "GET", "/a//", false },
	{ "GET /*", "GET", "/.", false },
	{ "GET /*", "GET", "/..", false },
	{ "GET /*", "GET", "/a/../b", false },
	{ "GET /*", "GET", "/a/./b", false },
	{ "GET /*", "GET", "/a/..", false },
	{ "GET /*", "GET", "/a/..?b", false },
	{ "GET /*", "GET", "/a/...", true },
	{ "GET /*", "GET", "/a/..b", true },
	{ "GET /*", "GET", "/a/.b", true },
	{ "GET /*", "GET", "/a/b.", true },
	{ "GET /*", "GET", "/a/%2e%2e/b", false },
	{ "GET /*", "GET", "/a/.%2E/b", false },
	{ "GET /*", "GET", "/a/%2e/b", false },
	{ "GET /*", "GET", "/a%2fb", false },
	{ "GET /*", "GET", "/a%2Fb", false },
	{ "GET /*", "GET", "/a%5cb", false },
	{ "GET /*", "GET", "/a\\..\\b", false },
	{ "GET /*", "GET", "/a%00", false },
	{ "GET /*", "GET", "/a%0ab", false },
	{ "GET /*", "GET", "/a%20b", false },
	{ "GET /*", "GET", "/a%7f", false },
	{ "GET /*", "GET", "/a%21", true },
	{ "GET /*", "GET", "/a b", false },
	{ "GET /*", "GET", "/a%", false },
	{ "GET /*", "GET", "/a%6", false },
	{ "GET /*", "GET", "/a%6?1", false },
	{ "GET /*", "GET", "/a%61", true },
	{ "GET /*", "GET", "/a%g1", false },
	{ "GET /*", "GET", "/a%1g", false },
	{ "GET /*", "GET", "/a% 1", false },
	{ "GET /*", "GET", "/a%+1", false },
	{ "GET /*", "GET", "/a%252e", false },
	{ "GET /*", "GET", "/a%25", false },
	{ "GET /*", "GET", "/a/..;/b", false },
	{ "GET /*", "GET", "/a;x=1/b", false },
	{ "GET /*", "GET", "/a%3bb", false },
	{ "GET /*", "GET", "/a%3fb", false },
	{ "GET /*", "GET", "/a%23b", false },
	{ "GET /*", "GET", "/a#b", false },
	{ "GET /*", "GET", "/a%c0%afb", false },
	{ "GET /*", "GET", "/a/%c0%ae%c0%ae/b", false },
	{ "GET /*", "GET", "/a\xff", false },
	{ "GET /*", "GET", "/a*b", true },
	{ "GET /a*", "GET", "/*", false },
};

static void
a_request_is_among_them_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(requests); i++) {
		const struct rules r = rules_of(requests[i].rules);

		if (rules_allow(&r, requests[i].method, requests[i].target) !=
		    requests[i].allowed)
			fail_msg("%s: %s %s", requests[i].rules,
			    requests[i].method, requests[i].target);
	}
}

static void
a_path_that_is_too_long_is_not_among_them(void **state)
{
	const struct rules r = rules_of("GET /*");
	char target[RULES_PATH + 8];

	(void)state;
	memset(target, 'a', sizeof(target));
	target[0] = '/';
	target[RULES_PATH - 1] = '\0';
	assert_true(rules_allow(&r, "GET", target));
	target[RULES_PATH - 1] = 'a';
	target[RULES_PATH] = '\0';
	assert_false(rules_allow(&r, "GET", target));
	target[RULES_PATH - 1] = '?';	/* the query does not count */
	target[RULES_PATH] = 'a';
	target[sizeof(target) - 1] = '\0';
	assert_true(rules_allow(&r, "GET", target));
}

static void
of_a_longer_path_before_it_nothing_is_left(void **state)
{
	const struct rules r = rules_of("GET /*");
	bool longer = rules_allow(&r, "GET", "/aa//x");
	bool shorter = rules_allow(&r, "GET", "/aa");

	(void)state;
	assert_false(longer);
	assert_true(shorter);
}

/* -- within ---------------------------------------------------------------- */

static const struct {
	const char	*narrow, *wide;
	bool		 within;
} pairs[] = {
	{ "", "", true },
	{ "GET /a", "", true },
	{ "", "* /*", false },
	{ "GET /a", "GET /a", true },
	{ "GET /a", "GET /b", false },
	{ "GET /a", "GET /ab", false },
	{ "GET /ab", "GET /a", false },
	{ "GET /a", "POST /a", false },
	{ "GET /a", "* /a", true },
	{ "* /a", "GET /a", false },
	{ "* /a", "* /a", true },
	{ "HEAD /a", "GET /a", true },
	{ "GET /a", "HEAD /a", false },
	{ "GET /a", "GET,POST /a", true },
	{ "GET,POST /a", "GET /a", false },
	{ "POST,GET /a", "GET /a", false },
	{ "GET,POST /a", "POST,PUT,GET /a", true },
	{ "GET,POST,DELETE /a", "POST,PUT,GET /a", false },
	{ "GET /a", "GET /a*", true },
	{ "GET /a*", "GET /a", false },
	{ "GET /a*", "GET /a*", true },
	{ "GET /ab*", "GET /a*", true },
	{ "GET /a*", "GET /ab*", false },
	{ "GET /ab", "GET /a*", true },
	{ "GET /b", "GET /a*", false },
	{ "GET /", "GET /a*", false },
	{ "GET /b*", "GET /a*", false },
	{ "GET /a/b|POST /c", "GET /a/*|POST /c", true },
	{ "GET /a/b|POST /d", "GET /a/*|POST /c", false },
	{ "POST /d|GET /a/b", "GET /a/*|POST /c", false },
	{ "POST /c", "GET /c|POST /c", true },
	{ "POST /a", "GET /a|POST /c", false },
};

static void
rules_lie_within_wider_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(pairs); i++) {
		const struct rules narrow = rules_of(pairs[i].narrow);
		const struct rules wide = rules_of(pairs[i].wide);

		if (rules_within(&narrow, &wide) != pairs[i].within)
			fail_msg("%s within %s", pairs[i].narrow,
			    pairs[i].wide);
	}
}

/* What lies within never allows what the wider do not. */
static void
what_is_within_allows_no_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(pairs); i++) {
		const struct rules narrow = rules_of(pairs[i].narrow);
		const struct rules wide = rules_of(pairs[i].wide);

		if (!pairs[i].within)
			continue;
		for (size_t j = 0; j < NITEMS(requests); j++)
			if (rules_allow(&narrow, requests[j].method,
			    requests[j].target) && !rules_allow(&wide,
			    requests[j].method, requests[j].target))
				fail_msg("%s within %s: %s %s",
				    pairs[i].narrow, pairs[i].wide,
				    requests[j].method, requests[j].target);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_methods_and_a_plain_path),
		cmocka_unit_test(
		    there_are_no_more_and_no_longer_ones_than_said),
		cmocka_unit_test(a_row_keeps_them_all_or_is_malformed),
		cmocka_unit_test(a_request_is_among_them_or_not),
		cmocka_unit_test(a_path_that_is_too_long_is_not_among_them),
		cmocka_unit_test(of_a_longer_path_before_it_nothing_is_left),
		cmocka_unit_test(rules_lie_within_wider_ones),
		cmocka_unit_test(what_is_within_allows_no_more),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
