/* SPDX-License-Identifier: ISC */
/* A user's own token, as Bitsight's clients know it: one for each. */

#include "base/nitems.h"

#include "keys.h"

#define LABEL	"User token"

struct personal_input {
	struct limits_input	 limits;
};

static const struct json_field fields[] = {
	LIMITS_FIELDS(struct personal_input),
};

static void
put_token(struct call *c, const struct key *key, const char *token)
{
	json_object(c->json, NULL);
	json_uuid(c->json, "guid", &key->id);
	json_text(c->json, "token", token);
	keys_put_date(c->json, "created_date", key->created_at);
	json_time_or_null(c->json, "expires_at", key->expires_at);
	json_end(c->json);
}

/* The caller's own that stands now. */
static enum problem
find_token(struct call *c, struct key *key)
{
	size_t n = 0;
	enum problem problem = call_store(c, key_page(c->db, c->arena,
	    &c->who.account_id, &c->who.user_id, KIND_PERSONAL, &uuid_zero,
	    key, 1, &n));

	if (problem == PROBLEM_NONE && (n == 0 ||
	    key_state(key, c->who.now) == KEY_EXPIRED))
		return PROBLEM_NOT_FOUND;
	return problem;
}

/* Most say nothing about it. */
enum problem
personal_read(struct call *c)
{
	struct personal_input *in = arena_alloc(c->arena, sizeof(*in));

	c->input = in;
	if (c->body_size == 0)
		return PROBLEM_NONE;
	return call_read(c, fields, NITEMS(fields), in);
}

enum problem
personal_create(struct call *c)
{
	struct issue *issue = arena_alloc(c->arena, sizeof(*issue));
	const struct personal_input *in = c->input;
	enum problem problem;

	problem = keys_make(c, issue, &(struct keys_new){
	    .kind = KIND_PERSONAL, .user = &c->who.user_id, .label = LABEL,
	    .limits = &in->limits });
	if (problem != PROBLEM_NONE)
		return problem;
	put_token(c, &issue->key, issue->token);
	c->location = call_uri(c, "/user/token");
	c->status = 201;
	return PROBLEM_NONE;
}

enum problem
personal_show(struct call *c)
{
	const char *token;
	struct key key;
	enum problem problem = find_token(c, &key);

	if (problem == PROBLEM_NONE)
		problem = keys_reveal(c, &key, &token);
	if (problem == PROBLEM_NONE)
		put_token(c, &key, token);
	return problem;
}

/* As it was shown: the tag of that answer is the one that If-Match brings. */
static void
put_shown(struct call *c, struct json *json, const void *object)
{
	const struct key *key = object;
	struct json *answer = c->json;
	const char *token;

	if (issue_reveal(c->db, c->arena, c->site->keyring, key, &token) !=
	    DB_OK)
		token = "";
	c->json = json;
	put_token(c, key, token);
	c->json = answer;
}

enum problem
personal_end(struct call *c)
{
	struct key key;
	enum problem problem = find_token(c, &key);

	if (problem == PROBLEM_NOT_FOUND)
		return keys_missed(c, KIND_PERSONAL, NULL);
	if (problem != PROBLEM_NONE)
		return problem;
	return keys_end(c, KIND_PERSONAL, &c->who.user_id, &key.id,
	    put_shown);
}
