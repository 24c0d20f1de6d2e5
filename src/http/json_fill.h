/* SPDX-License-Identifier: ISC */
#ifndef HTTP_JSON_FILL_H
#define HTTP_JSON_FILL_H

/*
 * A document's events, in order, into a struct by its table; for json_read.c
 * alone.  What open and scalar refuse with false makes the document malformed:
 * it is not an object, or it is too deep.
 */

#include "http/json_value.h"

struct json_fill;

struct json_fill *json_fill_new(struct arena *, const struct json_field *,
		    size_t nfields, void *out, struct json_faults *);
bool		 json_fill_open(struct json_fill *, enum json_kind);
void		 json_fill_close(struct json_fill *);
void		 json_fill_key(struct json_fill *, const char *, size_t n);
bool		 json_fill_scalar(struct json_fill *, enum json_kind,
		    const char *text, size_t n);

#endif
