/* SPDX-License-Identifier: ISC */
/* What LATCHKEY_REQUIRE may say. */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/nitems.h"
#include "check/requirement.h"

#include "answers.h"

/* -- a database whose catalogue has orders:read, c:0, c:1 and so on -------- */

static enum db_result database_result;

enum db_result
db_rows(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues, void *rows, size_t size,
    size_t max, size_t *n)
{
	struct permission_row *out = rows;
	const char *name = values[0].data;

	(void)db;
	(void)arena;
	(void)query;
	(void)size;
	(void)max;
	assert_int_equal(nvalues, 1);
	if (database_result != DB_OK)
		return database_result;
	*n = 1;
	out->name = name;
	if (strcmp(name, "orders:read") == 0)
		out->bit = PERMISSION_FIRST;
	else if (strncmp(name, "c:", 2) == 0 && strlen(name) == 3)
		out->bit = PERMISSION_FIRST + name[2];
	else
		*n = 0;
	return DB_OK;
}

static const struct {
	const char	*text;
	const char	*account, *workspace;
	size_t		 n;
	bool		 says_account;
} good[] = {
	{ "any", NULL, NULL, 0, false },
	{ "  any  ", NULL, NULL, 0, false },
	{ "account=acme any", "acme", NULL, 0, true },
	{ "any account=acme", "acme", NULL, 0, true },
	{ "account=* any", NULL, NULL, 0, true },
	{ "orders:read", NULL, NULL, 1, false },
	{ "orders:read c:0", NULL, NULL, 2, false },
	{ "account=acme workspace=emea orders:read", "acme", "emea", 1, true },
	{ "workspace=emea orders:read", NULL, "emea", 1, false },
	{ "latchkey:users:read", NULL, NULL, 1, false },
	{ "c:0 c:1 c:2 c:3 c:4 c:5 c:6 c:7 c:8 c:9 c:a c:b c:c c:d c:e c:f",
	    NULL, NULL, 16, false },
};

static void
expect_text(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void
words_become_a_demand(void **state)
{
	struct arena *arena = arena_new(65536);

	(void)state;
	for (size_t i = 0; i < NITEMS(good); i++) {
		struct requirement r;
		enum db_result fault;

		assert_null(requirement_parse(&r, NULL, arena, good[i].text,
		    &fault));
		assert_int_equal(fault, DB_OK);
		expect_text(r.demand.account, good[i].account);
		expect_text(r.demand.workspace, good[i].workspace);
		assert_int_equal(r.demand.n, good[i].n);
		assert_int_equal(r.says_account, good[i].says_account);
		assert_false(r.demand.somewhere);
	}
	arena_free(arena);
}

static const struct {
	const char	*text;
	const char	*wrong;		/* a part of the sentence */
} bad[] = {
	{ NULL, "is missing" },
	{ "", "is missing" },
	{ "   ", "is missing" },
	{ "account=acme", "names no permission" },
	{ "account=*", "names no permission" },
	{ "workspace=emea", "names no permission" },
	{ "account= any", "empty account=" },
	{ "workspace= orders:read", "empty workspace=" },
	{ "any any", "any twice" },
	{ "account=acme account=acme any", "account= twice" },
	{ "account=* account=* any", "account= twice" },
	{ "account=acme account=* any", "account= twice" },
	{ "workspace=emea workspace=apac orders:read", "workspace= twice" },
	{ "orders:read orders:read", "permission twice" },
	{ "any orders:read", "any beside" },
	{ "orders:read any", "any beside" },
	{ "any workspace=emea", "any beside" },
	{ "orders:write", "the catalogue lacks" },
	{ "orders:read orders:write", "the catalogue lacks" },
	{ "latchkey:nothing", "the catalogue lacks" },
	{ "ANY", "no permission" },
	{ "none?", "no permission" },
	{ "Account=acme any", "no permission" },
	{ "role=owner any", "no permission" },
	{ "orders:read,any", "no permission" },
	{ "any\torders:read", "no permission" },
	{ "any\n", "no permission" },
	{ ":", "no permission" },
	{ "!any", "no permission" },
	{ "c:0 c:1 c:2 c:3 c:4 c:5 c:6 c:7 c:8 c:9 c:a c:b c:c c:d c:e c:f "
	    "c:g", "too many" },
};

static void
everything_else_is_said_to_be_wrong(void **state)
{
	struct arena *arena = arena_new(65536);

	(void)state;
	for (size_t i = 0; i < NITEMS(bad); i++) {
		struct requirement r;
		enum db_result fault;
		const char *wrong;

		wrong = requirement_parse(&r, NULL, arena, bad[i].text,
		    &fault);
		if (wrong == NULL || strstr(wrong, bad[i].wrong) == NULL)
			fail_msg("\"%s\": %s", bad[i].text, wrong);
		assert_int_equal(fault, DB_OK);
	}
	arena_free(arena);
}

/* First of all tests: later ones find the names already met. */
static void
a_database_that_is_away_is_a_fault(void **state)
{
	struct arena *arena = arena_new(65536);
	struct requirement r;
	enum db_result fault;

	(void)state;
	database_result = DB_UNAVAILABLE;
	assert_null(requirement_parse(&r, NULL, arena, "orders:read any",
	    &fault));
	assert_int_equal(fault, DB_UNAVAILABLE);
	assert_null(requirement_parse(&r, NULL, arena, "any", &fault));
	assert_int_equal(fault, DB_OK);
	database_result = DB_OK;
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_database_that_is_away_is_a_fault),
		cmocka_unit_test(words_become_a_demand),
		cmocka_unit_test(everything_else_is_said_to_be_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
