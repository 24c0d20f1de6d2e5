/* SPDX-License-Identifier: ISC */
#ifndef STORE_WORKSPACE_H
#define STORE_WORKSPACE_H

/* Workspaces: named parts of an account that a role can be limited to. */

#include "store/db.h"

struct workspace {
	struct uuid	 id;
	struct uuid	 account_id;
	const char	*handle;	/* unique in the account */
	const char	*name;
	int64_t		 created_at;
	int64_t		 updated_at;
};

enum db_result	 workspace_add(struct db *, const struct workspace *);
enum db_result	 workspace_get(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *id,
		    struct workspace *);

/* The same for the transaction that changes it: others wait. */
enum db_result	 workspace_lock(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *id,
		    struct workspace *);
enum db_result	 workspace_find(struct db *, struct arena *,
		    const struct uuid *account, const char *handle,
		    struct workspace *);

/* Those of that name, which may be several. */
enum db_result	 workspace_named(struct db *, struct arena *,
		    const struct uuid *account, const char *name,
		    struct workspace *, size_t max, size_t *n);
enum db_result	 workspace_page(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *after,
		    struct workspace *, size_t max, size_t *n);
enum db_result	 workspace_change(struct db *, const struct workspace *);

#endif
