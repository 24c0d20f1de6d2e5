/* SPDX-License-Identifier: ISC */
#ifndef HTTP_JSON_ESCAPE_H
#define HTTP_JSON_ESCAPE_H

/* What yajl does not look at, for json_read.c alone. */

#include <stdbool.h>
#include <stddef.h>

/*
 * False when a string of the document escapes NUL or half a surrogate pair,
 * which yajl would decode to something else.  Other faults are yajl's to find.
 */
bool	 json_escapes_valid(const char *text, size_t n);

#endif
