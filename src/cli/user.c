/* SPDX-License-Identifier: ISC */
/* latchkey user add */

#include <string.h>

#include "auth/name.h"
#include "base/nitems.h"
#include "store/role.h"
#include "store/workspace.h"

#include "cli/cli.h"
#include "cli/new_password.h"

enum {
	ACCOUNT, EMAIL, NAME, USERNAME, HANDLE, TYPE, ROLE, PASSWORD_FD,
	NO_PASSWORD
};

static const struct cli_option options[] = {
	[ACCOUNT] = { .name = "account", .argument = "ACCOUNT",
	    .help = "its id or legacy id", .required = true },
	[EMAIL] = { .name = "email", .argument = "ADDRESS",
	    .help = "unique in the account", .required = true },
	[NAME] = { .name = "name", .argument = "NAME",
	    .help = "for people", .required = true },
	[USERNAME] = { .name = "username", .argument = "NAME",
	    .help = "for logins; else the e-mail address" },
	[HANDLE] = { .name = "handle", .argument = "HANDLE",
	    .help = "for paths, and for logins by handle" },
	[TYPE] = { .name = "type", .argument = "TYPE",
	    .help = "interactive (else), service, non_interactive" },
	[ROLE] = { .name = "role", .argument = "ROLE[@HANDLE]",
	    .help = "a role, in a workspace", .many = true },
	[PASSWORD_FD] = { .name = "password-fd", .argument = "N",
	    .help = "read the password from this descriptor" },
	[NO_PASSWORD] = { .name = "no-password",
	    .help = "he has none and cannot log in" },
};

enum asking { ASK_ALWAYS, ASK_UNLESS_TOLD, ASK_NEVER };

static const struct {
	const char	*word;
	enum user_type	 type;
	enum asking	 password;
} types[] = {
	{ "interactive", USER_INTERACTIVE, ASK_ALWAYS },
	{ "service", USER_SERVICE, ASK_UNLESS_TOLD },
	{ "non_interactive", USER_NON_INTERACTIVE, ASK_NEVER },
};

struct adding {
	struct cli	*cli;
	struct mutation	 mutation;
	struct user	 user;
	size_t		 type;		/* in types */
	struct user_password password;
	struct role_given roles[ROLE_GIVEN];
};

static enum cli_exit
read_type(struct adding *a)
{
	const char *word = cli_value(a->cli, TYPE);

	while (word != NULL && strcmp(types[a->type].word, word) != 0)
		if (++a->type == NITEMS(types)) {
			cli_say("--type is interactive, service or "
			    "non_interactive");
			return CLI_USAGE;
		}
	a->user.type = (uint8_t)types[a->type].type;
	return CLI_OK;
}

static const struct {
	size_t		 option;
	const char	*(*fault)(const char *);
} names[] = {
	{ EMAIL, name_email_fault },
	{ USERNAME, name_username_fault },
	{ HANDLE, name_handle_fault },
};

static enum cli_exit
check_names(const struct cli *c)
{
	for (size_t i = 0; i < NITEMS(names); i++) {
		const char *text = cli_value(c, names[i].option);
		const char *fault = text == NULL ? NULL : names[i].fault(text);

		if (fault != NULL) {
			cli_say("--%s %s", options[names[i].option].name,
			    fault);
			return CLI_USAGE;
		}
	}
	return CLI_OK;
}

static enum cli_exit
read_user(struct adding *a)
{
	struct cli *c = a->cli;

	a->user.email = cli_value(c, EMAIL);
	a->user.name = cli_value(c, NAME);
	a->user.username = cli_value(c, USERNAME);
	if (a->user.username == NULL)
		a->user.username = a->user.email;
	a->user.handle = cli_value(c, HANDLE);
	if (check_names(c) != CLI_OK)
		return CLI_USAGE;
	if (c->given[ROLE].n > ROLE_GIVEN) {
		cli_say("a user has %d roles at most", ROLE_GIVEN);
		return CLI_USAGE;
	}
	return cli_check_text("--name", a->user.name, 1, 200);
}

/* Is one to be read?  What was said must fit the type. */
static enum cli_exit
wants_password(const struct adding *a, bool *wanted)
{
	bool none = cli_value(a->cli, NO_PASSWORD) != NULL;
	bool given = cli_value(a->cli, PASSWORD_FD) != NULL;
	enum asking asking = types[a->type].password;

	*wanted = asking != ASK_NEVER && !none;
	if (given && !*wanted) {
		cli_say("--password-fd does not fit: he logs in never");
		return CLI_USAGE;
	}
	if (none && asking == ASK_ALWAYS) {
		cli_say("an interactive user has a password");
		return CLI_USAGE;
	}
	return CLI_OK;
}

static enum db_result
refuse_role(const char *text, const char *why)
{
	cli_say("--role %s: %s", text, why);
	return DB_REFUSED;
}

/* ROLE or ROLE@HANDLE. */
static enum db_result
find_role(struct adding *a, const char *text, struct role_given *given)
{
	struct cli *c = a->cli;
	const char *at = strchrnul(text, '@');
	const char *slug = arena_copy(c->arena, text, (size_t)(at - text));
	const struct uuid *account = &a->user.account_id;
	struct workspace workspace;
	struct role role;
	enum db_result result;

	*given = (struct role_given){ .slug = slug };
	result = role_find(c->db, c->arena, account, slug, &role);
	if (result == DB_NONE)
		return refuse_role(text, "there is no such role");
	if (result != DB_OK)
		return result;
	given->role_id = role.id;
	if (role.in_workspaces != (*at == '@'))
		return refuse_role(text, role.in_workspaces ?
		    "it is given in a workspace: ROLE@HANDLE" :
		    "it holds everywhere and takes no workspace");
	if (*at == '\0')
		return DB_OK;
	given->workspace = at + 1;
	result = workspace_find(c->db, c->arena, account, at + 1, &workspace);
	if (result == DB_NONE)
		return refuse_role(text, "there is no such workspace");
	given->workspace_id = workspace.id;
	return result;
}

static const char *
describe_user(const struct adding *a)
{
	struct json *json = json_new(a->cli->arena);
	const struct cli_given *roles = &a->cli->given[ROLE];
	size_t n;

	json_object(json, NULL);
	json_text(json, "username", a->user.username);
	json_text(json, "type", types[a->type].word);
	json_array(json, "roles");
	for (size_t i = 0; i < roles->n; i++)
		json_text(json, NULL, roles->value[i]);
	json_end(json);
	json_end(json);
	return json_done(json, &n);
}

static enum db_result
add_user(void *context)
{
	struct adding *a = context;
	const struct cli_given *roles = &a->cli->given[ROLE];
	struct db *db = a->cli->db;
	enum db_result result;

	result = db_now(db, &a->user.created_at);
	a->user.updated_at = a->user.created_at;
	for (size_t i = 0; i < roles->n && result == DB_OK; i++)
		result = find_role(a, roles->value[i], &a->roles[i]);
	if (result == DB_OK)
		result = user_add(db, &a->user, &a->password);
	if (result == DB_OK)
		result = role_set(db, &a->user.id, a->roles, roles->n);
	a->mutation.event.at = a->user.created_at;
	a->mutation.event.action = "user.create";
	a->mutation.event.detail = describe_user(a);
	return result;
}

static void
print_user(const struct adding *a)
{
	char id[UUID_TEXT];
	struct json *json;

	uuid_format(id, &a->user.id);
	if (!a->cli->json) {
		cli_print("user %s", id);
		return;
	}
	json = json_new(a->cli->arena);
	json_object(json, NULL);
	json_text(json, "id", id);
	json_uuid(json, "account", &a->user.account_id);
	json_text(json, "username", a->user.username);
	json_text(json, "type", types[a->type].word);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
store_user(struct adding *a)
{
	struct audit_event *event = &a->mutation.event;
	enum db_result result;

	event->account_id = a->user.account_id;
	event->object_type = "user";
	event->object_id = a->user.id;
	result = mutation_run(&a->mutation, add_user, a);
	return cli_result(result, NULL, "the e-mail address, username or "
	    "handle is taken in this account");
}

static enum cli_exit
run_add(struct cli *c)
{
	struct adding a = { .cli = c, .mutation = cli_mutation(c) };
	struct account account = { 0 };
	bool wanted = false;
	enum cli_exit why;

	a.user.id = uuid_new();
	a.user.verified = true;
	why = read_type(&a);
	if (why == CLI_OK)
		why = read_user(&a);
	if (why == CLI_OK)
		why = wants_password(&a, &wanted);
	if (why == CLI_OK)
		why = cli_account(c, cli_value(c, ACCOUNT), &account);
	a.user.account_id = account.id;
	if (why == CLI_OK && wanted)
		why = new_password(c, cli_value(c, PASSWORD_FD), &a.user.id,
		    &a.password);
	if (why == CLI_OK)
		why = store_user(&a);
	if (why == CLI_OK)
		print_user(&a);
	return why;
}

const struct cli_command cli_user_add = {
	.words = "user add",
	.summary = "Make a user of an account",
	.text = "The password is asked for twice at the terminal, or is the "
	    "first line of a\ndescriptor.  A user who is non_interactive has "
	    "none.  Prints the user's id.",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_add,
};
