/* SPDX-License-Identifier: ISC */
/* App tokens, as Cutover's clients know them: user_app_tokens. */

#include <string.h>

#include "auth/name.h"
#include "base/nitems.h"

#include "keys.h"

#define TYPE	"user_app_token"

struct app_input {
	const char		*type;
	const char		*label;
	struct limits_input	 limits;
};

#define ATTRIBUTES							\
	JSON_FIELD(TEXT, struct app_input, label, .min = 1,		\
	    .max = 200),						\
	LIMITS_FIELDS(struct app_input)

static const struct json_field attributes[] = { ATTRIBUTES };

static const struct json_field data[] = {
	JSON_FIELD(TEXT, struct app_input, type, .min = 1, .max = 50),
	{ .name = "attributes", .type = JSON_OBJECT, .required = true,
	  .fields = attributes, .nfields = NITEMS(attributes) },
};

/* Both forms are taken: the members themselves, and wrapped as data. */
static const struct json_field fields[] = {
	ATTRIBUTES,
	{ .name = "data", .type = JSON_OBJECT, .fields = data,
	  .nfields = NITEMS(data) },
};

static void
put_item(struct json *json, const char *member, const struct key *key,
    const char *token)
{
	json_object(json, member);
	json_uuid(json, "id", &key->id);
	json_text(json, "type", TYPE);
	json_object(json, "attributes");
	json_text(json, "label", key->label);
	json_time(json, "created_at", key->created_at);
	json_time_or_null(json, "expires_at", key->expires_at);
	json_time_or_null(json, "last_accessed_at", key->last_used_at);
	if (token != NULL)
		json_text(json, "token", token);
	json_end(json);
	json_end(json);
}

static void
put_app(struct call *c, struct json *json, const void *key)
{
	(void)c;
	json_object(json, NULL);
	put_item(json, "data", key, NULL);
	json_end(json);
}

enum problem
cutover_read(struct call *c)
{
	struct app_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem = call_read(c, fields, NITEMS(fields), in);

	c->input = in;
	if (problem != PROBLEM_NONE)
		return problem;
	if (in->label == NULL)
		return call_fault(c, "/label", "is required");
	if (name_text_fault(in->label) != NULL)
		return call_fault(c, "/label", name_text_fault(in->label));
	if (in->type != NULL && strcmp(in->type, TYPE) != 0)
		return call_fault(c, "/data/type", "must be " TYPE);
	return PROBLEM_NONE;
}

enum problem
cutover_create(struct call *c)
{
	struct issue *issue = arena_alloc(c->arena, sizeof(*issue));
	struct app_input *in = c->input;
	char user[UUID_TEXT], id[UUID_TEXT];
	enum problem problem;

	problem = keys_make(c, issue, &(struct keys_new){ .kind = KIND_APP,
	    .user = &c->id[0], .label = in->label, .limits = &in->limits });
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	put_item(c->json, "data", &issue->key, issue->token);
	json_end(c->json);
	uuid_format(user, &c->id[0]);
	uuid_format(id, &issue->key.id);
	c->location = call_uri(c, "%s/users/%s/user_app_tokens/%s",
	    *c->prefix == '\0' ? "/core" : "", user, id);
	c->status = 201;
	return PROBLEM_NONE;
}

enum problem
cutover_list(struct call *c)
{
	struct key *keys = arena_alloc(c->arena, CALL_ROWS * sizeof(*keys));
	struct user owner;
	struct uuid after;
	size_t limit, n;
	enum problem problem = call_page(c, &limit, &after);

	if (problem == PROBLEM_NONE)
		problem = call_store(c, user_get(c->db, c->arena,
		    &c->who.account_id, &c->id[0], &owner));
	if (problem == PROBLEM_NONE)
		problem = call_store(c, key_page(c->db, c->arena,
		    &c->who.account_id, &c->id[0], KIND_APP, &after, keys,
		    limit + 1, &n));
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_array(c->json, "data");
	for (size_t i = 0; i < n && i < limit; i++)
		put_item(c->json, NULL, &keys[i], NULL);
	json_end(c->json);
	call_next(c, "next", n > limit ? &keys[limit - 1].id : NULL,
	    limit);
	json_end(c->json);
	return PROBLEM_NONE;
}

enum problem
cutover_show(struct call *c)
{
	struct key key;
	enum problem problem = call_store(c, key_get(c->db, c->arena,
	    &c->who.account_id, &c->id[0], KIND_APP, &c->id[1], &key));

	if (problem == PROBLEM_NONE)
		put_app(c, c->json, &key);
	return problem;
}

enum problem
cutover_end(struct call *c)
{
	return keys_end(c, KIND_APP, &c->id[0], &c->id[1], put_app);
}
