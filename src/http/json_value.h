/* SPDX-License-Identifier: ISC */
#ifndef HTTP_JSON_VALUE_H
#define HTTP_JSON_VALUE_H

/* One value into its field, for json_fill.c and json_form.c. */

#include "http/json.h"

enum json_kind {
	JSON_KIND_NULL,
	JSON_KIND_BOOL,
	JSON_KIND_NUMBER,
	JSON_KIND_TEXT,
	JSON_KIND_OBJECT,
	JSON_KIND_ARRAY,
};

/*
 * NULL with the value stored where base and the field say, or what is wrong.
 * Of booleans and numbers, text is the spelling.  Objects and arrays are only
 * checked to be what the field wants.
 */
const char	*json_value_set(struct arena *, const struct json_field *,
		    void *base, enum json_kind, const char *text, size_t n);

/* A text of an array: NULL with *item set, or what is wrong. */
const char	*json_value_item(struct arena *, const struct json_field *,
		    const char **item, enum json_kind, const char *text,
		    size_t n);

/* Note that the field was given. */
void		 json_value_seen(const struct json_field *, void *base);

/* Beyond what faults can hold it is dropped: it is invalid already. */
void		 json_value_fault(struct json_faults *, const char *pointer,
		    const char *detail);

#endif
