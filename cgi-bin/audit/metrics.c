/* SPDX-License-Identifier: ISC */
/* What this host has decided, for Prometheus (text format 0.0.4). */

#include <inttypes.h>

#include "check/counters.h"
#include "store/generation.h"

#include "audit.h"

static const char *
put_metric(struct call *c, const char *text, const char *name,
    const char *type, const char *help, double value)
{
	return arena_printf(c->arena, "%s# HELP latchkey_%s %s\n"
	    "# TYPE latchkey_%s %s\nlatchkey_%s %.15g\n", text, name, help,
	    name, type, name, value);
}

static const char *
put_decisions(struct call *c)
{
	const struct counters *counters = counters_open(c->site->config.state);
	const char *text = "# HELP latchkey_decisions_total Requests by what"
	    " was decided\n# TYPE latchkey_decisions_total counter\n";

	for (size_t i = 0; counters != NULL && i < REASON__MAX; i++)
		text = arena_printf(c->arena, "%slatchkey_decisions_total"
		    "{reason=\"%s\"} %" PRIu64 "\n", text,
		    reason_types[i].word, counters_decisions(counters, i));
	return text;
}

enum problem
metrics_show(struct call *c)
{
	const struct config *config = &c->site->config;
	const char *text = put_decisions(c);

	text = put_metric(c, text, "changes_total", "counter",
	    "Changes that the processes of this host were told of",
	    (double)generation_changes());
	text = put_metric(c, text, "hosts", "gauge",
	    "Hosts that serve, by the settings", (double)config->nhosts);
	text = put_metric(c, text, "cache_max_age_seconds", "gauge",
	    "How long what the database said may count",
	    (double)config_max_age(config) / 1000);
	c->text = put_metric(c, text, "hold_back_seconds", "gauge",
	    "How long an answer that takes something away waits",
	    (double)config_hold_back(config) / 1000);
	return PROBLEM_NONE;
}
