/* SPDX-License-Identifier: ISC */
/* Keys of all kinds, as they are shown under /keys. */

#include <string.h>

#include "uniform.h"

/* -- finding --------------------------------------------------------------- */

static bool
holds(const struct call *c, enum permission permission)
{
	return rights_hold(&c->who.rights, permission, NULL);
}

bool
uniform_may(const struct call *c, const struct key *key)
{
	const struct kind_type *type = &kind_types[key->kind];

	return holds(c, type->others) || (holds(c, type->own) &&
	    uuid_equal(&key->user_id, &c->who.user_id));
}

enum problem
uniform_lacks(struct call *c, enum permission permission)
{
	c->detail.detail = arena_printf(c->arena, "This needs the permission"
	    " %s", permission_own[permission].name);
	return call_refused(c, REASON_SCOPE);
}

/* Of a deleted user the name has gone. */
static enum db_result
find_owner(struct call *c, struct uniform_view *view)
{
	struct user owner;
	enum db_result result = user_get(c->db, c->arena,
	    &view->key.account_id, &view->key.user_id, &owner);

	view->username = result == DB_OK ? owner.username : NULL;
	return result == DB_NONE ? DB_OK : result;
}

enum db_result
uniform_load(struct call *c, struct uniform_view *view)
{
	enum db_result result = find_owner(c, view);

	if (result == DB_OK)
		result = secret_list(c->db, c->arena, &view->key.id,
		    view->secrets, SECRET_MOST, &view->nsecrets);
	return result;
}

enum problem
uniform_find(struct call *c, const struct uuid *id, struct uniform_view *view)
{
	enum db_result result;

	if (!holds(c, PERMISSION_KEYS) && !holds(c, PERMISSION_KEYS_ALL) &&
	    !holds(c, PERMISSION_COMPANY))
		return uniform_lacks(c, PERMISSION_KEYS);
	result = key_find(c->db, c->arena, &c->who.account_id, id,
	    &view->key);
	if (result == DB_OK && !uniform_may(c, &view->key))
		result = DB_NONE;
	if (result == DB_OK)
		result = uniform_load(c, view);
	return call_store(c, result);
}

enum problem
uniform_lock(struct call *c, const struct uuid *id, struct uniform_view *view)
{
	enum problem problem = uniform_find(c, id, view);
	enum db_result result;

	if (problem != PROBLEM_NONE)
		return problem;
	/* a deleted owner's keys have ended: nothing changes them any more */
	result = user_lock(c->db, &c->who.account_id, &view->key.user_id);
	if (result != DB_OK && result != DB_NONE)
		return call_store(c, result);
	return uniform_find(c, id, view);
}

/* -- showing --------------------------------------------------------------- */

/* What a row keeps as one text; null for none. */
static void
put_list(struct call *c, const char *key, const char *text,
    const char *separator, struct json *json)
{
	if (text == NULL) {
		json_null(json, key);
		return;
	}
	json_array(json, key);
	while (*text != '\0') {
		size_t n = strcspn(text, separator);

		json_text(json, NULL, arena_copy(c->arena, text, n));
		text += n;
		text += strspn(text, separator);
	}
	json_end(json);
}

static void
put_uuid_or_null(struct json *json, const char *key, const struct uuid *id)
{
	if (uuid_is_zero(id))
		json_null(json, key);
	else
		json_uuid(json, key, id);
}

static void
put_last_use(struct json *json, const struct key *key)
{
	if (key->last_used_at == 0) {
		json_null(json, "last_used");
		return;
	}
	json_object(json, "last_used");
	json_time(json, "at", key->last_used_at);
	json_text_or_null(json, "address", key->last_used_address);
	json_text_or_null(json, "agent", key->last_used_agent);
	json_end(json);
}

/* Those that live: during a rotation's grace the one before is among them. */
static void
put_secrets(struct call *c, struct json *json,
    const struct uniform_view *view)
{
	enum key_state state = key_state(&view->key, c->who.now);

	json_text_or_null(json, "hint", view->nsecrets == 0 ? NULL :
	    view->secrets[0].hint);
	json_array(json, "secrets");
	for (size_t i = 0; i < view->nsecrets; i++) {
		const struct secret *secret = &view->secrets[i];

		if (state == KEY_REVOKED || state == KEY_EXPIRED ||
		    (secret->ends_at != 0 && secret->ends_at <= c->who.now))
			continue;
		json_object(json, NULL);
		json_text_or_null(json, "hint", secret->hint);
		json_time(json, "started_at", secret->starts_at);
		json_time_or_null(json, "ends_at", secret->ends_at);
		json_time_or_null(json, "last_used_at", secret->last_used_at);
		json_end(json);
	}
	json_end(json);
}

static void
put_quotas(struct json *json, const char *row)
{
	struct quotas quotas;

	if (row == NULL || !quotas_load(&quotas, row)) {
		json_null(json, "quotas");
		return;
	}
	json_array(json, "quotas");
	for (size_t i = 0; i < quotas.n; i++) {
		const struct quota *quota = &quotas.quota[i];

		json_object(json, NULL);
		json_text(json, "name", quota->name);
		json_integer(json, "limit", quota->limit);
		json_text(json, "period", quota_periods[quota->period]);
		json_bool(json, "strict", quota->strict);
		json_end(json);
	}
	json_end(json);
}

static void
put_limits(struct call *c, struct json *json, const struct key *key)
{
	keys_put_scopes(c, json, key);
	put_list(c, "workspaces", key->workspaces, " ", json);
	put_list(c, "rules", key->rules, "\n", json);
	put_list(c, "addresses", key->addresses, " ", json);
	metering_put(json, "rates", key->rates);
	put_quotas(json, key->quotas);
	json_time_or_null(json, "starts_at", key->starts_at);
	json_time_or_null(json, "expires_at", key->expires_at);
}

void
uniform_put_members(struct call *c, struct json *json,
    const struct uniform_view *view)
{
	const struct key *key = &view->key;

	json_uuid(json, "id", &key->id);
	json_text(json, "kind", kind_types[key->kind].word);
	json_object(json, "owner");
	json_uuid(json, "id", &key->user_id);
	json_text_or_null(json, "username", view->username);
	json_end(json);
	json_text_or_null(json, "handle", key->handle);
	json_text_or_null(json, "label", *key->label == '\0' ? NULL :
	    key->label);
	json_text(json, "state", key_states[key_state(key, c->who.now)]);
	put_limits(c, json, key);
	json_time(json, "created_at", key->created_at);
	json_object(json, "created_by");
	put_uuid_or_null(json, "user", &key->made_by_user);
	put_uuid_or_null(json, "key", &key->made_by_key);
	json_end(json);
	json_time(json, "updated_at", key->updated_at);
	json_time_or_null(json, "revoked_at", key->revoked_at);
	json_text_or_null(json, "revoked_reason", key->revoked_reason);
	json_integer(json, "uses", key->uses);
	put_last_use(json, key);
	put_secrets(c, json, view);
}

void
uniform_put(struct call *c, struct json *json, const void *object)
{
	json_object(json, NULL);
	uniform_put_members(c, json, object);
	json_end(json);
}

enum problem
uniform_show(struct call *c)
{
	struct uniform_view *view = arena_alloc(c->arena, sizeof(*view));
	enum problem problem = uniform_find(c, &c->id[0], view);

	if (problem == PROBLEM_NONE)
		uniform_put(c, c->json, view);
	return problem;
}
