/* SPDX-License-Identifier: ISC */
/* Named keys, as Loccus' clients know them: /user/keys. */

#include "auth/name.h"
#include "base/nitems.h"

#include "keys.h"

struct named_input {
	const char	*handle;
	const char	*alias;
	bool		 says_alias;
	struct limits_input limits;
};

#define ALIAS								\
	JSON_FIELD(TEXT, struct named_input, alias, .min = 1,		\
	    .max = 100, .nullable = true,				\
	    JSON_SEEN(struct named_input, says_alias))

static const struct json_field new_fields[] = {
	JSON_FIELD(TEXT, struct named_input, handle, .min = 1, .max = 50,
	    .required = true),
	ALIAS,
	LIMITS_FIELDS(struct named_input),
};

static const struct json_field change_fields[] = {
	JSON_FIELD(TEXT, struct named_input, handle, .min = 1, .max = 50),
	ALIAS,
};

void
loccus_put(struct json *json, const struct key *key, const char *token)
{
	json_object(json, NULL);
	json_uuid(json, "id", &key->id);
	json_text(json, "handle", key->handle);
	json_text_or_null(json, "alias",
	    *key->label == '\0' ? NULL : key->label);
	json_text_or_null(json, "token", token);
	json_micros(json, "createdAt", key->created_at);
	json_end(json);
}

bool
loccus_covers(struct call *c, const struct maker *maker,
    const struct key *key)
{
	size_t mark = arena_mark(c->arena);
	struct facts *f = arena_alloc(c->arena, sizeof(*f));
	bool covered;

	facts_of_own_key(f, c->arena, &c->who, key);
	covered = obtain_whole(maker, f);
	arena_release(c->arena, mark);
	return covered;
}

/* As it is shown, for If-Match. */
static void
put_named(struct call *c, struct json *json, const void *object)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	const struct key *key = object;
	const char *token = NULL;

	if (call_maker(c, maker) == PROBLEM_NONE &&
	    loccus_covers(c, maker, key) && issue_reveal(c->db, c->arena,
	    c->site->keyring, key, &token) != DB_OK)
		token = NULL;
	loccus_put(json, key, token);
}

static enum problem
find_named(struct call *c, struct key *key)
{
	return call_store(c, key_by_handle(c->db, c->arena,
	    &c->who.account_id, &c->who.user_id, c->word[0], key));
}

/* To change it: the owner's row keeps others from renaming it meanwhile. */
static enum problem
hold_named(struct call *c, struct key *key)
{
	enum problem problem = call_store(c, user_lock(c->db,
	    &c->who.account_id, &c->who.user_id));

	if (problem == PROBLEM_NONE)
		problem = find_named(c, key);
	return problem == PROBLEM_NOT_FOUND ?
	    keys_missed(c, KIND_NAMED, c->word[0]) : problem;
}

static enum problem
read_input(struct call *c, const struct json_field *fields, size_t nfields)
{
	struct named_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem = call_read(c, fields, nfields, in);

	c->input = in;
	if (problem != PROBLEM_NONE)
		return problem;
	if (in->handle != NULL && name_handle_fault(in->handle) != NULL)
		problem = call_fault(c, "/handle",
		    name_handle_fault(in->handle));
	if (in->alias != NULL && name_text_fault(in->alias) != NULL)
		problem = call_fault(c, "/alias", name_text_fault(in->alias));
	return problem;
}

enum problem
loccus_read_new(struct call *c)
{
	return read_input(c, new_fields, NITEMS(new_fields));
}

enum problem
loccus_read_change(struct call *c)
{
	return read_input(c, change_fields, NITEMS(change_fields));
}

static enum problem
explain_taken(struct call *c, enum problem problem)
{
	if (problem != PROBLEM_CONFLICT)
		return problem;
	return call_refuse(c, PROBLEM_CONFLICT, "taken",
	    "The handle is another key's of this user");
}

enum problem
loccus_create(struct call *c)
{
	struct issue *issue = arena_alloc(c->arena, sizeof(*issue));
	const struct named_input *in = c->input;
	enum problem problem;

	problem = explain_taken(c, keys_make(c, issue, &(struct keys_new){
	    .kind = KIND_NAMED, .user = &c->who.user_id,
	    .label = in->alias == NULL ? "" : in->alias,
	    .handle = in->handle, .limits = &in->limits }));
	if (problem != PROBLEM_NONE)
		return problem;
	loccus_put(c->json, &issue->key, issue->token);
	c->location = call_uri(c, "/user/keys/%s", issue->key.handle);
	c->status = 201;
	return PROBLEM_NONE;
}

enum problem
loccus_show(struct call *c)
{
	const char *token;
	struct key key;
	enum problem problem = find_named(c, &key);

	if (problem == PROBLEM_NONE)
		problem = keys_reveal(c, &key, &token);
	if (problem == PROBLEM_NONE)
		loccus_put(c->json, &key, token);
	return problem;
}

/* The token stays, and with it all that the key may do. */
enum problem
loccus_change(struct call *c)
{
	const struct named_input *in = c->input;
	struct key key;
	enum problem problem = hold_named(c, &key);

	if (problem == PROBLEM_NONE)
		problem = call_match(c, put_named, &key);
	if (problem != PROBLEM_NONE)
		return problem;
	if (in->handle != NULL)
		key.handle = in->handle;
	if (in->says_alias)
		key.label = in->alias == NULL ? "" : in->alias;
	key.updated_at = c->who.now;
	problem = explain_taken(c, call_store(c, key_change(c->db, &key)));
	if (problem != PROBLEM_NONE)
		return problem;
	c->mutation.owner = key.user_id;
	call_changed(c, "key.change", "key", &key.id, keys_describe(c, &key),
	    false);
	put_named(c, c->json, &key);
	return PROBLEM_NONE;
}

enum problem
loccus_end(struct call *c)
{
	struct key key;
	enum problem problem = hold_named(c, &key);

	if (problem != PROBLEM_NONE)
		return problem;
	return keys_end(c, KIND_NAMED, &c->who.user_id, &key.id, put_named);
}
