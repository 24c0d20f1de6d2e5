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

/* The secrets of a whole page are asked for at once. */
struct page {
	const struct key *keys;
	size_t		 n;
	struct secret	 secrets[SECRET_KEYS];
	size_t		 nsecrets;
};

_Static_assert(KEY_NAMED_PAGE <= SECRET_KEYS, "a page is too long");

static enum db_result
load_secrets(struct call *c, struct page *page)
{
	struct uuid ids[KEY_NAMED_PAGE];

	for (size_t i = 0; i < page->n; i++)
		ids[i] = page->keys[i].id;
	return secret_newest(c->db, c->arena, ids, page->n, page->secrets,
	    &page->nsecrets);
}

/* One that was rotated since the page was read has to be asked for. */
static enum db_result
read_token(struct call *c, const struct page *page, const struct key *key,
    const char **token)
{
	for (size_t i = 0; i < page->nsecrets; i++)
		if (uuid_equal(&page->secrets[i].key_id, &key->id))
			return issue_open(c->arena, c->site->keyring, key,
			    &page->secrets[i], token);
	return issue_reveal(c->db, c->arena, c->site->keyring, key, token);
}

static enum problem
put_page(struct call *c, const struct key *keys, size_t n)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	struct page *page = arena_alloc(c->arena, sizeof(*page));
	enum problem problem = call_maker(c, maker);

	page->keys = keys;
	page->n = n;
	if (problem == PROBLEM_NONE && n > 0)
		problem = call_store(c, load_secrets(c, page));
	json_array(c->json, NULL);
	for (size_t i = 0; i < n && problem == PROBLEM_NONE; i++) {
		const char *token = NULL;

		if (loccus_covers(c, maker, &keys[i]))
			problem = call_store(c, read_token(c, page, &keys[i],
			    &token));
		loccus_put(c->json, &keys[i], token);
	}
	json_end(c->json);
	return problem;
}

enum problem
loccus_list(struct call *c)
{
	struct key *keys = arena_alloc(c->arena,
	    KEY_NAMED_PAGE * sizeof(*keys));
	struct key_named_filter filter;
	int64_t page, total;
	size_t n;
	enum problem problem = read_filter(c, &filter, &page);

	if (problem == PROBLEM_NONE)
		problem = call_store(c, key_named_page(c->db, c->arena,
		    &filter, keys, &n, &total));
	if (problem == PROBLEM_NONE)
		problem = put_page(c, keys, n);
	if (problem != PROBLEM_NONE)
		return problem;
	put_total(c, "Page-Total", (total + filter.size - 1) / filter.size);
	put_total(c, "Page-Size", filter.size);
	put_total(c, "Page-Current", page);
	put_total(c, "Item-Total", total);
	return PROBLEM_NONE;
}
