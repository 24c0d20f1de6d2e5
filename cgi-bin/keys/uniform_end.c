/* SPDX-License-Identifier: ISC */
/* Ending keys of any kind: one, or all that a filter finds. */

#include "auth/name.h"
#include "base/nitems.h"

#include "uniform.h"

#define ENDED_MOST	1000	/* by one request */

struct end_input {
	const char	*reason;
};

static const struct json_field end_fields[] = {
	JSON_FIELD(TEXT, struct end_input, reason, .min = 1, .max = 200,
	    .nullable = true),
};

struct revoke_input {
	struct filter_input	 filter;
	const char		*reason;
	bool			 dry_run;
};

static const struct json_field revoke_fields[] = {
	FILTER_FIELDS(struct revoke_input),
	JSON_FIELD(TEXT, struct revoke_input, reason, .min = 1, .max = 200,
	    .nullable = true),
	JSON_FIELD(BOOL, struct revoke_input, dry_run),
};

static enum problem
check_reason(struct call *c, const char *reason)
{
	if (reason == NULL || name_text_fault(reason) == NULL)
		return PROBLEM_NONE;
	return call_fault(c, "/reason", name_text_fault(reason));
}

/* -- one ------------------------------------------------------------------- */

enum problem
uniform_read_end(struct call *c)
{
	struct end_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem;

	c->input = in;
	if (c->body_size == 0)
		return PROBLEM_NONE;
	problem = call_read(c, end_fields, NITEMS(end_fields), in);
	return problem == PROBLEM_NONE ? check_reason(c, in->reason) :
	    problem;
}

static enum problem
end_one(struct call *c, struct key *key)
{
	const struct end_input *in = c->input;
	enum db_result result = keys_tell(c, NOTICE_ENDED, key);

	if (result == DB_OK)
		result = issue_end(c->db, c->arena, key, in->reason,
		    c->who.now);
	if (result != DB_OK)
		return call_store(c, result);
	key->revoked_reason = in->reason;
	c->mutation.owner = key->user_id;
	call_changed(c, "key.revoke", "key", &key->id, keys_describe(c, key),
	    true);
	return PROBLEM_NONE;
}

/* Of one that is revoked already there is nothing to do: it is so. */
enum problem
uniform_end(struct call *c)
{
	struct uniform_view *view = arena_alloc(c->arena, sizeof(*view));
	enum problem problem = uniform_lock(c, &c->id[0], view);

	if (problem != PROBLEM_NONE)
		return problem;
	c->status = 204;
	if (view->key.revoked_at != 0)
		return PROBLEM_NONE;
	problem = call_match(c, uniform_put, view);
	return problem == PROBLEM_NONE ? end_one(c, &view->key) : problem;
}

/* -- many ------------------------------------------------------------------ */

enum problem
uniform_read_filter(struct call *c)
{
	struct revoke_input *in = arena_alloc(c->arena, sizeof(*in));
	const struct filter_input *f = &in->filter;
	enum problem problem = call_query(c, "");

	c->input = in;
	if (problem == PROBLEM_NONE)
		problem = call_read(c, revoke_fields, NITEMS(revoke_fields),
		    in);
	if (problem != PROBLEM_NONE)
		return problem;
	if (f->owner == NULL && f->kind == NULL && f->state == NULL &&
	    f->handle == NULL && f->last_used_before == 0 &&
	    f->expiring_before == 0)
		return call_fault(c, "", "must say which keys: owner, kind,"
		    " state, handle, last_used_before or expiring_before");
	return check_reason(c, in->reason);
}

/* The trail has one row for all of them. */
static const char *
describe(struct call *c, const struct revoke_input *in,
    const struct key *keys, size_t n)
{
	struct json *json = json_new(c->arena);
	size_t length;

	json_object(json, NULL);
	json_text_or_null(json, "reason", in->reason);
	json_array(json, "ids");
	for (size_t i = 0; i < n; i++)
		json_uuid(json, NULL, &keys[i].id);
	json_end(json);
	json_end(json);
	return json_done(json, &length);
}

static enum db_result
end_locked(struct call *c, const struct key *key, const char *reason)
{
	enum db_result result = user_lock(c->db, &key->account_id,
	    &key->user_id);

	if (result != DB_OK && result != DB_NONE)
		return result;
	return issue_end(c->db, c->arena, key, reason, c->who.now);
}

/* Whose all of them are; zero: of several, or the company's. */
static struct uuid
find_owner(const struct key *keys, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!uuid_equal(&keys[i].user_id, &keys[0].user_id))
			return uuid_zero;
	return keys[0].user_id;
}

/* *n of them were there still. */
static enum problem
end_many(struct call *c, struct key *keys, size_t found, size_t *n)
{
	const struct revoke_input *in = c->input;

	*n = 0;
	for (size_t i = 0; i < found; i++) {
		enum db_result result = end_locked(c, &keys[i], in->reason);

		if (result == DB_OK)
			keys[(*n)++] = keys[i];
		else if (result != DB_NONE)
			return call_store(c, result);
	}
	if (*n == 0)
		return PROBLEM_NONE;
	c->mutation.owner = find_owner(keys, *n);
	call_changed(c, "key.revoke", "keys", &uuid_zero,
	    describe(c, in, keys, *n), true);
	return call_store(c, keys_tell_ended(c, keys, *n));
}

static void
put_ended(struct call *c, const struct key *keys, size_t matched,
    size_t revoked, bool more)
{
	const struct revoke_input *in = c->input;
	size_t shown = in->dry_run ? matched : revoked;

	json_object(c->json, NULL);
	json_integer(c->json, "matched", (int64_t)matched);
	json_integer(c->json, "revoked", (int64_t)revoked);
	json_array(c->json, "ids");
	for (size_t i = 0; i < shown; i++)
		json_uuid(c->json, NULL, &keys[i].id);
	json_end(c->json);
	json_bool(c->json, "more", more);
	json_end(c->json);
}

/*
 * Nothing is left to end: was there ever anything of the kind?  By what never
 * changes: what was ended may have been used, renamed or lengthened since.
 */
static enum problem
ask_about(struct call *c, const struct key_filter *filter)
{
	const struct key_filter ever = {
		.user = filter->user, .kind = filter->kind,
		.company = filter->company, .state = KEY_ANY,
		.now = filter->now,
	};
	struct key key;
	size_t n;
	enum problem problem = call_store(c, key_select(c->db, c->arena,
	    &c->who.account_id, &ever, &uuid_zero, &key, 1, &n));

	if (problem == PROBLEM_NONE && n == 0)
		call_asked(c, &uuid_zero);
	else if (problem == PROBLEM_NONE && !uuid_is_zero(&ever.user))
		call_asked(c, &ever.user);
	return problem;
}

enum problem
uniform_revoke(struct call *c)
{
	struct key *keys = arena_alloc(c->arena,
	    (ENDED_MOST + 1) * sizeof(*keys));
	const struct revoke_input *in = c->input;
	struct key_filter filter;
	size_t found = 0, revoked = 0;
	enum problem problem = uniform_filter(c, &in->filter, &filter);
	bool more;

	filter.unrevoked = filter.identity = true;
	if (problem == PROBLEM_NONE && filter.state == KEY_REVOKED)
		return call_fault(c, "/state", "must be one of keys that can"
		    " still be revoked");
	if (problem == PROBLEM_NONE)
		problem = call_store(c, key_select(c->db, c->arena,
		    &c->who.account_id, &filter, &uuid_zero, keys,
		    ENDED_MOST + 1, &found));
	if (problem != PROBLEM_NONE)
		return problem;
	more = found > ENDED_MOST;
	if (more)
		found = ENDED_MOST;
	if (in->dry_run)
		call_asked(c, &uuid_zero);
	else if (found == 0)
		problem = ask_about(c, &filter);
	else
		problem = end_many(c, keys, found, &revoked);
	if (problem == PROBLEM_NONE)
		put_ended(c, keys, found, revoked, more);
	return problem;
}
