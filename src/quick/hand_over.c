/* SPDX-License-Identifier: ISC */
/* Becoming the full program. */

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "http/json.h"
#include "http/problem.h"
#include "serve/environment.h"

#include "quick/hand_over.h"

#define SELF	"/proc/self/exe"
#define FULL	".fcgi"
#define ROOM	16384

/* The real path of this program, with the other's ending. */
static bool
find_full(char path[static PATH_MAX])
{
	ssize_t n = readlink(SELF, path, PATH_MAX - sizeof(FULL));
	char *ending;

	if (n <= 0 || n >= (ssize_t)(PATH_MAX - sizeof(FULL)))
		return false;
	path[n] = '\0';
	ending = strrchr(strrchr(path, '/'), '.');
	if (ending == NULL)
		return false;
	memcpy(ending, FULL, sizeof(FULL));
	return true;
}

/* Under another name perhaps: then this would go on for ever. */
static bool
is_self(const char *path)
{
	struct stat self, other;

	return stat(SELF, &self) == -1 || (stat(path, &other) == 0 &&
	    self.st_dev == other.st_dev && self.st_ino == other.st_ino);
}

static void
say_unavailable(const char *path)
{
	static const struct problem_detail detail = {
		.detail = "The service is not set up right; its log says what"
		    " to mend",
	};
	struct arena *arena = arena_new(ROOM);
	struct json *json = arena == NULL ? NULL : json_new(arena);
	size_t n;

	fprintf(stderr, "latchkey error: %s cannot be run (%s): install it"
	    " beside the program that needs it\n", path, strerror(errno));
	if (json == NULL)
		_exit(1);
	problem_put(json, PROBLEM_UNAVAILABLE, MANNER_OWN, &detail);
	printf("Status: 503 Service Unavailable\r\n"
	    "Cache-Control: no-store\r\nRetry-After: 2\r\n"
	    "Content-Type: %s\r\n\r\n%s",
	    problem_media_type(MANNER_OWN), json_done(json, &n));
	fflush(stdout);
}

void
hand_over(void)
{
	char path[PATH_MAX] = "the full program";
	char *const arguments[] = { path, NULL };

	errno = ENOENT;
	if (find_full(path) && !is_self(path))
		execve(path, arguments, environment_whole());
	say_unavailable(path);
	_exit(0);
}
