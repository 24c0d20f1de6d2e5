/* SPDX-License-Identifier: ISC */
#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

/* Accounts: the tenants. */

#include "store/db.h"

struct account {
	struct uuid	 id;
	const char	*legacy_id;	/* or NULL; never of UUID shape */
	const char	*name;
	bool		 active;
	int64_t		 created_at;
};

enum db_result	 account_add(struct db *, const struct account *);
enum db_result	 account_get(struct db *, struct arena *, const struct uuid *,
		    struct account *);

/* For a transaction that changes what belongs together in the account. */
enum db_result	 account_lock(struct db *, const struct uuid *);

/* By id or legacy_id, as accounts are named everywhere. */
enum db_result	 account_find(struct db *, struct arena *, const char *named,
		    struct account *);

/* The account when there is just one; DB_NONE otherwise. */
enum db_result	 account_only(struct db *, struct arena *, struct account *);

#endif
