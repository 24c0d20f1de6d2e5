/* SPDX-License-Identifier: ISC */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

/* The schema's numbered, forward-only steps. */

#include "store/db.h"

#define SCHEMA_OLDEST	5	/* the range of versions these programs serve */
#define SCHEMA_NEWEST	5

/*
 * Apply the NNN-*.sql files of the folder that are not recorded yet, in order,
 * then bring the built-in permissions and roles up to date.  A killed run is
 * taken up where it stopped.  NULL, or what went wrong (static storage).  Not
 * inside db_run.
 */
const char	*schema_migrate(struct db *, const char *folder,
		    int *from, int *to);

/* The newest step applied; DB_NONE before the first. */
enum db_result	 schema_version(struct db *, int *version);

#endif
