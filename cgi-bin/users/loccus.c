/* SPDX-License-Identifier: ISC */
/* Users, as Loccus' clients know them: oneself, and others by handle. */

#include <string.h>

#include "users.h"

static const char *
find_state(const struct user *user)
{
	if (user->blocked)
		return "blocked";
	return user->verified ? "verified" : "unverified";
}

/* Workspaces in which he has a role; one may be there with several. */
static int64_t
count_spaces(const struct user_view *view)
{
	int64_t n = 0;

	for (size_t i = 0; i < view->nroles; i++) {
		const char *workspace = view->roles[i].workspace;
		size_t j = 0;

		if (workspace == NULL)
			continue;
		while (view->roles[j].workspace == NULL ||
		    strcmp(view->roles[j].workspace, workspace) != 0)
			j++;
		n += j == i;
	}
	return n;
}

static void
put_user(struct json *json, const struct user_view *view)
{
	const struct user *user = &view->user;

	json_object(json, NULL);
	json_uuid(json, "id", &user->id);
	json_text_or_null(json, "handle", user->handle);
	json_text(json, "alias", user->name);
	json_text_or_null(json, "email", user->email);
	json_bool(json, "emailVerified", user->verified);
	json_text(json, "state", find_state(user));
	json_integer(json, "orgs", 1);	/* the account */
	json_integer(json, "spaces", count_spaces(view));
	json_micros(json, "createdAt", user->created_at);
	json_end(json);
}

static enum problem
show(struct call *c, const struct uuid *id)
{
	struct user_view *view = arena_alloc(c->arena, sizeof(*view));
	enum problem problem = users_view(c, id, view);

	if (problem == PROBLEM_NONE)
		put_user(c->json, view);
	return problem;
}

enum problem
user_own(struct call *c)
{
	return show(c, &c->who.user_id);
}

enum problem
user_show(struct call *c)
{
	struct user user;
	enum problem problem = call_store(c, user_by_handle(c->db, c->arena,
	    &c->who.account_id, c->word[0], &user));

	return problem == PROBLEM_NONE ? show(c, &user.id) : problem;
}
