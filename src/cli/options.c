/* SPDX-License-Identifier: ISC */
/* Reading options by a command's table, and the values in them. */

#include <assert.h>
#include <getopt.h>
#include <string.h>

#include "auth/name.h"
#include "base/nitems.h"
#include "base/utf8.h"

#include "cli/cli.h"

/* What getopt_long returns: for options of every command, then for its own. */
enum { CONFIG = 'c', JSON = 'j', HELP = 'h', OWN = 256 };

static const struct option common[] = {
	{ "config", required_argument, NULL, CONFIG },
	{ "json", no_argument, NULL, JSON },
	{ "help", no_argument, NULL, HELP },
};

#define TABLE	(CLI_OPTIONS + NITEMS(common) + 1)

static void
fill_table(struct option table[static TABLE],
    const struct cli_command *command)
{
	size_t n = 0;

	memset(table, 0, TABLE * sizeof(*table));
	for (; n < NITEMS(common); n++)
		table[n] = common[n];
	if (command == NULL)
		return;
	assert(command->noptions <= CLI_OPTIONS);
	for (size_t i = 0; i < command->noptions; i++)
		table[n++] = (struct option){
			.name = command->options[i].name,
			.has_arg = command->options[i].argument != NULL,
			.val = OWN + (int)i,
		};
}

/* Never more of it than the name: what follows may be a secret in error. */
static enum cli_exit
say_unknown(const struct option *table, const char *typed)
{
	int n = (int)strcspn(typed, "=");
	const char *nearest = NULL;
	size_t least = 3;

	for (; strncmp(typed, "--", 2) == 0 && table->name != NULL; table++) {
		size_t distance = cli_distance(typed + 2, table->name);

		if (distance >= least)
			continue;
		least = distance;
		nearest = table->name;
	}
	if (nearest == NULL)
		cli_say("no option %.*s here", n, typed);
	else
		cli_say("no option %.*s here; did you mean --%s?", n, typed,
		    nearest);
	return CLI_USAGE;
}

static enum cli_exit
say_wrong(int got, const struct option *table, const char *typed)
{
	if (got == ':') {
		cli_say("option %s needs a value", typed);
		return CLI_USAGE;
	}
	for (; table->name != NULL; table++) {
		size_t n = strlen(table->name);

		if (strncmp(typed, "--", 2) == 0 && typed[2 + n] == '=' &&
		    strncmp(typed + 2, table->name, n) == 0) {
			cli_say("option --%s takes no value", table->name);
			return CLI_USAGE;
		}
	}
	return CLI_OK;
}

static enum cli_exit
take_own(struct cli *c, size_t i)
{
	const struct cli_option *option = &c->command->options[i];
	struct cli_given *given = &c->given[i];

	if (given->n == (option->many ? CLI_TIMES : 1)) {
		cli_say("option --%s is given too often", option->name);
		return CLI_USAGE;
	}
	given->value[given->n++] = option->argument == NULL ? "" : optarg;
	return CLI_OK;
}

static enum cli_exit
take_option(struct cli *c, int got, const struct option *table,
    const char *typed)
{
	switch (got) {
	case CONFIG:
		c->config_path = optarg;
		return CLI_OK;
	case JSON:
		c->json = true;
		return CLI_OK;
	case HELP:
		c->help = true;
		return CLI_OK;
	case '?':
	case ':':
		if (say_wrong(got, table, typed) == CLI_OK)
			return say_unknown(table, typed);
		return CLI_USAGE;
	default:
		return take_own(c, (size_t)(got - OWN));
	}
}

/* "+": nothing behind the first word that is no option is looked at. */
static enum cli_exit
read_options(struct cli *c, int argc, char **argv, const char *flags)
{
	struct option table[TABLE];
	enum cli_exit why = CLI_OK;

	fill_table(table, c->command);
	opterr = 0;
	optind = 0;
	while (why == CLI_OK && !c->help) {
		int at = optind == 0 ? 1 : optind;
		int got = getopt_long(argc, argv, flags, table, NULL);

		if (got == -1)
			break;
		/* A bad one may be among several letters: optind stays. */
		if (optind > at)
			at = optind - 1;
		why = take_option(c, got, table, argv[at]);
	}
	return why;
}

enum cli_exit
cli_read_first(struct cli *c, int argc, char **argv, int *next)
{
	enum cli_exit why = read_options(c, argc, argv, "+:h");

	*next = optind;
	return why;
}

static enum cli_exit
check_required(const struct cli *c)
{
	const struct cli_command *command = c->command;

	for (size_t i = 0; i < command->noptions; i++) {
		const struct cli_option *o = &command->options[i];

		if (!o->required || c->given[i].n > 0)
			continue;
		cli_say("%s needs --%s %s", command->words, o->name,
		    o->argument);
		return CLI_USAGE;
	}
	return CLI_OK;
}

enum cli_exit
cli_read(struct cli *c, int argc, char **argv)
{
	const char *operand = c->command->operand;
	enum cli_exit why = read_options(c, argc, argv, ":h");
	int rest;

	if (why != CLI_OK || c->help)
		return why;
	rest = argc - optind;
	if (operand == NULL && rest > 0) {
		cli_say("%s takes options only", c->command->words);
		return CLI_USAGE;
	}
	if (operand != NULL && rest != 1) {
		cli_say(rest == 0 ? "%s needs %s" : "%s takes one %s only",
		    c->command->words, operand);
		return CLI_USAGE;
	}
	c->operand = operand == NULL ? NULL : argv[optind];
	return check_required(c);
}

const char *
cli_value(const struct cli *c, size_t option)
{
	const struct cli_given *given = &c->given[option];

	return given->n == 0 ? NULL : given->value[given->n - 1];
}

bool
cli_number(const char *text, int64_t min, int64_t max, int64_t *out)
{
	size_t n = strlen(text);
	int64_t value = 0;

	if (n == 0 || n > 15 || strspn(text, "0123456789") != n)
		return false;
	for (; *text != '\0'; text++)
		value = value * 10 + (*text - '0');
	*out = value;
	return value >= min && value <= max;
}

enum cli_exit
cli_check_text(const char *what, const char *text, size_t min, size_t max)
{
	size_t n = utf8_length(text, strlen(text));
	const char *fault = name_text_fault(text);

	if (fault == NULL && n >= min && n <= max)
		return CLI_OK;
	if (fault != NULL)
		cli_say("%s %s", what, fault);
	else
		cli_say("%s must have %zu to %zu characters", what, min, max);
	return CLI_USAGE;
}
