/* SPDX-License-Identifier: ISC */
/* latchkey keyring add, activate, remove */

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "check/kind.h"
#include "store/generation.h"
#include "store/replay.h"
#include "store/secret.h"
#include "store/session.h"
#include "store/user.h"
#include "store/version.h"

#include "cli/cli.h"

struct change {
	struct cli	*cli;
	struct mutation	 mutation;
	uint8_t		 version;
};

static void
print_version(struct cli *c, uint8_t version, const char *done)
{
	struct json *json;

	if (!c->json) {
		cli_print("version %u %s", version, done);
		return;
	}
	json = json_new(c->arena);
	json_object(json, NULL);
	json_integer(json, "version", version);
	json_text(json, "result", done);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
run_add(struct cli *c)
{
	uint8_t version;
	const char *fault = keyring_add(c->config.keyring, &version);

	if (fault != NULL) {
		cli_say("%s", fault);
		return CLI_FAULT;
	}
	generation_advance(c->config.state, &uuid_zero);
	print_version(c, version, "added");
	cli_say("copy %s to every host that serves, then run: "
	    "latchkey keyring activate %u", c->config.keyring, version);
	return CLI_OK;
}

/* The version that the operand names, live in this host's file. */
static enum cli_exit
read_version(struct change *change)
{
	struct cli *c = change->cli;
	int64_t number;

	if (!cli_number(c->operand, 1, KEYRING_VERSIONS - 1, &number)) {
		cli_say("a version is a number from 1 to %d",
		    KEYRING_VERSIONS - 1);
		return CLI_USAGE;
	}
	change->version = (uint8_t)number;
	if (keyring_state(c->keyring, change->version) == KEYRING_IS_LIVE)
		return CLI_OK;
	cli_say("version %u is not live in %s", change->version,
	    c->config.keyring);
	return CLI_NO;
}

static enum cli_exit
run_change(struct cli *c, struct change *change,
    enum db_result (*work)(void *), const char *taken)
{
	enum cli_exit why;

	change->cli = c;
	change->mutation = cli_mutation(c);
	change->mutation.event.object_type = "keyring";
	why = read_version(change);
	if (why != CLI_OK)
		return why;
	return cli_result(mutation_run(&change->mutation, work, change),
	    NULL, taken);
}

static enum db_result
activate_version(void *context)
{
	struct change *change = context;

	return cli_activate(change->cli, change->version,
	    &change->mutation.event);
}

/*
 * Programs look for another file once a second, and at once when they are told
 * of a change: on other hosts, to which it was copied, nobody tells them.
 */
static void
wait_seen(void)
{
	const struct timespec pause = { .tv_sec = 1, .tv_nsec = 100000000 };

	nanosleep(&pause, NULL);
}

static enum cli_exit
run_activate(struct cli *c)
{
	struct change change = { 0 };
	enum cli_exit why;

	wait_seen();
	why = run_change(c, &change, activate_version,
	    "that version was activated before");
	if (why == CLI_OK)
		print_version(c, change.version, "activated");
	return why;
}

/* Tokens of keys of these kinds are signed, not stored. */
static enum db_result
count_signed(struct change *change, int64_t now, int64_t *count)
{
	struct cli *c = change->cli;
	int64_t pairs = 0, exchanged = 0;
	enum db_result result;

	result = version_signed(c->db, change->version, KIND_PAIR, now,
	    &pairs);
	if (result == DB_OK)
		result = version_signed(c->db, change->version, KIND_EXCHANGE,
		    now, &exchanged);
	*count = pairs + exchanged;
	return result;
}

static enum db_result
refuse_signed(struct change *change, int64_t now)
{
	enum db_result result;
	int64_t count;

	result = count_signed(change, now, &count);
	if (result != DB_OK || count == 0)
		return result;
	cli_say("version %u may have signed tokens of %" PRId64 " keys that "
	    "have not ended: try again a day after the next version was "
	    "activated", change->version, count);
	return DB_REFUSED;
}

/* What still needs the version; counted in the transaction that retires it. */
static enum db_result
refuse_used(struct change *change, int64_t now)
{
	struct cli *c = change->cli;
	uint8_t v = change->version, active;
	int64_t secrets = 0, sessions = 0, passwords = 0, replays = 0;
	enum db_result result;

	result = version_active(c->db, c->arena, c->keyring, &active);
	if (result == DB_OK && active == v) {
		cli_say("version %u is the active one: add and activate "
		    "another first", v);
		return DB_REFUSED;
	}
	if (result == DB_OK)
		result = secret_under(c->db, v, &secrets);
	if (result == DB_OK)
		result = session_under(c->db, v, now, &sessions);
	if (result == DB_OK)
		result = user_passwords_under(c->db, v, &passwords);
	if (result == DB_OK)
		result = replay_under(c->db, v, now, &replays);
	if (result == DB_OK && secrets + sessions + passwords + replays == 0)
		return refuse_signed(change, now);
	if (result != DB_OK)
		return result;
	cli_say("version %u is in use: %" PRId64 " keys, %" PRId64
	    " sessions, %" PRId64 " passwords, %" PRId64
	    " answers kept for a day", v, secrets, sessions, passwords,
	    replays);
	return DB_REFUSED;
}

/* Not being in the database, any more, is no reason to stop. */
static enum db_result
retire_version(void *context)
{
	struct change *change = context;
	struct cli *c = change->cli;
	struct audit_event *event = &change->mutation.event;
	enum db_result result;

	result = db_now(c->db, &event->at);
	if (result == DB_OK)
		result = refuse_used(change, event->at);
	if (result != DB_OK)
		return result;
	result = version_retire(c->db, change->version, event->at);
	if (result == DB_NONE)
		return DB_OK;
	event->action = "keyring.retire";
	event->detail = cli_version_detail(c, change->version);
	return result;
}

/* The database first: a version live there must be live in every file. */
static enum cli_exit
run_remove(struct cli *c)
{
	struct change change = { 0 };
	const char *fault;
	enum cli_exit why;

	why = run_change(c, &change, retire_version, NULL);
	if (why != CLI_OK)
		return why;
	fault = keyring_retire(c->config.keyring, change.version);
	if (fault != NULL) {
		cli_say("%s; run this again", fault);
		return CLI_FAULT;
	}
	generation_advance(c->config.state, &uuid_zero);
	print_version(c, change.version, "removed");
	cli_say("copy %s to every other host, too", c->config.keyring);
	return CLI_OK;
}

const struct cli_command cli_keyring_add = {
	.words = "keyring add",
	.summary = "Add a version to the keyring's file",
	.text = "Nothing uses it before it is activated: copy the file to "
	    "every host first.",
	.needs = CLI_KEYRING,
	.run = run_add,
};

const struct cli_command cli_keyring_activate = {
	.words = "keyring activate",
	.operand = "VERSION",
	.summary = "Make new secrets under a version from now on",
	.text = "Every host must have it in its file, or answers 503 until "
	    "it has.",
	.needs = CLI_KEYRING,
	.run = run_activate,
};

const struct cli_command cli_keyring_remove = {
	.words = "keyring remove",
	.operand = "VERSION",
	.summary = "Forget a version that nothing needs any more",
	.text = "Refused for the active version, and while keys, sessions, "
	    "passwords or kept\nanswers are under it, or web tokens may be "
	    "that it has signed.  The file keeps\nwhat verifies old audit "
	    "rows.",
	.needs = CLI_KEYRING,
	.run = run_remove,
};
