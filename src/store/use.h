/* SPDX-License-Identifier: ISC */
#ifndef STORE_USE_H
#define STORE_USE_H

/* How often keys were used, and when, where from and by what the last time. */

#include "store/db.h"

struct use {
	struct uuid	 key_id;
	struct uuid	 secret;	/* the first half of its digest */
	int64_t		 times;
	int64_t		 at;		/* the last time */
	const char	*address;	/* NULL: not known */
	const char	*agent;		/* NULL: it said nothing */
};

/* Adds to what is there; rows are written in the order of their keys. */
enum db_result	 use_add(struct db *, struct use *, size_t n);

#endif
