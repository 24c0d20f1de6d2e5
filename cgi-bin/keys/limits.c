/* SPDX-License-Identifier: ISC */
/* What a body says about the limits of a key. */

#include <string.h>

#include "store/workspace.h"

#include "keys.h"

static enum problem
find_scopes(struct call *c, const struct limits_input *in, struct bits *bits)
{
	for (size_t i = 0; i < in->scopes.n; i++) {
		unsigned bit;
		enum db_result result = permission_bit(c->db, c->arena,
		    in->scopes.item[i], &bit);

		if (result == DB_NONE)
			return call_fault(c, arena_printf(c->arena,
			    "/scopes/%zu", i), "is not in the catalogue");
		if (result != DB_OK)
			return call_store(c, result);
		bits_add(bits, bit);
	}
	return PROBLEM_NONE;
}

static enum problem
find_workspaces(struct call *c, const struct limits_input *in)
{
	if (in->workspaces.item == NULL)
		return PROBLEM_NONE;
	if (in->workspaces.n == 0)
		return call_fault(c, "/workspaces",
		    "must name one or more, or be null for no limit");
	for (size_t i = 0; i < in->workspaces.n; i++) {
		struct workspace workspace;
		enum db_result result = workspace_find(c->db, c->arena,
		    &c->who.account_id, in->workspaces.item[i], &workspace);

		if (result == DB_NONE)
			return call_fault(c, arena_printf(c->arena,
			    "/workspaces/%zu", i), "names no workspace");
		if (result != DB_OK)
			return call_store(c, result);
	}
	return PROBLEM_NONE;
}

static enum problem
find_rules(struct call *c, const struct limits_input *in, struct wish *wish)
{
	struct rules *rules;

	wish->says_rules = in->says_rules;
	if (in->rules.item == NULL)
		return PROBLEM_NONE;
	wish->rules = rules = arena_alloc(c->arena, sizeof(*rules));
	for (size_t i = 0; i < in->rules.n; i++) {
		const char *fault = rules_add(rules, c->arena,
		    in->rules.item[i]);

		if (fault != NULL)
			return call_fault(c, arena_printf(c->arena,
			    "/rules/%zu", i), fault);
	}
	if (rules->n == 0)
		return call_fault(c, "/rules",
		    "must be one or more, or null for no limit");
	return PROBLEM_NONE;
}

static enum problem
find_addresses(struct call *c, const struct limits_input *in,
    struct wish *wish)
{
	struct addresses *addresses;
	bool allows = false;

	wish->says_addresses = in->says_addresses;
	if (in->addresses.item == NULL)
		return PROBLEM_NONE;
	wish->addresses = addresses = arena_alloc(c->arena,
	    sizeof(*addresses));
	for (size_t i = 0; i < in->addresses.n; i++) {
		const char *fault = addresses_add(addresses, c->arena,
		    in->addresses.item[i]);

		if (fault != NULL)
			return call_fault(c, arena_printf(c->arena,
			    "/addresses/%zu", i), fault);
		allows |= *in->addresses.item[i] != '!';
	}
	if (!allows)
		return call_fault(c, "/addresses", "must have one or more that"
		    " are no exceptions, or be null for no limit");
	return PROBLEM_NONE;
}

const struct json_field quota_fields[QUOTA_FIELDS] = {
	JSON_FIELD(TEXT, struct quota_input, name, .min = 1,
	    .max = RATES_NAME, .required = true),
	JSON_FIELD(INTEGER, struct quota_input, limit, .min = 1,
	    .max = QUOTAS_MOST, .required = true),
	JSON_FIELD(TEXT, struct quota_input, period, .min = 1, .max = 10,
	    .required = true),
	JSON_FIELD(BOOL, struct quota_input, strict),
};

static enum problem
find_quotas(struct call *c, const struct limits_input *in, struct wish *wish)
{
	const struct quota_input *quota = in->quotas.item;

	wish->says_quotas = in->says_quotas;
	if (quota == NULL)
		return PROBLEM_NONE;
	if (in->quotas.n == 0)
		return call_fault(c, "/quotas",
		    "must be one or more, or null for no limit");
	for (size_t i = 0; i < in->quotas.n; i++) {
		const char *fault = quotas_add(&wish->quotas, quota[i].name,
		    quota[i].limit, quota[i].period, quota[i].strict);

		if (fault != NULL)
			return call_fault(c, arena_printf(c->arena,
			    "/quotas/%zu", i), fault);
	}
	return PROBLEM_NONE;
}

/* One word means one limit in the headers that tell of them. */
static enum problem
check_names(struct call *c, const struct wish *wish)
{
	for (size_t i = 0; i < wish->quotas.n; i++)
		for (size_t j = 0; j < wish->rates.n; j++)
			if (strcmp(wish->quotas.quota[i].name,
			    wish->rates.rate[j].name) == 0)
				return call_fault(c, arena_printf(c->arena,
				    "/quotas/%zu", i),
				    "must have a name that no rate has");
	return PROBLEM_NONE;
}

static enum problem
find_meters(struct call *c, const struct limits_input *in, struct wish *wish)
{
	enum problem problem = metering_read(c, &in->rates, &wish->rates);

	wish->says_rates = in->says_rates;
	if (problem == PROBLEM_NONE)
		problem = find_quotas(c, in, wish);
	return problem == PROBLEM_NONE ? check_names(c, wish) : problem;
}

enum problem
keys_wish(struct call *c, const struct limits_input *in, struct wish *wish)
{
	struct bits *bits = arena_alloc(c->arena, sizeof(*bits));
	enum problem problem = find_scopes(c, in, bits);

	if (problem == PROBLEM_NONE)
		problem = find_workspaces(c, in);
	*wish = (struct wish){
		.says_scopes = in->says_scopes,
		.scopes = in->scopes.item == NULL ? NULL : bits,
		.says_workspaces = in->says_workspaces,
		.workspaces = in->workspaces.item,
		.nworkspaces = in->workspaces.n,
		.starts_at = in->starts_at,
		.says_end = in->says_end,
		.ends_at = in->expires_at,
	};
	if (problem == PROBLEM_NONE)
		problem = find_rules(c, in, wish);
	if (problem == PROBLEM_NONE)
		problem = find_addresses(c, in, wish);
	if (problem == PROBLEM_NONE)
		problem = find_meters(c, in, wish);
	if (problem == PROBLEM_NONE && in->starts_at != 0 &&
	    in->expires_at != 0 && in->expires_at <= in->starts_at)
		return call_fault(c, "/expires_at", "must be after starts_at");
	return problem;
}
