/* SPDX-License-Identifier: ISC */
/* latchkey key add */

#include <string.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "check/issue.h"
#include "store/workspace.h"

#include "cli/cli.h"
#include "cli/key.h"

#define DAY		(24 * 60 * 60 * (int64_t)1000)
#define DAYS_MOST	36500

enum { ACCOUNT, USER, KIND, LABEL, SCOPE, WORKSPACE, EXPIRES };

static const struct cli_option options[] = {
	[ACCOUNT] = { .name = "account", .argument = "ACCOUNT",
	    .help = "its id or legacy id", .required = true },
	[USER] = { .name = "user", .argument = "USERNAME",
	    .help = "who shall own it", .required = true },
	[KIND] = { .name = "kind", .argument = "KIND",
	    .help = "pair (uuid and secret) or app", .required = true },
	[LABEL] = { .name = "label", .argument = "TEXT",
	    .help = "for people", .required = true },
	[SCOPE] = { .name = "scope", .argument = "PERMISSION",
	    .help = "a permission, no others", .many = true },
	[WORKSPACE] = { .name = "workspace", .argument = "HANDLE",
	    .help = "a workspace, no others", .many = true },
	[EXPIRES] = { .name = "expires", .argument = "TIME",
	    .help = "2030-01-31T12:00:00Z, or 90d" },
};

static const enum kind kinds[] = { KIND_PAIR, KIND_APP };

/* ISSUE_DB is told by its db_result. */
static const char *const refusals[] = {
	[ISSUE_NO_USER] = "no such user in the account",
	[ISSUE_INACTIVE] = "the user is blocked or not verified, or the "
	    "account is not active",
	[ISSUE_KIND] = "app tokens need an owner with the permission "
	    "latchkey:develop, which the role developer has",
	[ISSUE_NOT_COVERED] = "too many workspaces",
	[ISSUE_PAST] = "--expires is not in the future",
};

struct making {
	struct cli	*cli;
	struct mutation	 mutation;
	struct maker	 maker;
	struct issue	 issue;
	struct bits	 scopes;
};

static enum cli_exit
read_kind(struct making *m)
{
	const char *word = cli_value(m->cli, KIND);

	for (size_t i = 0; i < NITEMS(kinds); i++) {
		m->issue.kind = kinds[i];
		if (strcmp(word, kind_types[kinds[i]].word) == 0)
			return CLI_OK;
	}
	cli_say("--kind is pair or app");
	return CLI_USAGE;
}

static enum cli_exit
read_end(struct making *m)
{
	const char *text = cli_value(m->cli, EXPIRES);
	struct wish *wish = &m->issue.wish;
	size_t n = text == NULL ? 0 : strlen(text);
	int64_t days;

	wish->says_end = text != NULL;
	if (text == NULL || clock_parse(text, &wish->ends_at))
		return CLI_OK;
	if (n > 1 && text[n - 1] == 'd' && cli_number(arena_copy(
	    m->cli->arena, text, n - 1), 1, DAYS_MOST, &days)) {
		wish->ends_at = clock_now() + days * DAY;
		return CLI_OK;
	}
	cli_say("--expires is a time like 2030-01-31T12:00:00Z, or days like "
	    "90d");
	return CLI_USAGE;
}

static enum db_result
refuse(const char *what, const char *named)
{
	cli_say("there is no %s %s", what, named);
	return DB_REFUSED;
}

static enum db_result
find_scopes(struct making *m)
{
	const struct cli_given *given = &m->cli->given[SCOPE];
	enum db_result result = DB_OK;
	unsigned bit;

	m->scopes = (struct bits){ 0 };
	for (size_t i = 0; i < given->n && result == DB_OK; i++) {
		result = permission_bit(m->cli->db, m->cli->arena,
		    given->value[i], &bit);
		if (result == DB_NONE)
			return refuse("permission", given->value[i]);
		if (result == DB_OK)
			bits_add(&m->scopes, bit);
	}
	m->issue.wish.says_scopes = given->n > 0;
	m->issue.wish.scopes = given->n > 0 ? &m->scopes : NULL;
	return result;
}

static enum db_result
find_workspaces(struct making *m)
{
	struct cli_given *given = &m->cli->given[WORKSPACE];
	enum db_result result = DB_OK;
	struct workspace workspace;

	for (size_t i = 0; i < given->n && result == DB_OK; i++) {
		result = workspace_find(m->cli->db, m->cli->arena,
		    &m->issue.account_id, given->value[i], &workspace);
		if (result == DB_NONE)
			return refuse("workspace", given->value[i]);
	}
	m->issue.wish.says_workspaces = given->n > 0;
	m->issue.wish.workspaces = given->value;
	m->issue.wish.nworkspaces = given->n;
	return result;
}

static enum db_result
find_owner(struct making *m)
{
	const char *username = cli_value(m->cli, USER);
	struct user user;
	enum db_result result;

	result = user_by_username(m->cli->db, m->cli->arena,
	    &m->issue.account_id, username, &user);
	if (result == DB_NONE)
		return refuse("user", username);
	if (result == DB_OK)
		m->issue.user_id = user.id;
	return result;
}

static enum db_result
make_key(void *context)
{
	struct making *m = context;
	struct audit_event *event = &m->mutation.event;
	enum issue_result issued;
	enum db_result result;

	result = find_owner(m);
	if (result == DB_OK)
		result = find_scopes(m);
	if (result == DB_OK)
		result = find_workspaces(m);
	if (result != DB_OK)
		return result;
	issued = issue_key(&m->issue, m->cli->db, m->cli->arena,
	    m->cli->keyring, &m->maker);
	if (issued == ISSUE_DB)
		return m->issue.db;
	if (issued != ISSUE_OK) {
		cli_say("%s", refusals[issued]);
		return DB_REFUSED;
	}
	event->at = m->issue.key.created_at;
	m->mutation.owner = m->issue.key.user_id;
	event->action = "key.create";
	event->object_id = m->issue.key.id;
	event->detail = key_detail(m->cli->arena, &m->issue.key, NULL);
	return DB_OK;
}

/* The one time that the secret is shown. */
static void
print_key(const struct making *m)
{
	const char *name = m->issue.kind == KIND_PAIR ? "secret" : "token";
	const struct key *key = &m->issue.key;
	struct json *json;
	char id[UUID_TEXT];

	uuid_format(id, &key->id);
	if (!m->cli->json) {
		cli_print("uuid: %s", id);
		cli_print("%s: %s", name, m->issue.token);
		return;
	}
	json = json_new(m->cli->arena);
	json_object(json, NULL);
	json_text(json, "uuid", id);
	json_text(json, name, m->issue.token);
	json_text(json, "kind", kind_types[key->kind].word);
	json_text(json, "label", key->label);
	json_time_or_null(json, "expires_at", key->expires_at);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
run_add(struct cli *c)
{
	struct making m = { .cli = c, .mutation = cli_mutation(c) };
	struct account account;
	enum cli_exit why;

	m.maker.is_operator = true;
	m.issue.label = cli_value(c, LABEL);
	why = read_kind(&m);
	if (why == CLI_OK)
		why = read_end(&m);
	if (why == CLI_OK)
		why = cli_check_text("--label", m.issue.label, 1, 200);
	if (why == CLI_OK)
		why = cli_account(c, cli_value(c, ACCOUNT), &account);
	if (why != CLI_OK)
		return why;
	m.issue.account_id = account.id;
	m.mutation.event.account_id = account.id;
	m.mutation.event.object_type = "key";
	why = cli_result(mutation_run(&m.mutation, make_key, &m), NULL, NULL);
	if (why != CLI_OK)
		return why;
	print_key(&m);
	key_tell(c, NOTICE_MADE, &m.issue.owner, &m.issue.key);
	return CLI_OK;
}

const struct cli_command cli_key_add = {
	.words = "key add",
	.summary = "Make a key for a user",
	.text = "Prints the secret once; it cannot be read again.",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_add,
};
