/* SPDX-License-Identifier: ISC */
/* Giving and taking roles. */

#include "store/workspace.h"

#include "users.h"

/* The roles that the body names, resolved. */
struct resolved {
	struct role_given	 given[ROLE_GIVEN];
	size_t			 n;
};

static enum problem
add_given(struct call *c, struct resolved *r, const struct role *role,
    const struct workspace *workspace, const char *pointer)
{
	for (size_t i = 0; i < r->n; i++)
		if (uuid_equal(&r->given[i].role_id, &role->id) &&
		    uuid_equal(&r->given[i].workspace_id,
		    workspace == NULL ? &uuid_zero : &workspace->id))
			return call_fault(c, pointer, "is given twice");
	if (r->n == ROLE_GIVEN)
		return call_fault(c, "/roles", "are too many");
	r->given[r->n++] = (struct role_given){
		.role_id = role->id,
		.slug = role->slug,
		.workspace_id = workspace == NULL ? uuid_zero : workspace->id,
		.workspace = workspace == NULL ? NULL : workspace->handle,
	};
	return PROBLEM_NONE;
}

static enum problem
resolve_role(struct call *c, const struct role_input *in, size_t index,
    struct resolved *r)
{
	const char *pointer = arena_printf(c->arena, "/roles/%zu", index);
	enum problem problem = PROBLEM_NONE;
	struct role role;
	enum db_result result = role_find(c->db, c->arena,
	    &c->who.account_id, in->role, &role);

	if (result == DB_NONE)
		return call_fault(c, pointer, "names no role");
	if (result != DB_OK)
		return call_store(c, result);
	if (role.in_workspaces && in->workspaces.n == 0)
		return call_fault(c, pointer,
		    "is given together with workspaces");
	if (!role.in_workspaces && in->workspaces.n > 0)
		return call_fault(c, pointer, "is not given with workspaces");
	if (!role.in_workspaces)
		return add_given(c, r, &role, NULL, pointer);
	for (size_t i = 0; problem == PROBLEM_NONE &&
	    i < in->workspaces.n; i++) {
		struct workspace workspace;

		result = workspace_find(c->db, c->arena, &c->who.account_id,
		    in->workspaces.item[i], &workspace);
		if (result == DB_NONE)
			return call_fault(c, pointer, "names no workspace");
		if (result != DB_OK)
			return call_store(c, result);
		problem = add_given(c, r, &role, &workspace, pointer);
	}
	return problem;
}

static bool
is_among(const struct role_given *one, const struct role_given *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (uuid_equal(&one->role_id, &all[i].role_id) &&
		    uuid_equal(&one->workspace_id, &all[i].workspace_id))
			return true;
	return false;
}

/* Each of a that is not in b must be the maker's to give. */
static bool
may_differ(const struct maker *maker, const struct role_given *a, size_t na,
    const struct role_given *b, size_t nb)
{
	for (size_t i = 0; i < na; i++)
		if (!is_among(&a[i], b, nb) &&
		    !obtain_role(maker, &a[i].role_id, a[i].workspace))
			return false;
	return true;
}

enum problem
users_set_roles(struct call *c, const struct maker *maker,
    const struct user_view *before, const struct json_objects *roles)
{
	struct resolved *r = arena_alloc(c->arena, sizeof(*r));
	const struct role_input *in = roles->item;
	enum problem problem = PROBLEM_NONE;

	for (size_t i = 0; problem == PROBLEM_NONE && i < roles->n; i++)
		problem = resolve_role(c, &in[i], i, r);
	if (problem != PROBLEM_NONE)
		return problem;
	if (!may_differ(maker, r->given, r->n, before->roles,
	    before->nroles) || !may_differ(maker, before->roles,
	    before->nroles, r->given, r->n)) {
		call_refused(c, REASON_COVER);
		return call_refuse(c, PROBLEM_NOT_COVERED, "not-covered",
		    "A role in question is not for this credential to give");
	}
	return call_store(c, role_set(c->db, &before->user.id, r->given,
	    r->n));
}
