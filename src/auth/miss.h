/* SPDX-License-Identifier: ISC */
#ifndef AUTH_MISS_H
#define AUTH_MISS_H

/*
 * Budgets of secrets that failed where anybody may try one: so many from one
 * network in a time, as failed logins have.  What is good costs nothing and is
 * answered however many failed.
 */

#include "base/address.h"
#include "base/keyring.h"
#include "store/db.h"

#define MISS_BUDGET	100				/* from one network, */
#define MISS_WINDOW	(10 * 60 * (int64_t)1000)	/* in this time */

/*
 * Spend one.  DB_NONE when nothing is left: *wait is then the ms until
 * something is.  Runs its own statements: never call it inside db_run.
 */
enum db_result	 miss_spend(struct db *, struct arena *,
		    const struct keyring *, const struct address *client,
		    int64_t *wait);

#endif
