/* SPDX-License-Identifier: ISC */
#ifndef CHECK_ADDRESSES_H
#define CHECK_ADDRESSES_H

/*
 * From which addresses a key is taken: blocks, and with a "!" before them
 * exceptions from those.
 *
 *	192.0.2.0/24  !192.0.2.7  2001:db8::/32
 *
 * A row keeps them with blanks between; none at all is no limit.
 */

#include <stddef.h>

#include "base/address.h"
#include "base/arena.h"

#define ADDRESSES	32
#define ADDRESSES_TEXT	52	/* bytes in one, at most */

struct addresses {
	struct {
		struct address_block block;
		bool	 except;
		const char *text;
	}		 entry[ADDRESSES];
	size_t		 n;		/* 0: no limit */
};

/* Add one: NULL, or what is wrong with it: "must …". */
const char	*addresses_add(struct addresses *, struct arena *,
		    const char *text);

/* From a row, and back: NULL for none.  False when the row is malformed. */
bool		 addresses_load(struct addresses *, struct arena *,
		    const char *row);
const char	*addresses_row(const struct addresses *, struct arena *);

/* In a block, and in no exception.  NULL is an address nobody knows. */
bool		 addresses_allow(const struct addresses *,
		    const struct address *);

/*
 * Does narrow allow nothing that wide does not?  Each block must lie within
 * one of wide's, and what wide excepts be excepted or out of reach.
 */
bool		 addresses_within(const struct addresses *narrow,
		    const struct addresses *wide);

#endif
