/* SPDX-License-Identifier: ISC */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

/* A private server with the schema in it, for a whole group of tests. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/keyring.h"
#include "base/nitems.h"
#include "store/schema.h"

#define PATH	256

struct fixture {
	char		 folder[PATH];
	char		 my_cnf[PATH + 16];
	char		 keyring_path[PATH + 16];
	struct keyring	*ring;
	struct arena	*arena;
	struct db	*db;		/* with a hoster's rights */
	struct db	*root;
};

static inline struct db *
connect_as(const struct fixture *f, const char *group)
{
	const struct db_options options = {
		.my_cnf = f->my_cnf, .group = group,
	};

	return db_new(&options);
}

static inline void
start_server(struct fixture *f)
{
	char command[64];
	FILE *pipe;
	int status;

	snprintf(command, sizeof(command), "tests/store/server start %ld",
	    (long)getpid());
	pipe = popen(command, "r");
	assert_non_null(pipe);
	if (fgets(f->folder, sizeof(f->folder), pipe) == NULL)
		f->folder[0] = '\0';
	status = pclose(pipe);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		puts("SKIPPED: there is no MariaDB");
		exit(77);
	}
	assert_int_equal(status, 0);
	f->folder[strcspn(f->folder, "\n")] = '\0';
	snprintf(f->my_cnf, sizeof(f->my_cnf), "%s/my.cnf", f->folder);
	snprintf(f->keyring_path, sizeof(f->keyring_path), "%s/keyring",
	    f->folder);
}

static inline int
set_up(void **state)
{
	static struct fixture f;
	uint8_t version;
	int from, to;

	start_server(&f);
	f.arena = arena_new(4 * 1024 * 1024);
	f.db = connect_as(&f, "latchkey");
	f.root = connect_as(&f, "root");
	assert_null(keyring_add(f.keyring_path, &version));
	assert_null(keyring_load(f.keyring_path, &f.ring));
	assert_null(schema_migrate(f.db, "schema", &from, &to));
	assert_int_equal(from, 0);
	assert_int_equal(to, SCHEMA_NEWEST);
	*state = &f;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct fixture *f = *state;
	char command[PATH + 64];

	db_free(f->db);
	db_free(f->root);
	keyring_free(f->ring);
	arena_free(f->arena);
	snprintf(command, sizeof(command), "tests/store/server stop %s",
	    f->folder);
	return system(command);
}

struct text_statement {
	struct db	*db;
	const char	*sql;
};

static inline enum db_result
run_text_statement(void *context)
{
	struct text_statement *t = context;

	return db_migrate(t->db, t->sql);
}

/* A statement as the server's own administrator. */
static inline void
as_root(struct fixture *f, const char *sql)
{
	struct text_statement t = { f->root, sql };

	assert_int_equal(db_run(f->root, DB_READ, run_text_statement, &t),
	    DB_OK);
}

static inline pid_t
server_pid(const struct fixture *f)
{
	char path[PATH + 16];
	FILE *file;
	int pid = 0;

	snprintf(path, sizeof(path), "%s/p.pid", f->folder);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%d", &pid), 1);
	fclose(file);
	assert_true(pid > 1);
	return (pid_t)pid;
}

#endif
