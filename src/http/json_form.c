/* SPDX-License-Identifier: ISC */
/* A form into a struct, by the table that reads JSON. */

#include <string.h>

#include "http/json_value.h"
#include "http/query.h"

/* What a form's text stands for; arrays and objects have no spelling. */
static const enum json_kind kinds[] = {
	[JSON_TEXT] = JSON_KIND_TEXT,
	[JSON_BOOL] = JSON_KIND_BOOL,
	[JSON_INTEGER] = JSON_KIND_NUMBER,
	[JSON_TIME] = JSON_KIND_TEXT,
	[JSON_TEXTS] = JSON_KIND_NULL,
	[JSON_OBJECT] = JSON_KIND_NULL,
	[JSON_OBJECTS] = JSON_KIND_NULL,
};

static const char *
set_pair(struct arena *arena, const struct json_field *field, void *out,
    const char *value)
{
	enum json_kind kind = kinds[field->type];

	if (kind == JSON_KIND_NULL)
		return "cannot be given in a form";
	json_value_seen(field, out);
	return json_value_set(arena, field, out, kind, value, strlen(value));
}

static bool
is_known(const char *name, const struct json_field *fields, size_t nfields)
{
	for (size_t i = 0; i < nfields; i++)
		if (strcmp(fields[i].name, name) == 0)
			return true;
	return false;
}

enum json_result
json_read_form(struct arena *arena, const struct query *query,
    const struct json_field *fields, size_t nfields, void *out,
    struct json_faults *faults)
{
	faults->n = 0;
	for (size_t i = 0; i < query->n; i++)
		if (!is_known(query->name[i], fields, nfields))
			json_value_fault(faults, "",
			    "has a member that is not known");
	for (size_t i = 0; i < nfields; i++) {
		const char *value = query_get(query, fields[i].name);
		const char *fault = NULL;

		if (value != NULL)
			fault = set_pair(arena, &fields[i], out, value);
		else if (fields[i].required)
			fault = "is required";
		if (fault != NULL)
			json_value_fault(faults, arena_printf(arena, "/%s",
			    fields[i].name), fault);
	}
	return faults->n == 0 ? JSON_OK : JSON_INVALID;
}
