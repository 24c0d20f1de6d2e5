/* SPDX-License-Identifier: ISC */
/* The table of commands, and what is prepared before one runs. */

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/nitems.h"
#include "base/utf8.h"

#include "cli/cli.h"

#define MEMORY	((size_t)8 << 20)

const struct cli_command *const cli_commands[] = {
	&cli_init,
	&cli_account_add,
	&cli_account_lifetime,
	&cli_user_add,
	&cli_permission_add,
	&cli_permission_list,
	&cli_role_list,
	&cli_key_add,
	&cli_key_list,
	&cli_key_revoke,
	&cli_keyring_add,
	&cli_keyring_activate,
	&cli_keyring_remove,
	&cli_keyring_list,
	&cli_check,
	&cli_flush,
	&cli_metrics,
	&cli_audit_verify,
	&cli_audit_export,
};

const size_t cli_ncommands = NITEMS(cli_commands);

/* Nobody reads secrets out of this process, living or dead. */
static void
harden(void)
{
	const struct rlimit none = { 0, 0 };

	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);
}

/* The database and the JSON writer take nothing else. */
static bool
are_texts(int argc, char *const *argv)
{
	for (int i = 1; i < argc; i++)
		if (!utf8_valid(argv[i], strlen(argv[i])))
			return false;
	return true;
}

static enum cli_exit
load_config(struct cli *c)
{
	const char *fault;
	char *found = NULL;

	if (c->config_path == NULL) {
		found = config_find(NULL);
		if (found == NULL) {
			cli_say("no settings found: name the file with "
			    "--config or LATCHKEY_CONFIG");
			return CLI_FAULT;
		}
	}
	fault = config_load(found != NULL ? found : c->config_path,
	    &c->config);
	free(found);
	if (fault == NULL)
		return CLI_OK;
	cli_say("%s", fault);
	return CLI_FAULT;
}

/* An argument as a shell takes it. */
static const char *
quote_word(struct arena *arena, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
	const char *out = "'";

	if (*word != '\0' && word[strspn(word, plain)] == '\0')
		return word;
	for (; *word != '\0'; word++)
		out = *word == '\'' ? arena_printf(arena, "%s'\\''", out) :
		    arena_printf(arena, "%s%c", out, *word);
	return arena_printf(arena, "%s'", out);
}

static void
say_as_whom(struct cli *c, const char *file, uid_t owner, int argc,
    char *const *argv)
{
	const struct passwd *user = getpwuid(owner);
	const char *name = user != NULL ? user->pw_name :
	    arena_printf(c->arena, "#%u", (unsigned)owner);
	const char *line;

	line = arena_printf(c->arena, "sudo -u %s latchkey --config %s",
	    quote_word(c->arena, name),
	    quote_word(c->arena, c->config.path));
	for (int i = 0; i < argc; i++)
		line = arena_printf(c->arena, "%s %s", line,
		    quote_word(c->arena, argv[i]));
	cli_say("%s belongs to %s; run this as its owner:", file, name);
	cli_say("  %s", line);
}

/*
 * Files made by somebody else could not be read by the programs that serve.
 * Before the first init there is only the file of settings to go by.
 */
static enum cli_exit
check_owner(struct cli *c, int argc, char *const *argv)
{
	const char *file = c->config.keyring;
	struct stat st;

	if (stat(file, &st) != 0 && errno == ENOENT &&
	    c->command->needs == CLI_CONFIG)
		file = c->config.path;
	if (stat(file, &st) != 0) {
		cli_say("%s: %s%s", file, strerror(errno),
		    errno == ENOENT ? "; latchkey init makes it" : "");
		return CLI_FAULT;
	}
	if (st.st_uid == geteuid())
		return CLI_OK;
	say_as_whom(c, file, st.st_uid, argc, argv);
	return CLI_NO;
}

static enum cli_exit
prepare(struct cli *c, int argc, char *const *argv)
{
	struct db_options options;
	const char *fault = NULL;
	enum cli_exit why;

	why = load_config(c);
	if (why == CLI_OK)
		why = check_owner(c, argc, argv);
	if (why != CLI_OK)
		return why;
	if (c->command->needs == CLI_KEYRING)
		fault = keyring_load(c->config.keyring, &c->keyring);
	if (fault != NULL) {
		cli_say("%s", fault);
		return CLI_FAULT;
	}
	options = (struct db_options){
		.my_cnf = c->config.my_cnf,
		.group = c->config.group,
		.hosts = c->config.hosts,
		.shared = c->config.shared,
	};
	c->db = db_new(&options);
	if (c->db != NULL)
		return CLI_OK;
	cli_say("no memory");
	return CLI_FAULT;
}

static void
finish(struct cli *c)
{
	db_free(c->db);
	keyring_free(c->keyring);
	config_free(&c->config);
	arena_free(c->arena);
}

static enum cli_exit
run_command(struct cli *c, int argc, char **argv)
{
	int used;
	enum cli_exit why;

	c->command = cli_find(argc, argv, &used);
	if (c->command == NULL)
		return cli_unknown(argc, argv);
	why = cli_read(c, argc - used + 1, argv + used - 1);
	if (c->help) {
		cli_help_on(c->command);
		return CLI_OK;
	}
	if (why != CLI_OK)
		return why;
	c->arena = arena_new(MEMORY);
	if (c->arena == NULL) {
		cli_say("no memory");
		return CLI_FAULT;
	}
	why = prepare(c, argc, argv);
	if (why == CLI_OK)
		why = c->command->run(c);
	finish(c);
	return why;
}

static enum cli_exit
run_help(int nwords, char *const *words)
{
	const struct cli_command *command;
	int used;

	if (nwords == 0) {
		cli_help();
		return CLI_OK;
	}
	command = cli_find(nwords, words, &used);
	if (command == NULL)
		return cli_unknown(nwords, words);
	cli_help_on(command);
	return CLI_OK;
}

static enum cli_exit
run(int argc, char **argv)
{
	struct cli c = { 0 };
	int next;
	enum cli_exit why;

	if (!are_texts(argc, argv)) {
		cli_say("an argument is not UTF-8");
		return CLI_USAGE;
	}
	why = cli_read_first(&c, argc, argv, &next);
	if (why != CLI_OK)
		return why;
	argc -= next;
	argv += next;
	if (argc > 0 && strcmp(argv[0], "help") == 0)
		return run_help(argc - 1, argv + 1);
	if (c.help)
		return run_help(argc, argv);
	if (argc > 0)
		return run_command(&c, argc, argv);
	cli_say("which command? latchkey help shows them");
	return CLI_USAGE;
}

int
main(int argc, char **argv)
{
	enum cli_exit why;

	harden();
	log_program("cli");
	why = run(argc, argv);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return (int)why;
	cli_say("standard output could not be written; what was to be done "
	    "is done all the same");
	return CLI_FAULT;
}
