/* SPDX-License-Identifier: ISC */
/* Making and ending keys for every manner. */

#include <string.h>

#include "base/clock.h"

#include "keys.h"

enum problem
keys_explain(struct call *c, enum issue_result result, enum db_result db)
{
	switch (result) {
	case ISSUE_OK:
		return PROBLEM_NONE;
	case ISSUE_DB:
		break;
	case ISSUE_NO_USER:
		return PROBLEM_NOT_FOUND;
	case ISSUE_INACTIVE:
		call_refused(c, REASON_OWNER);
		return call_refuse(c, PROBLEM_STATE, "owner",
		    "The user is blocked or not verified");
	case ISSUE_KIND:
		call_refused(c, REASON_KIND);
		return call_refuse(c, PROBLEM_FORBIDDEN, "kind",
		    "The user needs the Developer role to have app tokens");
	case ISSUE_NOT_COVERED:
		call_refused(c, REASON_COVER);
		return call_refuse(c, PROBLEM_NOT_COVERED, "not-covered",
		    "The key would be allowed more, or longer, than the"
		    " credential that asks for it");
	case ISSUE_PAST:
		return call_fault(c, "/expires_at", "must be in the future");
	case ISSUE_ROTATING:
		return call_refuse(c, PROBLEM_STATE, "rotating",
		    "The secret before this one still works: wait until its"
		    " grace is over, or revoke the key");
	case ISSUE_ENDED:
		return call_refuse(c, PROBLEM_STATE, "ended",
		    "The key is revoked or expired: make another");
	}
	return call_store(c, db);
}

void
keys_put_scopes(struct call *c, struct json *json, const struct key *key)
{
	if (!key->limited) {
		json_null(json, "scopes");
		return;
	}
	call_put_permissions(c, json, "scopes", &key->scopes);
}

void
keys_put_date(struct json *json, const char *name, int64_t ms)
{
	char text[CLOCK_TEXT];

	clock_format(text, ms - ms % 1000);
	memcpy(strchr(text, '.'), "Z", 2);
	json_text(json, name, text);
}

/* A company token carries those of its user, who is not described himself. */
static void
put_roles(struct call *c, struct json *json, const struct uuid *user)
{
	struct role_given *roles = arena_alloc(c->arena,
	    ROLE_GIVEN * sizeof(*roles));
	size_t n;

	if (role_of_user(c->db, c->arena, user, roles, ROLE_GIVEN, &n) !=
	    DB_OK)
		return;
	json_array(json, "roles");
	for (size_t i = 0; i < n; i++)
		json_text(json, NULL, roles[i].workspace == NULL ?
		    roles[i].slug : arena_printf(c->arena, "%s@%s",
		    roles[i].slug, roles[i].workspace));
	json_end(json);
}

const char *
keys_describe(struct call *c, const struct key *key)
{
	struct json *json = json_new(c->arena);
	size_t n;

	json_object(json, NULL);
	json_text(json, "kind", kind_types[key->kind].word);
	json_text(json, "label", key->label);
	json_text_or_null(json, "handle", key->handle);
	json_uuid(json, "owner", &key->user_id);
	if (key->kind == KIND_COMPANY)
		put_roles(c, json, &key->user_id);
	keys_put_scopes(c, json, key);
	json_text_or_null(json, "workspaces", key->workspaces);
	json_text_or_null(json, "rules", key->rules);
	json_text_or_null(json, "addresses", key->addresses);
	json_text_or_null(json, "rates", key->rates);
	json_text_or_null(json, "quotas", key->quotas);
	json_bool(json, "disabled", key->disabled);
	json_time_or_null(json, "starts_at", key->starts_at);
	json_time_or_null(json, "expires_at", key->expires_at);
	if (key->revoked_reason != NULL)
		json_text(json, "reason", key->revoked_reason);
	json_end(json);
	return json_done(json, &n);
}

enum problem
keys_make(struct call *c, struct issue *issue, const struct keys_new *new)
{
	static const struct limits_input nothing;
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	enum issue_result result;
	enum problem problem;

	*issue = (struct issue){
		.kind = new->kind,
		.account_id = c->who.account_id,
		.user_id = *new->user,
		.label = new->label,
		.handle = new->handle,
	};
	problem = keys_wish(c, new->limits == NULL ? &nothing : new->limits,
	    &issue->wish);
	if (problem == PROBLEM_NONE)
		problem = call_maker(c, maker);
	if (problem != PROBLEM_NONE)
		return problem;
	result = issue_key(issue, c->db, c->arena, c->site->keyring, maker);
	problem = keys_explain(c, result, issue->db);
	if (problem != PROBLEM_NONE)
		return problem;
	c->made_key = issue->key.id;
	c->mutation.owner = issue->key.user_id;
	call_changed(c, "key.create", "key", &issue->key.id,
	    keys_describe(c, &issue->key), kind_types[new->kind].single);
	return call_store(c, keys_tell(c, NOTICE_MADE, &issue->key));
}

enum problem
keys_reveal(struct call *c, const struct key *key, const char **token)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	struct facts *f = arena_alloc(c->arena, sizeof(*f));
	enum problem problem = call_maker(c, maker);

	if (problem == PROBLEM_NONE)
		problem = call_store(c, facts_of_key(f, c->db, c->arena,
		    &key->account_id, &key->id));
	if (problem != PROBLEM_NONE)
		return problem;
	if (!obtain_whole(maker, f)) {
		call_refused(c, REASON_COVER);
		return call_refuse(c, PROBLEM_NOT_COVERED, "not-covered",
		    "The key may do more, or for longer, than the credential"
		    " that asks to read it");
	}
	return call_store(c, issue_reveal(c->db, c->arena, c->site->keyring,
	    key, token));
}

enum problem
keys_end(struct call *c, enum kind kind, const struct uuid *user,
    const struct uuid *id,
    void (*put)(struct call *, struct json *, const void *))
{
	struct key key;
	enum db_result result;
	enum problem problem;

	result = user_lock(c->db, &c->who.account_id, user);
	if (result == DB_OK)
		result = key_get(c->db, c->arena, &c->who.account_id, user,
		    (uint8_t)kind, id, &key);
	if (result != DB_OK)
		return call_store(c, result);
	problem = call_match(c, put, &key);
	if (problem != PROBLEM_NONE)
		return problem;
	result = keys_tell(c, NOTICE_ENDED, &key);
	if (result == DB_OK)
		result = issue_end(c->db, c->arena, &key, NULL, c->who.now);
	if (result != DB_OK)
		return call_store(c, result);
	c->mutation.owner = key.user_id;
	call_changed(c, "key.revoke", "key", id, keys_describe(c, &key), true);
	c->status = 204;
	return PROBLEM_NONE;
}

enum problem
keys_missed(struct call *c, enum kind kind, const char *handle)
{
	const struct key_filter filter = {
		.user = c->who.user_id, .kind = (uint8_t)kind,
		.handle = handle, .now = c->who.now,
	};
	enum problem problem;
	struct key key;
	size_t n;

	problem = call_store(c, key_select(c->db, c->arena,
	    &c->who.account_id, &filter, &uuid_zero, &key, 1, &n));
	if (problem != PROBLEM_NONE)
		return problem;
	call_asked(c, n == 0 ? &uuid_zero : &c->who.user_id);
	return PROBLEM_NOT_FOUND;
}
