/* SPDX-License-Identifier: ISC */
/* Showing users. */

#include "users.h"

enum problem
users_view(struct call *c, const struct uuid *id, struct user_view *view)
{
	enum db_result result;

	result = user_get(c->db, c->arena, &c->who.account_id, id,
	    &view->user);
	if (result == DB_OK)
		result = role_of_user(c->db, c->arena, id, view->roles,
		    ROLE_GIVEN, &view->nroles);
	return call_store(c, result);
}

static void
put_user(struct call *c, struct json *json, const struct user *user)
{
	char id[UUID_TEXT];

	uuid_format(id, &user->id);
	json_text(json, "uri", call_uri(c, "/users/%s/", id));
	json_text(json, "uuid", id);
	json_text(json, "id", id);
	json_text(json, "type", user_types[user->type]);
	json_text(json, "name", user->name);
	json_text(json, "username", user->username);
	json_text_or_null(json, "email", user->email);
	json_text_or_null(json, "handle", user->handle);
	json_text_or_null(json, "address", user->address);
	json_text_or_null(json, "company", user->company);
	metering_put(json, "rates", user->rates);
	json_bool(json, "verified", user->verified);
	json_bool(json, "blocked", user->blocked);
	json_time(json, "created_at", user->created_at);
	json_time(json, "updated_at", user->updated_at);
}

void
users_put(struct call *c, struct json *json, const void *object)
{
	const struct user_view *view = object;

	json_object(json, NULL);
	put_user(c, json, &view->user);
	json_array(json, "roles");
	for (size_t i = 0; i < view->nroles; i++) {
		json_object(json, NULL);
		json_text(json, "role", view->roles[i].slug);
		json_text_or_null(json, "workspace", view->roles[i].workspace);
		json_end(json);
	}
	json_end(json);
	json_end(json);
}

enum problem
users_show(struct call *c)
{
	struct user_view *view = arena_alloc(c->arena, sizeof(*view));
	enum problem problem = users_view(c, &c->id[0], view);

	if (problem == PROBLEM_NONE)
		users_put(c, c->json, view);
	return problem;
}

enum problem
users_list(struct call *c)
{
	struct user *users = arena_alloc(c->arena, CALL_ROWS * sizeof(*users));
	struct uuid after;
	size_t limit, n;
	enum problem problem = call_query(c, "limit cursor");

	if (problem == PROBLEM_NONE)
		problem = call_page(c, &limit, &after);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, user_page(c->db, c->arena,
		    &c->who.account_id, &after, users, limit + 1, &n));
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_array(c->json, c->manner == MANNER_AUTHENTISE ? "resources" :
	    "items");
	for (size_t i = 0; i < n && i < limit; i++) {
		json_object(c->json, NULL);
		put_user(c, c->json, &users[i]);
		json_end(c->json);
	}
	json_end(c->json);
	call_next(c, "next", n > limit ? &users[limit - 1].id : NULL,
	    limit);
	json_end(c->json);
	return PROBLEM_NONE;
}
