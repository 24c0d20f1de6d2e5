/* SPDX-License-Identifier: ISC */
/* Metrics, a line for each. */

#include <inttypes.h>

#include "check/counters.h"
#include "check/decision.h"
#include "store/generation.h"

#include "check/metrics.h"

static const char *
put_metric(struct arena *arena, const char *text, const char *name,
    const char *type, const char *help, double value)
{
	return arena_printf(arena, "%s# HELP latchkey_%s %s\n"
	    "# TYPE latchkey_%s %s\nlatchkey_%s %.15g\n", text, name, help,
	    name, type, name, value);
}

static const char *
put_decisions(struct arena *arena, const char *state)
{
	const struct counters *counters = counters_open(state);
	const char *text = "# HELP latchkey_decisions_total Requests by what"
	    " was decided\n# TYPE latchkey_decisions_total counter\n";

	for (size_t i = 0; counters != NULL && i < REASON__MAX; i++)
		text = arena_printf(arena, "%slatchkey_decisions_total"
		    "{reason=\"%s\"} %" PRIu64 "\n", text,
		    reason_types[i].word, counters_decisions(counters, i));
	return text;
}

const char *
metrics_text(struct arena *arena, const struct config *config)
{
	const char *text = put_decisions(arena, config->state);

	text = put_metric(arena, text, "changes_total", "counter",
	    "Changes that the processes of this host were told of",
	    (double)generation_changes());
	text = put_metric(arena, text, "hosts", "gauge",
	    "Hosts that serve, by the settings", (double)config->nhosts);
	text = put_metric(arena, text, "cache_max_age_seconds", "gauge",
	    "How long what the database said may count",
	    (double)config_max_age(config) / 1000);
	return put_metric(arena, text, "hold_back_seconds", "gauge",
	    "How long an answer that takes something away waits",
	    (double)config_hold_back(config) / 1000);
}
