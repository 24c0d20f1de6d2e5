/* SPDX-License-Identifier: ISC */
/* latchkey key revoke */

#include "base/nitems.h"
#include "check/issue.h"

#include "cli/cli.h"
#include "cli/key.h"

enum { ACCOUNT, REASON };

static const struct cli_option options[] = {
	[ACCOUNT] = { .name = "account", .argument = "ACCOUNT",
	    .help = "its id or legacy id", .required = true },
	[REASON] = { .name = "reason", .argument = "TEXT",
	    .help = "for the audit trail" },
};

struct revoking {
	struct cli	*cli;
	struct mutation	 mutation;
	struct uuid	 id;
	struct key	 key;
	struct user	 keeper;
	bool		 has_keeper;	/* he was not deleted */
	bool		 was_revoked;
};

static enum db_result
find_key(struct revoking *r)
{
	struct cli *c = r->cli;
	const struct uuid *account = &r->mutation.event.account_id;
	enum db_result result;

	result = key_find(c->db, c->arena, account, &r->id, &r->key);
	if (result != DB_OK)
		return result;
	result = user_get(c->db, c->arena, account, notice_keeper(&r->key),
	    &r->keeper);
	r->has_keeper = result == DB_OK;
	return result == DB_NONE ? DB_OK : result;
}

/* There is none to be locked once he was deleted. */
static enum db_result
lock_owner(struct revoking *r)
{
	enum db_result result = user_lock(r->cli->db, &r->key.account_id,
	    &r->key.user_id);

	return result == DB_NONE ? DB_OK : result;
}

static enum db_result
revoke_key(void *context)
{
	struct revoking *r = context;
	struct cli *c = r->cli;
	struct audit_event *event = &r->mutation.event;
	const char *reason = cli_value(c, REASON);
	enum db_result result;

	result = find_key(r);
	if (result == DB_OK)
		result = lock_owner(r);
	if (result == DB_OK)
		result = db_now(c->db, &event->at);
	if (result != DB_OK)
		return result;
	result = issue_end(c->db, c->arena, &r->key, reason, event->at);
	r->was_revoked = result == DB_NONE;
	if (r->was_revoked)
		return DB_OK;
	r->mutation.owner = r->key.user_id;
	event->action = "key.revoke";
	event->detail = key_detail(c->arena, &r->key, reason);
	return result;
}

static void
print_revoked(const struct revoking *r)
{
	struct json *json;

	if (!r->cli->json) {
		cli_print(r->was_revoked ? "%s was revoked already" :
		    "revoked %s", r->cli->operand);
		return;
	}
	json = json_new(r->cli->arena);
	json_object(json, NULL);
	json_uuid(json, "uuid", &r->id);
	json_bool(json, "was_revoked", r->was_revoked);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
run_revoke(struct cli *c)
{
	struct revoking r = { .cli = c, .mutation = cli_mutation(c) };
	const char *reason = cli_value(c, REASON);
	struct account account;
	enum cli_exit why = CLI_OK;

	if (!uuid_parse(&r.id, c->operand)) {
		cli_say("a key is named by its uuid, as key list shows it");
		return CLI_USAGE;
	}
	if (reason != NULL)
		why = cli_check_text("--reason", reason, 1, 200);
	if (why == CLI_OK)
		why = cli_account(c, cli_value(c, ACCOUNT), &account);
	if (why != CLI_OK)
		return why;
	r.mutation.takes_away = true;
	r.mutation.event.account_id = account.id;
	r.mutation.event.object_type = "key";
	r.mutation.event.object_id = r.id;
	why = cli_result(mutation_run(&r.mutation, revoke_key, &r),
	    "no such key in the account", NULL);
	if (why != CLI_OK)
		return why;
	print_revoked(&r);
	if (r.has_keeper && !r.was_revoked)
		key_tell(c, NOTICE_ENDED, &r.keeper, &r.key);
	return CLI_OK;
}

const struct cli_command cli_key_revoke = {
	.words = "key revoke",
	.operand = "UUID",
	.summary = "End a key at once and for ever",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_revoke,
};
