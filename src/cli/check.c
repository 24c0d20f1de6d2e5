/* SPDX-License-Identifier: ISC */
/* latchkey check */

#include <string.h>
#include <unistd.h>

#include "base/nitems.h"
#include "check/installation.h"
#include "check/limits.h"
#include "check/requirement.h"

#include "cli/cli.h"

#define LINE	8192

enum { REQUIRE, METHOD, PATH, ADDRESS };

static const struct cli_option options[] = {
	[REQUIRE] = { .name = "require", .argument = "WORDS",
	    .help = "a place's LATCHKEY_REQUIRE; else nothing is asked" },
	[METHOD] = { .name = "method", .argument = "METHOD",
	    .help = "of the request; a key's rules need it" },
	[PATH] = { .name = "path", .argument = "PATH",
	    .help = "of the request, as it was written; likewise" },
	[ADDRESS] = { .name = "address", .argument = "ADDRESS",
	    .help = "the client's; a key's list of addresses needs it" },
};

/* The decision's conditions in its order, and the reason when one fails. */
static const struct {
	enum reason	 fails;
	const char	*word;
} conditions[] = {
	{ REASON_MALFORMED, "well formed" },
	{ REASON_FORM, "presented in a form that its kind accepts" },
	{ REASON_UNKNOWN, "known" },
	{ REASON_SECRET, "secret equal" },
	{ REASON_REVOKED, "not revoked" },
	{ REASON_DISABLED, "enabled" },
	{ REASON_EARLY, "started" },
	{ REASON_EXPIRED, "not expired" },
	{ REASON_OWNER, "owner active" },
	{ REASON_ACCOUNT, "account active" },
	{ REASON_PLACE, "account the one this place is for" },
	{ REASON_KIND, "owner holds what the kind needs" },
	{ REASON_SCOPE, "required permissions held" },
	{ REASON_RULE, "method and path among the key's rules" },
	{ REASON_ADDRESS, "address one that the key is taken from" },
	{ REASON_RATE, "rates not used up on this host" },
	{ REASON_QUOTA, "quotas not used up" },
	{ REASON_FAULT, "rates and quotas can be counted" },
};

struct asking {
	struct cli	*cli;
	struct credential credential;
	struct requirement requirement;
	struct address	 address;
	const char	*wrong;		/* with the requirement */
	struct facts	 facts;
	enum reason	 reason;
};

/* The value of Authorization; a bare token is a Bearer's. */
static enum cli_exit
read_credential(struct asking *a)
{
	struct arena *arena = a->cli->arena;
	char *line = arena_alloc(arena, LINE);
	bool ok = isatty(STDIN_FILENO) ?
	    cli_ask("Authorization: ", line, LINE) :
	    cli_read_line(STDIN_FILENO, line, LINE);

	if (!ok) {
		cli_say("no credential on standard input: one line like "
		    "\"Bearer ...\" or \"Basic ...\"");
		return CLI_USAGE;
	}
	if (strchr(line, ' ') == NULL)
		line = arena_printf(arena, "Bearer %s", line);
	credential_parse(&a->credential, arena, line);
	return CLI_OK;
}

static enum db_result
find_out(void *context)
{
	struct asking *a = context;
	struct cli *c = a->cli;
	const char *text = cli_value(c, REQUIRE);
	struct cache none = { .max_age = 0 };
	struct installation installation;
	enum db_result result;

	a->wrong = NULL;
	result = installation_ask(&installation, c->db, c->arena, &none);
	if (result == DB_OK && text != NULL)
		a->wrong = requirement_parse(&a->requirement, c->db, c->arena,
		    text, &result);
	if (a->wrong != NULL || result != DB_OK)
		return result;
	result = facts_of_credential(&a->facts, c->db, c->arena, c->keyring,
	    &a->credential);
	if (result == DB_OK && text != NULL && installation.accounts_many &&
	    !a->requirement.says_account)
		a->wrong = "names no account=, and there are several accounts";
	return result;
}

/* What is not told is not known, and not among what a key is limited to. */
static enum cli_exit
read_request(struct asking *a)
{
	struct demand *demand = &a->requirement.demand;
	const char *address = cli_value(a->cli, ADDRESS);

	demand->method = cli_value(a->cli, METHOD);
	demand->target = cli_value(a->cli, PATH);
	if (address == NULL)
		return CLI_OK;
	if (!address_parse(&a->address, address)) {
		cli_say("--address must be an IP address");
		return CLI_USAGE;
	}
	demand->address = &a->address;
	return CLI_OK;
}

static bool
is_known(const struct asking *a)
{
	return a->facts.known && a->facts.equal;
}

static const char *
name_kind(const struct facts *f)
{
	return f->kind == KIND_NONE ? "session" : kind_types[f->kind].word;
}

static void
print_about(const struct asking *a)
{
	const struct facts *f = &a->facts;
	char id[UUID_TEXT], account[UUID_TEXT];

	uuid_format(id, &f->id);
	uuid_format(account, &f->account_id);
	cli_print("%s %s%s%s", name_kind(f), id,
	    f->label == NULL ? "" : ", ", f->label == NULL ? "" : f->label);
	cli_print("of %s in account %s", f->username, account);
}

static void
print_decision(const struct asking *a)
{
	const struct reason_type *type = &reason_types[a->reason];

	if (is_known(a))
		print_about(a);
	for (size_t i = 0; i < NITEMS(conditions); i++) {
		bool fails = conditions[i].fails == a->reason;

		cli_print("%-3s  %s", fails ? "no" : "yes",
		    conditions[i].word);
		if (fails)
			break;
	}
	if (a->reason == REASON_NONE)
		cli_print("allowed: %d", type->status);
	else
		cli_print("refused: %s, %d", type->word, type->status);
}

static void
put_about(struct json *json, const struct facts *f)
{
	json_object(json, "credential");
	json_uuid(json, "id", &f->id);
	json_text(json, "kind", name_kind(f));
	json_text_or_null(json, "label", f->label);
	json_end(json);
	json_object(json, "user");
	json_uuid(json, "id", &f->user_id);
	json_text_or_null(json, "username", f->username);
	json_end(json);
	json_object(json, "account");
	json_uuid(json, "id", &f->account_id);
	json_text_or_null(json, "legacy_id", f->account_legacy_id);
	json_end(json);
}

static void
put_decision(const struct asking *a)
{
	const struct reason_type *type = &reason_types[a->reason];
	struct json *json = json_new(a->cli->arena);

	json_object(json, NULL);
	json_bool(json, "allowed", a->reason == REASON_NONE);
	json_text_or_null(json, "reason",
	    a->reason == REASON_NONE ? NULL : type->word);
	json_integer(json, "status", type->status);
	json_array(json, "conditions");
	for (size_t i = 0; i < NITEMS(conditions); i++) {
		bool fails = conditions[i].fails == a->reason;

		json_object(json, NULL);
		json_text(json, "condition", conditions[i].word);
		json_bool(json, "holds", !fails);
		json_end(json);
		if (fails)
			break;
	}
	json_end(json);
	if (is_known(a))
		put_about(json, &a->facts);
	json_end(json);
	cli_put(json);
}

static enum cli_exit
run_check(struct cli *c)
{
	struct asking a = { .cli = c };
	enum cli_exit why;

	why = read_credential(&a);
	if (why == CLI_OK)
		why = cli_result(db_run(c->db, DB_READ, find_out, &a), NULL,
		    NULL);
	if (why != CLI_OK)
		return why;
	if (a.wrong != NULL) {
		cli_say("the demand could not be read: LATCHKEY_REQUIRE %s",
		    a.wrong);
		return CLI_USAGE;
	}
	why = read_request(&a);
	if (why != CLI_OK)
		return why;
	a.reason = decision_make(&a.facts, &a.requirement.demand);
	if (a.reason == REASON_NONE)
		a.reason = limits_look(c->config.state, c->db, &a.facts);
	if (c->json)
		put_decision(&a);
	else
		print_decision(&a);
	return a.reason == REASON_NONE ? CLI_OK : CLI_NO;
}

const struct cli_command cli_check = {
	.words = "check",
	.summary = "Explain what the check says of a credential",
	.text = "Reads one line: the value of an Authorization header, or a "
	    "bare token.  Goes\nthrough the conditions in their order, up to "
	    "the one that decides.  Counts and\nchanges nothing.",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_check,
};
