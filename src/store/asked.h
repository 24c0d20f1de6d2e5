/* SPDX-License-Identifier: ISC */
#ifndef STORE_ASKED_H
#define STORE_ASKED_H

/* Whom an id is about, of whatever it may be: rows that ended stay. */

#include "store/db.h"

enum asked {
	ASKED_NOBODY,		/* the account never had it */
	ASKED_ITSELF,		/* a key, a user, or a session */
	ASKED_ACCOUNT		/* a workspace, which any key may name */
};

enum db_result	 asked_find(struct db *, const struct uuid *account,
		    const struct uuid *id, enum asked *);

#endif
