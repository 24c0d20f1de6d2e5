/* SPDX-License-Identifier: ISC */
/* latchkey flush */

#include "store/generation.h"

#include "cli/cli.h"

static enum cli_exit
run_flush(struct cli *c)
{
	enum db_result result = cli_tell_all(c);

	if (result == DB_UNTOLD) {
		cli_say("nothing was flushed: %s", generation_fault());
		return CLI_FAULT;
	}
	if (!c->json)
		cli_print("every check on this host asks the database anew");
	if (result == DB_OK)
		return CLI_OK;
	cli_say("hosts with max_age = 0 could not be told: the database "
	    "cannot be asked or changed");
	return CLI_FAULT;
}

const struct cli_command cli_flush = {
	.words = "flush",
	.summary = "Have every check ask the database anew",
	.text = "Needed only after the database was changed behind Latchkey's "
	    "back: on each host, or on\nany where all have max_age = 0.",
	.needs = CLI_CONFIG,
	.run = run_flush,
};
