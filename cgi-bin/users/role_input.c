/* SPDX-License-Identifier: ISC */
/* Reading what a body says of a role. */

#include "auth/name.h"
#include "base/nitems.h"

#include "users.h"

#define FIELD(type, ...)						\
	JSON_FIELD(type, struct definition_input, __VA_ARGS__)
#define SAID(member)	JSON_SEEN(struct definition_input, says_##member)
#define GIVES								\
	FIELD(TEXTS, gives, SAID(gives), .min = 1, .max = 50,		\
	    .most = ROLE_PAGE)

static const struct json_field new_fields[] = {
	FIELD(TEXT, slug, .min = 1, .max = 50, .required = true),
	FIELD(TEXT, name, .min = 1, .max = 200, .required = true),
	FIELD(TEXTS, permissions, SAID(permissions), .min = 1,
	    .max = PERMISSION_NAME, .most = BITS, .required = true),
	FIELD(BOOL, in_workspaces),
	GIVES,
};

static const struct json_field change_fields[] = {
	FIELD(TEXT, name, .min = 1, .max = 200),
	FIELD(TEXTS, permissions, SAID(permissions), .min = 1,
	    .max = PERMISSION_NAME, .most = BITS),
	GIVES,
};

static enum problem
read_input(struct call *c, const struct json_field *fields, size_t n)
{
	struct definition_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem = call_read(c, fields, n, in);

	c->input = in;
	if (problem != PROBLEM_NONE)
		return problem;
	if (in->slug != NULL && name_handle_fault(in->slug) != NULL)
		problem = call_fault(c, "/slug", name_handle_fault(in->slug));
	if (in->name != NULL && name_text_fault(in->name) != NULL)
		problem = call_fault(c, "/name", name_text_fault(in->name));
	return problem;
}

enum problem
roles_read_new(struct call *c)
{
	return read_input(c, new_fields, NITEMS(new_fields));
}

enum problem
roles_read_change(struct call *c)
{
	return read_input(c, change_fields, NITEMS(change_fields));
}

static enum problem
resolve_permissions(struct call *c, const struct json_texts *names,
    struct bits *bits)
{
	*bits = (struct bits){ 0 };
	for (size_t i = 0; i < names->n; i++) {
		unsigned bit;
		enum db_result result = permission_bit(c->db, c->arena,
		    names->item[i], &bit);

		if (result == DB_NONE)
			return call_fault(c, arena_printf(c->arena,
			    "/permissions/%zu", i), "is not in the catalogue");
		if (result != DB_OK)
			return call_store(c, result);
		bits_add(bits, bit);
	}
	return PROBLEM_NONE;
}

static enum problem
resolve_gives(struct call *c, const struct json_texts *slugs,
    struct role_view *view)
{
	view->ngives = 0;
	for (size_t i = 0; i < slugs->n; i++) {
		const char *pointer = arena_printf(c->arena, "/gives/%zu", i);
		struct role *role = &view->gives[view->ngives];
		enum db_result result = role_find(c->db, c->arena,
		    &c->who.account_id, slugs->item[i], role);

		if (result == DB_NONE)
			return call_fault(c, pointer, "names no role");
		if (result != DB_OK)
			return call_store(c, result);
		if (roles_give(view, &role->id))
			return call_fault(c, pointer, "is named twice");
		view->ngives++;
	}
	return PROBLEM_NONE;
}

enum problem
roles_resolve(struct call *c, const struct definition_input *in,
    struct role_view *view)
{
	enum problem problem = PROBLEM_NONE;

	if (in->says_permissions)
		problem = resolve_permissions(c, &in->permissions,
		    &view->role.permissions);
	if (problem == PROBLEM_NONE && in->says_gives)
		problem = resolve_gives(c, &in->gives, view);
	return problem;
}
