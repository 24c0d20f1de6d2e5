/* SPDX-License-Identifier: ISC */
/* latchkey metrics */

#include <string.h>

#include "check/metrics.h"
#include "store/generation.h"

#include "cli/cli.h"

static enum cli_exit
run_metrics(struct cli *c)
{
	const char *text;

	if (c->json) {
		cli_say("this is text for Prometheus; leave out --json");
		return CLI_USAGE;
	}
	if (!generation_open(c->config.state)) {
		cli_say("nothing is known: %s", generation_fault());
		return CLI_FAULT;
	}
	text = metrics_text(c->arena, &c->config);
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		cli_print("%.*s", (int)n, text);
		text += n + (text[n] == '\n');
	}
	return CLI_OK;
}

const struct cli_command cli_metrics = {
	.words = "metrics",
	.summary = "Show what this host has decided, for Prometheus",
	.text = "Of all accounts together.  GET /metrics shows the same where "
	    "there is one\naccount only.",
	.needs = CLI_CONFIG,
	.run = run_metrics,
};
