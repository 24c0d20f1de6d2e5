/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_COUNTED_H
#define TESTS_UNIT_COUNTED_H

/* A file of counters for all tests of a program, empty before each of them. */

#include <sys/wait.h>

#include <glob.h>

#include "check/counters.h"

#include "folder.h"

/* The file's path, which tells the host. */
static inline void
find_counters(void)
{
	char pattern[sizeof(path)];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/counters-2.*", folder);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	snprintf(path, sizeof(path), "%s", found.gl_pathv[0]);
	globfree(&found);
}

static inline struct counters *
empty_counters(void)
{
	struct counters *file;

	unlink(path);
	file = counters_look(folder);
	assert_non_null(file);
	find_counters();
	return file;
}

static inline int
make_counters(void **state)
{
	(void)state;
	make_folder("none");
	return 0;
}

static inline int
remove_counters(void **state)
{
	(void)state;
	remove_folder();
	return 0;
}

/* So many processes do the work, and end well. */
static inline void
work_together(size_t n, void (*work)(void))
{
	pid_t pid[16];
	int status;

	assert_true(n <= sizeof(pid) / sizeof(pid[0]));
	for (size_t i = 0; i < n; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			work();
			_exit(0);
		}
	}
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
}

#endif
