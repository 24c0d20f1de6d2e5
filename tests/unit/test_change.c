/* SPDX-License-Identifier: ISC */
/* Which changes of a key's limits take away, and which give more. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/change.h"

#include "spelled.h"

#define NOW	100

/* The limits of a key; what is left out is no limit. */
struct limited {
	const char	*scopes;
	const char	*workspaces[2];
	const char	*rule;
	const char	*address;
	int64_t		 starts_at, expires_at;
	bool		 disabled;
	const char	*rates, *quotas;
};

static const struct {
	enum kind	 kind;
	struct limited	 before, after;
	bool		 widens, narrows;
} cases[] = {
	/* nothing changes */
	{ .kind = KIND_PAIR },
	{ KIND_PAIR,
	    { "ab", { "emea", "apac" }, "GET /a", "192.0.2.1", 1, 200, true,
		"r 9 60", "q 9 day" },
	    { "ba", { "apac", "emea" }, "GET /a", "192.0.2.1", 1, 200, true,
		"r 9 60", "q 9 day" },
	    false, false },

	/* scopes */
	{ KIND_PAIR, { .scopes = "ab" }, { .scopes = "a" }, false, true },
	{ KIND_PAIR, { .scopes = "a" }, { .scopes = "ab" }, true, false },
	{ KIND_PAIR, { .scopes = "ab" }, { .scopes = "bc" }, true, true },
	{ KIND_PAIR, { .scopes = "a" }, { .scopes = "" }, false, true },
	{ KIND_PAIR, { .scopes = "a" }, { .scopes = NULL }, true, false },
	{ KIND_PAIR, { .scopes = NULL }, { .scopes = "a" }, false, true },
	{ KIND_PAIR, { .scopes = NULL }, { .scopes = "" }, false, true },
	/* a pair has none of Latchkey's own until they are named */
	{ KIND_PAIR, { .scopes = NULL }, { .scopes = "aK" }, true, true },
	{ KIND_NAMED, { .scopes = NULL }, { .scopes = "K" }, true, true },
	{ KIND_PAIR, { .scopes = "aK" }, { .scopes = NULL }, true, true },
	{ KIND_APP, { .scopes = NULL }, { .scopes = "aK" }, false, true },
	{ KIND_APP, { .scopes = "aK" }, { .scopes = NULL }, true, false },
	{ KIND_COMPANY, { .scopes = NULL }, { .scopes = "K" }, false, true },

	/* how often, and how much */
	{ KIND_PAIR, { 0 }, { .rates = "r 9 60" }, false, true },
	{ KIND_PAIR, { .rates = "r 9 60" }, { 0 }, true, false },
	{ KIND_PAIR, { .rates = "r 9 60" }, { .rates = "r 10 60" }, true,
	    false },
	{ KIND_PAIR, { .rates = "r 9 60" }, { .rates = "r 9 59" }, true,
	    true },
	{ KIND_PAIR, { .rates = "r 9 60" }, { .rates = "r 9 61" }, true,
	    true },
	{ KIND_PAIR, { .rates = "r 9 60" }, { .rates = "s 9 60" }, true,
	    true },
	{ KIND_PAIR, { 0 }, { .quotas = "q 9 day" }, false, true },
	{ KIND_PAIR, { .quotas = "q 9 day" }, { 0 }, true, false },
	{ KIND_PAIR, { .quotas = "q 9 day" }, { .quotas = "q 8 day" }, false,
	    true },
	{ KIND_PAIR, { .quotas = "q 9 day" }, { .quotas = "q 9 month" }, true,
	    true },

	/* workspaces */
	{ KIND_PAIR, { 0 }, { .workspaces = { "emea" } }, false, true },
	{ KIND_PAIR, { .workspaces = { "emea" } }, { 0 }, true, false },
	{ KIND_PAIR, { .workspaces = { "emea", "apac" } },
	    { .workspaces = { "apac" } }, false, true },
	{ KIND_PAIR, { .workspaces = { "emea" } },
	    { .workspaces = { "apac" } }, true, true },

	/* methods and paths */
	{ KIND_PAIR, { 0 }, { .rule = "GET /a" }, false, true },
	{ KIND_PAIR, { .rule = "GET /a" }, { 0 }, true, false },
	{ KIND_PAIR, { .rule = "* /a*" }, { .rule = "GET /ab" }, false, true },
	{ KIND_PAIR, { .rule = "GET /a" }, { .rule = "PUT /a" }, true, true },

	/* addresses */
	{ KIND_PAIR, { 0 }, { .address = "::1" }, false, true },
	{ KIND_PAIR, { .address = "::1" }, { 0 }, true, false },
	{ KIND_PAIR, { .address = "192.0.2.0/24" },
	    { .address = "192.0.2.9" }, false, true },
	{ KIND_PAIR, { .address = "192.0.2.9" },
	    { .address = "192.0.2.8" }, true, true },
	{ KIND_PAIR, { .address = "192.0.2.9" },
	    { .address = "::ffff:192.0.2.9" }, false, false },

	/* the start: what is over is over */
	{ KIND_PAIR, { .starts_at = 300 }, { .starts_at = 200 }, true, false },
	{ KIND_PAIR, { .starts_at = 300 }, { .starts_at = 0 }, true, false },
	{ KIND_PAIR, { .starts_at = 200 }, { .starts_at = 300 }, false, true },
	{ KIND_PAIR, { .starts_at = 0 }, { .starts_at = 300 }, false, true },
	{ KIND_PAIR, { .starts_at = 50 }, { .starts_at = 0 }, false, false },
	{ KIND_PAIR, { .starts_at = 0 }, { .starts_at = NOW }, false, false },
	{ KIND_PAIR, { .starts_at = NOW + 1 }, { .starts_at = NOW },
	    true, false },

	/* the end */
	{ KIND_PAIR, { 0 }, { .expires_at = 200 }, false, true },
	{ KIND_PAIR, { .expires_at = 200 }, { 0 }, true, false },
	{ KIND_PAIR, { .expires_at = 200 }, { .expires_at = 201 },
	    true, false },
	{ KIND_PAIR, { .expires_at = 200 }, { .expires_at = 199 },
	    false, true },

	/* disabled */
	{ KIND_PAIR, { 0 }, { .disabled = true }, false, true },
	{ KIND_PAIR, { .disabled = true }, { 0 }, true, false },

	/* one thing less does not pay for another more */
	{ KIND_PAIR, { .scopes = "ab", .expires_at = 200 },
	    { .scopes = "a", .expires_at = 300 }, true, true },
	{ KIND_PAIR, { .disabled = true, .scopes = "ab" },
	    { .scopes = "a" }, true, true },
};

/* Out of memory of its own; kept while both facts are compared. */
static struct facts
make_facts(enum kind kind, const struct limited *limited)
{
	static struct arena *arena;
	struct facts f = {
		.kind = kind,
		.limited = limited->scopes != NULL,
		.starts_at = limited->starts_at,
		.expires_at = limited->expires_at,
		.disabled = limited->disabled,
		.now = NOW,
	};

	if (arena == NULL)
		arena = arena_new(1 << 16);
	if (f.limited)
		f.scopes = bits_spelled(limited->scopes);
	for (size_t i = 0; i < NITEMS(limited->workspaces); i++)
		if (limited->workspaces[i] != NULL)
			f.workspaces[f.nworkspaces++] = limited->workspaces[i];
	if (limited->rule != NULL)
		assert_null(rules_add(&f.rules, arena, limited->rule));
	assert_true(rates_load(&f.rates, limited->rates));
	assert_true(quotas_load(&f.quotas, limited->quotas));
	if (limited->address != NULL)
		assert_null(addresses_add(&f.addresses, arena,
		    limited->address));
	return f;
}

static void
a_change_is_what_it_gives_and_what_it_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++) {
		const struct facts before = make_facts(cases[i].kind,
		    &cases[i].before);
		const struct facts after = make_facts(cases[i].kind,
		    &cases[i].after);
		const struct change change = change_compare(&before, &after);

		if (change.widens != cases[i].widens)
			fail_msg("case %zu: widens", i);
		if (change.narrows != cases[i].narrows)
			fail_msg("case %zu: narrows", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_what_it_gives_and_what_it_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
