/* SPDX-License-Identifier: ISC */
/* What commands share: accounts, mutations, the database's answers. */

#include "base/clock.h"
#include "store/generation_table.h"
#include "store/version.h"

#include "cli/cli.h"

static const char *const faults[] = {
	[DB_READ_ONLY] = "the database takes no changes now; nothing was "
	    "changed",
	[DB_UNAVAILABLE] = "this cannot be done now, for the reason above; "
	    "nothing was changed",
	[DB_UNKNOWN] = "the database was lost while it committed: look "
	    "whether it was done before you do it again",
};

enum cli_exit
cli_result(enum db_result result, const char *none, const char *taken)
{
	switch (result) {
	case DB_OK:
		return CLI_OK;
	case DB_NONE:
		cli_say("%s", none != NULL ? none : "it is gone");
		return CLI_NO;
	case DB_DUPLICATE:
		cli_say("%s", taken != NULL ? taken : "it stands already");
		return CLI_NO;
	case DB_REFUSED:
		return CLI_NO;
	case DB_UNTOLD:
		cli_say("nothing was changed, since the programs that serve"
		    " could not be told: %s", generation_fault());
		return CLI_FAULT;
	default:
		cli_say("%s", faults[result]);
		return CLI_FAULT;
	}
}

static enum db_result
advance_table(void *context)
{
	struct cli *c = context;

	return generation_table_advance(c->db, &uuid_zero);
}

enum db_result
cli_tell_all(struct cli *c)
{
	if (!generation_open(c->config.state) ||
	    !generation_advance(c->config.state, &uuid_zero))
		return DB_UNTOLD;
	return db_run(c->db, DB_CHANGE, advance_table, c);
}

struct mutation
cli_mutation(struct cli *c)
{
	return (struct mutation){
		.db = c->db,
		.keyring = c->keyring,
		.state = c->config.state,
		.hold_back = config_hold_back(&c->config),
		.event = {
			.at = clock_now(),
			.door = "cli",
			.request_id = uuid_new(),
			.address = "",
		},
	};
}

const char *
cli_version_detail(struct cli *c, uint8_t version)
{
	struct json *json = json_new(c->arena);
	size_t n;

	json_object(json, NULL);
	json_integer(json, "version", version);
	json_end(json);
	return json_done(json, &n);
}

enum db_result
cli_activate(struct cli *c, uint8_t version, struct audit_event *event)
{
	uint8_t fingerprint[8];
	enum db_result result;

	keyring_fingerprint(c->keyring, version, fingerprint);
	result = db_now(c->db, &event->at);
	if (result == DB_OK)
		result = version_activate(c->db, version, fingerprint,
		    event->at);
	event->action = "keyring.activate";
	event->detail = cli_version_detail(c, version);
	return result;
}

struct lookup {
	struct cli	*cli;
	const char	*named;
	struct account	*account;
};

static enum db_result
find_account(void *context)
{
	struct lookup *l = context;

	return account_find(l->cli->db, l->cli->arena, l->named, l->account);
}

enum cli_exit
cli_account(struct cli *c, const char *named, struct account *account)
{
	struct lookup l = { c, named, account };
	enum db_result result;

	*account = (struct account){ 0 };
	result = db_run(c->db, DB_READ, find_account, &l);
	return cli_result(result, arena_printf(c->arena, "no account %s: "
	    "it is named by its id or its legacy id", named), NULL);
}
