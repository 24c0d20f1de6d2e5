/* SPDX-License-Identifier: ISC */
/* Pages of lists. */

#include <stdlib.h>
#include <string.h>

#include "base/encode.h"

#include "serve/serve.h"

static bool
is_among(const char *name, const char *words)
{
	size_t n = strlen(name), length;

	for (; *words != '\0'; words += length, words += *words == ' ') {
		length = strcspn(words, " ");
		if (n == length && memcmp(name, words, n) == 0)
			return true;
	}
	return false;
}

enum problem
call_query(struct call *c, const char *words)
{
	enum problem problem = PROBLEM_NONE;

	for (size_t i = 0; i < c->query.n; i++)
		if (!is_among(c->query.name[i], words))
			problem = call_fault(c, NULL, arena_printf(c->arena,
			    "%s is no parameter of this path",
			    c->query.name[i]));
	return problem;
}

enum problem
call_page(struct call *c, size_t *limit, struct uuid *after)
{
	const char *text = query_get(&c->query, "limit");
	const char *cursor = query_get(&c->query, "cursor");

	*limit = 50;
	*after = uuid_zero;
	if (text != NULL && strlen(text) <= 3 &&
	    text[strspn(text, "0123456789")] == '\0')
		*limit = strtoul(text, NULL, 10);
	else if (text != NULL)
		*limit = 0;
	if (*limit < 1 || *limit > CALL_PAGE)
		return call_fault(c, NULL, "limit must be 1 to 100");
	if (cursor != NULL && !uuid_parse(after, cursor))
		return call_fault(c, NULL,
		    "cursor must be what next of the page before said");
	return PROBLEM_NONE;
}

static const char *
escape(struct arena *arena, const char *text)
{
	char *out = arena_alloc(arena, 3 * strlen(text) + 1);

	encode_percent(out, text);
	return out;
}

/* What else the query of this page says, the next one must say again. */
static const char *
repeat_query(struct call *c)
{
	const char *out = "";

	for (size_t i = 0; i < c->query.n; i++) {
		if (strcmp(c->query.name[i], "limit") == 0 ||
		    strcmp(c->query.name[i], "cursor") == 0)
			continue;
		out = arena_printf(c->arena, "%s&%s=%s", out,
		    escape(c->arena, c->query.name[i]),
		    escape(c->arena, c->query.value[i]));
	}
	return out;
}

void
call_next(struct call *c, const char *key, const struct uuid *next,
    size_t limit)
{
	if (next == NULL)
		json_null(c->json, key);
	else
		json_uuid(c->json, key, next);
	call_link(c, next, limit);
}

void
call_link(struct call *c, const struct uuid *next, size_t limit)
{
	char id[UUID_TEXT];

	if (next == NULL)
		return;
	uuid_format(id, next);
	c->link = arena_printf(c->arena, "<%s?limit=%zu&cursor=%s%s>;"
	    " rel=\"next\"", c->path, limit, id, repeat_query(c));
}
