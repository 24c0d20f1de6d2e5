/* SPDX-License-Identifier: ISC */
/* Looking for keys of all kinds. */

#include <string.h>

#include "base/nitems.h"

#include "uniform.h"

struct list_input {
	struct filter_input	 filter;
	const char		*limit;		/* these two call_page reads */
	const char		*cursor;
};

static const struct json_field fields[] = {
	FILTER_FIELDS(struct list_input),
	JSON_FIELD(TEXT, struct list_input, limit, .max = 100),
	JSON_FIELD(TEXT, struct list_input, cursor, .max = 100),
};

/* -- which of them --------------------------------------------------------- */

/* A member of the body has a pointer; a word of the query is only named. */
static enum problem
fault(struct call *c, const char *name, const char *detail)
{
	if (strcmp(c->route->method, "GET") == 0)
		return call_fault(c, NULL, arena_printf(c->arena, "%s %s",
		    name, detail));
	return call_fault(c, arena_printf(c->arena, "/%s", name), detail);
}

static enum problem
read_words(struct call *c, const struct filter_input *in,
    struct key_filter *filter)
{
	if (in->owner != NULL && strcmp(in->owner, "me") == 0)
		filter->user = c->who.user_id;
	else if (in->owner != NULL && !uuid_parse(&filter->user, in->owner))
		return fault(c, "owner", "must be \"me\" or a user's id");
	if (in->kind != NULL) {
		filter->kind = (uint8_t)kind_by_word(in->kind);
		if (filter->kind == KIND_NONE)
			return fault(c, "kind", "is not a kind of key");
	}
	if (in->state == NULL)
		return PROBLEM_NONE;
	for (enum key_state state = KEY_LIVE; state < KEY_STATES; state++)
		if (strcmp(in->state, key_states[state]) == 0)
			filter->state = state;
	if (filter->state == KEY_ANY)
		return fault(c, "state", "must be live, disabled, expired or"
		    " revoked");
	return PROBLEM_NONE;
}

/* Whoever may not see everybody's sees his own, unless he asks for more. */
static enum problem
confine(struct call *c, struct key_filter *filter)
{
	const struct rights *rights = &c->who.rights;
	bool all = rights_hold(rights, PERMISSION_KEYS_ALL, NULL);
	bool own = all || rights_hold(rights, PERMISSION_KEYS, NULL);

	filter->company = rights_hold(rights, PERMISSION_COMPANY, NULL);
	if (filter->kind == KIND_COMPANY)
		return filter->company ? PROBLEM_NONE :
		    uniform_lacks(c, PERMISSION_COMPANY);
	if (!own)
		return uniform_lacks(c, PERMISSION_KEYS);
	if (all)
		return PROBLEM_NONE;
	if (uuid_is_zero(&filter->user))
		filter->user = c->who.user_id;
	if (!uuid_equal(&filter->user, &c->who.user_id))
		return uniform_lacks(c, PERMISSION_KEYS_ALL);
	return PROBLEM_NONE;
}

enum problem
uniform_filter(struct call *c, const struct filter_input *in,
    struct key_filter *filter)
{
	enum problem problem;

	*filter = (struct key_filter){
		.handle = in->handle,
		.used_before = in->last_used_before,
		.expires_before = in->expiring_before,
		.now = c->who.now,
	};
	problem = read_words(c, in, filter);
	if (problem == PROBLEM_NONE)
		problem = confine(c, filter);
	return problem;
}

/* -- the list -------------------------------------------------------------- */

static enum problem
read_query(struct call *c, struct list_input *in)
{
	struct json_faults faults = { .n = 0 };
	enum problem problem = call_query(c, "owner kind state handle"
	    " last_used_before expiring_before limit cursor");

	if (problem != PROBLEM_NONE)
		return problem;
	if (json_read_form(c->arena, &c->query, fields, NITEMS(fields), in,
	    &faults) == JSON_OK)
		return PROBLEM_NONE;
	for (size_t i = 0; i < faults.n; i++) {
		const char *name = faults.fault[i].pointer;

		fault(c, *name == '/' ? name + 1 : "the query",
		    faults.fault[i].detail);
	}
	return PROBLEM_INVALID_FIELD;
}

static enum problem
put_page(struct call *c, const struct key *keys, size_t n)
{
	struct uniform_view *view = arena_alloc(c->arena, sizeof(*view));

	json_array(c->json, "items");
	for (size_t i = 0; i < n; i++) {
		enum db_result result;

		view->key = keys[i];
		result = uniform_load(c, view);
		if (result != DB_OK)
			return call_store(c, result);
		uniform_put(c, c->json, view);
	}
	json_end(c->json);
	return PROBLEM_NONE;
}

enum problem
uniform_list(struct call *c)
{
	struct key *keys = arena_alloc(c->arena, CALL_ROWS * sizeof(*keys));
	struct list_input in = { .limit = NULL };
	struct key_filter filter;
	struct uuid after;
	size_t limit, n;
	enum problem problem = read_query(c, &in);

	if (problem == PROBLEM_NONE)
		problem = call_page(c, &limit, &after);
	if (problem == PROBLEM_NONE)
		problem = uniform_filter(c, &in.filter, &filter);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, key_select(c->db, c->arena,
		    &c->who.account_id, &filter, &after, keys, limit + 1,
		    &n));
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	problem = put_page(c, keys, n < limit ? n : limit);
	if (problem != PROBLEM_NONE)
		return problem;
	call_next(c, "next", n > limit ? &keys[limit - 1].id : NULL, limit);
	json_end(c->json);
	return PROBLEM_NONE;
}
