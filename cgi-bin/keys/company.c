/* SPDX-License-Identifier: ISC */
/* A company's tokens, as Bitsight's clients know them. */

#include <string.h>

#include "auth/name.h"
#include "base/nitems.h"
#include "store/company_token.h"

#include "company.h"
#include "keys.h"

#define PATH	"/company/tokens"
#define ALIAS	"/ratings/v1/customers/current/api-tokens"
#define MASK	"************************************"	/* and four letters */

/* The product's list has no pages: who asks for none gets so many. */
#define MOST	1000

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct company_input, description, .min = 1,
	    .max = 200, .required = true),
	JSON_FIELD(TEXT, struct company_input, group, .min = 1, .max = 200,
	    .nullable = true),
	JSON_FIELD(TEXTS, struct company_input, roles, .max = 50,
	    .most = ROLE_GIVEN, .nullable = true),
	LIMITS_FIELDS(struct company_input),
};

/* token is the whole of it, once, and else NULL. */
static void
put_token(struct call *c, struct json *json, const struct company_token *t,
    const char *token)
{
	json_object(json, NULL);
	json_text(json, "description", t->description);
	json_uuid(json, "guid", &t->id);
	json_text(json, "token", token != NULL ? token :
	    arena_printf(c->arena, MASK "%s", t->hint));
	keys_put_date(json, "created_date", t->created_at);
	json_text(json, "creator_name", t->creator == NULL ? "" : t->creator);
	json_text_or_null(json, "group", t->group);
	json_end(json);
}

static enum problem
find_token(struct call *c, const struct uuid *id, struct company_token *token)
{
	return call_store(c, company_token_get(c->db, c->arena,
	    &c->who.account_id, KIND_COMPANY, id, token));
}

/* -- making ---------------------------------------------------------------- */

enum problem
company_read(struct call *c)
{
	struct company_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem = call_read(c, fields, NITEMS(fields), in);

	c->input = in;
	if (problem != PROBLEM_NONE)
		return problem;
	if (in->description[strspn(in->description, " ")] == '\0')
		return call_fault(c, "/description", "must say something");
	if (name_text_fault(in->description) != NULL)
		return call_fault(c, "/description",
		    name_text_fault(in->description));
	if (in->group != NULL && in->limits.says_workspaces)
		return call_fault(c, "/group", "cannot be given together with"
		    " workspaces");
	return PROBLEM_NONE;
}

/* By handle, or by the name if that is one workspace's alone. */
static enum problem
find_group(struct call *c, const char *group, struct workspace *out)
{
	struct workspace named[2];
	enum db_result result = workspace_find(c->db, c->arena,
	    &c->who.account_id, group, out);
	size_t n = 0;

	if (result != DB_NONE)
		return call_store(c, result);
	result = workspace_named(c->db, c->arena, &c->who.account_id, group,
	    named, NITEMS(named), &n);
	if (result != DB_OK)
		return call_store(c, result);
	if (n == 0)
		return call_fault(c, "/group", "names no workspace");
	if (n > 1)
		return call_fault(c, "/group", "is the name of several"
		    " workspaces: say the handle of one");
	*out = named[0];
	return PROBLEM_NONE;
}

/* The body's limits; the group is one of them. */
static enum problem
choose_limits(struct call *c, const struct company_input *in,
    struct limits_input *limits, const struct workspace **group)
{
	struct workspace *found = arena_alloc(c->arena, sizeof(*found));
	const char **handle = arena_alloc(c->arena, sizeof(*handle));
	enum problem problem;

	*limits = in->limits;
	*group = NULL;
	if (in->group == NULL)
		return PROBLEM_NONE;
	problem = find_group(c, in->group, found);
	if (problem != PROBLEM_NONE)
		return problem;
	*handle = found->handle;
	limits->workspaces = (struct json_texts){ handle, 1 };
	limits->says_workspaces = true;
	*group = found;
	return PROBLEM_NONE;
}

enum problem
company_create(struct call *c)
{
	struct issue *issue = arena_alloc(c->arena, sizeof(*issue));
	const struct company_input *in = c->input;
	const struct workspace *group;
	struct limits_input limits;
	struct company_token token;
	enum problem problem;
	struct uuid user;
	char id[UUID_TEXT];

	problem = choose_limits(c, in, &limits, &group);
	if (problem == PROBLEM_NONE)
		problem = company_add_user(c, in, group, &user);
	if (problem == PROBLEM_NONE)
		problem = keys_make(c, issue, &(struct keys_new){
		    .kind = KIND_COMPANY, .user = &user,
		    .label = in->description, .limits = &limits });
	if (problem == PROBLEM_NONE)
		problem = find_token(c, &issue->key.id, &token);
	if (problem != PROBLEM_NONE)
		return problem;
	put_token(c, c->json, &token, issue->token);
	uuid_format(id, &token.id);
	c->location = call_uri(c, "%s/%s", *c->prefix == '\0' ? ALIAS : PATH,
	    id);
	c->status = 201;
	return PROBLEM_NONE;
}

/* -- showing and ending ---------------------------------------------------- */

static enum problem
choose_page(struct call *c, size_t *limit, struct uuid *after)
{
	if (query_get(&c->query, "limit") != NULL ||
	    query_get(&c->query, "cursor") != NULL)
		return call_page(c, limit, after);
	*limit = MOST;
	*after = uuid_zero;
	return PROBLEM_NONE;
}

enum problem
company_list(struct call *c)
{
	struct company_token *tokens;
	struct uuid after;
	size_t limit, n;
	enum problem problem = choose_page(c, &limit, &after);

	if (problem != PROBLEM_NONE)
		return problem;
	tokens = arena_alloc(c->arena, (limit + 1) * sizeof(*tokens));
	problem = call_store(c, company_token_page(c->db, c->arena,
	    &c->who.account_id, KIND_COMPANY, &after, tokens, limit + 1, &n));
	if (problem != PROBLEM_NONE)
		return problem;
	json_array(c->json, NULL);
	for (size_t i = 0; i < n && i < limit; i++)
		put_token(c, c->json, &tokens[i], NULL);
	json_end(c->json);
	if (n > limit)
		call_link(c, &tokens[limit - 1].id,
		    limit < CALL_PAGE ? limit : CALL_PAGE);
	return PROBLEM_NONE;
}

enum problem
company_show(struct call *c)
{
	struct company_token token;
	enum problem problem = find_token(c, &c->id[0], &token);

	if (problem == PROBLEM_NONE)
		put_token(c, c->json, &token, NULL);
	return problem;
}

static void
put_shown(struct call *c, struct json *json, const void *object)
{
	const struct key *key = object;
	struct company_token token;

	if (find_token(c, &key->id, &token) == PROBLEM_NONE) {
		put_token(c, json, &token, NULL);
		return;
	}
	json_object(json, NULL);
	json_end(json);
}

enum problem
company_end(struct call *c)
{
	struct key key;
	enum problem problem = call_store(c, key_find(c->db, c->arena,
	    &c->who.account_id, &c->id[0], &key));

	if (problem != PROBLEM_NONE)
		return problem;
	return keys_end(c, KIND_COMPANY, &key.user_id, &c->id[0], put_shown);
}
