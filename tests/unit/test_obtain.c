/* SPDX-License-Identifier: ISC */
/* What may be obtained: makers, wishes, and the limits that come of them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/nitems.h"
#include "check/obtain.h"

#include "spelled.h"

/* -- a database that knows the roles which somebody may give --------------- */

static struct {
	struct role	 roles[3];
	size_t		 n;
	enum db_result	 result;
	unsigned	 asked;
} database;

enum db_result
db_rows(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues, void *rows, size_t size,
    size_t max, size_t *n)
{
	(void)db;
	(void)arena;
	(void)query;
	(void)values;
	assert_int_equal(nvalues, 1);
	assert_int_equal(size, sizeof(struct role));
	assert_true(database.n < max);
	/* with one behind them that must not be read */
	memcpy(rows, database.roles, (database.n + 1) * size);
	*n = database.n;
	database.asked++;
	return database.result;
}

enum db_result
db_row(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues, void *row)
{
	size_t n;

	return db_rows(db, arena, query, values, nvalues, row, 0, 1, &n);
}

enum db_result
db_exec(struct db *db, const struct db_query *query,
    const struct db_value *values, size_t nvalues, uint64_t *affected)
{
	(void)db;
	(void)query;
	(void)values;
	(void)nvalues;
	(void)affected;
	fail_msg("obtaining changes nothing");
	return DB_UNAVAILABLE;
}

/* -- makers ---------------------------------------------------------------- */

static const struct maker_case {
	const char	*rights;	/* what the presented credential may */
	const char	*gives[2];	/* what the roles it may give contain */
	enum kind	 kind;		/* KIND_NONE: a session */
	const char	*scopes;	/* NULL: not limited */
	const char	*workspaces[2];
	int64_t		 expires_at;
	bool		 is_operator;
} makers[] = {
#define SESSION		(&makers[0])
	{ .rights = "SKabc", .expires_at = 50 },
#define MANAGER		(&makers[1])	/* a session, with rights in a place */
	{ .rights = "SK emea:Wab" },
#define PAIR		(&makers[2])	/* a pair made without scopes */
	{ .rights = "abc", .kind = KIND_PAIR },
#define APP		(&makers[3])
	{ .rights = "SKDabc", .kind = KIND_APP },
#define SCOPED		(&makers[4])
	{ .rights = "Ka", .kind = KIND_PAIR, .scopes = "Ka" },
#define ENDING		(&makers[5])
	{ .rights = "SKDabc", .kind = KIND_APP, .expires_at = 100 },
#define PLACED		(&makers[6])	/* limited to two workspaces */
	{ .rights = "emea:SKab apac:SKab", .kind = KIND_APP,
	    .workspaces = { "emea", "apac" } },
#define GIVER		(&makers[7])	/* a session of one who gives roles */
	{ .rights = "SKG", .gives = { "ab", "D" } },
#define GIVER_HERE	(&makers[8])
	{ .rights = "SK emea:G apac:c", .gives = { "ab" } },
#define GIVER_KEY	(&makers[9])	/* a key with nothing but giving */
	{ .rights = "KG", .gives = { "SKGab" }, .kind = KIND_PAIR,
	    .scopes = "KG" },
#define GIVER_ENDING	(&makers[10])
	{ .rights = "SKG", .gives = { "SKab" }, .kind = KIND_APP,
	    .expires_at = 100 },
#define ALL_LIMITS	(&makers[11])
	{ .rights = "emea:Kab", .kind = KIND_PAIR, .scopes = "Kab",
	    .workspaces = { "emea" }, .expires_at = 100 },
#define PLACED_ONCE	(&makers[12])	/* with nothing to give away */
	{ .rights = "emea:SK", .kind = KIND_APP, .workspaces = { "emea" } },
#define OPERATOR	(&makers[13])
	{ .rights = "", .kind = KIND_APP, .expires_at = 1,
	    .is_operator = true },
};

#define ALL	"SKAURGVWDCTabcdef"

/* Ids are 0x10, 0x20; the one behind the last has 0x30. */
static void
fill_roles(const struct maker_case *c)
{
	size_t n = 0;

	for (; n < NITEMS(c->gives) && c->gives[n] != NULL; n++)
		database.roles[n] = (struct role){
			.id = { { (uint8_t)(0x10 * (n + 1)) } },
			.permissions = bits_spelled(c->gives[n]),
		};
	database.roles[n] = (struct role){
		.id = { { 0x30 } },
		.permissions = bits_spelled(ALL),
	};
	database.n = n;
	database.result = DB_OK;
}

static struct maker
make_maker(const struct maker_case *c)
{
	struct facts f = {
		.kind = c->kind,
		.expires_at = c->expires_at,
		.limited = c->scopes != NULL,
		.rights = rights_spelled(c->rights),
		.owner = rights_spelled(c->rights),
	};
	struct maker m = { .is_operator = true };

	if (c->is_operator) {
		m.facts = f;
		return m;
	}
	/* behind the last place one that must not be read */
	f.rights.in[f.rights.n].workspace = "apac";
	f.rights.in[f.rights.n].bits = bits_spelled(ALL);
	if (c->scopes != NULL)
		f.scopes = bits_spelled(c->scopes);
	for (size_t i = 0; i < NITEMS(c->workspaces); i++)
		if (c->workspaces[i] != NULL)
			f.workspaces[f.nworkspaces++] = c->workspaces[i];
	fill_roles(c);
	assert_int_equal(obtain_maker(&m, NULL, NULL, &f), DB_OK);
	return m;
}

/* -- keys ------------------------------------------------------------------ */

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

static void
more_workspaces_than_a_key_can_name_are_refused(void **state)
{
	const struct maker m = make_maker(SESSION);
	const struct facts owner = { .rights = rights_spelled("SKabc") };
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

/* -- users and roles ------------------------------------------------------- */

static const struct {
	const struct maker_case	*maker;
	const char		*user;
	bool			 rank, whole;
} users[] = {
	{ SESSION, "SKabc", true, true },
	{ SESSION, "SK", true, true },
	{ SESSION, "SKd", false, false },
	{ SESSION, "SKU", false, false },
	{ MANAGER, "SK emea:ab", true, true },
	{ MANAGER, "SK apac:a", false, false },
	{ MANAGER, "SKa", false, false },
	/* what every user may counts only when acting as him */
	{ PAIR, "SK", true, false },
	{ PAIR, "SKa", true, false },
	{ PAIR, "SKG", false, false },
	{ PAIR, "SK emea:R", false, false },
	{ APP, "SKDabc", true, true },
	{ ENDING, "SKDabc", true, false },
	{ ENDING, "SKUabc", false, false },
	{ PLACED, "SK", true, false },
	{ PLACED, "SKa", false, false },
	{ PLACED, "SK emea:a", true, false },
	{ GIVER, "SKGDab", true, true },
	{ GIVER, "SKc", false, false },
	{ GIVER_KEY, "SKGab", true, true },
	{ GIVER_ENDING, "SKab", true, false },
	{ OPERATOR, ALL, true, true },
};

static void
a_user_is_managed_and_become_only_when_covered_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(users); i++) {
		const struct maker m = make_maker(users[i].maker);
		const struct facts user = {
			.owner = rights_spelled(users[i].user),
		};

		if (obtain_rank(&m, &user) != users[i].rank)
			fail_msg("case %zu: rank", i);
		if (obtain_user(&m, &user) != users[i].whole)
			fail_msg("case %zu: whole", i);
	}
}

static const struct {
	const struct maker_case	*maker;
	uint8_t			 role;
	const char		*workspace;
	bool			 may;
} given[] = {
	{ GIVER, 0x10, NULL, true },
	{ GIVER, 0x20, NULL, true },
	{ GIVER, 0x30, NULL, false },
	{ GIVER, 0x10, "emea", true },
	{ GIVER_HERE, 0x10, "emea", true },
	{ GIVER_HERE, 0x10, "apac", false },
	{ GIVER_HERE, 0x10, NULL, false },
	{ GIVER_HERE, 0x20, "emea", false },
	{ GIVER_KEY, 0x10, NULL, true },
	{ GIVER_ENDING, 0x10, NULL, false },
	{ SESSION, 0x10, NULL, false },
	{ APP, 0x10, "emea", false },
	{ OPERATOR, 0x30, NULL, true },
	{ OPERATOR, 0x30, "emea", true },
};

static void
roles_are_given_where_giving_is_permitted(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(given); i++) {
		const struct maker m = make_maker(given[i].maker);
		const struct uuid role = { { given[i].role } };

		if (obtain_role(&m, &role, given[i].workspace) !=
		    given[i].may)
			fail_msg("case %zu", i);
	}
}

static void
only_for_givers_the_database_is_asked(void **state)
{
	struct facts f = { .rights = rights_spelled("SKAURVWDCTabc") };
	struct maker m;

	(void)state;
	fill_roles(GIVER);
	database.asked = 0;
	assert_int_equal(obtain_maker(&m, NULL, NULL, &f), DB_OK);
	assert_int_equal(database.asked, 0);
	assert_int_equal(m.ngives, 0);
	assert_false(m.is_operator);
	assert_true(rights_cover(&m.covers, &f.rights));

	f.rights = rights_spelled("emea:G");
	assert_int_equal(obtain_maker(&m, NULL, NULL, &f), DB_OK);
	assert_int_equal(database.asked, 1);
	assert_int_equal(m.ngives, 2);
	database.result = DB_UNAVAILABLE;
	assert_int_equal(obtain_maker(&m, NULL, NULL, &f), DB_UNAVAILABLE);
	assert_true(rights_cover(&f.rights, &m.covers));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_no_more_than_its_maker),
		cmocka_unit_test(
		    a_key_for_another_is_made_only_by_who_may_manage_him),
		cmocka_unit_test(
		    more_workspaces_than_a_key_can_name_are_refused),
		cmocka_unit_test(
		    a_user_is_managed_and_become_only_when_covered_whole),
		cmocka_unit_test(roles_are_given_where_giving_is_permitted),
		cmocka_unit_test(only_for_givers_the_database_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
