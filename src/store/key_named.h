/* SPDX-License-Identifier: ISC */
#ifndef STORE_KEY_NAMED_H
#define STORE_KEY_NAMED_H

/* A user's live named keys, by numbered pages. */

#include "store/key.h"

#define KEY_NAMED_PAGE	50	/* keys on one page at most */

enum key_named_sort {
	KEY_NAMED_BY_HANDLE,
	KEY_NAMED_BY_CREATION,
	KEY_NAMED_SORTS
};

struct key_named_filter {
	struct uuid	 account;
	struct uuid	 user;
	uint8_t		 kind;
	const char	*search;	/* in handle or label; NULL: all */
	int64_t		 from, to;	/* of creation, both included */
	enum key_named_sort sort;
	int64_t		 size, skip;	/* keys on a page, and before it */
};

/* keys has room for size of them; total is how many there are on all pages. */
enum db_result	 key_named_page(struct db *, struct arena *,
		    const struct key_named_filter *, struct key *keys,
		    size_t *n, int64_t *total);

#endif
