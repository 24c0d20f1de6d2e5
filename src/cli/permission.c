/* SPDX-License-Identifier: ISC */
/* latchkey permission add, permission list */

#include <string.h>

#include "base/nitems.h"
#include "store/permission.h"
#include "store/role.h"

#include "cli/cli.h"

enum { DESCRIPTION, ROLE };

static const struct cli_option options[] = {
	[DESCRIPTION] = { .name = "description", .argument = "TEXT",
	    .help = "what it allows, for people" },
	[ROLE] = { .name = "role", .argument = "ROLE",
	    .help = "a built-in role that has it too", .many = true },
};

struct adding {
	struct cli	*cli;
	struct mutation	 mutation;
	const char	*description;
	bool		 stood;		/* the name was there already */
};

static const char *
describe_permission(const struct adding *a)
{
	struct json *json = json_new(a->cli->arena);
	const struct cli_given *roles = &a->cli->given[ROLE];
	size_t n;

	json_object(json, NULL);
	json_text(json, "name", a->cli->operand);
	json_array(json, "roles");
	for (size_t i = 0; i < roles->n; i++)
		json_text(json, NULL, roles->value[i]);
	json_end(json);
	json_end(json);
	return json_done(json, &n);
}

static enum db_result
permit_role(struct cli *c, const char *slug, unsigned bit)
{
	enum db_result result = role_permit(c->db, c->arena, slug, bit);

	if (result != DB_NONE)
		return result;
	cli_say("there is no built-in role %s", slug);
	return DB_REFUSED;
}

static enum db_result
add_permission(void *context)
{
	struct adding *a = context;
	struct cli *c = a->cli;
	const struct cli_given *roles = &c->given[ROLE];
	enum db_result result;
	unsigned bit = 0;
	int64_t now;

	result = db_now(c->db, &now);
	if (result != DB_OK)
		return result;
	result = permission_add(c->db, c->arena, c->operand, a->description,
	    now, &bit);
	a->stood = result == DB_DUPLICATE;
	if (a->stood && roles->n > 0)
		result = permission_bit(c->db, c->arena, c->operand, &bit);
	for (size_t i = 0; i < roles->n && result == DB_OK; i++)
		result = permit_role(c, roles->value[i], bit);
	a->mutation.event.at = now;
	a->mutation.event.action = a->stood ? "permission.permit" :
	    "permission.create";
	a->mutation.event.detail = describe_permission(a);
	return result;
}

static enum cli_exit
check_input(const struct adding *a)
{
	const char *name = a->cli->operand;

	if (strlen(name) <= PERMISSION_NAME && permission_name_valid(name))
		return cli_check_text("--description", a->description, 0,
		    200);
	cli_say("a permission reads like orders:read: words of a-z 0-9 . _ - "
	    "joined by colons, the first not latchkey");
	return CLI_USAGE;
}

static void
print_permission(const struct adding *a)
{
	struct json *json;

	if (!a->cli->json) {
		cli_print(a->stood ? "%s stood already; the roles have it" :
		    "permission %s", a->cli->operand);
		return;
	}
	json = json_new(a->cli->arena);
	json_object(json, NULL);
	json_text(json, "name", a->cli->operand);
	json_bool(json, "created", !a->stood);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
run_add(struct cli *c)
{
	struct adding a = { .cli = c, .mutation = cli_mutation(c) };
	enum db_result result;
	enum cli_exit why;

	a.description = cli_value(c, DESCRIPTION);
	if (a.description == NULL)
		a.description = "";
	why = check_input(&a);
	if (why != CLI_OK)
		return why;
	a.mutation.event.object_type = "permission";
	result = mutation_run(&a.mutation, add_permission, &a);
	why = cli_result(result, "the catalogue is full",
	    "it stands in the catalogue already");
	if (why == CLI_OK)
		print_permission(&a);
	return why;
}

struct listing {
	struct cli	*cli;
	struct permission_row row[BITS];
	size_t		 n;
};

static enum db_result
list_permissions(void *context)
{
	struct listing *l = context;

	return permission_all(l->cli->db, l->cli->arena, l->row, &l->n);
}

static void
put_permissions(const struct listing *l)
{
	struct json *json = json_new(l->cli->arena);

	json_object(json, NULL);
	json_array(json, "items");
	for (size_t i = 0; i < l->n; i++) {
		json_object(json, NULL);
		json_text(json, "name", l->row[i].name);
		json_text(json, "description", l->row[i].description);
		json_end(json);
	}
	json_end(json);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
run_list(struct cli *c)
{
	struct listing l = { .cli = c };
	enum cli_exit why;

	why = cli_result(db_run(c->db, DB_READ, list_permissions, &l), NULL,
	    NULL);
	if (why != CLI_OK)
		return why;
	if (c->json)
		put_permissions(&l);
	for (size_t i = 0; i < l.n && !c->json; i++)
		cli_print("%-28s %s", l.row[i].name, l.row[i].description);
	return CLI_OK;
}

const struct cli_command cli_permission_add = {
	.words = "permission add",
	.operand = "NAME",
	.summary = "Add a permission to the catalogue",
	.text = "Owners always have it; --role gives it to other built-in "
	    "roles, also later.",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_add,
};

const struct cli_command cli_permission_list = {
	.words = "permission list",
	.summary = "Show the catalogue of permissions",
	.needs = CLI_KEYRING,
	.run = run_list,
};
