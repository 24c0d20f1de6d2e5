/* SPDX-License-Identifier: ISC */
/* Defining, changing and removing roles of an account. */

#include "store/account.h"

#include "users.h"

static enum problem
not_covered(struct call *c)
{
	call_refused(c, REASON_COVER);
	return call_refuse(c, PROBLEM_NOT_COVERED, "not-covered",
	    "The role contains more than the credential that asks has or may"
	    " give, or for longer");
}

static enum problem
taken(struct call *c)
{
	return call_refuse(c, PROBLEM_CONFLICT, "taken",
	    "Another role has that slug");
}

static const char *
describe(struct call *c, const struct role_view *view)
{
	struct json *json = json_new(c->arena);
	size_t n;

	roles_put(c, json, view);
	return json_done(json, &n);
}

/* Each role that a gives and b does not must be the maker's to give. */
static bool
may_differ(const struct maker *maker, const struct role_view *a,
    const struct role_view *b)
{
	/* without the permission a role gives nothing yet */
	bool alike = bits_has(&a->role.permissions, PERMISSION_ROLES_GIVE) ==
	    bits_has(&b->role.permissions, PERMISSION_ROLES_GIVE);

	for (size_t i = 0; i < a->ngives; i++)
		if ((!alike || !roles_give(b, &a->gives[i].id)) &&
		    !obtain_role(maker, &a->gives[i].id, NULL))
			return false;
	return true;
}

/* From what it was to what it becomes: both must be covered. */
static enum problem
check_definition(struct call *c, const struct role_view *before,
    const struct role_view *after)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	enum problem problem = call_maker(c, maker);

	if (problem != PROBLEM_NONE)
		return problem;
	if (!obtain_definition(maker, &before->role) ||
	    !obtain_definition(maker, &after->role) ||
	    !may_differ(maker, before, after) ||
	    !may_differ(maker, after, before))
		return not_covered(c);
	return PROBLEM_NONE;
}

/* One after the other: who may give a role depends on all the others. */
static enum problem
hold_roles(struct call *c)
{
	return call_store(c, account_lock(c->db, &c->who.account_id));
}

/* -- making ---------------------------------------------------------------- */

static enum problem
check_room(struct call *c, const char *slug)
{
	struct role *roles = arena_alloc(c->arena, ROLE_PAGE * sizeof(*roles));
	struct role same;
	enum db_result result;
	size_t n;

	/* a built-in role's: no row of the account would stand in the way */
	result = role_find(c->db, c->arena, &c->who.account_id, slug, &same);
	if (result == DB_OK)
		return taken(c);
	if (result != DB_NONE)
		return call_store(c, result);
	result = role_list(c->db, c->arena, &c->who.account_id, roles,
	    ROLE_PAGE, &n);
	if (result == DB_OK && n == ROLE_PAGE)
		return call_refuse(c, PROBLEM_STATE, "full",
		    "The account has as many roles as it can have");
	return call_store(c, result);
}

static enum problem
store_new(struct call *c, const struct role_view *view)
{
	enum db_result result = role_add(c->db, &view->role);

	if (result == DB_DUPLICATE)
		return taken(c);
	if (result == DB_OK)
		result = role_set_gives(c->db, &view->role.id, view->gives,
		    view->ngives);
	if (result == DB_OK)
		result = roles_let_give(c, view);
	return call_store(c, result);
}

enum problem
roles_create(struct call *c)
{
	const struct definition_input *in = c->input;
	struct role_view *nothing = arena_alloc(c->arena, sizeof(*nothing));
	struct role_view *view = arena_alloc(c->arena, sizeof(*view));
	enum problem problem;

	view->role = (struct role){
		.id = uuid_new(),
		.account_id = c->who.account_id,
		.slug = in->slug,
		.name = in->name,
		.in_workspaces = in->in_workspaces,
	};
	problem = hold_roles(c);
	if (problem == PROBLEM_NONE)
		problem = check_room(c, in->slug);
	if (problem == PROBLEM_NONE)
		problem = roles_resolve(c, in, view);
	if (problem == PROBLEM_NONE)
		problem = check_definition(c, nothing, view);
	if (problem == PROBLEM_NONE)
		problem = store_new(c, view);
	if (problem != PROBLEM_NONE)
		return problem;
	call_changed(c, "role.create", "role", &view->role.id,
	    describe(c, view), false);
	c->status = 201;
	c->location = call_uri(c, "/roles/%s", view->role.slug);
	roles_put(c, c->json, view);
	return PROBLEM_NONE;
}

/* -- changing and removing ------------------------------------------------- */

/* The account's own, held for this transaction, as If-Match has it. */
static enum problem
find_own(struct call *c, struct role_view *view)
{
	enum problem problem = hold_roles(c);
	enum db_result result;

	if (problem != PROBLEM_NONE)
		return problem;
	result = role_find(c->db, c->arena, &c->who.account_id, c->word[0],
	    &view->role);
	if (result == DB_OK && uuid_is_zero(&view->role.account_id))
		return call_refuse(c, PROBLEM_STATE, "built-in",
		    "Built-in roles cannot be changed: define one");
	problem = call_store(c, result);
	if (problem == PROBLEM_NONE)
		problem = roles_view(c, view);
	if (problem == PROBLEM_NONE)
		problem = call_match(c, roles_put, view);
	return problem;
}

static bool
widens(const struct role_view *before, const struct role_view *after)
{
	if (!bits_within(&after->role.permissions, &before->role.permissions))
		return true;
	for (size_t i = 0; i < after->ngives; i++)
		if (!roles_give(before, &after->gives[i].id))
			return true;
	return false;
}

enum problem
roles_change(struct call *c)
{
	const struct definition_input *in = c->input;
	struct role_view *before = arena_alloc(c->arena, sizeof(*before));
	struct role_view *view = arena_alloc(c->arena, sizeof(*view));
	enum problem problem = find_own(c, before);

	if (problem != PROBLEM_NONE)
		return problem;
	*view = *before;
	if (in->name != NULL)
		view->role.name = in->name;
	problem = roles_resolve(c, in, view);
	if (problem == PROBLEM_NONE)
		problem = check_definition(c, before, view);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, role_change(c->db, &view->role));
	if (problem == PROBLEM_NONE && in->says_gives)
		problem = call_store(c, role_set_gives(c->db, &view->role.id,
		    view->gives, view->ngives));
	if (problem == PROBLEM_NONE && widens(before, view))
		problem = call_store(c, roles_give_anew(c, view));
	if (problem != PROBLEM_NONE)
		return problem;
	call_changed(c, "role.change", "role", &view->role.id,
	    describe(c, view), in->says_permissions || in->says_gives);
	roles_put(c, c->json, view);
	return PROBLEM_NONE;
}

enum problem
roles_remove(struct call *c)
{
	struct role_view *nothing = arena_alloc(c->arena, sizeof(*nothing));
	struct role_view *view = arena_alloc(c->arena, sizeof(*view));
	enum problem problem = find_own(c, view);

	if (problem == PROBLEM_NONE)
		problem = check_definition(c, view, nothing);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, role_remove(c->db, c->arena,
		    &view->role));
	if (problem != PROBLEM_NONE)
		return problem;
	call_changed(c, "role.delete", "role", &view->role.id,
	    describe(c, view), true);
	c->status = 204;
	return PROBLEM_NONE;
}
