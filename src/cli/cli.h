/* SPDX-License-Identifier: ISC */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/*
 * The latchkey command: its subcommands, what they are given, how they answer.
 * No secret is ever an argument; a secret is printed once, when it is made.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/config.h"
#include "base/keyring.h"
#include "http/json.h"
#include "store/account.h"
#include "store/mutation.h"

enum cli_exit {
	CLI_OK,
	CLI_NO,		/* refused, or the answer is no */
	CLI_USAGE,
	CLI_FAULT,	/* it could not be done or found out now */
};

#define CLI_OPTIONS	16	/* that one command may have */
#define CLI_TIMES	64	/* that one option may be given */

struct cli_option {
	const char	*name;
	const char	*argument;	/* NULL: it takes none */
	const char	*help;
	bool		 required;
	bool		 many;
};

struct cli_given {
	const char	*value[CLI_TIMES];	/* "" when it takes none */
	size_t		 n;
};

/* What a command needs before it runs. */
enum cli_needs {
	CLI_CONFIG,	/* settings and database, as the file's owner */
	CLI_KEYRING,	/* also the keyring, as its owner */
};

struct cli;

struct cli_command {
	const char	*words;		/* "key add" */
	const char	*operand;	/* its one operand, or NULL */
	const char	*summary;
	const char	*text;		/* more, for its help; or NULL */
	const struct cli_option *options;
	size_t		 noptions;
	enum cli_needs	 needs;
	enum cli_exit	(*run)(struct cli *);
};

struct cli {
	const struct cli_command *command;
	const char	*config_path;
	bool		 json;
	bool		 help;
	struct cli_given given[CLI_OPTIONS];	/* by place in the options */
	const char	*operand;

	struct config	 config;
	struct keyring	*keyring;
	struct db	*db;
	struct arena	*arena;
};

/* -- the commands ---------------------------------------------------------- */

extern const struct cli_command *const cli_commands[];
extern const size_t cli_ncommands;

extern const struct cli_command cli_init;
extern const struct cli_command cli_account_add;
extern const struct cli_command cli_account_lifetime;
extern const struct cli_command cli_user_add;
extern const struct cli_command cli_permission_add;
extern const struct cli_command cli_permission_list;
extern const struct cli_command cli_role_list;
extern const struct cli_command cli_key_add;
extern const struct cli_command cli_key_list;
extern const struct cli_command cli_key_revoke;
extern const struct cli_command cli_keyring_add;
extern const struct cli_command cli_keyring_activate;
extern const struct cli_command cli_keyring_remove;
extern const struct cli_command cli_keyring_list;
extern const struct cli_command cli_check;
extern const struct cli_command cli_flush;
extern const struct cli_command cli_metrics;
extern const struct cli_command cli_audit_verify;
extern const struct cli_command cli_audit_export;

/* The command that the words begin with; *used is how many words it took. */
const struct cli_command *cli_find(int nwords, char *const *words, int *used);

/* Say that no command reads so, and which may have been meant. */
enum cli_exit	 cli_unknown(int nwords, char *const *words);

/* Help on everything, or on one command, on standard output. */
void		 cli_help(void);
void		 cli_help_on(const struct cli_command *);

/* -- what was given -------------------------------------------------------- */

/* Read the options that stand before the command; CLI_OK with *next set. */
enum cli_exit	 cli_read_first(struct cli *, int argc, char **argv,
		    int *next);

/* Read the command's own; argv[0] is the last of its words. */
enum cli_exit	 cli_read(struct cli *, int argc, char **argv);

/* The option's (last) value, or NULL. */
const char	*cli_value(const struct cli *, size_t option);

/* A whole number between min and max, digits only. */
bool		 cli_number(const char *text, int64_t min, int64_t max,
		    int64_t *out);

/*
 * A text for people of min to max characters: CLI_OK, or what is wrong with
 * what was said.
 */
enum cli_exit	 cli_check_text(const char *what, const char *text,
		    size_t min, size_t max);

/*
 * One line of a descriptor without its end, a NUL behind it.  False when it is
 * missing, longer than fits, or holds a NUL.
 */
bool		 cli_read_line(int fd, char *out, size_t size);

/* The same from the terminal, with a prompt and without echo. */
bool		 cli_ask(const char *prompt, char *out, size_t size);

/* -- answering ------------------------------------------------------------- */

/* The distance between two words, in letters added, left out or changed. */
size_t		 cli_distance(const char *, const char *);

/*
 * A line for people: to standard error (behind "latchkey: "), to standard
 * output.  Control characters are escaped, so texts of others may be in it.
 */
void		 cli_say(const char *format, ...)
		    __attribute__((format(printf, 1, 2)));
void		 cli_print(const char *format, ...)
		    __attribute__((format(printf, 1, 2)));

/* A JSON document that is complete, as a line of standard output. */
void		 cli_put(struct json *);

/* -- the database ---------------------------------------------------------- */

/*
 * CLI_OK for DB_OK; else the exit, having said why.  none and taken are what
 * DB_NONE and DB_DUPLICATE mean here (NULL: they cannot be).
 */
enum cli_exit	 cli_result(enum db_result, const char *none,
		    const char *taken);

/* A mutation by the operator. */
struct mutation	 cli_mutation(struct cli *);

/* Inside a mutation: activate a live version, with its event. */
enum db_result	 cli_activate(struct cli *, uint8_t version,
		    struct audit_event *);

/* What the trail says of a version. */
const char	*cli_version_detail(struct cli *, uint8_t version);

/*
 * Everything may be otherwise than it was: nobody on this host goes by what he
 * keeps, and nobody who asks the database about it.  DB_UNTOLD: this host could
 * not be told; anything else but DB_OK: the others could not.
 */
enum db_result	 cli_tell_all(struct cli *);

/* The account that --account names, by id or legacy_id. */
enum cli_exit	 cli_account(struct cli *, const char *named,
		    struct account *);

#endif
