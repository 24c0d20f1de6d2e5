/* SPDX-License-Identifier: ISC */
/* The list of named keys: numbered pages, with totals in headers. */

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/key_named.h"

#include "keys.h"

#define DAY	(24 * 60 * 60 * (int64_t)1000)
#define PAGES	1000000		/* more than anybody has keys */

static const char *const sorts[KEY_NAMED_SORTS] = {
	[KEY_NAMED_BY_HANDLE] = "handle",
	[KEY_NAMED_BY_CREATION] = "createdAt",
};

static enum problem
read_number(struct call *c, const char *name, int64_t initial, int64_t most,
    int64_t *number)
{
	const char *text = query_get(&c->query, name);
	size_t n = text == NULL ? 0 : strspn(text, "0123456789");
	int64_t given = 0;

	*number = initial;
	if (text == NULL)
		return PROBLEM_NONE;
	if (n <= 7 && text[n] == '\0')
		given = strtol(text, NULL, 10);
	if (given >= 1 && given <= most) {
		*number = given;
		return PROBLEM_NONE;
	}
	return call_fault(c, NULL, arena_printf(c->arena,
	    "%s must be a number from 1 to %lld", name, (long long)most));
}

/* A time, or a day: then its first or its last millisecond. */
static enum problem
read_time(struct call *c, const char *name, int64_t rest, int64_t *at)
{
	const char *text = query_get(&c->query, name);

	if (text == NULL || clock_parse(text, at))
		return PROBLEM_NONE;
	if (strlen(text) != strlen("2026-11-22") ||
	    !clock_parse(arena_printf(c->arena, "%sT00:00:00Z", text), at))
		return call_fault(c, NULL, arena_printf(c->arena,
		    "%s must be a date such as 2026-11-22, or a time in UTC"
		    " such as 2026-11-22T10:00:00Z", name));
	*at += rest;
	return PROBLEM_NONE;
}

static enum problem
read_sort(struct call *c, enum key_named_sort *sort)
{
	const char *text = query_get(&c->query, "sort");

	*sort = KEY_NAMED_BY_HANDLE;
	if (text == NULL)
		return PROBLEM_NONE;
	for (; *sort < KEY_NAMED_SORTS; ++*sort)
		if (strcmp(text, sorts[*sort]) == 0)
			return PROBLEM_NONE;
	return call_fault(c, NULL, "sort must be handle or createdAt");
}

static enum problem
read_filter(struct call *c, struct key_named_filter *f, int64_t *page)
{
	*f = (struct key_named_filter){
		.account = c->who.account_id,
		.user = c->who.user_id,
		.kind = KIND_NAMED,
		.search = query_get(&c->query, "search"),
		.from = INT64_MIN,
		.to = INT64_MAX,
	};
	read_number(c, "page", 1, PAGES, page);
	read_number(c, "page-size", 20, KEY_NAMED_PAGE, &f->size);
	read_sort(c, &f->sort);
	read_time(c, "after", 0, &f->from);
	read_time(c, "before", DAY - 1, &f->to);
	f->skip = (*page - 1) * f->size;
	return c->detail.nfaults == 0 ? PROBLEM_NONE : PROBLEM_INVALID_FIELD;
}

static void
put_total(struct call *c, const char *name, int64_t number)
{
	call_header(c, name, arena_printf(c->arena, "%lld",
	    (long long)number));
}

enum problem
loccus_list(struct call *c)
{
	struct key *keys = arena_alloc(c->arena,
	    KEY_NAMED_PAGE * sizeof(*keys));
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	struct key_named_filter filter;
	int64_t page, total;
	size_t n;
	enum problem problem = read_filter(c, &filter, &page);

	if (problem == PROBLEM_NONE)
		problem = call_store(c, key_named_page(c->db, c->arena,
		    &filter, keys, &n, &total));
	if (problem == PROBLEM_NONE)
		problem = call_maker(c, maker);
	if (problem != PROBLEM_NONE)
		return problem;
	json_array(c->json, NULL);
	for (size_t i = 0; i < n && problem == PROBLEM_NONE; i++) {
		const char *token;

		problem = loccus_token(c, maker, &keys[i], &token);
		loccus_put(c->json, &keys[i], token);
	}
	json_end(c->json);
	put_total(c, "Page-Total", (total + filter.size - 1) / filter.size);
	put_total(c, "Page-Size", filter.size);
	put_total(c, "Page-Current", page);
	put_total(c, "Item-Total", total);
	return problem;
}
