/* SPDX-License-Identifier: ISC */
#ifndef CHECK_RULES_H
#define CHECK_RULES_H

/*
 * Which methods and paths a key is for.  A rule is methods and a path:
 *
 *	GET,POST /orders*	whatever begins so
 *	*	 /health	this path, whatever the method
 *
 * GET includes HEAD.  A row keeps its rules with a line feed between them;
 * no rule at all is no limit.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define RULES		32
#define RULES_PATH	2048
#define RULES_TEXT	200	/* bytes in one rule */

struct rule {
	const char	*methods;	/* "GET,HEAD", or "*" */
	const char	*path;		/* an ending "*" is whatever follows */
};

struct rules {
	struct rule	 rule[RULES];
	size_t		 n;		/* 0: no limit */
};

/* Add one rule: NULL, or what is wrong with it: "must …". */
const char	*rules_add(struct rules *, struct arena *, const char *text);

/* From a row, and back: NULL for none.  False when the row is malformed. */
bool		 rules_load(struct rules *, struct arena *, const char *row);
const char	*rules_row(const struct rules *, struct arena *);

/*
 * Is a request with this method and target (path, perhaps ? and a query)
 * among them?  The path is decoded once; one that could mean another path to
 * somebody else (an encoded slash, dot segments, empty segments, an escape of
 * an escape, path parameters) is not, nor is one of over RULES_PATH bytes.
 */
bool		 rules_allow(const struct rules *, const char *method,
		    const char *target);

/* Does every rule of narrow lie within one of wide? */
bool		 rules_within(const struct rules *narrow,
		    const struct rules *wide);

#endif
