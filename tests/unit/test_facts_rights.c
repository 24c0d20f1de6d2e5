/* SPDX-License-Identifier: ISC */
/* What a credential may, by its owner's roles and its own limits. */

#include "stored.h"

static const struct {
	enum kind	 kind;
	const char	*role;		/* of the owner */
	const char	*in;		/* its workspace, NULL: everywhere */
	const char	*scopes;	/* NULL: not limited */
	const char	*workspaces;
	const char	*rights;
} rights[] = {
	{ KIND_NONE, "Uab", NULL, NULL, NULL, "SKUab" },
	{ KIND_NONE, "ab", "emea", NULL, NULL, "SK emea:ab" },
	{ KIND_PAIR, "Uab", NULL, NULL, NULL, "ab" },
	{ KIND_PAIR, "Uab", "emea", NULL, NULL, "emea:ab" },
	{ KIND_PAIR, "Uab", NULL, "UKa", NULL, "KUa" },
	{ KIND_PAIR, "Uab", NULL, "cd", NULL, "" },
	{ KIND_PAIR, "Uab", NULL, "", NULL, "" },
	{ KIND_PAIR, "Uab", NULL, NULL, "emea", "emea:ab" },
	{ KIND_PAIR, "Uab", NULL, "Kb", "emea apac", "emea:Kb apac:Kb" },
	{ KIND_PAIR, "Uab", "emea", "b", "apac", "" },
	{ KIND_NAMED, "Uab", NULL, NULL, NULL, "ab" },
	{ KIND_APP, "Uab", NULL, NULL, NULL, "SKUab" },
	{ KIND_APP, "Uab", NULL, "a", NULL, "a" },
	{ KIND_APP, "Uab", "emea", NULL, "emea", "emea:SKUab" },
	{ KIND_PERSONAL, "Uab", NULL, NULL, NULL, "SKUab" },
	{ KIND_COMPANY, "Uab", NULL, NULL, NULL, "SKUab" },
};

static void
rights_are_the_owners_less_what_limits_the_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(rights); i++) {
		struct credential_row *row = &database.rows[0];
		struct rights want = rights_spelled(rights[i].rights);
		struct credential c;
		struct facts f;

		store_credential(rights[i].kind, rights[i].role);
		if (rights[i].in != NULL) {
			row->workspace_id.b[0] = 1;
			row->workspace = rights[i].in;
		}
		row->limited = rights[i].scopes != NULL;
		if (row->limited)
			row->scopes = bits_spelled(rights[i].scopes);
		row->workspaces = rights[i].workspaces;
		c = present(rights[i].kind);
		assert_int_equal(find_out(&f, &c), DB_OK);
		if (!rights_cover(&f.rights, &want) ||
		    !rights_cover(&want, &f.rights))
			fail_msg("case %zu", i);
	}
}

static void
roles_add_up_and_stray_ones_permit_nothing(void **state)
{
	struct rights want = rights_spelled("SKa emea:b");
	struct credential_row *rows = database.rows;
	struct credential c;
	struct facts f;

	(void)state;
	store_credential(KIND_NONE, "a");
	rows[1] = rows[2] = rows[3] = rows[4] = rows[0];
	rows[1].permissions = bits_spelled("b");
	rows[1].workspace_id.b[0] = 1;
	rows[1].workspace = "emea";
	rows[2].permissions = bits_spelled("c");
	rows[2].workspace_id.b[0] = 2;	/* of another account: no handle */
	rows[3].permissions = bits_spelled("d");
	rows[3].role_id = uuid_zero;
	database.n = 4;
	c = present(KIND_NONE);
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(rights_cover(&want, &f.rights));
	assert_true(rights_cover(&f.rights, &want));

	assert_int_equal(facts_of_user(&f, NULL, arena, &id, &id), DB_OK);
	assert_true(rights_cover(&want, &f.rights));
	assert_true(rights_cover(&f.rights, &want));
	assert_true(rights_cover(&f.owner, &want));
	assert_true(f.user_active && f.account_active);
	assert_string_equal(f.username, "anna");
	assert_int_equal(f.now, NOW);
	assert_false(f.known);
}

static void
a_row_with_too_many_workspaces_opens_nothing(void **state)
{
	char handles[(FACTS_WORKSPACES + 1) * 2 + 1] = "";
	struct credential c;
	struct facts f;

	(void)state;
	for (size_t i = 0; i < FACTS_WORKSPACES; i++)
		memcpy(handles + 2 * i, "w ", 2);
	store_credential(KIND_PAIR, "a");
	database.rows[0].workspaces = handles;
	c = present(KIND_PAIR);
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_int_equal(f.nworkspaces, FACTS_WORKSPACES);
	assert_false(f.disabled);
	handles[sizeof(handles) - 3] = 'w';
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(f.disabled);
}

/* -- where and when -------------------------------------------------------- */

static const struct {
	const char	*rules, *addresses;
	size_t		 nrules, naddresses;
	bool		 disabled;
} fences[] = {
	{ NULL, NULL, 0, 0, false },
	{ "GET /a\n* /b*", "192.0.2.0/24 !192.0.2.7", 2, 2, false },
	{ "GET /a\nrubbish", "192.0.2.0/24", 1, 0, true },
	{ "GET /a", "192.0.2.0/24 rubbish", 1, 1, true },
};

static void
a_row_that_we_did_not_write_opens_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(fences); i++) {
		struct credential c;
		struct facts f;

		store_credential(KIND_PAIR, "a");
		database.rows[0].rules = fences[i].rules;
		database.rows[0].addresses = fences[i].addresses;
		c = present(KIND_PAIR);
		assert_int_equal(find_out(&f, &c), DB_OK);
		assert_int_equal(f.rules.n, fences[i].nrules);
		assert_int_equal(f.addresses.n, fences[i].naddresses);
		assert_int_equal(f.disabled, fences[i].disabled);
	}
}

/* -- handles --------------------------------------------------------------- */

static const struct {
	const char	*text;
	size_t		 n;
	const char	*last;
} handles[] = {
	{ NULL, 0, NULL },
	{ "", 0, NULL },
	{ "emea", 1, "emea" },
	{ "emea apac", 2, "apac" },
	{ "emea  apac ", 2, "apac" },
	{ "a b c", 3, "c" },
	{ "a b c d", 4, NULL },
};

static void
handles_are_split_at_blanks(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(handles); i++) {
		const char *out[3] = { NULL };

		assert_int_equal(facts_split(arena, handles[i].text, out, 3),
		    handles[i].n);
		if (handles[i].last != NULL)
			assert_string_equal(out[handles[i].n - 1],
			    handles[i].last);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    rights_are_the_owners_less_what_limits_the_key),
		cmocka_unit_test(roles_add_up_and_stray_ones_permit_nothing),
		cmocka_unit_test(a_row_with_too_many_workspaces_opens_nothing),
		cmocka_unit_test(a_row_that_we_did_not_write_opens_nothing),
		cmocka_unit_test(handles_are_split_at_blanks),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
