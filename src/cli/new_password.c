/* SPDX-License-Identifier: ISC */
/* Reading, judging and hashing a new password. */

#include <string.h>

#include "auth/password.h"
#include "store/version.h"

#include "cli/new_password.h"

#define ROOM	(PASSWORD_MAX + 2)	/* enough to see that it is too long */

static enum cli_exit
ask_twice(struct cli *c, char *out)
{
	char *again = arena_alloc(c->arena, ROOM);

	if (!cli_ask("Password: ", out, ROOM) ||
	    !cli_ask("The same again: ", again, ROOM)) {
		cli_say("no password was read; without a terminal, "
		    "--password-fd gives it");
		return CLI_USAGE;
	}
	if (strcmp(out, again) == 0)
		return CLI_OK;
	cli_say("the two are not the same");
	return CLI_NO;
}

static enum cli_exit
read_fd(const char *text, char *out)
{
	int64_t fd;

	if (!cli_number(text, 0, 65535, &fd)) {
		cli_say("--password-fd is the number of a descriptor");
		return CLI_USAGE;
	}
	if (cli_read_line((int)fd, out, ROOM))
		return CLI_OK;
	cli_say("--password-fd: no line of at most %d bytes there",
	    PASSWORD_MAX);
	return CLI_NO;
}

struct lookup {
	struct cli	*cli;
	uint8_t		 version;
};

static enum db_result
find_version(void *context)
{
	struct lookup *l = context;

	return version_active(l->cli->db, l->cli->arena, l->cli->keyring,
	    &l->version);
}

/* Outside the mutation: no row waits for the slow hash. */
static enum cli_exit
hash_password(struct cli *c, const char *plain, const struct uuid *user,
    struct user_password *out)
{
	struct lookup l = { .cli = c };
	enum cli_exit why;

	why = cli_result(db_run(c->db, DB_READ, find_version, &l), NULL, NULL);
	if (why != CLI_OK)
		return why;
	if (password_set(out, c->arena, c->keyring, l.version, user, plain))
		return CLI_OK;
	cli_say("the password could not be hashed");
	return CLI_FAULT;
}

enum cli_exit
new_password(struct cli *c, const char *fd, const struct uuid *user,
    struct user_password *out)
{
	char *plain = arena_alloc(c->arena, ROOM);
	const char *fault;
	enum cli_exit why;

	why = fd == NULL ? ask_twice(c, plain) : read_fd(fd, plain);
	if (why != CLI_OK)
		return why;
	fault = password_fault(plain, c->config.password_min);
	if (fault == NULL)
		return hash_password(c, plain, user, out);
	cli_say("the password %s", fault);
	return CLI_NO;
}
