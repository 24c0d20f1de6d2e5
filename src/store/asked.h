/* SPDX-License-Identifier: ISC */
#ifndef STORE_ASKED_H
#define STORE_ASKED_H

/* Whom something is about that has been done, perhaps, or never. */

#include "store/db.h"

enum asked {
	ASKED_NOBODY,		/* the account never had it */
	ASKED_ITSELF,		/* a key, a user, or a session */
	ASKED_ACCOUNT		/* a workspace, which any key may name */
};

/* An id, of whatever it may be: rows that ended stay. */
enum db_result	 asked_find(struct db *, const struct uuid *account,
		    const struct uuid *id, enum asked *);

/*
 * Whom it was about what this user did since then, in ms, as the trail has it:
 * himself alone, or perhaps all of the account.  Without creations nothing
 * counts that took nothing away.
 */
enum db_result	 asked_lately(struct db *, const struct uuid *account,
		    const struct uuid *user, int64_t since, bool creations,
		    enum asked *);

#endif
