/* SPDX-License-Identifier: ISC */
/* Who may have the whole of a key: read it, rotate it, enable it again. */

#include "makers.h"

#define UNLIMITED	NULL, NULL, 0, NULL, NULL

static const struct whole_case {
	const struct maker_case	*maker;
	enum kind		 kind;
	const char		*owner;		/* what the key's owner may */
	const char		*scopes;	/* NULL: not limited */
	const char		*workspace;	/* NULL: in none */
	int64_t			 end;		/* 0: never */
	const char		*path, *block;	/* NULL: any */
	bool			 may;
} owns[] = {
	/* A session counts as its user, whatever he has lost. */
	{ SESSION, KIND_PAIR, "SKabc", UNLIMITED, true },
	{ SESSION, KIND_APP, "SKabc", UNLIMITED, true },
	{ SESSION, KIND_PAIR, "SKab", "abz", NULL, 0, NULL, NULL, true },
	{ SESSION, KIND_PAIR, "SKabc", "G", NULL, 0, NULL, NULL, true },
	{ SESSION, KIND_PAIR, "SKabc", "a", "emea", 9, "/b", "::/0", true },
	{ SESSION, KIND_PAIR, "SKabcd", UNLIMITED, false },
	{ MANAGER, KIND_PAIR, "SK emea:ab", UNLIMITED, true },
	{ MANAGER, KIND_PAIR, "SK emea:ab", "a", NULL, 0, NULL, NULL, true },
	{ MANAGER, KIND_PAIR, "SK apac:a", UNLIMITED, false },
	{ MANAGER, KIND_PAIR, "SKa", NULL, "emea", 0, NULL, NULL, true },
	{ MANAGER, KIND_PAIR, "SKa", NULL, "apac", 0, NULL, NULL, false },

	/* A key that grows with its owner has what grows no more than it. */
	{ PAIR, KIND_PAIR, "SKabc", UNLIMITED, true },
	{ PAIR, KIND_NAMED, "SKabc", UNLIMITED, true },
	{ PAIR, KIND_APP, "SKabc", UNLIMITED, false },
	{ PAIR, KIND_PERSONAL, "SKabc", UNLIMITED, false },
	{ PAIR, KIND_PAIR, "SKabc", "ag", NULL, 0, NULL, NULL, true },
	{ PAIR, KIND_PAIR, "SKabc", "Ka", NULL, 0, NULL, NULL, false },
	{ PAIR, KIND_PAIR, "SKabc", "Ga", NULL, 0, NULL, NULL, false },
	{ APP, KIND_APP, "SKDabc", UNLIMITED, true },
	{ APP, KIND_PERSONAL, "SKDabc", UNLIMITED, true },
	{ APP, KIND_PAIR, "SKDabc", "Ga", NULL, 0, NULL, NULL, true },

	/* One with scopes has nothing that may come to hold others. */
	{ SCOPED, KIND_PAIR, "SK", UNLIMITED, false },
	{ SCOPED, KIND_PAIR, "SKa", UNLIMITED, false },
	{ SCOPED, KIND_PAIR, "SKa", "", NULL, 0, NULL, NULL, true },
	{ SCOPED, KIND_PAIR, "SKa", "a", NULL, 0, NULL, NULL, true },
	{ SCOPED, KIND_APP, "SKa", "Ka", NULL, 0, NULL, NULL, true },
	{ SCOPED, KIND_PAIR, "SKab", "ab", NULL, 0, NULL, NULL, false },
	{ SCOPED, KIND_PAIR, "SKa", "ab", NULL, 0, NULL, NULL, false },
	{ SCOPED, KIND_PAIR, "SKa", "S", NULL, 0, NULL, NULL, false },

	/* Each limit of the maker's must be the key's too. */
	{ ENDING, KIND_PAIR, "SKDabc", NULL, NULL, 100, NULL, NULL, true },
	{ ENDING, KIND_PAIR, "SKDabc", NULL, NULL, 99, NULL, NULL, true },
	{ ENDING, KIND_PAIR, "SKDabc", NULL, NULL, 101, NULL, NULL, false },
	{ ENDING, KIND_PAIR, "SKDabc", UNLIMITED, false },
	{ PLACED, KIND_PAIR, "SKab", NULL, "emea", 0, NULL, NULL, true },
	{ PLACED, KIND_PAIR, "SKab", NULL, "apac", 0, NULL, NULL, true },
	{ PLACED, KIND_PAIR, "SKab", NULL, "west", 0, NULL, NULL, false },
	{ PLACED, KIND_PAIR, "SKab", UNLIMITED, false },
	/* even where nothing is held */
	{ PLACED, KIND_PAIR, "SK", "z", NULL, 0, NULL, NULL, false },
	{ PLACED, KIND_PAIR, "SK", "z", "emea", 0, NULL, NULL, true },
	{ PLACED, KIND_PAIR, "SK", "z", "west", 0, NULL, NULL, false },
	{ FENCED, KIND_PAIR, "SKab", NULL, NULL, 0, "/a*", "192.0.2.0/24",
	    true },
	{ FENCED, KIND_PAIR, "SKab", NULL, NULL, 0, "/ab", "192.0.2.7", true },
	{ FENCED, KIND_PAIR, "SKab", NULL, NULL, 0, "/b", "192.0.2.7", false },
	{ FENCED, KIND_PAIR, "SKab", NULL, NULL, 0, NULL, "192.0.2.7", false },
	{ FENCED, KIND_PAIR, "SKab", NULL, NULL, 0, "/ab", "::/0", false },
	{ FENCED, KIND_PAIR, "SKab", NULL, NULL, 0, "/ab", NULL, false },
	{ ALL_LIMITS, KIND_PAIR, "SKabc", "ab", "emea", 100, NULL, NULL,
	    true },
	{ ALL_LIMITS, KIND_PAIR, "SKabc", "abc", "emea", 100, NULL, NULL,
	    false },

	/* Who may give roles covers what they contain, where he may. */
	{ GIVER_KEY, KIND_PAIR, "SKab", "ab", NULL, 0, NULL, NULL, true },
	{ GIVER_KEY, KIND_PAIR, "SK", "SKGab", NULL, 0, NULL, NULL, true },
	{ GIVER_KEY, KIND_PAIR, "SK", "abc", NULL, 0, NULL, NULL, false },
	{ GIVER_KEY, KIND_PAIR, "SKab", UNLIMITED, false },
	{ GIVER_THERE, KIND_PAIR, "SK emea:a", "a", NULL, 0, NULL, NULL,
	    false },
	{ GIVER_THERE, KIND_PAIR, "SK emea:a", "a", "emea", 0, NULL, NULL,
	    true },
	{ GIVER_THERE, KIND_PAIR, "SK", "a", "apac", 0, NULL, NULL, false },

	{ OPERATOR, KIND_APP, "SKGabcd", UNLIMITED, true },
	{ OPERATOR, KIND_APP, "SKGabcd", "z", "west", 0, NULL, NULL, true },
}, others[] = {
	/* Whom one may not manage, one may not be. */
	{ SESSION, KIND_PAIR, "SKab", UNLIMITED, true },
	{ SESSION, KIND_PAIR, "SKd", UNLIMITED, false },
	{ SESSION, KIND_PAIR, "SKd", "a", NULL, 0, NULL, NULL, false },
	{ SESSION, KIND_APP, "SKab", UNLIMITED, true },
	{ PAIR, KIND_PAIR, "SKab", UNLIMITED, true },
	{ PAIR, KIND_APP, "SKab", UNLIMITED, false },
	/* His limited keys may come to hold all that they name. */
	{ SESSION, KIND_PAIR, "SK", "ab", NULL, 0, NULL, NULL, true },
	{ SESSION, KIND_PAIR, "SK", "ad", NULL, 0, NULL, NULL, false },
	{ MANAGER, KIND_PAIR, "SK", "a", NULL, 0, NULL, NULL, false },
	{ MANAGER, KIND_PAIR, "SK", "a", "emea", 0, NULL, NULL, true },
	{ SCOPED, KIND_PAIR, "SKa", "a", NULL, 0, NULL, NULL, true },
	{ SCOPED, KIND_PAIR, "SKa", UNLIMITED, false },
	{ ENDING, KIND_PAIR, "SKab", UNLIMITED, false },
	{ FENCED, KIND_PAIR, "SKab", UNLIMITED, false },
	{ PLACED, KIND_PAIR, "SK", UNLIMITED, false },
	/* Roles that he gives are not those that the maker gives; */
	{ GIVER, KIND_APP, "SKGab", UNLIMITED, false },
	{ GIVER, KIND_PAIR, "SKG", "G", NULL, 0, NULL, NULL, false },
	{ GIVER, KIND_PAIR, "SKGab", "ab", NULL, 0, NULL, NULL, true },
	{ GIVER_INNER, KIND_PAIR, "SK", "ab", NULL, 0, NULL, NULL, false },
	{ GIVER_INNER, KIND_PAIR, "SK", "ab", "emea", 0, NULL, NULL, true },
	{ GIVER_INNER, KIND_PAIR, "SK", "G", "emea", 0, NULL, NULL, false },
	/* but a company's user has no will of his own. */
	{ GIVER, KIND_COMPANY, "SKGab", UNLIMITED, true },
	{ GIVER, KIND_COMPANY, "SKGab", "G", NULL, 0, NULL, NULL, true },
	{ GIVER, KIND_COMPANY, "SKGabc", UNLIMITED, false },
	{ MANAGER, KIND_COMPANY, "SK emea:a", "a", NULL, 0, NULL, NULL, true },
	{ MANAGER, KIND_COMPANY, "SK apac:a", "a", NULL, 0, NULL, NULL,
	    false },
	{ SCOPED, KIND_COMPANY, "SKa", UNLIMITED, false },
	{ SCOPED, KIND_COMPANY, "SKa", "Ka", NULL, 0, NULL, NULL, true },
	{ SCOPED, KIND_COMPANY, "SKa", "ab", NULL, 0, NULL, NULL, false },
	{ OPERATOR, KIND_APP, "SKGabcd", UNLIMITED, true },
};

static void
expect_whole(size_t i, const struct whole_case *c, uint8_t owner)
{
	const struct maker m = make_maker(c->maker);
	struct facts key = {
		.kind = c->kind,
		.user_id = { { owner } },
		.owner = rights_spelled(c->owner),
		.limited = c->scopes != NULL,
		.expires_at = c->end,
		.rules = rules_spelled(c->path),
		.addresses = addresses_spelled(c->block),
	};

	if (c->scopes != NULL)
		key.scopes = bits_spelled(c->scopes);
	if (c->workspace != NULL)
		key.workspaces[key.nworkspaces++] = c->workspace;
	if (obtain_whole(&m, &key) != c->may)
		fail_msg("case %zu (owner %s, scopes %s)", i, c->owner,
		    c->scopes);
}

static void
ones_own_key_is_had_whole_or_not_at_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(owns); i++)
		expect_whole(i, &owns[i], 0);
}

static void
another_s_key_is_had_by_who_may_manage_him(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(others); i++)
		expect_whole(i, &others[i], 0x77);
}

static void
all_of_several_workspaces_must_be_the_maker_s(void **state)
{
	const struct maker m = make_maker(PLACED);
	struct facts key = {
		.kind = KIND_PAIR,
		.workspaces = { "emea", "apac" },
		.nworkspaces = 2,
	};

	(void)state;
	assert_true(obtain_whole(&m, &key));
	key.workspaces[1] = "west";
	assert_false(obtain_whole(&m, &key));
	key.workspaces[0] = "west";
	key.workspaces[1] = "emea";
	assert_false(obtain_whole(&m, &key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ones_own_key_is_had_whole_or_not_at_all),
		cmocka_unit_test(another_s_key_is_had_by_who_may_manage_him),
		cmocka_unit_test(
		    all_of_several_workspaces_must_be_the_maker_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
