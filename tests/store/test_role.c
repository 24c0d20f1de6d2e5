/* SPDX-License-Identifier: ISC */
/* Roles, the catalogue, and what a credential comes with. */

#include "store/credential.h"
#include "store/session.h"
#include "store/workspace.h"
#include "tale.h"

static enum db_result
live_credential(void *context)
{
	struct tale *t = context;
	uint8_t digests[4][32] = { { 21 }, { 22 }, { 22 }, { 22 } };
	struct uuid account = new_account(t, "cred");
	struct uuid user = new_user(t, &account, "bearer");
	struct uuid key = new_key(t, &account, &user, NULL, digests[0]);
	struct session s = {
		.digest = { 22 }, .id = uuid_new(), .version = 1,
		.account_id = account, .user_id = user, .created_at = NOW,
		.expires_at = NOW + 1000,
	};
	struct workspace w = {
		.id = uuid_new(), .account_id = account, .handle = "apac",
		.name = "", .created_at = NOW, .updated_at = NOW,
	};
	struct role owner, manager;
	struct role_given given[3];
	struct credential_row rows[ROLE_GIVEN];
	size_t n;

	assert_int_equal(credential_of_key(t->db, t->arena, digests, rows,
	    &n), DB_OK);
	assert_int_equal(n, 1);
	assert_true(uuid_equal(&rows[0].id, &key));
	assert_memory_equal(rows[0].digest, digests[0], 32);
	assert_int_equal(rows[0].kind, 2);
	assert_int_equal(rows[0].starts_at, NOW);
	assert_int_equal(rows[0].expires_at, SOON);
	assert_false(rows[0].revoked || rows[0].disabled ||
	    rows[0].is_session);
	assert_true(rows[0].limited && rows[0].user_verified &&
	    rows[0].account_active);
	assert_string_equal(rows[0].workspaces, "emea apac");
	assert_string_equal(rows[0].account_legacy_id, "cred");
	assert_true(uuid_is_zero(&rows[0].role_id));
	assert_true(bits_empty(&rows[0].permissions));
	assert_true(llabs(rows[0].now - clock_now()) < 5000);

	new_account(t, NULL);
	assert_int_equal(session_add(t->db, &s), DB_OK);
	assert_int_equal(workspace_add(t->db, &w), DB_OK);
	assert_int_equal(role_find(t->db, t->arena, &account, "owner",
	    &owner), DB_OK);
	assert_int_equal(role_find(t->db, t->arena, &account,
	    "workspace-manager", &manager), DB_OK);
	given[0] = (struct role_given){ .role_id = owner.id };
	given[1] = (struct role_given){
		.role_id = manager.id, .workspace_id = w.id,
	};
	given[2] = given[1];
	assert_int_equal(role_set(t->db, &user, given, 3), DB_OK);
	assert_int_equal(credential_of_session(t->db, t->arena, digests, rows,
	    &n), DB_OK);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		assert_true(rows[i].is_session);
		assert_null(rows[i].label);
		assert_int_equal(rows[i].kind, 0);
		if (uuid_equal(&rows[i].role_id, &manager.id))
			assert_string_equal(rows[i].workspace, "apac");
		else
			assert_true(bits_has(&rows[i].permissions,
			    PERMISSION_AUDIT));
	}
	assert_int_equal(credential_of_user(t->db, t->arena, &account, &user,
	    rows, &n), DB_OK);
	assert_int_equal(n, 2);
	assert_true(uuid_is_zero(&rows[0].id));
	assert_int_equal(credential_of_user(t->db, t->arena, &key, &user,
	    rows, &n), DB_NONE);

	assert_int_equal(key_revoke(t->db, &account, &key, "", NOW), DB_OK);
	assert_int_equal(credential_of_key(t->db, t->arena, digests, rows,
	    &n), DB_OK);
	assert_true(rows[0].revoked);
	digests[0][0] = 99;
	assert_int_equal(credential_of_key(t->db, t->arena, digests, rows,
	    &n), DB_NONE);
	return DB_OK;
}

static void
a_credential_comes_with_all_that_decides(void **state)
{
	tell(state, live_credential);
}

static enum db_result
live_roles(void *context)
{
	struct tale *t = context;
	struct uuid account = new_account(t, NULL);
	struct uuid user = new_user(t, &account, "role-holder");
	struct role list[ROLE_PAGE], admin;
	struct role_given given[ROLE_GIVEN] = { 0 };
	struct permission_row catalogue[BITS];
	const char *name;
	unsigned bit, again;
	size_t n;

	assert_int_equal(role_list(t->db, t->arena, &account, list,
	    NITEMS(list), &n), DB_OK);
	assert_int_equal(n, 8);
	assert_string_equal(list[0].slug, "auditor");
	assert_int_equal(role_find(t->db, t->arena, &account, "nöne",
	    &list[0]), DB_NONE);
	assert_int_equal(role_find(t->db, t->arena, &account,
	    "global-user-admin", &admin), DB_OK);
	assert_int_equal(admin.id.b[15], 2);
	given[0].role_id = admin.id;
	assert_int_equal(role_set(t->db, &user, given, 1), DB_OK);
	assert_int_equal(role_of_user(t->db, t->arena, &user, given,
	    NITEMS(given), &n), DB_OK);
	assert_int_equal(n, 1);
	assert_string_equal(given[0].slug, "global-user-admin");
	assert_null(given[0].workspace);
	assert_int_equal(role_givable(t->db, t->arena, &user, list,
	    NITEMS(list), &n), DB_OK);
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++)
		assert_string_not_equal(list[i].slug, "owner");
	assert_int_equal(role_set(t->db, &user, NULL, 0), DB_OK);
	assert_int_equal(role_givable(t->db, t->arena, &user, list,
	    NITEMS(list), &n), DB_OK);
	assert_int_equal(n, 0);

	assert_int_equal(permission_bit(t->db, t->arena, "latchkey:audit",
	    &bit), DB_OK);
	assert_int_equal(bit, PERMISSION_AUDIT);
	assert_int_equal(permission_bit(t->db, t->arena, "orders:read", &bit),
	    DB_NONE);
	assert_int_equal(permission_bit(t->db, t->arena, "ördérs", &bit),
	    DB_NONE);
	assert_int_equal(permission_add(t->db, t->arena, "orders:read", "",
	    NOW, &bit), DB_OK);
	assert_int_equal(bit, PERMISSION_FIRST);
	assert_int_equal(permission_add(t->db, t->arena, "orders:read", "",
	    NOW, &bit), DB_DUPLICATE);
	assert_int_equal(permission_add(t->db, t->arena, "orders:write", "",
	    NOW, &bit), DB_OK);
	assert_int_equal(bit, PERMISSION_FIRST + 1);
	assert_int_equal(permission_bit(t->db, t->arena, "orders:write",
	    &again), DB_OK);
	assert_int_equal(again, bit);
	assert_int_equal(permission_name(t->db, t->arena, PERMISSION_FIRST,
	    &name), DB_OK);
	assert_string_equal(name, "orders:read");
	assert_int_equal(permission_name(t->db, t->arena, 200, &name),
	    DB_NONE);
	assert_int_equal(permission_all(t->db, t->arena, catalogue, &n),
	    DB_OK);
	assert_int_equal(n, PERMISSION__OWN + 2);
	assert_int_equal(role_seed(t->db), DB_OK);
	assert_int_equal(role_find(t->db, t->arena, &account, "owner",
	    &admin), DB_OK);
	assert_true(bits_has(&admin.permissions, PERMISSION_FIRST + 1));
	assert_int_equal(role_permit(t->db, t->arena, "developer",
	    PERMISSION_FIRST), DB_OK);
	assert_int_equal(role_permit(t->db, t->arena, "none", 40), DB_NONE);
	return DB_OK;
}

static void
roles_and_the_catalogue_know_each_other(void **state)
{
	tell(state, live_roles);
}

static struct role
role_named(struct tale *t, const struct uuid *account, const char *slug)
{
	struct role out;

	assert_int_equal(role_find(t->db, t->arena, account, slug, &out),
	    DB_OK);
	return out;
}

static enum db_result
defined_roles(void *context)
{
	struct tale *t = context;
	struct uuid account = new_account(t, NULL);
	struct uuid other = new_account(t, NULL);
	struct uuid user = new_user(t, &account, "definer");
	const struct role viewer = role_named(t, &account, "viewer");
	const struct role admin = role_named(t, &account, "global-user-admin");
	struct role list[ROLE_PAGE], found, own = {
		.id = uuid_new(), .account_id = account, .slug = "own",
		.name = "Ours", .permissions = { .b = { 7 } },
	};
	struct role_given given[ROLE_GIVEN] = { { .role_id = own.id } };
	size_t n;

	assert_int_equal(role_add(t->db, &own), DB_OK);
	assert_int_equal(role_find(t->db, t->arena, &other, "own", &found),
	    DB_NONE);
	assert_int_equal(account_lock(t->db, &account), DB_OK);
	assert_int_equal(account_lock(t->db, &own.id), DB_NONE);
	assert_int_equal(role_set_gives(t->db, &own.id, &viewer, 1), DB_OK);
	assert_int_equal(role_let_give(t->db, &admin.id, &own.id), DB_OK);
	assert_int_equal(role_let_give(t->db, &admin.id, &own.id), DB_OK);
	assert_int_equal(role_gives(t->db, t->arena, &account, &own.id, list,
	    ROLE_PAGE, &n), DB_OK);
	assert_int_equal(n, 1);
	assert_string_equal(list[0].slug, "viewer");
	assert_int_equal(role_gives(t->db, t->arena, &account, &admin.id, list,
	    ROLE_PAGE, &n), DB_OK);
	assert_int_equal(n, 6);
	/* what a built-in role gives is not for other accounts */
	assert_int_equal(role_gives(t->db, t->arena, &other, &admin.id, list,
	    ROLE_PAGE, &n), DB_OK);
	assert_int_equal(n, 5);

	assert_int_equal(role_set(t->db, &user, given, 1), DB_OK);
	assert_int_equal(role_held(t->db, t->arena, &user, list, ROLE_PAGE,
	    &n), DB_OK);
	assert_int_equal(n, 1);
	own.name = "Renamed";
	own.permissions.b[0] = 1;
	assert_int_equal(role_change(t->db, &own), DB_OK);
	found = role_named(t, &account, "own");
	assert_string_equal(found.name, "Renamed");
	assert_int_equal(found.permissions.b[0], 1);

	assert_int_equal(role_remove(t->db, t->arena, &own), DB_OK);
	assert_int_equal(role_of_user(t->db, t->arena, &user, given,
	    ROLE_GIVEN, &n), DB_OK);
	assert_int_equal(n, 0);
	assert_int_equal(role_gives(t->db, t->arena, &account, &admin.id, list,
	    ROLE_PAGE, &n), DB_OK);
	assert_int_equal(n, 5);
	assert_int_equal(role_remove(t->db, t->arena, &own), DB_NONE);
	own.account_id = other;
	assert_int_equal(role_change(t->db, &own), DB_NONE);
	return DB_OK;
}

static void
an_account_s_roles_are_its_own(void **state)
{
	tell(state, defined_roles);
}

static void
permission_names_are_words_and_colons(void **state)
{
	static const struct {
		const char	*name;
		bool		 valid;
	} cases[] = {
		{ "orders:read", true },
		{ "a", true },
		{ "a.b-c_9:d:e", true },
		{ "latchkeys:read", true },
		{ "orders:latchkey", true },
		{ "latchkey", false },
		{ "latchkey:self", false },
		{ "", false },
		{ ":a", false },
		{ "a:", false },
		{ "a::b", false },
		{ "A:b", false },
		{ "a b", false },
	};

	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++)
		if (permission_name_valid(cases[i].name) != cases[i].valid)
			fail_msg("%s", cases[i].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_credential_comes_with_all_that_decides),
		cmocka_unit_test(roles_and_the_catalogue_know_each_other),
		cmocka_unit_test(an_account_s_roles_are_its_own),
		cmocka_unit_test(permission_names_are_words_and_colons),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
