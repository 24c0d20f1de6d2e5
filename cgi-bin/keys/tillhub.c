/* SPDX-License-Identifier: ISC */
/* Exchange keys, as Tillhub's clients make them: /users/{id}/api/key. */

#include <string.h>

#include "auth/name.h"
#include "base/nitems.h"
#include "serve/tillhub.h"

#include "keys.h"

struct exchange_input {
	const char		*label;
	struct limits_input	 limits;
};

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct exchange_input, label, .min = 1, .max = 200),
	LIMITS_FIELDS(struct exchange_input),
};

/* The product's clients send no body at all. */
enum problem
tillhub_read(struct call *c)
{
	struct exchange_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem = PROBLEM_NONE;

	c->input = in;
	if (c->body_size > 0)
		problem = call_read(c, fields, NITEMS(fields), in);
	if (problem != PROBLEM_NONE)
		return problem;
	if (in->label == NULL)
		in->label = "API key";
	if (name_text_fault(in->label) != NULL)
		return call_fault(c, "/label", name_text_fault(in->label));
	return PROBLEM_NONE;
}

static bool
is_own_account(const struct call *c, const char *named)
{
	char id[UUID_TEXT];

	uuid_format(id, &c->who.account_id);
	return strcmp(named, id) == 0 || (c->who.account_legacy_id != NULL &&
	    strcmp(named, c->who.account_legacy_id) == 0);
}

/*
 * The longer path names the account, and its configuration: the account has
 * one, which goes by the account's id.
 */
static bool
is_own_path(const struct call *c)
{
	return c->word[0] == NULL || (is_own_account(c, c->word[0]) &&
	    is_own_account(c, c->word[1]));
}

enum problem
tillhub_create(struct call *c)
{
	struct issue *issue = arena_alloc(c->arena, sizeof(*issue));
	struct exchange_input *in = c->input;
	struct tillhub_user user;
	enum problem problem;
	char id[UUID_TEXT];

	if (!is_own_path(c))
		return PROBLEM_NOT_FOUND;
	problem = keys_make(c, issue, &(struct keys_new){
	    .kind = KIND_EXCHANGE, .user = &c->id[0], .label = in->label,
	    .limits = &in->limits });
	if (problem == PROBLEM_NONE)
		problem = tillhub_load(c, &c->who.account_id, &c->id[0],
		    &user);
	if (problem != PROBLEM_NONE)
		return problem;
	c->status = 201;
	tillhub_open(c, "Sub-user added.");
	json_integer(c->json, "count", 1);
	json_array(c->json, "results");
	tillhub_put_user(c, NULL, &user, issue->token, true);
	json_end(c->json);
	json_end(c->json);
	uuid_format(id, &issue->key.id);
	c->location = call_uri(c, "%s/keys/%s",
	    *c->prefix == '\0' ? c->site->config.base : "", id);
	return PROBLEM_NONE;
}
