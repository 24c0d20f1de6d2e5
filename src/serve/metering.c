/* SPDX-License-Identifier: ISC */
/* Rates in bodies and in answers. */

#include "serve/metering.h"

const struct json_field metering_fields[METERING_FIELDS] = {
	JSON_FIELD(TEXT, struct rate_input, name, .min = 1, .max = RATES_NAME,
	    .required = true),
	JSON_FIELD(INTEGER, struct rate_input, limit, .min = 1,
	    .max = RATES_MOST, .required = true),
	JSON_FIELD(INTEGER, struct rate_input, per, .min = 1,
	    .max = RATES_PER, .required = true),
};

enum problem
metering_read(struct call *c, const struct json_objects *in,
    struct rates *rates)
{
	const struct rate_input *rate = in->item;

	if (rate == NULL)
		return PROBLEM_NONE;
	if (in->n == 0)
		return call_fault(c, "/rates",
		    "must be one or more, or null for no limit");
	for (size_t i = 0; i < in->n; i++) {
		const char *fault = rates_add(rates, rate[i].name,
		    rate[i].limit, rate[i].per);

		if (fault != NULL)
			return call_fault(c, arena_printf(c->arena,
			    "/rates/%zu", i), fault);
	}
	return PROBLEM_NONE;
}

void
metering_put(struct json *json, const char *key, const char *row)
{
	struct rates rates;

	if (row == NULL || !rates_load(&rates, row)) {
		json_null(json, key);
		return;
	}
	json_array(json, key);
	for (size_t i = 0; i < rates.n; i++) {
		json_object(json, NULL);
		json_text(json, "name", rates.rate[i].name);
		json_integer(json, "limit", rates.rate[i].limit);
		json_integer(json, "per", rates.rate[i].per);
		json_end(json);
	}
	json_end(json);
}

enum reason
metering_take(struct call *c)
{
	enum reason reason = limits_take(c->site->config.state, c->db, &c->who,
	    &c->limits);

	if (reason != REASON_NONE)
		c->retry_after = c->limits.retry_after;
	return reason;
}

bool
metering_guess(struct call *c)
{
	bool may = limits_guess(c->site->config.state, &c->address,
	    c->site->config.guesses, &c->limits);

	if (!may)
		c->retry_after = c->limits.retry_after;
	return may;
}

enum reason
metering_other(const struct call *c, const struct address *from,
    enum reason reason, struct limits_told *told)
{
	if (from == NULL || !reason_types[reason].guess ||
	    limits_guess(c->site->config.state, from, c->site->config.guesses,
	    told))
		return reason;
	return REASON_GUESSES;
}

/* Of each what there is in all, or what is left of it. */
static const char *
list_limits(const struct call *c, bool rest)
{
	const struct limits_told *told = &c->limits;
	const char *out = NULL;

	for (size_t i = 0; i < told->n; i++) {
		int64_t number = rest ? told->limit[i].rest :
		    told->limit[i].limit;
		int64_t seconds = rest ? told->limit[i].wait :
		    told->limit[i].window;

		out = arena_printf(c->arena, "%s%s\"%s\";%c=%lld",
		    out == NULL ? "" : out, out == NULL ? "" : ", ",
		    told->limit[i].name, rest ? 'r' : 'q', (long long)number);
		if (seconds != 0)
			out = arena_printf(c->arena, "%s;%c=%lld", out,
			    rest ? 't' : 'w', (long long)seconds);
	}
	return out;
}

const char *
metering_policy(const struct call *c)
{
	return list_limits(c, false);
}

const char *
metering_rest(const struct call *c)
{
	return list_limits(c, true);
}
