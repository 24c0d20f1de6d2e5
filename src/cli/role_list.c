/* SPDX-License-Identifier: ISC */
/* latchkey role list */

#include "base/nitems.h"
#include "store/permission.h"
#include "store/role.h"

#include "cli/cli.h"

enum { ACCOUNT };

static const struct cli_option options[] = {
	[ACCOUNT] = { .name = "account", .argument = "ACCOUNT",
	    .help = "its own roles, too" },
};

struct listing {
	struct cli	*cli;
	struct account	 account;	/* zero: built-in roles only */
	struct role	 role[ROLE_PAGE];
	const char	*permissions[ROLE_PAGE];
	size_t		 n;
};

static enum db_result
list_roles(void *context)
{
	struct listing *l = context;
	struct cli *c = l->cli;
	enum db_result result;

	result = role_list(c->db, c->arena, &l->account.id, l->role,
	    ROLE_PAGE, &l->n);
	for (size_t i = 0; i < l->n && result == DB_OK; i++)
		result = permission_names(c->db, c->arena,
		    &l->role[i].permissions, &l->permissions[i]);
	return result;
}

static void
put_roles(const struct listing *l)
{
	struct json *json = json_new(l->cli->arena);

	json_object(json, NULL);
	json_array(json, "items");
	for (size_t i = 0; i < l->n; i++) {
		json_object(json, NULL);
		json_text(json, "slug", l->role[i].slug);
		json_text(json, "name", l->role[i].name);
		json_bool(json, "built_in",
		    uuid_is_zero(&l->role[i].account_id));
		json_bool(json, "in_workspaces", l->role[i].in_workspaces);
		json_text(json, "permissions", l->permissions[i]);
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
	enum cli_exit why = CLI_OK;

	if (cli_value(c, ACCOUNT) != NULL)
		why = cli_account(c, cli_value(c, ACCOUNT), &l.account);
	if (why == CLI_OK)
		why = cli_result(db_run(c->db, DB_READ, list_roles, &l), NULL,
		    NULL);
	if (why != CLI_OK)
		return why;
	if (c->json)
		put_roles(&l);
	for (size_t i = 0; i < l.n && !c->json; i++)
		cli_print("%-20s %s%s%s", l.role[i].slug, l.role[i].name,
		    l.role[i].in_workspaces ? " (in workspaces): " : ": ",
		    l.permissions[i]);
	return CLI_OK;
}

const struct cli_command cli_role_list = {
	.words = "role list",
	.summary = "Show the roles and what they permit",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_list,
};
