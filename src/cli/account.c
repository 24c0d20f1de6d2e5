/* SPDX-License-Identifier: ISC */
/* latchkey account add */

#include "auth/name.h"
#include "base/nitems.h"
#include "check/kind.h"
#include "store/lifetime.h"

#include "cli/cli.h"

#define DAY		(24 * 60 * 60 * (int64_t)1000)
#define DAYS_MOST	36500

enum { LEGACY_ID, APP_LIFETIME };

static const struct cli_option options[] = {
	[LEGACY_ID] = { .name = "legacy-id", .argument = "ID",
	    .help = "a second name for it, unique" },
	[APP_LIFETIME] = { .name = "app-lifetime", .argument = "DAYS",
	    .help = "how long its app tokens live at most" },
};

struct adding {
	struct cli	*cli;
	struct mutation	 mutation;
	struct account	 account;
	int64_t		 app_lifetime;
	bool		 is_second;
};

static const char *
describe_account(struct adding *a)
{
	struct json *json = json_new(a->cli->arena);
	size_t n;

	json_object(json, NULL);
	json_text(json, "name", a->account.name);
	json_text_or_null(json, "legacy_id", a->account.legacy_id);
	json_integer(json, "app_lifetime_days", a->app_lifetime / DAY);
	json_end(json);
	return json_done(json, &n);
}

static enum db_result
add_account(void *context)
{
	struct adding *a = context;
	struct cli *c = a->cli;
	struct account only;
	enum db_result result;

	result = account_only(c->db, c->arena, &only);
	if (result != DB_OK && result != DB_NONE)
		return result;
	a->is_second = result == DB_OK;
	a->mutation.takes_away = a->is_second;
	result = db_now(c->db, &a->account.created_at);
	if (result == DB_OK)
		result = account_add(c->db, &a->account);
	if (result == DB_OK && a->app_lifetime != 0)
		result = lifetime_set(c->db, &a->account.id,
		    &(struct lifetime){ .kind = KIND_APP,
		    .initial = a->app_lifetime, .most = a->app_lifetime });
	a->mutation.event.at = a->account.created_at;
	a->mutation.event.action = "account.create";
	a->mutation.event.detail = describe_account(a);
	return result;
}

static enum cli_exit
read_account(struct cli *c, struct account *account, int64_t *app_lifetime)
{
	const char *days = cli_value(c, APP_LIFETIME);
	const char *fault = NULL;

	*account = (struct account){
		.id = uuid_new(),
		.legacy_id = cli_value(c, LEGACY_ID),
		.name = c->operand,
		.active = true,
	};
	if (account->legacy_id != NULL)
		fault = name_legacy_id_fault(account->legacy_id);
	if (fault != NULL) {
		cli_say("the legacy id %s", fault);
		return CLI_USAGE;
	}
	if (days != NULL && !cli_number(days, 1, DAYS_MOST,
	    app_lifetime)) {
		cli_say("--app-lifetime must be 1 to %d days", DAYS_MOST);
		return CLI_USAGE;
	}
	*app_lifetime *= DAY;
	return cli_check_text("the name", account->name, 1, 200);
}

static void
print_account(struct cli *c, const struct account *account)
{
	char id[UUID_TEXT];
	struct json *json;

	uuid_format(id, &account->id);
	if (!c->json) {
		cli_print("account %s", id);
		return;
	}
	json = json_new(c->arena);
	json_object(json, NULL);
	json_text(json, "id", id);
	json_text_or_null(json, "legacy_id", account->legacy_id);
	json_text(json, "name", account->name);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
run_add(struct cli *c)
{
	struct adding a = { .cli = c, .mutation = cli_mutation(c) };
	enum db_result result;
	enum cli_exit why;

	why = read_account(c, &a.account, &a.app_lifetime);
	if (why != CLI_OK)
		return why;
	a.mutation.event.account_id = a.account.id;
	a.mutation.event.object_type = "account";
	a.mutation.event.object_id = a.account.id;
	result = mutation_run(&a.mutation, add_account, &a);
	why = cli_result(result, NULL, "another account has that legacy id");
	if (why != CLI_OK)
		return why;
	print_account(c, &a.account);
	if (a.is_second)
		cli_say("there are two accounts now: every gate whose "
		    "LATCHKEY_REQUIRE has no account= is closed until it "
		    "has (account=* is all of them)");
	return CLI_OK;
}

const struct cli_command cli_account_add = {
	.words = "account add",
	.operand = "NAME",
	.summary = "Make an account",
	.text = "An account is one company or tenant.  Prints its id.",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_add,
};
