/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SITE_H
#define SERVE_SITE_H

/* What a process sets up once: settings, keyring, database. */

#include "serve/serve.h"

/*
 * Open what is not open yet.  False: the log has been told once what to mend,
 * and the next request tries again.
 */
bool	 site_open(struct site *, const struct gateway *);

/*
 * Do schema and keyring suit the database?  Asked until the answer was yes
 * once; false, with what to mend in the log, also when the database is away.
 */
bool	 site_ready(struct site *);

#endif
