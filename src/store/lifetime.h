/* SPDX-License-Identifier: ISC */
#ifndef STORE_LIFETIME_H
#define STORE_LIFETIME_H

/* How long keys of a kind live in an account, as the operator set it. */

#include "store/db.h"

struct lifetime {
	uint8_t		 kind;
	int64_t		 initial;	/* when nothing is said, ms; 0: none */
	int64_t		 most;		/* at most, ms; 0: no limit */
};

/* Zeroes when nothing was set. */
enum db_result	 lifetime_get(struct db *, const struct uuid *account,
		    uint8_t kind, struct lifetime *);
enum db_result	 lifetime_set(struct db *, const struct uuid *account,
		    const struct lifetime *);

#endif
