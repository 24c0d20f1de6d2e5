/* SPDX-License-Identifier: ISC */
#ifndef CLI_NEW_PASSWORD_H
#define CLI_NEW_PASSWORD_H

/* A new user's password, never an argument. */

#include "store/user.h"

#include "cli/cli.h"

/*
 * Read it from the descriptor that the text names (NULL: twice from the
 * terminal), judge it and hash it for that user.
 */
enum cli_exit	 new_password(struct cli *, const char *fd,
		    const struct uuid *user, struct user_password *);

#endif
