/* SPDX-License-Identifier: ISC */
#ifndef HTTP_TAG_H
#define HTTP_TAG_H

/* Entity tags, and the lists of them in conditions: RFC 9110, 8.8.3 and 13. */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* The strong tag of a body: its digest, in quotes. */
const char	*tag_of(struct arena *, const char *body, size_t n);

/*
 * Is one of our tags among those of a list, or is that "*"?  If-Match compares
 * strongly, If-None-Match weakly: W/"x" is "x" there.
 */
bool		 tag_listed(const char *list, const char *tag, bool weakly);

#endif
