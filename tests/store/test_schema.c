/* SPDX-License-Identifier: ISC */
/* The migrator: again, after a killed run, and with broken files. */

#include <sys/stat.h>

#include "fixture.h"
#include "store/role.h"

struct asking {
	struct fixture	*f;
	int		 version;
	struct role	 roles[ROLE_PAGE];
	size_t		 n;
};

static enum db_result
ask_version(void *context)
{
	struct asking *a = context;

	return schema_version(a->f->db, &a->version);
}

static enum db_result
ask_roles(void *context)
{
	struct asking *a = context;

	return role_list(a->f->db, a->f->arena, &uuid_zero, a->roles,
	    NITEMS(a->roles), &a->n);
}

static void
a_second_run_changes_nothing(void **state)
{
	struct asking a = { .f = *state };
	int from, to;

	assert_null(schema_migrate(a.f->db, "schema", &from, &to));
	assert_int_equal(from, SCHEMA_NEWEST);
	assert_int_equal(to, SCHEMA_NEWEST);
	assert_int_equal(db_run(a.f->db, DB_READ, ask_roles, &a), DB_OK);
	assert_int_equal(a.n, 4);
}

static void
a_killed_run_is_taken_up(void **state)
{
	struct asking a = { .f = *state };
	int from, to;

	as_root(a.f, "DELETE FROM schema_steps");
	as_root(a.f, "DROP TABLE leases");
	as_root(a.f, "DROP TABLE keyring_versions");
	as_root(a.f, "DELETE FROM role_gives");
	as_root(a.f, "DELETE FROM roles");
	assert_int_equal(db_run(a.f->db, DB_READ, ask_version, &a), DB_NONE);
	assert_null(schema_migrate(a.f->db, "schema", &from, &to));
	assert_int_equal(from, 0);
	assert_int_equal(to, SCHEMA_NEWEST);
	as_root(a.f, "DELETE FROM leases");
	as_root(a.f, "DELETE FROM keyring_versions");
	assert_int_equal(db_run(a.f->db, DB_READ, ask_version, &a), DB_OK);
	assert_int_equal(a.version, SCHEMA_NEWEST);
	assert_int_equal(db_run(a.f->db, DB_READ, ask_roles, &a), DB_OK);
	assert_int_equal(a.n, 4);
}

static void
an_empty_database_has_no_version(void **state)
{
	struct asking a = { .f = *state };
	int from, to;

	as_root(a.f, "DROP TABLE schema_steps");
	assert_int_equal(db_run(a.f->db, DB_READ, ask_version, &a), DB_NONE);
	assert_null(schema_migrate(a.f->db, "schema", &from, &to));
}

static void
write_step(const char *folder, const char *name, const char *text)
{
	char path[2 * PATH];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
steps_run_in_order_until_one_fails(void **state)
{
	struct fixture *f = *state;
	char folder[PATH + 16];
	int from, to;

	snprintf(folder, sizeof(folder), "%s/steps", f->folder);
	assert_non_null(schema_migrate(f->db, folder, &from, &to));
	assert_int_equal(mkdir(folder, 0700), 0);
	write_step(folder, "901-one.sql",
	    "-- a; b;\nCREATE TABLE one (\n\tid INT NOT NULL PRIMARY KEY\n);\n"
	    "-- and a column\nALTER TABLE one ADD COLUMN two INT NULL;\n");
	write_step(folder, "902-two.sql", "SELEKT 1;\n");
	write_step(folder, "903-three.sql", "DROP TABLE one;\n");
	write_step(folder, "notes.sql", "DROP TABLE one;\n");
	assert_non_null(schema_migrate(f->db, folder, &from, &to));
	assert_int_equal(to, 901);
	as_root(f, "DELETE FROM one WHERE two = 1");
	write_step(folder, "902-two.sql", "DELETE FROM one");
	assert_non_null(schema_migrate(f->db, folder, &from, &to));
	write_step(folder, "902-two.sql", "DELETE FROM one;\n");
	assert_null(schema_migrate(f->db, folder, &from, &to));
	assert_int_equal(from, 901);
	assert_int_equal(to, 903);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_run_changes_nothing),
		cmocka_unit_test(a_killed_run_is_taken_up),
		cmocka_unit_test(an_empty_database_has_no_version),
		cmocka_unit_test(steps_run_in_order_until_one_fails),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
