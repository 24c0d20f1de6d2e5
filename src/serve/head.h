/* SPDX-License-Identifier: ISC */
#ifndef SERVE_HEAD_H
#define SERVE_HEAD_H

/* An answer's head: its status and headers, as they are written. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEAD_MAX	32768

struct head {
	char	 text[HEAD_MAX];
	size_t	 n;
};

/* The status first; what was in the head before is forgotten. */
void	 head_begin(struct head *, int status);

/* A header; with NULL for a value there is none. */
void	 head_put(struct head *, const char *name, const char *value);
void	 head_put_number(struct head *, const char *name, int64_t value);

/*
 * With a prefix before the name.  A control byte in a value would begin a
 * header of somebody else's: such a header, or one that does not fit, is left
 * out, and that is false.
 */
bool	 head_put_prefixed(struct head *, const char *prefix,
	    const char *name, const char *value);

/* The empty line behind it. */
void	 head_end(struct head *);

#endif
