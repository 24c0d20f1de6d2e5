/* SPDX-License-Identifier: ISC */
/* The user of a company token: no person, and gone with it. */

#include "company.h"

struct chosen {
	struct role_given	 given[ROLE_GIVEN];
	size_t			 n;
};

static enum problem
find_role(struct call *c, const char *slug, const char *pointer,
    const struct workspace *group, struct role_given *out)
{
	struct role role;
	enum db_result result = role_find(c->db, c->arena,
	    &c->who.account_id, slug, &role);

	if (result == DB_NONE)
		return call_fault(c, pointer, "names no role");
	if (result != DB_OK)
		return call_store(c, result);
	if (role.in_workspaces && group == NULL)
		return call_fault(c, pointer, "is given together with a"
		    " group");
	*out = (struct role_given){ .role_id = role.id, .slug = role.slug };
	if (role.in_workspaces) {
		out->workspace_id = group->id;
		out->workspace = group->handle;
	}
	return PROBLEM_NONE;
}

static bool
is_chosen(const struct chosen *chosen, const struct uuid *role)
{
	for (size_t i = 0; i < chosen->n; i++)
		if (uuid_equal(&chosen->given[i].role_id, role))
			return true;
	return false;
}

/* Those that the body names: all of them must be the maker's to give. */
static enum problem
choose_named(struct call *c, const struct maker *maker,
    const struct company_input *in, const struct workspace *group,
    struct chosen *chosen)
{
	for (size_t i = 0; i < in->roles.n; i++) {
		const char *pointer = arena_printf(c->arena, "/roles/%zu", i);
		struct role_given role = { .slug = NULL };
		enum problem problem = find_role(c, in->roles.item[i],
		    pointer, group, &role);

		if (problem != PROBLEM_NONE)
			return problem;
		if (is_chosen(chosen, &role.role_id))
			return call_fault(c, pointer, "is given twice");
		if (!obtain_role(maker, &role.role_id, role.workspace)) {
			call_refused(c, REASON_COVER);
			return call_refuse(c, PROBLEM_NOT_COVERED,
			    "not-covered", "A role in question is not for"
			    " this credential to give");
		}
		chosen->given[chosen->n++] = role;
	}
	return PROBLEM_NONE;
}

/* The maker's own, as far as he may give them. */
static enum problem
choose_own(struct call *c, const struct maker *maker, struct chosen *chosen)
{
	struct role_given own[ROLE_GIVEN];
	size_t n = 0;
	enum problem problem = call_store(c, role_of_user(c->db, c->arena,
	    &c->who.user_id, own, ROLE_GIVEN, &n));

	for (size_t i = 0; problem == PROBLEM_NONE && i < n; i++)
		if (obtain_role(maker, &own[i].role_id, own[i].workspace))
			chosen->given[chosen->n++] = own[i];
	return problem;
}

static enum problem
choose_roles(struct call *c, const struct company_input *in,
    const struct workspace *group, struct chosen *chosen)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	enum problem problem = call_maker(c, maker);

	if (problem != PROBLEM_NONE)
		return problem;
	return in->roles.item != NULL ?
	    choose_named(c, maker, in, group, chosen) :
	    choose_own(c, maker, chosen);
}

enum problem
company_add_user(struct call *c, const struct company_input *in,
    const struct workspace *group, struct uuid *id)
{
	struct chosen *chosen = arena_alloc(c->arena, sizeof(*chosen));
	const struct user_password none = { .encoded = NULL };
	struct user user = {
		.id = uuid_new(),
		.account_id = c->who.account_id,
		.type = USER_COMPANY,
		.name = in->description,
		.verified = true,
		.created_at = c->who.now,
		.updated_at = c->who.now,
	};
	enum problem problem = choose_roles(c, in, group, chosen);
	char text[UUID_TEXT];

	if (problem != PROBLEM_NONE)
		return problem;
	uuid_format(text, &user.id);
	user.username = arena_printf(c->arena, "company-%s", text);
	problem = call_store(c, user_add(c->db, &user, &none));
	if (problem == PROBLEM_NONE)
		problem = call_store(c, role_set(c->db, &user.id,
		    chosen->given, chosen->n));
	*id = user.id;
	return problem;
}
