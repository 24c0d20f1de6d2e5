/* SPDX-License-Identifier: ISC */
/* The migrator: again, after a killed run, and with broken files. */

#include <sys/stat.h>

#include "fixture.h"
#include "store/generation_table.h"
#include "store/key.h"
#include "store/lifetime.h"
#include "store/role.h"

#define ROLES	8	/* built in */

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
	assert_int_equal(a.n, ROLES);
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

/* -- from the step before, with what stood there --------------------------- */

static void
run_steps(struct fixture *f, const char *folder, int to)
{
	int from, done;

	assert_null(schema_migrate(f->db, folder, &from, &done));
	assert_int_equal(done, to);
}

/* An empty database again. */
static void
start_over(struct fixture *f)
{
	as_root(f, "DROP DATABASE latchkey");
	as_root(f, "CREATE DATABASE latchkey CHARACTER SET utf8mb4");
	as_root(f, "USE latchkey");
}

/* Copy a step into the folder, up to its nth statement (0: all of it). */
static void
copy_step(const char *folder, const char *name, size_t statements)
{
	static char text[64 * 1024];
	char path[2 * PATH];
	size_t n, at = 0;
	FILE *file;

	snprintf(path, sizeof(path), "schema/%s", name);
	file = fopen(path, "r");
	assert_non_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	for (size_t i = 0; i < statements; i++) {
		const char *end = strstr(text + at, ";\n");

		assert_non_null(end);
		at = (size_t)(end - text) + 2;
	}
	if (statements > 0)
		text[at] = '\0';
	write_step(folder, name, text);
}

/*
 * What the first version of the schema held: a live key and one that ended,
 * with handles, and an account whose app tokens live five seconds.
 */
static void
fill_first_step(struct fixture *f)
{
	as_root(f, "INSERT INTO accounts (id, name, app_lifetime, created_at) "
	    "VALUES (REPEAT('a', 16), 'Acme', 5000, 1), "
	    "(REPEAT('b', 16), 'Other', NULL, 1)");
	as_root(f, "INSERT INTO `keys` (id, account_id, user_id, kind, handle,"
	    " label, made_by_user, created_at, updated_at, revoked_at) VALUES"
	    " (REPEAT('k', 16), REPEAT('a', 16), REPEAT('u', 16), 2, 'main',"
	    " '', REPEAT('u', 16), 1, 1, NULL),"
	    " (REPEAT('l', 16), REPEAT('a', 16), REPEAT('u', 16), 2, 'old',"
	    " '', REPEAT('u', 16), 1, 1, 7)");
}

struct reading {
	struct fixture	*f;
	struct lifetime	 acme, other;
	struct key	 live, ended;
	int64_t		 places;
};

static const struct db_query places_query = {
	.sql = "SELECT COUNT(*) FROM generations WHERE value > 1000000",
	.columns = db_number,
	.ncolumns = NITEMS(db_number),
};

static enum db_result
read_all(void *context)
{
	struct reading *r = context;
	struct db *db = r->f->db;
	struct uuid acme, other, user, live, ended;

	memset(acme.b, 'a', sizeof(acme.b));
	memset(other.b, 'b', sizeof(other.b));
	memset(user.b, 'u', sizeof(user.b));
	memset(live.b, 'k', sizeof(live.b));
	memset(ended.b, 'l', sizeof(ended.b));
	assert_int_equal(lifetime_get(db, &acme, 6, &r->acme), DB_OK);
	assert_int_equal(lifetime_get(db, &other, 6, &r->other), DB_OK);
	assert_int_equal(key_by_handle(db, r->f->arena, &acme, &user, "main",
	    &r->live), DB_OK);
	assert_true(uuid_equal(&r->live.id, &live));
	assert_int_equal(key_find(db, r->f->arena, &acme, &ended, &r->ended),
	    DB_OK);
	assert_int_equal(db_count(db, &places_query, NULL, 0, &r->places),
	    DB_OK);
	/* the handle of the key that ended is free */
	r->live.handle = "old";
	return key_change(db, &r->live);
}

static void
expect_all_there(struct fixture *f)
{
	struct reading r = { .f = f };

	assert_int_equal(db_run(f->db, DB_CHANGE, read_all, &r), DB_OK);
	assert_int_equal(r.acme.initial, 5000);
	assert_int_equal(r.acme.most, 5000);
	assert_int_equal(r.other.initial, 0);
	assert_int_equal(r.other.most, 0);
	assert_string_equal(r.ended.handle, "old");
	assert_int_equal(r.ended.revoked_at, 7);
	assert_int_equal(r.places, GENERATION_PLACES);
}

/* However often the second step was killed, and after which statement. */
static void
a_killed_step_is_taken_up_with_its_data(void **state)
{
	struct fixture *f = *state;
	char folder[PATH + 16];

	snprintf(folder, sizeof(folder), "%s/killed", f->folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	copy_step(folder, "001-initial.sql", 0);
	start_over(f);
	run_steps(f, folder, 1);
	fill_first_step(f);
	for (size_t n = 1; n <= 9; n++) {
		copy_step(folder, "002-kinds.sql", n);
		run_steps(f, folder, 2);
		as_root(f, "DELETE FROM schema_steps WHERE step = 2");
	}
	copy_step(folder, "002-kinds.sql", 0);
	run_steps(f, folder, 2);
	copy_step(folder, "003-lifetimes.sql", 0);
	run_steps(f, folder, 3);
	as_root(f, "DELETE FROM schema_steps WHERE step = 3");
	for (size_t n = 1; n <= 4; n++) {
		copy_step(folder, "004-limits.sql", n);
		run_steps(f, folder, 4);
		as_root(f, "DELETE FROM schema_steps WHERE step = 4");
	}
	for (size_t n = 1; n <= 4; n++) {
		copy_step(folder, "005-generations.sql", n);
		run_steps(f, folder, 5);
		as_root(f, "DELETE FROM schema_steps WHERE step = 5");
	}
	run_steps(f, "schema", SCHEMA_NEWEST);
	expect_all_there(f);
}

static void
a_killed_first_run_is_taken_up(void **state)
{
	struct asking a = { .f = *state };

	start_over(a.f);
	assert_int_equal(db_run(a.f->db, DB_READ, ask_version, &a), DB_NONE);
	run_steps(a.f, "schema", SCHEMA_NEWEST);
	as_root(a.f, "DELETE FROM role_gives");
	as_root(a.f, "DELETE FROM roles");
	run_steps(a.f, "schema", SCHEMA_NEWEST);
	assert_int_equal(db_run(a.f->db, DB_READ, ask_version, &a), DB_OK);
	assert_int_equal(a.version, SCHEMA_NEWEST);
	assert_int_equal(db_run(a.f->db, DB_READ, ask_roles, &a), DB_OK);
	assert_int_equal(a.n, ROLES);
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
		cmocka_unit_test(a_killed_step_is_taken_up_with_its_data),
		cmocka_unit_test(a_killed_first_run_is_taken_up),
		cmocka_unit_test(steps_run_in_order_until_one_fails),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
