/* SPDX-License-Identifier: ISC */
/* Which users may be managed and become, and which roles given. */

#include "makers.h"

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
	{ GIVER_FENCED, "SKab", true, false },
	{ GIVER_RULED, "SKab", true, false },
	/* what is given in any workspace is not given everywhere */
	{ GIVER_INNER, "SKa", false, false },
	{ GIVER_INNER, "SK emea:ab", true, true },
	{ GIVER_INNER, "SK emea:a apac:c", false, false },
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
	{ GIVER_FENCED, 0x10, NULL, false },
	{ GIVER_RULED, 0x10, NULL, false },
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

static const struct {
	const char	*rights, *place, *workspace;
	bool		 may;
} placed[] = {
	{ "G", NULL, NULL, true },
	{ "G", NULL, "emea", true },
	{ "G", "emea", NULL, false },
	{ "G emea:G", "emea", "emea", true },
	{ "G apac:G", "emea", "apac", false },
	{ "emea:G", NULL, "emea", true },
	{ "emea:G", NULL, NULL, false },
	{ "apac:G", "emea", "emea", false },
};

static void
a_role_is_given_and_covered_where_its_giver_is_held(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(placed); i++) {
		const struct facts f = {
			.rights = rights_spelled(placed[i].rights),
		};
		struct rights inside = { .n = 0 };
		const struct bits a = bits_spelled("a");
		struct maker m;

		database.roles[0] = (struct role){ .id = { { 0x10 } },
		    .permissions = a, .place = placed[i].place };
		database.n = 1;
		database.result = DB_OK;
		rights_add(&inside, &a, placed[i].workspace);
		assert_int_equal(obtain_maker(&m, NULL, NULL, &f), DB_OK);
		if (obtain_role(&m, &database.roles[0].id,
		    placed[i].workspace) != placed[i].may)
			fail_msg("case %zu", i);
		if (rights_cover(&m.covers, &inside) != placed[i].may)
			fail_msg("case %zu: cover", i);
	}
}

static const struct {
	const struct maker_case	*maker;
	uint8_t			 user;
	const char		*owner;
	const struct maker_case	*like;	/* who gives the same */
	bool			 covered;
} givers[] = {
	{ GIVER, 7, "SKG", GIVER, true },
	{ GIVER, 7, "SKG", GIVER_HERE, true },
	{ GIVER, 7, "SK emea:G", GIVER_HERE, true },
	{ GIVER, 7, "SKG", SESSION, true },
	{ GIVER_HERE, 7, "SKG", GIVER, false },
	{ GIVER_HERE, 7, "SK emea:G", GIVER, false },
	{ SESSION, 7, "SKG", GIVER_HERE, false },
	/* what a user without the permission gives is nothing; */
	{ SESSION, 7, "SK", GIVER, true },
	/* and oneself one always gives as much as */
	{ SESSION, 0, "SKG", GIVER, true },
	{ OPERATOR, 7, "SKG", GIVER, true },
};

static void
a_giver_is_covered_by_who_gives_as_much(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(givers); i++) {
		const struct maker m = make_maker(givers[i].maker);
		const struct facts user = {
			.user_id = { { givers[i].user } },
			.owner = rights_spelled(givers[i].owner),
		};
		bool covered = !givers[i].covered;

		fill_roles(givers[i].like);
		assert_int_equal(obtain_giving(&m, NULL, NULL, &user,
		    &covered), DB_OK);
		if (covered != givers[i].covered)
			fail_msg("case %zu", i);
	}
	database.result = DB_UNAVAILABLE;
	assert_int_equal(obtain_giving(&(struct maker){ .covers = { .n = 0 } },
	    NULL, NULL, &(struct facts){ .user_id = { { 7 } },
	    .owner = rights_spelled("G") }, &(bool){ false }),
	    DB_UNAVAILABLE);
}

static const struct {
	const struct maker_case	*maker;
	const char		*permissions;
	bool			 may;
} defined[] = {
	{ SESSION, "abc", true },
	{ SESSION, "", true },
	{ SESSION, "ad", false },
	{ MANAGER, "SK", true },
	/* what is held in a place is not held everywhere */
	{ MANAGER, "a", false },
	{ PAIR, "ab", true },
	{ PAIR, "S", false },
	{ SCOPED, "a", true },
	{ SCOPED, "b", false },
	{ ENDING, "a", false },
	{ PLACED, "a", false },
	{ GIVER, "abD", true },
	{ GIVER, "c", false },
	{ GIVER_KEY, "Sab", true },
	{ GIVER_HERE, "a", false },
	{ GIVER_ENDING, "a", false },
	{ GIVER_INNER, "a", false },
	{ OPERATOR, ALL, true },
}, inner[] = {
	/* of a role that is given in workspaces alone */
	{ GIVER_INNER, "abS", true },
	{ GIVER_INNER, "ac", false },
	{ GIVER, "ab", true },
	{ GIVER_HERE, "a", false },
};

static bool
may_define(const struct maker_case *maker, const char *permissions,
    bool in_workspaces)
{
	const struct maker m = make_maker(maker);

	return obtain_definition(&m, &(struct role){
	    .permissions = bits_spelled(permissions),
	    .in_workspaces = in_workspaces });
}

static void
a_role_is_defined_only_from_what_is_covered_where_it_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(defined); i++)
		if (may_define(defined[i].maker, defined[i].permissions,
		    false) != defined[i].may)
			fail_msg("case %zu", i);
	for (size_t i = 0; i < NITEMS(inner); i++)
		if (may_define(inner[i].maker, inner[i].permissions, true) !=
		    inner[i].may)
			fail_msg("case %zu: in workspaces", i);
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
		cmocka_unit_test(
		    a_user_is_managed_and_become_only_when_covered_whole),
		cmocka_unit_test(roles_are_given_where_giving_is_permitted),
		cmocka_unit_test(
		    a_role_is_given_and_covered_where_its_giver_is_held),
		cmocka_unit_test(a_giver_is_covered_by_who_gives_as_much),
		cmocka_unit_test(
		    a_role_is_defined_only_from_what_is_covered_where_it_holds),
		cmocka_unit_test(only_for_givers_the_database_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
