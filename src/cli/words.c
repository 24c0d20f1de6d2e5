/* SPDX-License-Identifier: ISC */
/* Finding commands by their words, also by words nearly right; their help. */

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

#define WORD	40	/* bytes of what was typed that are looked at */
#define NEAR	3	/* letters that a typing slip may get wrong */

/* How many of the typed words the command has, if it has all of its own. */
static int
match_words(const char *own, int nwords, char *const *words)
{
	int used = 0;

	while (*own != '\0') {
		size_t n = strcspn(own, " ");

		if (used == nwords || strlen(words[used]) != n ||
		    strncmp(words[used], own, n) != 0)
			return 0;
		used++;
		own += n;
		own += strspn(own, " ");
	}
	return used;
}

const struct cli_command *
cli_find(int nwords, char *const *words, int *used)
{
	for (size_t i = 0; i < cli_ncommands; i++) {
		*used = match_words(cli_commands[i]->words, nwords, words);
		if (*used > 0)
			return cli_commands[i];
	}
	return NULL;
}

static size_t
smallest(size_t a, size_t b, size_t c)
{
	size_t out = a < b ? a : b;

	return out < c ? out : c;
}

size_t
cli_distance(const char *a, const char *b)
{
	size_t row[WORD + 1];
	size_t n = strnlen(b, WORD);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; i < WORD && a[i] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t above = row[j + 1];

			row[j + 1] = smallest(above + 1, row[j] + 1,
			    corner + (a[i] != b[j]));
			corner = above;
		}
	}
	return row[n];
}

/* The commands that begin with this word, for who knows no second one. */
static bool
say_group(const char *word)
{
	size_t n = strlen(word);
	bool any = false;

	for (size_t i = 0; i < cli_ncommands; i++) {
		const char *words = cli_commands[i]->words;

		if (strncmp(words, word, n) != 0 || words[n] != ' ')
			continue;
		if (!any)
			cli_say("%s what? These commands begin so:", word);
		any = true;
		cli_say("  %-18s %s", words, cli_commands[i]->summary);
	}
	return any;
}

enum cli_exit
cli_unknown(int nwords, char *const *words)
{
	const char *nearest = NULL;
	size_t least = NEAR + 1;
	bool two = nwords > 1 && words[1][0] != '-';
	char typed[WORD];

	if (!two && say_group(words[0]))
		return CLI_USAGE;
	(void)snprintf(typed, sizeof(typed), two ? "%s %s" : "%s%s",
	    words[0], two ? words[1] : "");
	for (size_t i = 0; i < cli_ncommands; i++) {
		size_t distance = cli_distance(typed, cli_commands[i]->words);

		if (distance >= least)
			continue;
		least = distance;
		nearest = cli_commands[i]->words;
	}
	if (least <= NEAR)
		cli_say("no command '%s'; did you mean %s?", typed, nearest);
	else if (!two || !say_group(words[0]))
		cli_say("no command '%s'; latchkey help shows them", typed);
	return CLI_USAGE;
}

void
cli_help(void)
{
	printf("usage: latchkey [--config FILE] [--json] COMMAND ...\n\n");
	for (size_t i = 0; i < cli_ncommands; i++)
		printf("  %-18s %s\n", cli_commands[i]->words,
		    cli_commands[i]->summary);
	printf("\nlatchkey help COMMAND says more.\n"
	    "Exit: 0 done or yes, 1 refused or no, 2 usage, "
	    "3 it could not be done now.\n");
}

static void
put_option(const struct cli_option *o)
{
	char left[WORD];

	(void)snprintf(left, sizeof(left), "--%s %s", o->name,
	    o->argument == NULL ? "" : o->argument);
	printf("  %-24s %s%s\n", left, o->help,
	    o->required ? " (needed)" : o->many ? " (may be repeated)" : "");
}

void
cli_help_on(const struct cli_command *command)
{
	printf("usage: latchkey [--config FILE] [--json] %s%s%s%s\n\n"
	    "%s.\n", command->words, command->noptions > 0 ? " [OPTION ...]" :
	    "", command->operand == NULL ? "" : " ",
	    command->operand == NULL ? "" : command->operand,
	    command->summary);
	if (command->text != NULL)
		printf("%s\n", command->text);
	if (command->noptions > 0)
		printf("\n");
	for (size_t i = 0; i < command->noptions; i++)
		put_option(&command->options[i]);
}
