/* SPDX-License-Identifier: ISC */
/* Giving a key of any kind a new secret. */

#include "base/nitems.h"

#include "uniform.h"

#define GRACE		(24 * 60 * 60)		/* seconds */
#define GRACE_MOST	(30 * GRACE)

struct rotation_input {
	int64_t		 grace;
	bool		 says_grace;
};

static const struct json_field fields[] = {
	JSON_FIELD(INTEGER, struct rotation_input, grace, .min = 0,
	    .max = GRACE_MOST, JSON_SEEN(struct rotation_input, says_grace)),
};

/* What each kind's own paths call it. */
static const char *const members[KIND__MAX] = {
	[KIND_PAIR] = "secret",
	[KIND_NAMED] = "token",
	[KIND_EXCHANGE] = "api_key",
	[KIND_PERSONAL] = "token",
	[KIND_COMPANY] = "token",
	[KIND_APP] = "token",
};

enum problem
uniform_read_rotation(struct call *c)
{
	struct rotation_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem = PROBLEM_NONE;

	c->input = in;
	if (c->body_size > 0)
		problem = call_read(c, fields, NITEMS(fields), in);
	if (!in->says_grace)
		in->grace = GRACE;
	return problem;
}

static const char *
describe(struct call *c, const struct rotation *r)
{
	struct json *json = json_new(c->arena);
	size_t n;

	json_object(json, NULL);
	json_text(json, "kind", kind_types[r->key.kind].word);
	json_text(json, "label", r->key.label);
	json_uuid(json, "owner", &r->key.user_id);
	json_time(json, "old_ends_at", r->old_ends_at);
	json_end(json);
	return json_done(json, &n);
}

static enum problem
rotate(struct call *c, struct rotation *r)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	enum problem problem = call_maker(c, maker);

	if (problem == PROBLEM_NONE)
		problem = keys_explain(c, issue_rotate(r, c->db, c->arena,
		    c->site->keyring, maker), r->db);
	if (problem != PROBLEM_NONE)
		return problem;
	c->made_key = r->key.id;
	c->mutation.owner = r->key.user_id;
	call_changed(c, "key.rotate", "key", &r->key.id, describe(c, r), true);
	return call_store(c, keys_tell(c, NOTICE_ROTATED, &r->key));
}

enum problem
uniform_rotate(struct call *c)
{
	const struct rotation_input *in = c->input;
	struct uniform_view *view = arena_alloc(c->arena, sizeof(*view));
	struct rotation *r = arena_alloc(c->arena, sizeof(*r));
	enum problem problem = uniform_lock(c, &c->id[0], view);

	if (problem != PROBLEM_NONE)
		return problem;
	*r = (struct rotation){
		.account_id = c->who.account_id,
		.key_id = c->id[0],
		.grace = in->grace * 1000,
	};
	problem = rotate(c, r);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, uniform_load(c, view));
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	uniform_put_members(c, c->json, view);
	if (view->key.kind == KIND_PAIR)
		json_uuid(c->json, "uuid", &view->key.id);
	json_text(c->json, members[view->key.kind], r->token);
	json_time(c->json, "old_ends_at", r->old_ends_at);
	json_end(c->json);
	return PROBLEM_NONE;
}
