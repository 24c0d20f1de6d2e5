/* SPDX-License-Identifier: ISC */
/* Workspaces. */

#include "auth/name.h"
#include "base/nitems.h"
#include "store/workspace.h"

#include "users.h"

struct workspace_input {
	const char	*handle;
	const char	*name;
};

static const struct json_field new_fields[] = {
	JSON_FIELD(TEXT, struct workspace_input, handle, .min = 1, .max = 50,
	    .required = true),
	JSON_FIELD(TEXT, struct workspace_input, name, .min = 1, .max = 200,
	    .required = true),
};

static const struct json_field change_fields[] = {
	JSON_FIELD(TEXT, struct workspace_input, name, .min = 1, .max = 200,
	    .required = true),
};

static void
put_workspace(struct call *c, struct json *json, const void *object)
{
	const struct workspace *workspace = object;
	char id[UUID_TEXT];

	uuid_format(id, &workspace->id);
	json_object(json, NULL);
	json_text(json, "uri", call_uri(c, "/workspaces/%s", id));
	json_text(json, "id", id);
	json_text(json, "handle", workspace->handle);
	json_text(json, "name", workspace->name);
	json_time(json, "created_at", workspace->created_at);
	json_time(json, "updated_at", workspace->updated_at);
	json_end(json);
}

static enum problem
read_input(struct call *c, const struct json_field *fields, size_t n)
{
	struct workspace_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem = call_read(c, fields, n, in);

	c->input = in;
	if (problem != PROBLEM_NONE)
		return problem;
	if (in->handle != NULL && name_handle_fault(in->handle) != NULL)
		problem = call_fault(c, "/handle",
		    name_handle_fault(in->handle));
	if (name_text_fault(in->name) != NULL)
		problem = call_fault(c, "/name", name_text_fault(in->name));
	return problem;
}

enum problem
workspaces_read_new(struct call *c)
{
	return read_input(c, new_fields, NITEMS(new_fields));
}

enum problem
workspaces_read_change(struct call *c)
{
	return read_input(c, change_fields, NITEMS(change_fields));
}

static const char *
describe(struct call *c, const struct workspace *workspace)
{
	struct json *json = json_new(c->arena);
	size_t n;

	json_object(json, NULL);
	json_text(json, "handle", workspace->handle);
	json_text(json, "name", workspace->name);
	json_end(json);
	return json_done(json, &n);
}

enum problem
workspaces_create(struct call *c)
{
	const struct workspace_input *in = c->input;
	struct workspace workspace = {
		.id = uuid_new(),
		.account_id = c->who.account_id,
		.handle = in->handle,
		.name = in->name,
		.created_at = c->who.now,
		.updated_at = c->who.now,
	};
	enum db_result result = workspace_add(c->db, &workspace);
	char id[UUID_TEXT];

	if (result == DB_DUPLICATE)
		return call_refuse(c, PROBLEM_CONFLICT, "taken",
		    "The handle is another workspace's");
	if (result != DB_OK)
		return call_store(c, result);
	call_changed(c, "workspace.create", "workspace", &workspace.id,
	    describe(c, &workspace), false);
	uuid_format(id, &workspace.id);
	c->status = 201;
	c->location = call_uri(c, "/workspaces/%s", id);
	put_workspace(c, c->json, &workspace);
	return PROBLEM_NONE;
}

/* From after on, those in which the caller holds the route's permission. */
static enum db_result
find_shown(struct call *c, struct uuid after, struct workspace *out,
    size_t max, size_t *n)
{
	struct workspace *rows = arena_alloc(c->arena,
	    CALL_ROWS * sizeof(*rows));
	enum db_result result;
	size_t nrows, before, mark;

	*n = 0;
	do {
		mark = arena_mark(c->arena);
		before = *n;
		result = workspace_page(c->db, c->arena, &c->who.account_id,
		    &after, rows, CALL_ROWS, &nrows);
		if (result != DB_OK)
			return result;
		for (size_t i = 0; i < nrows && *n < max; i++)
			if (rights_hold(&c->who.rights, c->route->needs,
			    rows[i].handle))
				out[(*n)++] = rows[i];
		if (nrows > 0)
			after = rows[nrows - 1].id;
		if (*n == before)
			arena_release(c->arena, mark);
	} while (*n < max && nrows == CALL_ROWS);
	return DB_OK;
}

enum problem
workspaces_list(struct call *c)
{
	struct workspace *shown = arena_alloc(c->arena,
	    CALL_ROWS * sizeof(*shown));
	struct uuid after;
	size_t limit, n;
	enum problem problem = call_query(c, "limit cursor");

	if (problem == PROBLEM_NONE)
		problem = call_page(c, &limit, &after);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, find_shown(c, after, shown, limit + 1,
		    &n));
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_array(c->json, "items");
	for (size_t i = 0; i < n && i < limit; i++)
		put_workspace(c, c->json, &shown[i]);
	json_end(c->json);
	/* of what is hidden from the caller, next must say nothing either */
	call_next(c, "next", n > limit ? &shown[limit - 1].id : NULL, limit);
	json_end(c->json);
	return PROBLEM_NONE;
}

/* The workspace, for a caller who holds the route's permission there. */
static enum problem
find_workspace(struct call *c, enum db_result (*get)(struct db *,
    struct arena *, const struct uuid *, const struct uuid *,
    struct workspace *), struct workspace *workspace)
{
	enum problem problem = call_store(c, get(c->db, c->arena,
	    &c->who.account_id, &c->id[0], workspace));

	if (problem == PROBLEM_NOT_FOUND &&
	    !rights_hold(&c->who.rights, c->route->needs, NULL))
		return call_refused(c, REASON_SCOPE);
	if (problem == PROBLEM_NONE && !rights_hold(&c->who.rights,
	    c->route->needs, workspace->handle))
		return call_refused(c, REASON_SCOPE);
	return problem;
}

enum problem
workspaces_show(struct call *c)
{
	struct workspace workspace;
	enum problem problem = find_workspace(c, workspace_get,
	    &workspace);

	if (problem == PROBLEM_NONE)
		put_workspace(c, c->json, &workspace);
	return problem;
}

enum problem
workspaces_change(struct call *c)
{
	const struct workspace_input *in = c->input;
	struct workspace workspace;
	enum problem problem = find_workspace(c, workspace_lock,
	    &workspace);

	if (problem == PROBLEM_NONE)
		problem = call_match(c, put_workspace, &workspace);
	if (problem != PROBLEM_NONE)
		return problem;
	workspace.name = in->name;
	workspace.updated_at = c->who.now;
	problem = call_store(c, workspace_change(c->db, &workspace));
	if (problem != PROBLEM_NONE)
		return problem;
	call_changed(c, "workspace.change", "workspace", &workspace.id,
	    describe(c, &workspace), false);
	put_workspace(c, c->json, &workspace);
	return PROBLEM_NONE;
}
