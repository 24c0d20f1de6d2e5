/* SPDX-License-Identifier: ISC */
/* Which keys may be made, and the limits that come of it. */

#include <stdio.h>
#include <string.h>

#include "makers.h"

#define UNSAID	NULL, NULL, -1

static const struct key_case {
	const struct maker_case	*maker;
	enum kind		 kind;
	const char		*owner;	/* what the key's owner may */

	/* the wish: NULL or -1 where nothing was said */
	const char		*scopes;	/* "null": said to be none */
	const char		*workspaces;	/* "": said to be none */
	int64_t			 end;		/* 0: said to be never */

	/* "scopes / workspaces / end", "*" for no limit; NULL: refused */
	const char		*limits;
} keys[] = {
	/* A password session counts as its user, and has no end. */
	{ SESSION, KIND_PAIR, "SKabc", UNSAID, "* / * / 0" },
	{ SESSION, KIND_APP, "SKabc", UNSAID, "* / * / 0" },
	{ SESSION, KIND_PAIR, "SKabc", "null", "", 0, "* / * / 0" },
	{ SESSION, KIND_PAIR, "SKabc", NULL, NULL, 9, "* / * / 9" },
	{ SESSION, KIND_PAIR, "SKabc", NULL, NULL, 51, "* / * / 51" },
	{ SESSION, KIND_PAIR, "SKabc", "a", NULL, -1, "a / * / 0" },
	{ SESSION, KIND_PAIR, "SKabc", "Ka", NULL, -1, "Ka / * / 0" },
	{ SESSION, KIND_PAIR, "SKabc", "", NULL, -1, " / * / 0" },
	{ SESSION, KIND_PAIR, "SKabc", NULL, "emea", -1, "* / emea / 0" },
	{ SESSION, KIND_PAIR, "SKabc", "a", "emea apac", 9,
	    "a / emea apac / 9" },
	{ SESSION, KIND_PAIR, "SKabc", "d", NULL, -1, NULL },
	{ SESSION, KIND_PAIR, "SKabc", "ad", NULL, -1, NULL },
	{ SESSION, KIND_PAIR, "SKabc", "U", NULL, -1, NULL },

	/* The owner has less by now, as much, other things, more. */
	{ SESSION, KIND_PAIR, "SKab", UNSAID, "* / * / 0" },
	{ SESSION, KIND_PAIR, "SKUab", UNSAID, "* / * / 0" },
	{ SESSION, KIND_PAIR, "SKabcd", UNSAID, "abc / * / 0" },
	{ SESSION, KIND_PAIR, "SKd", UNSAID, " / * / 0" },
	{ SESSION, KIND_APP, "SKDab", UNSAID, "SKab / * / 0" },
	{ SESSION, KIND_PAIR, "SKabcd", "null", NULL, -1, NULL },
	{ SESSION, KIND_PAIR, "SKabcd", "ab", NULL, -1, "ab / * / 0" },
	{ SESSION, KIND_PAIR, "SKabcd", "abd", NULL, -1, NULL },
	{ SESSION, KIND_PAIR, "SKb", "ab", NULL, -1, "ab / * / 0" },

	/* Rights that hold in one place only. */
	{ MANAGER, KIND_PAIR, "SK emea:ab", UNSAID, "* / * / 0" },
	{ MANAGER, KIND_PAIR, "SK emea:ab", "a", NULL, -1, "a / * / 0" },
	{ MANAGER, KIND_PAIR, "SKa emea:b", UNSAID, "b / * / 0" },
	{ MANAGER, KIND_PAIR, "SKa emea:b", "a", NULL, -1, NULL },
	{ MANAGER, KIND_PAIR, "SKa emea:b", "a", "emea", -1, "a / emea / 0" },
	{ MANAGER, KIND_PAIR, "SKa emea:b", NULL, "emea", -1, "* / emea / 0" },
	{ MANAGER, KIND_PAIR, "SKa emea:b", NULL, "apac", -1, " / apac / 0" },
	{ MANAGER, KIND_PAIR, "SKa", NULL, "emea apac", -1,
	    " / emea apac / 0" },
	{ MANAGER, KIND_PAIR, "SK emea:a apac:a", UNSAID, " / * / 0" },
	{ MANAGER, KIND_PAIR, "SK emea:a apac:b", UNSAID, "a / * / 0" },
	{ MANAGER, KIND_PAIR, "SK emea:a apac:a", "a", NULL, -1, NULL },

	{ MANAGER, KIND_PAIR, "SKW", "W", "emea", -1, "W / emea / 0" },
	{ MANAGER, KIND_PAIR, "SKW", "W", NULL, -1, NULL },

	/* A key without scopes carries none of Latchkey's own permissions. */
	{ PAIR, KIND_PAIR, "SKabc", UNSAID, "* / * / 0" },
	{ PAIR, KIND_PAIR, "SKabc", "K", NULL, -1, NULL },
	{ PAIR, KIND_APP, "SKDabc", UNSAID, "abc / * / 0" },
	{ PAIR, KIND_APP, "SKDabc", "null", NULL, -1, NULL },
	{ APP, KIND_APP, "SKDabc", UNSAID, "* / * / 0" },
	{ APP, KIND_PERSONAL, "SKDabc", UNSAID, "* / * / 0" },
	{ APP, KIND_PAIR, "SKDabc", "SKDabc", NULL, -1, "SKDabc / * / 0" },
	{ APP, KIND_PAIR, "SKDabc", "G", NULL, -1, NULL },

	/* Scopes of the maker's are copied, never left out. */
	{ SCOPED, KIND_PAIR, "SKabc", UNSAID, "a / * / 0" },
	{ SCOPED, KIND_PAIR, "SKa", UNSAID, "a / * / 0" },
	{ SCOPED, KIND_PAIR, "SK", UNSAID, " / * / 0" },
	{ SCOPED, KIND_APP, "SKDabc", UNSAID, "Ka / * / 0" },
	{ SCOPED, KIND_PAIR, "SKa", "null", NULL, -1, NULL },
	{ SCOPED, KIND_PAIR, "SKabc", "null", NULL, -1, NULL },
	{ SCOPED, KIND_PAIR, "SKabc", "a", NULL, -1, "a / * / 0" },
	{ SCOPED, KIND_PAIR, "SKabc", "Ka", NULL, -1, "Ka / * / 0" },
	{ SCOPED, KIND_PAIR, "SKabc", "b", NULL, -1, NULL },
	/* not even what the owner may get later */
	{ SCOPED, KIND_PAIR, "SKa", "ab", NULL, -1, NULL },
	{ SCOPED, KIND_PAIR, "SKabc", "", NULL, -1, " / * / 0" },
	{ SCOPED, KIND_PAIR, "SKabc", NULL, "emea", 9, "a / emea / 9" },

	/* So is its end. */
	{ ENDING, KIND_PAIR, "SKDabc", UNSAID, "* / * / 100" },
	{ ENDING, KIND_PAIR, "SKDabc", NULL, NULL, 100, "* / * / 100" },
	{ ENDING, KIND_PAIR, "SKDabc", NULL, NULL, 99, "* / * / 99" },
	{ ENDING, KIND_PAIR, "SKDabc", NULL, NULL, 101, NULL },
	{ ENDING, KIND_PAIR, "SKDabc", NULL, NULL, 0, NULL },

	/* So are its workspaces. */
	{ PLACED, KIND_PAIR, "SKab", UNSAID, "* / emea apac / 0" },
	{ PLACED, KIND_APP, "SKab", UNSAID, "* / emea apac / 0" },
	{ PLACED, KIND_PAIR, "SKab", NULL, "emea", -1, "* / emea / 0" },
	{ PLACED, KIND_PAIR, "SKab", NULL, "apac", -1, "* / apac / 0" },
	{ PLACED, KIND_PAIR, "SKab", NULL, "", -1, NULL },
	{ PLACED, KIND_PAIR, "SKab", NULL, "west", -1, NULL },
	{ PLACED, KIND_PAIR, "SKab", NULL, "emea west", -1, NULL },
	{ PLACED, KIND_PAIR, "SKab", NULL, "west emea", -1, NULL },
	{ PLACED, KIND_PAIR, "SKabc", UNSAID, "ab / emea apac / 0" },
	{ PLACED, KIND_PAIR, "SKabc", "a", NULL, -1, "a / emea apac / 0" },
	{ PLACED, KIND_PAIR, "SKabc", "c", "emea", -1, NULL },
	{ PLACED_ONCE, KIND_PAIR, "SK", UNSAID, "* / emea / 0" },
	{ PLACED_ONCE, KIND_PAIR, "SK", NULL, "", -1, NULL },
	{ PLACED_ONCE, KIND_PAIR, "SK", NULL, "apac", -1, NULL },

	/* Who may give roles covers what they contain. */
	{ GIVER, KIND_PAIR, "SKab", UNSAID, "* / * / 0" },
	{ GIVER, KIND_PAIR, "SKabc", UNSAID, "ab / * / 0" },
	{ GIVER, KIND_PAIR, "SK", "abD", NULL, -1, "Dab / * / 0" },
	{ GIVER, KIND_PAIR, "SKabc", "c", NULL, -1, NULL },
	{ GIVER, KIND_APP, "SKDa", UNSAID, "* / * / 0" },
	{ GIVER_HERE, KIND_PAIR, "SK emea:ab", UNSAID, "* / * / 0" },
	{ GIVER_HERE, KIND_PAIR, "SKab", UNSAID, " / * / 0" },
	{ GIVER_HERE, KIND_PAIR, "SKab", NULL, "emea", -1, "* / emea / 0" },
	{ GIVER_HERE, KIND_PAIR, "SK apac:a", "a", NULL, -1, NULL },
	{ GIVER_KEY, KIND_PAIR, "SKabc", UNSAID, "ab / * / 0" },
	{ GIVER_KEY, KIND_PAIR, "SKabc", "SKGab", NULL, -1, "SKGab / * / 0" },
	{ GIVER_KEY, KIND_PAIR, "SKab", "null", NULL, -1, NULL },

	/* What it gives in one place its owner may come to hold in all. */
	{ GIVER_THERE, KIND_PAIR, "SK emea:a", "a", NULL, -1, NULL },
	{ GIVER_THERE, KIND_PAIR, "SK", "a", NULL, -1, NULL },
	{ GIVER_THERE, KIND_PAIR, "SK emea:a", "a", "emea", -1,
	    "a / emea / 0" },
	{ GIVER_THERE, KIND_PAIR, "SK emea:a", UNSAID, " / * / 0" },
	{ GIVER_THERE, KIND_PAIR, "SK emea:a", NULL, "emea", -1,
	    "a / emea / 0" },
	{ GIVER_THERE, KIND_PAIR, "SK emea:a", "K", NULL, -1, "K / * / 0" },
	{ GIVER_INNER, KIND_PAIR, "SKab", UNSAID, " / * / 0" },
	{ GIVER_INNER, KIND_PAIR, "SKab", "a", NULL, -1, NULL },
	{ GIVER_INNER, KIND_PAIR, "SKab", "a", "apac", -1, "a / apac / 0" },
	{ GIVER_INNER, KIND_PAIR, "SK emea:ab", UNSAID, "* / * / 0" },
	{ GIVER_INNER, KIND_PAIR, "SK", "ac", "emea", -1, NULL },

	/* All limits at once, each still there. */
	{ ALL_LIMITS, KIND_PAIR, "SKabc", UNSAID, "ab / emea / 100" },
	{ ALL_LIMITS, KIND_PAIR, "SKabc", "a", "emea", 9, "a / emea / 9" },
	{ ALL_LIMITS, KIND_PAIR, "SKabc", "a", "emea", 0, NULL },
	{ ALL_LIMITS, KIND_PAIR, "SKabc", "a", "", 9, NULL },
	{ ALL_LIMITS, KIND_PAIR, "SKabc", "null", "emea", 9, NULL },

	/* The operator makes what he says. */
	{ OPERATOR, KIND_PAIR, "SKabc", UNSAID, "* / * / 0" },
	{ OPERATOR, KIND_PAIR, "SKabc", "null", "", 0, "* / * / 0" },
	{ OPERATOR, KIND_PAIR, "SK", "KGd", "emea", 9, "KGd / emea / 9" },
	{ OPERATOR, KIND_APP, "SKDabc", UNSAID, "* / * / 0" },
};

/* Handles separated by single blanks. */
static size_t
split_handles(char *text, const char **out)
{
	size_t n = 0;

	for (char *p = strtok(text, " "); p != NULL; p = strtok(NULL, " "))
		out[n++] = p;
	return n;
}

static void
spell_limits(char *out, size_t size, const struct limits *limits)
{
	char scopes[BITS] = "", workspaces[64] = "";

	if (limits->limited)
		spell_bits(scopes, &limits->scopes);
	for (size_t i = 0; i < limits->nworkspaces; i++)
		snprintf(workspaces + strlen(workspaces), 32, "%s%s",
		    i == 0 ? "" : " ", limits->workspaces[i]);
	snprintf(out, size, "%s / %s / %d", limits->limited ? scopes : "*",
	    limits->nworkspaces > 0 ? workspaces : "*", (int)limits->ends_at);
}

static void
expect_key_of(size_t i, const struct key_case *c, const struct uuid *user)
{
	const struct maker m = make_maker(c->maker);
	const struct facts owner = {
		.user_id = *user,
		.rights = rights_spelled(c->owner),
		.owner = rights_spelled(c->owner),
	};
	const char *workspaces[4];
	char handles[64], got[256] = "refused";
	struct bits scopes = { 0 };
	struct wish wish = {
		.says_scopes = c->scopes != NULL,
		.says_workspaces = c->workspaces != NULL,
		.workspaces = workspaces,
		.says_end = c->end != -1,
		.ends_at = c->end,
	};
	struct limits limits;

	if (c->scopes != NULL && strcmp(c->scopes, "null") != 0) {
		scopes = bits_spelled(c->scopes);
		wish.scopes = &scopes;
	}
	if (c->workspaces != NULL) {
		snprintf(handles, sizeof(handles), "%s", c->workspaces);
		wish.nworkspaces = split_handles(handles, workspaces);
	}
	if (obtain_key(&m, c->kind, &owner, &wish, &limits))
		spell_limits(got, sizeof(got), &limits);
	if (strcmp(got, c->limits == NULL ? "refused" : c->limits) != 0)
		fail_msg("case %zu (owner %s, wish %s): %s", i, c->owner,
		    c->scopes, got);
}

/* For somebody else: whom he may not manage, he may not act for. */
static const struct {
	const struct maker_case	*maker;
	const char		*owner;
	const char		*scopes;
	const char		*workspaces;
	const char		*limits;
} others[] = {
	{ SESSION, "SK", NULL, NULL, "abc / * / 0" },
	{ SESSION, "SKab", NULL, NULL, "abc / * / 0" },
	{ SESSION, "SKab", "a", NULL, "a / * / 0" },
	{ SESSION, "SKab", "null", NULL, NULL },
	{ SESSION, "SKd", NULL, NULL, NULL },
	{ SESSION, "SKabcd", "a", NULL, NULL },
	{ GIVER, "SKab", NULL, NULL, "ab / * / 0" },
	{ GIVER, "SKG", NULL, NULL, "ab / * / 0" },
	{ GIVER, "SKc", NULL, NULL, NULL },
	/* it would give what its owner may, not what its maker may */
	{ GIVER, "SKG", "G", NULL, NULL },
	{ SCOPED, "SKa", NULL, NULL, "a / * / 0" },
	{ SCOPED, "SKab", NULL, NULL, NULL },
	/* held in one place only, it may come to be held everywhere */
	{ MANAGER, "SK", "b", NULL, NULL },
	{ MANAGER, "SK", "W", NULL, NULL },
	{ MANAGER, "SK", "SK", NULL, "SK / * / 0" },
	/* unless the key is of that place */
	{ MANAGER, "SK", "b", "emea", "b / emea / 0" },
	{ MANAGER, "SK", "b", "apac", NULL },
	{ MANAGER, "SK", NULL, "emea", "ab / emea / 0" },
	{ GIVER_INNER, "SK emea:ab", NULL, NULL, " / * / 0" },
	{ GIVER_INNER, "SK emea:ab", NULL, "emea", "ab / emea / 0" },
	{ GIVER_INNER, "SK", "G", "emea", NULL },
	{ OPERATOR, "SKabcd", NULL, NULL, "* / * / 0" },
};

static void
a_key_for_another_is_made_only_by_who_may_manage_him(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(others); i++) {
		const struct key_case c = { others[i].maker, KIND_PAIR,
		    others[i].owner, others[i].scopes,
		    others[i].workspaces, -1, others[i].limits };
		const struct uuid somebody = { { 0x77 } };

		expect_key_of(i, &c, &somebody);
	}
}

static void
a_key_is_no_more_than_its_maker(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(keys); i++)
		expect_key_of(i, &keys[i], &uuid_zero);
}

/* For a company's user, who holds what he was given and no more. */
static const struct {
	const struct maker_case	*maker;
	const char		*owner;
	const char		*scopes;
	const char		*limits;
} companies[] = {
	{ SESSION, "SKab", NULL, "* / * / 0" },
	{ SESSION, "SKab", "null", "* / * / 0" },
	{ SESSION, "SKab", "a", "a / * / 0" },
	{ SESSION, "SKd", NULL, NULL },
	{ SESSION, "SKab", "d", NULL },
	{ MANAGER, "SK emea:a", "a", "a / * / 0" },
	{ MANAGER, "SK emea:a", NULL, "* / * / 0" },
	{ MANAGER, "SKa", "a", NULL },
	/* it gives what its maker may give */
	{ GIVER, "SKGab", NULL, "* / * / 0" },
	{ GIVER, "SKGab", "G", "G / * / 0" },
	{ SCOPED, "SKa", NULL, "Ka / * / 0" },
	{ SCOPED, "SKa", "null", NULL },
	{ SCOPED, "SK", "a", "a / * / 0" },
	{ GIVER_THERE, "SK", "a", NULL },
	{ ENDING, "SKa", NULL, "* / * / 100" },
	{ OPERATOR, "SKabcd", NULL, "* / * / 0" },
};

static void
a_company_s_token_is_no_more_than_its_maker(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(companies); i++) {
		const struct key_case c = { companies[i].maker, KIND_COMPANY,
		    companies[i].owner, companies[i].scopes, NULL, -1,
		    companies[i].limits };
		const struct uuid somebody = { { 0x77 } };

		expect_key_of(i, &c, &somebody);
	}
}

/* -- for which requests, from where, from when ----------------------------- */

static const struct {
	const struct maker_case	*maker;
	bool			 says_path, says_block;
	const char		*path, *block;	/* NULL: said to be none */
	bool			 may;
	const char		*gets_path, *gets_block;
} fences[] = {
	{ SESSION, false, false, NULL, NULL, true, NULL, NULL },
	{ SESSION, true, true, NULL, NULL, true, NULL, NULL },
	{ SESSION, true, true, "/b", "::/0", true, "/b", "::/0" },
	{ FENCED, false, false, NULL, NULL, true, "/a*", "192.0.2.0/24" },
	{ FENCED, true, true, "/ab", "192.0.2.1", true, "/ab", "192.0.2.1" },
	{ FENCED, true, false, "/a*", NULL, true, "/a*", "192.0.2.0/24" },
	{ FENCED, true, false, "/*", NULL, false, NULL, NULL },
	{ FENCED, true, false, NULL, NULL, false, NULL, NULL },
	{ FENCED, false, true, NULL, "192.0.0.0/16", false, NULL, NULL },
	{ FENCED, false, true, NULL, NULL, false, NULL, NULL },
	{ OPERATOR, true, true, "/b", "::/0", true, "/b", "::/0" },
};

static void
expect_fence(size_t i, const struct limits *limits)
{
	const char *path = fences[i].gets_path;
	const struct addresses block = addresses_spelled(fences[i].gets_block);

	if (limits->rules.n != (path != NULL) ||
	    (path != NULL && strcmp(limits->rules.rule[0].path, path) != 0))
		fail_msg("case %zu: another path", i);
	if (limits->addresses.n != block.n || (block.n > 0 &&
	    memcmp(&limits->addresses.entry[0].block, &block.entry[0].block,
	    sizeof(block.entry[0].block)) != 0))
		fail_msg("case %zu: another block", i);
	assert_int_equal(limits->starts_at, 7);
}

static void
paths_and_addresses_are_copied_never_left_out(void **state)
{
	const struct facts owner = { .owner = rights_spelled("SKDabc") };

	(void)state;
	for (size_t i = 0; i < NITEMS(fences); i++) {
		const struct maker m = make_maker(fences[i].maker);
		const struct rules rules = rules_spelled(fences[i].path);
		const struct addresses addresses =
		    addresses_spelled(fences[i].block);
		const struct wish wish = {
			.says_rules = fences[i].says_path,
			.rules = rules.n > 0 ? &rules : NULL,
			.says_addresses = fences[i].says_block,
			.addresses = addresses.n > 0 ? &addresses : NULL,
			.starts_at = 7,
		};
		struct limits limits;

		if (obtain_key(&m, KIND_APP, &owner, &wish, &limits) !=
		    fences[i].may)
			fail_msg("case %zu", i);
		if (fences[i].may)
			expect_fence(i, &limits);
	}
}

/* -- how often, and how much ----------------------------------------------- */

#define RATE	"r 10 60"
#define QUOTA	"q 100 month"

/* Of a maker with these two; NULL where nothing was said, "" for none. */
static const struct {
	const char	*rates, *quotas;
	bool		 may;
	const char	*gets_rates, *gets_quotas;
} meters[] = {
	{ NULL, NULL, true, RATE, QUOTA },
	{ RATE, QUOTA, true, RATE, QUOTA },
	{ "r 9 60", NULL, true, "r 9 60", QUOTA },
	{ "r 10 60\ns 99 1", NULL, true, "r 10 60\ns 99 1", QUOTA },
	{ NULL, "q 1 month strict", true, RATE, "q 1 month strict" },
	{ "", NULL, false, NULL, NULL },
	{ NULL, "", false, NULL, NULL },
	{ "r 11 60", NULL, false, NULL, NULL },
	{ "r 10 61", NULL, false, NULL, NULL },
	{ "s 1 60", NULL, false, NULL, NULL },
	{ NULL, "q 101 month", false, NULL, NULL },
	{ NULL, "q 1 day", false, NULL, NULL },
};

static void
rates_and_quotas_are_copied_never_left_out(void **state)
{
	const struct facts owner = { .owner = rights_spelled("SKDabc") };
	struct maker m = make_maker(SESSION);
	struct arena *arena = arena_new(1 << 16);

	(void)state;
	assert_true(rates_load(&m.facts.rates, RATE));
	assert_true(quotas_load(&m.facts.quotas, QUOTA));
	for (size_t i = 0; i < NITEMS(meters); i++) {
		struct wish wish = {
			.says_rates = meters[i].rates != NULL,
			.says_quotas = meters[i].quotas != NULL,
		};
		struct limits limits;

		assert_true(rates_load(&wish.rates, meters[i].rates));
		assert_true(quotas_load(&wish.quotas, meters[i].quotas));
		if (obtain_key(&m, KIND_APP, &owner, &wish, &limits) !=
		    meters[i].may)
			fail_msg("case %zu", i);
		if (!meters[i].may)
			continue;
		assert_string_equal(rates_row(&limits.rates, arena),
		    meters[i].gets_rates);
		assert_string_equal(quotas_row(&limits.quotas, arena),
		    meters[i].gets_quotas);
	}
	arena_free(arena);
}

/* What is limited so gets only keys that are, and nothing without an end. */
static void
whoever_is_metered_obtains_what_is(void **state)
{
	static const struct {
		const char	*rates, *quotas;
		bool		 may;
	} cases[] = {
		{ RATE, QUOTA, true }, { "r 1 60", "q 1 month", true },
		{ NULL, QUOTA, false }, { RATE, NULL, false },
		{ "r 11 60", QUOTA, false }, { RATE, "q 101 month", false },
	};
	struct maker m = make_maker(SESSION);
	const struct facts user = { .owner = rights_spelled("S") };

	(void)state;
	assert_true(obtain_user(&m, &user));
	assert_true(rates_load(&m.facts.rates, RATE));
	assert_false(obtain_user(&m, &user));
	assert_true(quotas_load(&m.facts.quotas, QUOTA));
	for (size_t i = 0; i < NITEMS(cases); i++) {
		struct facts key = m.facts;

		assert_true(rates_load(&key.rates, cases[i].rates));
		assert_true(quotas_load(&key.quotas, cases[i].quotas));
		if (obtain_whole(&m, &key) != cases[i].may)
			fail_msg("case %zu", i);
	}
	assert_true(rates_load(&m.facts.rates, NULL));
	assert_false(obtain_user(&m, &user));
}

static void
more_workspaces_than_a_key_can_name_are_refused(void **state)
{
	const struct maker m = make_maker(SESSION);
	const struct facts owner = { .owner = rights_spelled("SKabc") };
	const char *handles[FACTS_WORKSPACES + 1];
	struct wish wish = {
		.says_workspaces = true, .workspaces = handles,
		.nworkspaces = FACTS_WORKSPACES,
	};
	struct limits limits;

	(void)state;
	for (size_t i = 0; i < NITEMS(handles); i++)
		handles[i] = "emea";
	assert_true(obtain_key(&m, KIND_PAIR, &owner, &wish, &limits));
	assert_int_equal(limits.nworkspaces, FACTS_WORKSPACES);
	wish.nworkspaces++;
	assert_false(obtain_key(&m, KIND_PAIR, &owner, &wish, &limits));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_key_for_another_is_made_only_by_who_may_manage_him),
		cmocka_unit_test(a_key_is_no_more_than_its_maker),
		cmocka_unit_test(a_company_s_token_is_no_more_than_its_maker),
		cmocka_unit_test(
		    paths_and_addresses_are_copied_never_left_out),
		cmocka_unit_test(rates_and_quotas_are_copied_never_left_out),
		cmocka_unit_test(whoever_is_metered_obtains_what_is),
		cmocka_unit_test(
		    more_workspaces_than_a_key_can_name_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
