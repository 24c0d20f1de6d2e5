/* SPDX-License-Identifier: ISC */
/* Making and ending keys for every manner. */

#include "store/workspace.h"

#include "keys.h"

static enum problem
find_scopes(struct call *c, const struct limits_input *in, struct bits *bits)
{
	for (size_t i = 0; i < in->scopes.n; i++) {
		unsigned bit;
		enum db_result result = permission_bit(c->db, c->arena,
		    in->scopes.item[i], &bit);

		if (result == DB_NONE)
			return call_fault(c, arena_printf(c->arena,
			    "/scopes/%zu", i), "is not in the catalogue");
		if (result != DB_OK)
			return call_store(c, result);
		bits_add(bits, bit);
	}
	return PROBLEM_NONE;
}

static enum problem
find_workspaces(struct call *c, const struct limits_input *in)
{
	if (in->workspaces.item == NULL)
		return PROBLEM_NONE;
	if (in->workspaces.n == 0)
		return call_fault(c, "/workspaces",
		    "must name one or more, or be null for no limit");
	for (size_t i = 0; i < in->workspaces.n; i++) {
		struct workspace workspace;
		enum db_result result = workspace_find(c->db, c->arena,
		    &c->who.account_id, in->workspaces.item[i], &workspace);

		if (result == DB_NONE)
			return call_fault(c, arena_printf(c->arena,
			    "/workspaces/%zu", i), "names no workspace");
		if (result != DB_OK)
			return call_store(c, result);
		in->workspaces.item[i] = workspace.handle;
	}
	return PROBLEM_NONE;
}

static enum problem
make_wish(struct call *c, const struct limits_input *in, struct bits *bits,
    struct wish *wish)
{
	enum problem problem = find_scopes(c, in, bits);

	if (problem == PROBLEM_NONE)
		problem = find_workspaces(c, in);
	*wish = (struct wish){
		.says_scopes = in->says_scopes,
		.scopes = in->scopes.item == NULL ? NULL : bits,
		.says_workspaces = in->says_workspaces,
		.workspaces = in->workspaces.item,
		.nworkspaces = in->workspaces.n,
		.says_end = in->says_end,
		.ends_at = in->expires_at,
	};
	return problem;
}

static enum problem
explain(struct call *c, const struct issue *issue, enum issue_result result)
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
	}
	return call_store(c, issue->db);
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

static const char *
describe(struct call *c, const struct key *key)
{
	struct json *json = json_new(c->arena);
	size_t n;

	json_object(json, NULL);
	json_text(json, "kind", kind_types[key->kind].word);
	json_text(json, "label", key->label);
	json_uuid(json, "owner", &key->user_id);
	keys_put_scopes(c, json, key);
	json_text_or_null(json, "workspaces", key->workspaces);
	json_time_or_null(json, "expires_at", key->expires_at);
	json_end(json);
	return json_done(json, &n);
}

enum problem
keys_make(struct call *c, struct issue *issue, enum kind kind,
    const struct uuid *user, const char *label, const struct limits_input *in)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	struct bits bits = { 0 };
	enum problem problem;

	*issue = (struct issue){
		.kind = kind,
		.account_id = c->who.account_id,
		.user_id = *user,
		.label = label,
	};
	problem = make_wish(c, in, &bits, &issue->wish);
	if (problem == PROBLEM_NONE)
		problem = call_maker(c, maker);
	if (problem == PROBLEM_NONE)
		problem = explain(c, issue, issue_key(issue, c->db, c->arena,
		    c->site->keyring, maker));
	if (problem != PROBLEM_NONE)
		return problem;
	c->made_key = issue->key.id;
	call_changed(c, "key.create", "key", &issue->key.id,
	    describe(c, &issue->key), false);
	c->notice = notice_of_key(c->arena, NOTICE_MADE, &issue->owner,
	    &issue->key, c->who.username, c->address_text);
	return PROBLEM_NONE;
}

enum problem
keys_end(struct call *c, enum kind kind, const struct uuid *user,
    const struct uuid *id,
    void (*put)(struct call *, struct json *, const void *))
{
	struct user owner;
	struct key key;
	enum db_result result;

	result = user_lock(c->db, &c->who.account_id, user);
	if (result == DB_OK)
		result = key_get(c->db, c->arena, &c->who.account_id, user,
		    (uint8_t)kind, id, &key);
	if (result == DB_OK && call_match(c, put, &key) != PROBLEM_NONE)
		return PROBLEM_PRECONDITION;
	if (result == DB_OK)
		result = key_revoke(c->db, &c->who.account_id, id, NULL,
		    c->who.now);
	if (result == DB_OK)
		result = user_get(c->db, c->arena, &c->who.account_id, user,
		    &owner);
	if (result != DB_OK)
		return call_store(c, result);
	call_changed(c, "key.revoke", "key", id, describe(c, &key), true);
	c->notice = notice_of_key(c->arena, NOTICE_ENDED, &owner, &key,
	    c->who.username, c->address_text);
	c->status = 204;
	return PROBLEM_NONE;
}
