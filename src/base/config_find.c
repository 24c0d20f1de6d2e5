/* SPDX-License-Identifier: ISC */
/* Where the settings are, and whether the web server would serve them. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config_home.h"

/* folder/rest as a real path on the heap, or NULL when it is not there. */
static char *
find_file(const char *folder, const char *rest)
{
	char *path = NULL;
	char *found = NULL;

	if (folder != NULL && asprintf(&path, "%s/%s", folder, rest) >= 0) {
		found = realpath(path, NULL);
		free(path);
	}
	return found;
}

static char *
find_beside_executable(void)
{
	char *executable = realpath("/proc/self/exe", NULL);
	char *slash = executable == NULL ? NULL : strrchr(executable, '/');
	char *found = NULL;

	if (slash != NULL) {
		*slash = '\0';
		found = find_file(executable, "../etc/latchkey.ini");
	}
	free(executable);
	return found;
}

static char *
find_at_home(void)
{
	const char *home = getenv("HOME");

	if (home == NULL || home[0] == '\0')
		home = config_home();
	return find_file(home, ".latchkey/latchkey.ini");
}

char *
config_find(const char *request)
{
	const char *named = getenv("LATCHKEY_CONFIG");
	char *found;

	if (named == NULL || named[0] == '\0')
		named = request;
	if (named != NULL && named[0] != '\0')
		return strdup(named);
	found = find_beside_executable();
	return found != NULL ? found : find_at_home();
}

bool
config_is_inside(const struct config *config, const char *folder)
{
	char *real = folder == NULL ? NULL : realpath(folder, NULL);
	bool inside = false;
	size_t n;

	if (real == NULL)
		return false;
	n = strlen(real);
	if (n == 1)
		inside = true;		/* the root holds everything */
	else if (strncmp(config->path, real, n) == 0)
		inside = config->path[n] == '/';
	free(real);
	return inside;
}
