/* SPDX-License-Identifier: ISC */
/* Pairs, as Authentise's clients know them: /api_tokens/. */

#include "auth/name.h"
#include "base/nitems.h"

#include "keys.h"

struct pair_input {
	const char		*name;
	struct limits_input	 limits;
};

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct pair_input, name, .min = 1, .max = 200,
	    .required = true),
	LIMITS_FIELDS(struct pair_input),
};

static void
put_members(struct call *c, struct json *json, const struct key *key)
{
	char id[UUID_TEXT];

	uuid_format(id, &key->id);
	json_text(json, "uri", call_uri(c, "/api_tokens/%s/", id));
	json_text(json, "uuid", id);
	json_text(json, "name", key->label);
	json_time(json, "created_at", key->created_at);
	json_time_or_null(json, "expires_at", key->expires_at);
	keys_put_scopes(c, json, key);
}

static void
put_pair(struct call *c, struct json *json, const void *key)
{
	json_object(json, NULL);
	put_members(c, json, key);
	json_end(json);
}

enum problem
authentise_read(struct call *c)
{
	struct pair_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem = call_read(c, fields, NITEMS(fields), in);

	c->input = in;
	if (problem == PROBLEM_NONE && name_text_fault(in->name) != NULL)
		return call_fault(c, "/name", name_text_fault(in->name));
	return problem;
}

enum problem
authentise_create(struct call *c)
{
	struct issue *issue = arena_alloc(c->arena, sizeof(*issue));
	struct pair_input *in = c->input;
	enum problem problem;
	char id[UUID_TEXT];

	problem = keys_make(c, issue, &(struct keys_new){ .kind = KIND_PAIR,
	    .user = &c->who.user_id, .label = in->name,
	    .limits = &in->limits });
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	put_members(c, c->json, &issue->key);
	json_text(c->json, "secret", issue->token);
	json_end(c->json);
	uuid_format(id, &issue->key.id);
	c->location = call_uri(c, "/api_tokens/%s/", id);
	c->status = 201;
	return PROBLEM_NONE;
}

enum problem
authentise_list(struct call *c)
{
	struct key *keys = arena_alloc(c->arena, CALL_ROWS * sizeof(*keys));
	struct uuid after;
	size_t limit, n;
	enum problem problem = call_page(c, &limit, &after);

	if (problem == PROBLEM_NONE)
		problem = call_store(c, key_page(c->db, c->arena,
		    &c->who.account_id, &c->who.user_id, KIND_PAIR, &after,
		    keys, limit + 1, &n));
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_array(c->json, "resources");
	for (size_t i = 0; i < n && i < limit; i++)
		put_pair(c, c->json, &keys[i]);
	json_end(c->json);
	json_object(c->json, "paging");
	json_integer(c->json, "limit", (int64_t)limit);
	call_next(c, "next", n > limit ? &keys[limit - 1].id : NULL,
	    limit);
	json_end(c->json);
	json_end(c->json);
	return PROBLEM_NONE;
}

enum problem
authentise_show(struct call *c)
{
	struct key key;
	enum problem problem = call_store(c, key_get(c->db, c->arena,
	    &c->who.account_id, &c->who.user_id, KIND_PAIR, &c->id[0], &key));

	if (problem == PROBLEM_NONE)
		put_pair(c, c->json, &key);
	return problem;
}

enum problem
authentise_end(struct call *c)
{
	return keys_end(c, KIND_PAIR, &c->who.user_id, &c->id[0], put_pair);
}
