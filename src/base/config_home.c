/* SPDX-License-Identifier: ISC */
/* Asking the system, which may load libraries for that. */

#include <pwd.h>
#include <stddef.h>
#include <unistd.h>

#include "base/config_home.h"

const char *
config_home(void)
{
	const struct passwd *user = getpwuid(geteuid());

	return user == NULL ? NULL : user->pw_dir;
}
