/* SPDX-License-Identifier: ISC */
/* Who may give the roles that an account defines. */

#include "users.h"

bool
roles_give(const struct role_view *view, const struct uuid *id)
{
	for (size_t i = 0; i < view->ngives; i++)
		if (uuid_equal(&view->gives[i].id, id))
			return true;
	return false;
}

/* Does a role contain, itself or in what it gives, all of the other? */
static enum db_result
compare(struct call *c, const struct role *giver,
    const struct role_view *other, bool *contains)
{
	struct role_view *view = arena_alloc(c->arena, sizeof(*view));
	struct bits all = giver->permissions;
	enum db_result result = role_gives(c->db, c->arena,
	    &c->who.account_id, &giver->id, view->gives, ROLE_PAGE,
	    &view->ngives);

	/* what is given in workspaces is no part of what holds everywhere */
	for (size_t i = 0; i < view->ngives && result == DB_OK; i++)
		if (other->role.in_workspaces || !view->gives[i].in_workspaces)
			all = bits_union(&all, &view->gives[i].permissions);
	*contains = bits_within(&other->role.permissions, &all);
	for (size_t i = 0; i < other->ngives; i++)
		*contains &= roles_give(view, &other->gives[i].id);
	return result;
}

enum db_result
roles_let_give(struct call *c, const struct role_view *view)
{
	const struct role *role = &view->role;
	struct role *held = arena_alloc(c->arena, ROLE_GIVEN * sizeof(*held));
	struct role owner;
	enum db_result result;
	size_t n = 0;

	result = role_find(c->db, c->arena, &c->who.account_id, "owner",
	    &owner);
	if (result == DB_OK)
		result = role_let_give(c->db, &owner.id, &role->id);
	if (result == DB_OK)
		result = role_held(c->db, c->arena, &c->who.user_id, held,
		    ROLE_GIVEN, &n);
	for (size_t i = 0; i < n && result == DB_OK; i++) {
		bool contains = false;

		if (!bits_has(&held[i].permissions, PERMISSION_ROLES_GIVE))
			continue;
		result = compare(c, &held[i], view, &contains);
		if (result == DB_OK && contains)
			result = role_let_give(c->db, &held[i].id, &role->id);
	}
	return result;
}

enum db_result
roles_give_anew(struct call *c, const struct role_view *view)
{
	enum db_result result = role_forget_givers(c->db, c->arena,
	    &view->role.id);

	return result == DB_OK ? roles_let_give(c, view) : result;
}
