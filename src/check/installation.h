/* SPDX-License-Identifier: ISC */
#ifndef CHECK_INSTALLATION_H
#define CHECK_INSTALLATION_H

/*
 * What is so for every request: the names of all permissions, which
 * store/permission.h then knows, and whether there are several accounts.
 */

#include "base/arena.h"
#include "base/keyring.h"
#include "check/cache.h"
#include "store/db.h"

struct installation {
	bool		 accounts_many;
};

/* First of all, and when they change: the keys of who asks; one is live. */
void		 installation_name(const struct keyring *);

/* As it was kept; false when it was not, or that is not confirmed. */
bool		 installation_recall(struct installation *,
		    struct cache *);

/* As the database says, and keep it. */
enum db_result	 installation_ask(struct installation *, struct db *,
		    struct arena *, struct cache *);

#endif
