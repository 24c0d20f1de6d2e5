/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_JSON_INPUT_H
#define TESTS_UNIT_JSON_INPUT_H

/* A table with a field of each type, and bodies read by it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/nitems.h"
#include "http/json.h"

struct inner {
	const char	*name;
	int64_t		 n;
	struct json_texts tags;
};

struct input {
	const char	*email;
	bool		 on;
	int64_t		 count;
	bool		 count_seen;
	int64_t		 at;
	struct json_texts scopes;
	struct json_objects roles;
	const char	*city;
};

static const struct json_field role_fields[] = {
	JSON_FIELD(TEXT, struct inner, name, .min = 1, .max = 4,
	    .required = true),
	JSON_FIELD(INTEGER, struct inner, n, .max = 9),
	JSON_FIELD(TEXTS, struct inner, tags, .max = 3, .most = 2),
};

static const struct json_field place_fields[] = {
	JSON_FIELD(TEXT, struct input, city, .max = 10, .required = true),
};

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct input, email, .min = 3, .max = 8,
	    .required = true),
	JSON_FIELD(BOOL, struct input, on),
	JSON_FIELD(INTEGER, struct input, count, .min = INT64_MIN,
	    .max = INT64_MAX, .nullable = true,
	    JSON_SEEN(struct input, count_seen)),
	JSON_FIELD(TIME, struct input, at),
	JSON_FIELD(TEXTS, struct input, scopes, .min = 1, .max = 5,
	    .most = 9),
	JSON_FIELD(OBJECTS, struct input, roles, .fields = role_fields,
	    .nfields = NITEMS(role_fields), .size = sizeof(struct inner),
	    .most = 9),
	{ .name = "place", .type = JSON_OBJECT, .fields = place_fields,
	  .nfields = NITEMS(place_fields) },
};

static inline enum json_result
read_text(struct arena *arena, const char *text, size_t n, struct input *in,
    struct json_faults *faults)
{
	memset(in, 0, sizeof(*in));
	return json_read(arena, text, n, fields, NITEMS(fields), in, faults);
}

#define GOOD	"\"email\":\"a@b\""

#endif
