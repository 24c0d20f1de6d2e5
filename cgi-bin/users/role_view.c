/* SPDX-License-Identifier: ISC */
/* Showing roles. */

#include "users.h"

static void
put_role(struct call *c, struct json *json, const struct role *role)
{
	json_text(json, "slug", role->slug);
	json_text(json, "name", role->name);
	json_bool(json, "built_in", uuid_is_zero(&role->account_id));
	json_bool(json, "in_workspaces", role->in_workspaces);
	call_put_permissions(c, json, "permissions", &role->permissions);
}

void
roles_put(struct call *c, struct json *json, const void *object)
{
	const struct role_view *view = object;

	json_object(json, NULL);
	put_role(c, json, &view->role);
	json_array(json, "gives");
	for (size_t i = 0; i < view->ngives; i++)
		json_text(json, NULL, view->gives[i].slug);
	json_end(json);
	json_end(json);
}

enum problem
roles_view(struct call *c, struct role_view *view)
{
	return call_store(c, role_gives(c->db, c->arena, &c->who.account_id,
	    &view->role.id, view->gives, ROLE_PAGE, &view->ngives));
}

enum problem
roles_show(struct call *c)
{
	struct role_view *view = arena_alloc(c->arena, sizeof(*view));
	enum problem problem = call_store(c, role_find(c->db, c->arena,
	    &c->who.account_id, c->word[0], &view->role));

	if (problem == PROBLEM_NONE)
		problem = roles_view(c, view);
	if (problem == PROBLEM_NONE)
		roles_put(c, c->json, view);
	return problem;
}

enum problem
roles_list(struct call *c)
{
	struct role *roles = arena_alloc(c->arena, ROLE_PAGE * sizeof(*roles));
	size_t n;
	enum problem problem = call_query(c, "");

	if (problem == PROBLEM_NONE)
		problem = call_store(c, role_list(c->db, c->arena,
		    &c->who.account_id, roles, ROLE_PAGE, &n));
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_array(c->json, "items");
	for (size_t i = 0; i < n; i++) {
		json_object(c->json, NULL);
		put_role(c, c->json, &roles[i]);
		json_end(c->json);
	}
	json_end(c->json);
	json_null(c->json, "next");
	json_end(c->json);
	return PROBLEM_NONE;
}
