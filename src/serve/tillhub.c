/* SPDX-License-Identifier: ISC */
/* The envelope and the sub-users of Tillhub's clients. */

#include "base/clock.h"
#include "base/nitems.h"
#include "store/role.h"

#include "serve/tillhub.h"

/* Is he a person, or does he stand for an integration? */
static bool
is_person(const struct user *user)
{
	return user->type == USER_INTERACTIVE;
}

static const char *
choose_role(const struct user *user, const struct role_given *roles, size_t n)
{
	if (!is_person(user))
		return "serviceaccount";
	return n == 0 ? "staff" : roles[0].slug;
}

enum problem
tillhub_load(struct call *c, const struct uuid *account, const struct uuid *id,
    struct tillhub_user *out)
{
	struct role_given *roles;
	enum db_result result;
	size_t n;

	roles = arena_alloc(c->arena, ROLE_GIVEN * sizeof(*roles));
	result = user_get(c->db, c->arena, account, id, &out->user);
	if (result == DB_OK)
		result = role_of_user(c->db, c->arena, id, roles, ROLE_GIVEN,
		    &n);
	if (result == DB_OK)
		out->role = choose_role(&out->user, roles, n);
	return call_store(c, result);
}

void
tillhub_open(struct call *c, const char *msg)
{
	json_object(c->json, NULL);
	json_integer(c->json, "status", c->status);
	json_text(c->json, "msg", msg);
	json_object(c->json, "request");
	json_text_or_null(c->json, "host", call_host(c));
	json_uuid(c->json, "id", &c->request_id);
	json_end(c->json);
}

static void
put_time(struct json *json, const char *member, int64_t at, bool is_result)
{
	if (!is_result) {
		json_time(json, member, at);
		return;
	}
	json_object(json, member);
	json_time(json, "iso", at);
	json_integer(json, "unix", at / 1000);
	json_end(json);
}

static void
put_nulls(struct json *json, const char *const *members, size_t n)
{
	for (size_t i = 0; i < n; i++)
		json_null(json, members[i]);
}

static void
put_person(struct json *json, const struct user *user)
{
	json_object(json, "user");
	if (is_person(user))
		json_uuid(json, "id", &user->id);
	else
		json_null(json, "id");
	json_text_or_null(json, "email", is_person(user) ? user->email : NULL);
	json_end(json);
	json_text_or_null(json, "username",
	    is_person(user) ? user->username : NULL);
}

void
tillhub_put_user(struct call *c, const char *member,
    const struct tillhub_user *u, const char *api_key, bool is_result)
{
	static const char *const none[] = {
		"metadata", "groups", "scopes", "attributes", "parents",
		"children", "user_id", "key", "locations",
	};
	struct json *json = c->json;

	json_object(json, member);
	json_uuid(json, "id", &u->user.id);
	put_time(json, "created_at", u->user.created_at, is_result);
	put_time(json, "updated_at", u->user.updated_at, is_result);
	put_person(json, &u->user);
	json_text(json, "name", u->user.name);
	json_text(json, "description", u->user.name);
	json_text(json, "role", u->role);
	json_bool(json, "active", u->user.verified);
	json_bool(json, "blocked", u->user.blocked);
	json_bool(json, "deleted", false);
	/* an account has one configuration, which is the account */
	json_uuid(json, "configuration_id", &u->user.account_id);
	json_text(json, "api_key", api_key);
	put_nulls(json, none, NITEMS(none));
	json_end(json);
}
