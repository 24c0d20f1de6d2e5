/* SPDX-License-Identifier: ISC */
/* latchkey account lifetime */

#include <string.h>

#include "base/nitems.h"
#include "check/kind.h"
#include "store/lifetime.h"

#include "cli/cli.h"

#define DAY		(24 * 60 * 60 * (int64_t)1000)
#define DAYS_MOST	36500

enum { ACCOUNT, INITIAL, MOST };

static const struct cli_option options[] = {
	[ACCOUNT] = { .name = "account", .argument = "ACCOUNT",
	    .help = "its id or legacy id", .required = true },
	[INITIAL] = { .name = "default", .argument = "DAYS|none",
	    .help = "how long a key lives when nothing is said" },
	[MOST] = { .name = "most", .argument = "DAYS|none",
	    .help = "how long a key lives at most" },
};

struct setting {
	struct cli	*cli;
	struct mutation	 mutation;
	struct lifetime	 lifetime;
	int64_t		 initial, most;	/* as given; -1: not said */
	bool		 contradicts;
};

static void
put_days(struct json *json, const char *member, int64_t ms)
{
	if (ms == 0)
		json_null(json, member);
	else
		json_integer(json, member, ms / DAY);
}

static struct json *
describe(const struct setting *s)
{
	struct json *json = json_new(s->cli->arena);

	json_object(json, NULL);
	json_text(json, "kind", kind_types[s->lifetime.kind].word);
	put_days(json, "default_days", s->lifetime.initial);
	put_days(json, "most_days", s->lifetime.most);
	json_end(json);
	return json;
}

static enum db_result
set_lifetime(void *context)
{
	struct setting *s = context;
	struct audit_event *event = &s->mutation.event;
	struct lifetime *l = &s->lifetime;
	enum db_result result;
	size_t n;

	result = db_now(s->cli->db, &event->at);
	if (result == DB_OK)
		result = lifetime_get(s->cli->db, &event->account_id, l->kind,
		    l);
	if (result != DB_OK)
		return result;
	if (s->initial >= 0)
		l->initial = s->initial;
	if (s->most >= 0)
		l->most = s->most;
	s->contradicts = l->most != 0 && l->initial > l->most;
	if (s->contradicts)
		return DB_REFUSED;
	event->action = "account.lifetime";
	event->detail = json_done(describe(s), &n);
	return lifetime_set(s->cli->db, &event->account_id, l);
}

static bool
read_days(const struct cli *c, size_t option, int64_t *ms)
{
	const char *text = cli_value(c, option);
	int64_t days = 0;

	*ms = -1;
	if (text == NULL)
		return true;
	if (strcmp(text, "none") != 0 && !cli_number(text, 1, DAYS_MOST,
	    &days)) {
		cli_say("--%s is 1 to %d days, or none", options[option].name,
		    DAYS_MOST);
		return false;
	}
	*ms = days * DAY;
	return true;
}

static enum cli_exit
read_setting(struct setting *s)
{
	struct cli *c = s->cli;

	s->lifetime.kind = (uint8_t)kind_by_word(c->operand);
	if (s->lifetime.kind == KIND_NONE) {
		cli_say("there is no kind of key called %s", c->operand);
		return CLI_USAGE;
	}
	if (!read_days(c, INITIAL, &s->initial) ||
	    !read_days(c, MOST, &s->most))
		return CLI_USAGE;
	if (s->initial >= 0 || s->most >= 0)
		return CLI_OK;
	cli_say("say --default, --most or both");
	return CLI_USAGE;
}

static enum cli_exit
run_lifetime(struct cli *c)
{
	struct setting s = { .cli = c, .mutation = cli_mutation(c) };
	struct account account;
	enum db_result result;
	enum cli_exit why = read_setting(&s);

	if (why == CLI_OK)
		why = cli_account(c, cli_value(c, ACCOUNT), &account);
	if (why != CLI_OK)
		return why;
	s.mutation.event.account_id = account.id;
	s.mutation.event.object_type = "account";
	s.mutation.event.object_id = account.id;
	result = mutation_run(&s.mutation, set_lifetime, &s);
	if (s.contradicts) {
		cli_say("the default would be longer than the most");
		return CLI_NO;
	}
	why = cli_result(result, NULL, NULL);
	if (why == CLI_OK && c->json)
		cli_put(describe(&s));
	return why;
}

const struct cli_command cli_account_lifetime = {
	.words = "account lifetime",
	.operand = "KIND",
	.summary = "Set how long an account's keys of a kind live",
	.text = "Keys that are made from now on; those that stand keep the "
	    "end they have.  What is\nnot said stays as it is; none takes "
	    "it back.",
	.options = options,
	.noptions = NITEMS(options),
	.needs = CLI_KEYRING,
	.run = run_lifetime,
};
