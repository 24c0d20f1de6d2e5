/* SPDX-License-Identifier: ISC */
/* The migrator. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "store/permission.h"
#include "store/role.h"
#include "store/schema.h"

#define FILE_MAX	(256 * 1024)
#define PATH_ROOM	1024

enum { HAS_STEPS, NEWEST, RECORD };

static const struct db_query queries[] = {
	[HAS_STEPS] = {
		.sql = "SELECT COUNT(*) FROM information_schema.tables WHERE "
		    "table_schema = DATABASE() AND "
		    "table_name = 'schema_steps'",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
	[NEWEST] = {
		.sql = "SELECT COALESCE(MAX(step), 0) FROM schema_steps",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
	/* Another migrator may have been here: that is as good. */
	[RECORD] = {
		.sql = "INSERT INTO schema_steps (step, applied_at) "
		    "VALUES (?, ?) ON DUPLICATE KEY UPDATE step = VALUES(step)",
	},
};

static const char steps_table[] =
    "CREATE TABLE IF NOT EXISTS schema_steps (step INT NOT NULL PRIMARY KEY, "
    "applied_at BIGINT NOT NULL) ENGINE=InnoDB";

struct step {
	struct db	*db;
	const char	*sql;
	int		 number;
};

enum db_result
schema_version(struct db *db, int *version)
{
	int64_t number;
	enum db_result result;

	result = db_count(db, &queries[HAS_STEPS], NULL, 0, &number);
	if (result == DB_OK && number > 0)
		result = db_count(db, &queries[NEWEST], NULL, 0, &number);
	if (result != DB_OK)
		return result;
	*version = (int)number;
	return number == 0 ? DB_NONE : DB_OK;
}

static enum db_result
make_steps(void *context)
{
	struct step *step = context;
	enum db_result result;

	result = db_migrate(step->db, steps_table);
	if (result != DB_OK)
		return result;
	result = schema_version(step->db, &step->number);
	if (result == DB_NONE)
		step->number = 0;
	return result == DB_NONE ? DB_OK : result;
}

static enum db_result
run_statement(void *context)
{
	struct step *step = context;

	return db_migrate(step->db, step->sql);
}

static enum db_result
record_step(void *context)
{
	struct step *step = context;
	const struct db_value v[] = {
		db_i64(step->number), db_i64(clock_now()),
	};

	return db_exec(step->db, &queries[RECORD], v, NITEMS(v), NULL);
}

static enum db_result
seed(void *context)
{
	struct step *step = context;
	enum db_result result;

	result = permission_seed(step->db, clock_now());
	return result == DB_OK ? role_seed(step->db) : result;
}

/* Drop comment lines, in place. */
static void
strip_comments(char *text)
{
	char *out = text, *next;

	for (char *line = text; *line != '\0'; line = next) {
		next = line + strcspn(line, "\n");
		if (*next == '\n')
			next++;
		if (strncmp(line, "--", 2) == 0)
			continue;
		memmove(out, line, (size_t)(next - line));
		out += next - line;
	}
	*out = '\0';
}

/* Statements end with a semicolon at the end of a line. */
static const char *
run_text(struct db *db, char *text)
{
	struct step step = { .db = db };
	char *end;

	strip_comments(text);
	for (;;) {
		text += strspn(text, " \t\r\n");
		if (*text == '\0')
			return NULL;
		end = strstr(text, ";\n");
		if (end == NULL)
			return "a schema file does not end with a semicolon";
		*end = '\0';
		step.sql = text;
		if (db_run(db, DB_READ, run_statement, &step) != DB_OK)
			return "a statement of the schema failed; see the log";
		text = end + 1;
	}
}

static const char *
run_file(struct db *db, const char *folder, const char *name)
{
	char path[PATH_ROOM];
	const char *wrong = "a schema file cannot be read, or is too long";
	char *text;
	size_t n;
	FILE *file;
	int length;

	length = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (length < 0 || (size_t)length >= sizeof(path))
		return "the schema folder's name is too long";
	file = fopen(path, "re");
	if (file == NULL)
		return wrong;
	text = calloc(1, FILE_MAX + 1);
	if (text != NULL) {
		n = fread(text, 1, FILE_MAX, file);
		if (n > 0 && n < FILE_MAX && !ferror(file))
			wrong = run_text(db, text);
	}
	free(text);
	fclose(file);
	return wrong;
}

/* The number of NNN-*.sql, or 0. */
static int
step_number(const char *name)
{
	static const char digits[] = "0123456789";
	size_t n = strlen(name);

	if (strspn(name, digits) != 3 || name[3] != '-' || n < 8 ||
	    strcmp(name + n - 4, ".sql") != 0)
		return 0;
	return (name[0] - '0') * 100 + (name[1] - '0') * 10 + name[2] - '0';
}

static int
is_step(const struct dirent *entry)
{
	return step_number(entry->d_name) > 0;
}

static const char *
run_step(struct db *db, const char *folder, const char *name)
{
	struct step step = { .db = db, .number = step_number(name) };
	const char *wrong = run_file(db, folder, name);

	if (wrong != NULL)
		return wrong;
	if (db_run(db, DB_CHANGE, record_step, &step) != DB_OK)
		return "a schema step could not be recorded; see the log";
	return NULL;
}

/* All files after *done, which follows. */
static const char *
run_steps(struct db *db, const char *folder, int *done)
{
	struct dirent **entries;
	const char *wrong = NULL;
	int n, number;

	n = scandir(folder, &entries, is_step, alphasort);
	if (n < 0)
		return "the schema folder cannot be read";
	for (int i = 0; i < n; i++) {
		number = step_number(entries[i]->d_name);
		if (wrong == NULL && number > *done) {
			wrong = run_step(db, folder, entries[i]->d_name);
			if (wrong == NULL)
				*done = number;
		}
		free(entries[i]);
	}
	free(entries);
	return wrong;
}

const char *
schema_migrate(struct db *db, const char *folder, int *from, int *to)
{
	struct step step = { .db = db };
	const char *wrong;

	if (db_run(db, DB_READ, make_steps, &step) != DB_OK)
		return "the database cannot be asked or changed; see the log";
	*from = *to = step.number;
	wrong = run_steps(db, folder, to);
	if (wrong != NULL)
		return wrong;
	if (db_run(db, DB_CHANGE, seed, &step) != DB_OK)
		return "the built-in roles could not be written; see the log";
	return NULL;
}
