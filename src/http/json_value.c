/* SPDX-License-Identifier: ISC */
/* The types of fields: what each takes and how it is stored. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "base/utf8.h"

#include "http/json_value.h"

#define DIGITS	20	/* of any int64_t, with its sign */

static const struct {
	enum json_kind	 kind;
	const char	*fault;		/* of any other kind */
} types[] = {
	[JSON_TEXT] = { JSON_KIND_TEXT, "must be a text" },
	[JSON_BOOL] = { JSON_KIND_BOOL, "must be true or false" },
	[JSON_INTEGER] = { JSON_KIND_NUMBER, "must be a whole number" },
	[JSON_TIME] = { JSON_KIND_TEXT,
	    "must be a time like 2026-11-22T10:00:00Z" },
	[JSON_TEXTS] = { JSON_KIND_ARRAY, "must be a list of texts" },
	[JSON_OBJECT] = { JSON_KIND_OBJECT, "must be an object" },
	[JSON_OBJECTS] = { JSON_KIND_ARRAY, "must be a list of objects" },
};

void
json_value_fault(struct json_faults *faults, const char *pointer,
    const char *detail)
{
	if (faults->n == NITEMS(faults->fault))
		return;
	faults->fault[faults->n].pointer = pointer;
	faults->fault[faults->n].detail = detail;
	faults->n++;
}

void
json_value_seen(const struct json_field *field, void *base)
{
	bool *seen;

	if (field->seen == 0)
		return;
	seen = (void *)((char *)base + field->seen - 1);
	*seen = true;
}

static const char *
check_text(const struct json_field *field, const char *text, size_t n)
{
	int64_t length;

	if (memchr(text, '\0', n) != NULL)
		return "must not hold NUL";
	length = (int64_t)utf8_length(text, n);
	if (length < field->min)
		return "is too short";
	if (length > field->max)
		return "is too long";
	return NULL;
}

static const char *
set_text(struct arena *arena, const struct json_field *field, void *place,
    const char *text, size_t n)
{
	const char **value = place;
	const char *fault = check_text(field, text, n);

	if (fault == NULL)
		*value = arena_copy(arena, text, n);
	return fault;
}

static const char *
set_bool(struct arena *arena, const struct json_field *field, void *place,
    const char *text, size_t n)
{
	bool *value = place;

	(void)arena;
	if (n == 4 && memcmp(text, "true", n) == 0)
		*value = true;
	else if (n != 5 || memcmp(text, "false", n) != 0)
		return types[field->type].fault;
	return NULL;
}

/* An optional minus, then digits without a needless zero. */
static bool
is_whole(const char *text, size_t n)
{
	size_t i = n > 0 && text[0] == '-' ? 1 : 0;

	if (i == n || (text[i] == '0' && n - i > 1))
		return false;
	for (; i < n; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

static const char *
set_integer(struct arena *arena, const struct json_field *field, void *place,
    const char *text, size_t n)
{
	char digits[DIGITS + 1] = { 0 };
	int64_t *value = place;
	long long got;

	(void)arena;
	if (!is_whole(text, n))
		return types[field->type].fault;
	if (n > DIGITS)
		return "is out of range";
	memcpy(digits, text, n);
	errno = 0;
	got = strtoll(digits, NULL, 10);
	if (errno != 0 || got < field->min || got > field->max)
		return "is out of range";
	*value = got;
	return NULL;
}

static const char *
set_time(struct arena *arena, const struct json_field *field, void *place,
    const char *text, size_t n)
{
	char copy[32] = { 0 };
	int64_t *value = place;

	(void)arena;
	if (n >= sizeof(copy) || memchr(text, '\0', n) != NULL)
		return types[field->type].fault;
	memcpy(copy, text, n);
	/* zero is what null leaves: never may not be had by another name */
	if (!clock_parse(copy, value) || *value == 0)
		return types[field->type].fault;
	return NULL;
}

static const char *(*const setters[])(struct arena *,
    const struct json_field *, void *, const char *, size_t) = {
	[JSON_TEXT] = set_text,
	[JSON_BOOL] = set_bool,
	[JSON_INTEGER] = set_integer,
	[JSON_TIME] = set_time,
	[JSON_TEXTS] = NULL,
	[JSON_OBJECT] = NULL,
	[JSON_OBJECTS] = NULL,
};

const char *
json_value_set(struct arena *arena, const struct json_field *field, void *base,
    enum json_kind kind, const char *text, size_t n)
{
	if (kind == JSON_KIND_NULL)
		return field->nullable ? NULL : "must not be null";
	if (kind != types[field->type].kind)
		return types[field->type].fault;
	if (setters[field->type] == NULL)
		return NULL;
	return setters[field->type](arena, field,
	    (char *)base + field->offset, text, n);
}

const char *
json_value_item(struct arena *arena, const struct json_field *field,
    const char **item, enum json_kind kind, const char *text, size_t n)
{
	if (kind != JSON_KIND_TEXT)
		return types[JSON_TEXT].fault;
	return set_text(arena, field, item, text, n);
}
