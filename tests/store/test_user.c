/* SPDX-License-Identifier: ISC */
/* Accounts, users and workspaces: each result of each operation. */

#include "store/workspace.h"
#include "tale.h"

static enum db_result
live_account(void *context)
{
	struct tale *t = context;
	struct account a;
	char text[UUID_TEXT];
	struct uuid id, unknown = uuid_new();

	assert_int_equal(account_only(t->db, t->arena, &a), DB_NONE);
	id = new_account(t, "acme-1");
	assert_int_equal(account_only(t->db, t->arena, &a), DB_OK);
	assert_true(uuid_equal(&a.id, &id));
	assert_string_equal(a.name, "Acme Ü");
	assert_true(a.active);
	uuid_format(text, &id);
	assert_int_equal(account_find(t->db, t->arena, text, &a), DB_OK);
	assert_int_equal(account_find(t->db, t->arena, "acme-1", &a), DB_OK);
	assert_int_equal(account_find(t->db, t->arena, "ACME-1", &a), DB_NONE);
	assert_int_equal(account_find(t->db, t->arena, "äcme", &a), DB_NONE);
	assert_int_equal(account_get(t->db, t->arena, &unknown, &a), DB_NONE);
	a.id = uuid_new();
	a.legacy_id = "acme-1";
	assert_int_equal(account_add(t->db, &a), DB_DUPLICATE);
	new_account(t, NULL);
	assert_int_equal(account_only(t->db, t->arena, &a), DB_NONE);
	return DB_OK;
}

static void
an_account_is_found_by_its_two_names(void **state)
{
	tell(state, live_account);
}

static enum db_result
live_user(void *context)
{
	struct tale *t = context;
	const struct user_password secret = { "$argon2id$x", 1, { 7 } };
	struct uuid account = new_account(t, NULL);
	struct uuid foreign = new_account(t, NULL);
	struct uuid id = new_user(t, &account, "Ann@Example.org");
	struct user u, page[4];
	struct user_login login;
	int64_t count;
	size_t n;

	u = user_named(&account, "ann@example.ORG");
	assert_int_equal(user_add(t->db, &u, &secret), DB_DUPLICATE);
	u = user_named(&foreign, "ann@example.org");
	assert_int_equal(user_add(t->db, &u, &secret), DB_OK);
	assert_int_equal(user_get(t->db, t->arena, &account, &u.id, &u),
	    DB_NONE);
	assert_int_equal(user_by_username(t->db, t->arena, &account,
	    "ANN@example.org", &u), DB_OK);
	assert_true(uuid_equal(&u.id, &id));
	assert_string_equal(u.username, "Ann@Example.org");
	assert_null(u.handle);

	u.blocked = true;
	u.handle = "ann";
	assert_int_equal(user_change(t->db, &u), DB_OK);
	assert_int_equal(user_change(t->db, &u), DB_OK);
	u.account_id = foreign;
	assert_int_equal(user_change(t->db, &u), DB_NONE);
	assert_int_equal(user_set_password(t->db, &foreign, &id, &secret),
	    DB_NONE);
	assert_int_equal(user_set_password(t->db, &account, &id, &secret),
	    DB_OK);
	assert_int_equal(user_login(t->db, t->arena, &account,
	    "ann@example.org", &login), DB_OK);
	assert_true(login.blocked && login.account_active);
	assert_string_equal(login.password.encoded, "$argon2id$x");
	assert_int_equal(login.password.mac[0], 7);
	assert_int_equal(user_login(t->db, t->arena, &account, "nobody",
	    &login), DB_NONE);
	assert_int_equal(user_login_by_handle(t->db, t->arena, &account,
	    "ann", &login), DB_OK);
	assert_true(uuid_equal(&login.id, &id));
	assert_int_equal(user_login_by_handle(t->db, t->arena, &foreign,
	    "ann", &login), DB_NONE);
	assert_int_equal(user_by_handle(t->db, t->arena, &account, "ann",
	    &u), DB_OK);
	assert_true(uuid_equal(&u.id, &id));
	assert_int_equal(user_by_handle(t->db, t->arena, &foreign, "ann",
	    &u), DB_NONE);
	assert_int_equal(user_passwords_under(t->db, 1, &count),
	    DB_OK);
	assert_int_equal(count, 2);

	u = user_named(&account, "robot");
	u.type = USER_COMPANY;
	u.email = NULL;
	assert_int_equal(user_add(t->db, &u, &secret), DB_OK);
	u = user_named(&account, "b");
	assert_int_equal(user_add(t->db, &u, &secret), DB_OK);
	assert_int_equal(user_page(t->db, t->arena, &account, &uuid_zero,
	    page, NITEMS(page), &n), DB_OK);
	assert_int_equal(n, 2);
	assert_int_equal(user_page(t->db, t->arena, &account, &id, page,
	    NITEMS(page), &n), DB_OK);
	assert_int_equal(n, 1);

	assert_int_equal(user_remove(t->db, &foreign, &id, NOW), DB_NONE);
	assert_int_equal(user_remove(t->db, &account, &id, NOW), DB_OK);
	assert_int_equal(user_remove(t->db, &account, &id, NOW), DB_NONE);
	assert_int_equal(user_get(t->db, t->arena, &account, &id, &u),
	    DB_NONE);
	new_user(t, &account, "ann@example.org");
	return DB_OK;
}

static void
a_user_lives_in_one_account(void **state)
{
	tell(state, live_user);
}

static enum db_result
live_workspace(void *context)
{
	struct tale *t = context;
	struct uuid account = new_account(t, NULL);
	struct uuid foreign = new_account(t, NULL);
	struct workspace w = {
		.id = uuid_new(), .account_id = account, .handle = "emea",
		.name = "Europe", .created_at = NOW, .updated_at = NOW,
	};
	struct workspace got, page[2];
	size_t n;

	assert_int_equal(workspace_add(t->db, &w), DB_OK);
	assert_int_equal(workspace_find(t->db, t->arena, &account, "emea",
	    &got), DB_OK);
	assert_int_equal(workspace_find(t->db, t->arena, &account, "émea",
	    &got), DB_NONE);
	assert_int_equal(workspace_get(t->db, t->arena, &foreign, &w.id,
	    &got), DB_NONE);
	w.name = "EMEA";
	assert_int_equal(workspace_change(t->db, &w), DB_OK);
	assert_int_equal(workspace_page(t->db, t->arena, &account,
	    &uuid_zero, page, NITEMS(page), &n), DB_OK);
	assert_int_equal(n, 1);
	assert_string_equal(page[0].name, "EMEA");
	w.account_id = foreign;
	assert_int_equal(workspace_change(t->db, &w), DB_NONE);
	w.account_id = account;
	w.id = uuid_new();
	assert_int_equal(workspace_add(t->db, &w), DB_DUPLICATE);
	return DB_OK;
}

static void
a_workspace_lives_in_one_account(void **state)
{
	tell(state, live_workspace);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_is_found_by_its_two_names),
		cmocka_unit_test(a_user_lives_in_one_account),
		cmocka_unit_test(a_workspace_lives_in_one_account),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
