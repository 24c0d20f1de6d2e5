/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_MAKERS_H
#define TESTS_UNIT_MAKERS_H

/* Who asks for something: makers of each sort, and the roles they may give. */

#include <string.h>

#include "base/nitems.h"
#include "check/obtain.h"

#include "answers.h"
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

/* -- makers ---------------------------------------------------------------- */

static const struct maker_case {
	const char	*rights;	/* what the presented credential may */
	const char	*gives[2];	/* what the roles it may give contain */
	enum kind	 kind;		/* KIND_NONE: a session */
	const char	*scopes;	/* NULL: not limited */
	const char	*workspaces[2];
	int64_t		 expires_at;
	const char	*path, *block;	/* NULL: any */
	bool		 in_workspaces;	/* the roles it may give are */
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
#define FENCED		(&makers[13])	/* limited to a path and a block */
	{ .rights = "SKDabc", .kind = KIND_APP, .path = "/a*",
	    .block = "192.0.2.0/24" },
#define GIVER_THERE	(&makers[14])	/* a key that gives in one place */
	{ .rights = "K emea:G", .gives = { "ab" }, .kind = KIND_PAIR,
	    .scopes = "KG" },
#define GIVER_FENCED	(&makers[15])
	{ .rights = "SKG", .gives = { "SKab" }, .kind = KIND_APP,
	    .block = "192.0.2.0/24" },
#define GIVER_RULED	(&makers[16])
	{ .rights = "SKG", .gives = { "SKab" }, .kind = KIND_APP,
	    .path = "/users" },
#define GIVER_INNER	(&makers[17])	/* a session of one who gives roles of
					   workspaces */
	{ .rights = "SKG", .gives = { "abG" }, .in_workspaces = true },
#define OPERATOR	(&makers[18])
	{ .rights = "", .kind = KIND_APP, .expires_at = 1,
	    .is_operator = true },
};

#define ALL	"SKAURGVWDCTMFabcdef"

/* Ids are 0x10, 0x20; the one behind the last has 0x30. */
static inline void
fill_roles(const struct maker_case *c)
{
	size_t n = 0;

	for (; n < NITEMS(c->gives) && c->gives[n] != NULL; n++)
		database.roles[n] = (struct role){
			.id = { { (uint8_t)(0x10 * (n + 1)) } },
			.permissions = bits_spelled(c->gives[n]),
			.in_workspaces = c->in_workspaces,
		};
	database.roles[n] = (struct role){
		.id = { { 0x30 } },
		.permissions = bits_spelled(ALL),
	};
	database.n = n;
	database.result = DB_OK;
}

static inline struct rules
rules_spelled(const char *path)
{
	struct rules r = { .n = path != NULL };

	r.rule[0] = (struct rule){ "*", path };
	return r;
}

static inline struct addresses
addresses_spelled(const char *block)
{
	struct addresses a = { .n = block != NULL };

	if (block != NULL)
		assert_true(address_block_parse(&a.entry[0].block, block));
	return a;
}

static inline struct maker
make_maker(const struct maker_case *c)
{
	struct facts f = {
		.kind = c->kind,
		.expires_at = c->expires_at,
		.limited = c->scopes != NULL,
		.rights = rights_spelled(c->rights),
		.owner = rights_spelled(c->rights),
		.rules = rules_spelled(c->path),
		.addresses = addresses_spelled(c->block),
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

#endif
