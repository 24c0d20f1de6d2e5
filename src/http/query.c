/* SPDX-License-Identifier: ISC */
/* Decoding of names and values in queries and forms. */

#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"

#include "http/query.h"

const char *
query_decode(struct arena *arena, const char *text, size_t n)
{
	char *out = arena_copy(arena, text, n);
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		char c = text[i] == '+' ? ' ' : text[i];

		if (c == '%') {
			if (!encode_percent_parse(&c, text + i, n - i))
				return NULL;
			i += 2;
		}
		if (c == '\0')
			return NULL;
		out[at++] = c;
	}
	out[at] = '\0';
	return utf8_valid(out, at) ? out : NULL;
}

static bool
add_pair(struct query *query, struct arena *arena, const char *text, size_t n)
{
	const char *equals = memchr(text, '=', n);
	size_t nname = equals == NULL ? n : (size_t)(equals - text);
	const char *name, *value;

	if (query->n == QUERY_PAIRS)
		return false;
	name = query_decode(arena, text, nname);
	value = equals == NULL ? "" :
	    query_decode(arena, equals + 1, n - nname - 1);
	if (name == NULL || value == NULL || query_get(query, name) != NULL)
		return false;
	query->name[query->n] = name;
	query->value[query->n] = value;
	query->n++;
	return true;
}

bool
query_parse(struct query *query, struct arena *arena, const char *text,
    size_t n)
{
	const char *end = text + n;

	query->n = 0;
	while (text < end) {
		const char *stop = memchr(text, '&', (size_t)(end - text));

		if (stop == NULL)
			stop = end;
		if (stop > text && !add_pair(query, arena, text,
		    (size_t)(stop - text)))
			return false;
		text = stop < end ? stop + 1 : end;
	}
	return true;
}

const char *
query_get(const struct query *query, const char *name)
{
	for (size_t i = 0; i < query->n; i++)
		if (strcmp(query->name[i], name) == 0)
			return query->value[i];
	return NULL;
}
