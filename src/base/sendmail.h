/* SPDX-License-Identifier: ISC */
#ifndef BASE_SENDMAIL_H
#define BASE_SENDMAIL_H

/* A message handed to the local sendmail program. */

#include <stdbool.h>

/*
 * Runs "program -i -f from -- to" with the message on its standard input and
 * an environment of PATH alone; waits at most five seconds, then kills it.
 * False when it could not be run, failed or was too slow; the caller logs that.
 * to and from must hold no control bytes (asserted).
 */
bool	 sendmail_run(const char *program, const char *from, const char *to,
	    const char *subject, const char *text);

#endif
