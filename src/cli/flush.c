/* SPDX-License-Identifier: ISC */
/* latchkey flush */

#include "store/generation.h"

#include "cli/cli.h"

static enum cli_exit
run_flush(struct cli *c)
{
	if (!generation_open(c->config.state) ||
	    !generation_advance(c->config.state, &uuid_zero)) {
		cli_say("nothing was flushed: %s", generation_fault());
		return CLI_FAULT;
	}
	if (!c->json)
		cli_print("every check on this host asks the database anew");
	return CLI_OK;
}

const struct cli_command cli_flush = {
	.words = "flush",
	.summary = "Have every check ask the database anew",
	.text = "Needed only after the database was changed behind Latchkey's "
	    "back; on each host.",
	.needs = CLI_CONFIG,
	.run = run_flush,
};
