/* SPDX-License-Identifier: ISC */
#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

/*
 * Names and values of a query string or of an
 * application/x-www-form-urlencoded body (WHATWG URL, 5.1).
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define QUERY_PAIRS	32

struct query {
	const char	*name[QUERY_PAIRS];
	const char	*value[QUERY_PAIRS];
	size_t		 n;
};

/*
 * False when it is malformed: a bad escape, a NUL, bytes that are not UTF-8, a
 * name twice, too many pairs.  Texts live in the arena.
 */
bool		 query_parse(struct query *, struct arena *, const char *text,
		    size_t n);

/* One name or value, or NULL when it is malformed. */
const char	*query_decode(struct arena *, const char *text, size_t n);

/* The value, or NULL when the name is not there. */
const char	*query_get(const struct query *, const char *name);

#endif
