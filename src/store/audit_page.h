/* SPDX-License-Identifier: ISC */
#ifndef STORE_AUDIT_PAGE_H
#define STORE_AUDIT_PAGE_H

/* Reading the trail of one account: what was done, and what was refused. */

#include "store/audit.h"

struct audit_entry {
	struct audit_event event;
	int64_t		 seq;		/* 0: not sealed yet */
};

/* What is zero or NULL does not count. */
struct audit_filter {
	const char	*action;
	struct uuid	 actor;		/* the user */
	struct uuid	 key;		/* with which he did it */
	struct uuid	 object;
	int64_t		 from;		/* from then on */
	int64_t		 to;		/* and before then */
};

/* The newest first; those before the given one, or (zero) from the newest. */
enum db_result	 audit_page(struct db *, struct arena *,
		    const struct uuid *account, const struct audit_filter *,
		    const struct uuid *before, struct audit_entry *,
		    size_t max, size_t *n);
enum db_result	 audit_get(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *id,
		    struct audit_entry *);

/* Sealed rows in their order, after that number and up to that other one. */
enum db_result	 audit_sealed(struct db *, struct arena *,
		    const struct uuid *account, int64_t after, int64_t last,
		    int64_t from, int64_t to, struct audit_entry *,
		    size_t max, size_t *n);

struct audit_refusal_filter {
	const char	*reason;
	struct uuid	 subject;
	int64_t		 from, to;
};

/*
 * The newest minute first.  A cursor is what audit_refusal_cursor makes of the
 * last row of the page that began at after; zero: from the newest.
 */
enum db_result	 audit_refusal_page(struct db *, struct arena *,
		    const struct uuid *account,
		    const struct audit_refusal_filter *,
		    const struct uuid *after, struct audit_refusal *,
		    size_t max, size_t *n);
struct uuid	 audit_refusal_cursor(const struct uuid *after,
		    const struct audit_refusal *, size_t n);

#endif
