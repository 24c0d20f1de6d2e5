/* SPDX-License-Identifier: ISC */
/* Authentication and the permission of the route. */

#include <string.h>

#include "check/counters.h"
#include "check/refusals.h"
#include "check/uses.h"
#include "serve/metering.h"
#include "serve/request.h"

#include "serve/caller.h"

/* What to say of a status that needs saying. */
static enum problem
explain_status(struct call *c, enum reason reason)
{
	switch (reason_types[reason].status) {
	case 403:
		return PROBLEM_FORBIDDEN;
	case 429:
		c->detail.detail = reason == REASON_GUESSES ?
		    "Too many credentials from this network are no good; wait"
		    " as Retry-After says" :
		    "Too many requests; wait as Retry-After says";
		return PROBLEM_RATE;
	case 503:
		return call_store(c, DB_UNAVAILABLE);
	default:
		return PROBLEM_UNAUTHENTICATED;
	}
}

enum problem
call_refused(struct call *c, enum reason reason)
{
	const struct reason_type *type;

	if (c->credential.form != CREDENTIAL_NONE &&
	    reason_types[reason].guess && !metering_guess(c))
		reason = REASON_GUESSES;
	type = &reason_types[reason];
	counters_decided(c->site->config.state, reason);
	refusals_count(c->site->config.state, type->word, &c->who,
	    &c->address);
	if (type->real)
		c->detail.code = type->word;
	return explain_status(c, reason);
}

void
call_used(struct call *c, const struct facts *f,
    const struct address *address)
{
	const char *agent = f != &c->who ? NULL :
	    gateway_param(c->gateway, "HTTP_USER_AGENT");

	counters_decided(c->site->config.state, REASON_NONE);
	uses_count(c->site->config.state, f, address, agent);
}

/* What the route demands of this caller. */
static struct demand
make_demand(const struct call *c)
{
	struct demand demand = {
		.account = gateway_param(c->gateway, "LATCHKEY_ACCOUNT"),
		.somewhere = c->route->in_workspaces,
		.method = c->method,
		.target = c->path,
		.address = c->client,
	};
	enum permission needs = c->route->needs;

	if (c->route->own != PERMISSION_DENY &&
	    uuid_equal(&c->id[0], &c->who.user_id) &&
	    !rights_hold(&c->who.rights, needs, NULL))
		needs = c->route->own;
	if (needs != PERMISSION_ANY)
		demand.permissions[demand.n++] = needs;
	return demand;
}

/* By what the facts say. */
static enum problem
judge_facts(struct call *c, enum db_result result)
{
	enum reason reason;
	struct demand demand;

	if (result != DB_OK) {
		call_refused(c, REASON_FAULT);
		return call_store(c, DB_UNAVAILABLE);
	}
	demand = make_demand(c);
	reason = decision_make(&c->who, &demand);
	if (reason == REASON_SCOPE)
		c->detail.detail = arena_printf(c->arena, "This needs the"
		    " permission %s",
		    permission_own[demand.permissions[0]].name);
	return reason == REASON_NONE ? PROBLEM_NONE : call_refused(c, reason);
}

enum problem
caller_judge(struct call *c)
{
	if (c->route->needs == PERMISSION_PUBLIC)
		return PROBLEM_NONE;
	return judge_facts(c, facts_of_credential(&c->who, c->db, c->arena,
	    c->site->keyring, &c->credential));
}

enum problem
caller_hold(struct call *c)
{
	enum db_result result;

	if (c->route->needs == PERMISSION_PUBLIC)
		return PROBLEM_NONE;
	/* creations go side by side; what may touch the same row again waits */
	if (strcmp(c->route->method, "POST") == 0 && !c->route->alone)
		result = user_hold(c->db, &c->who.account_id, &c->who.user_id);
	else
		result = user_lock(c->db, &c->who.account_id, &c->who.user_id);
	if (result != DB_OK && result != DB_NONE) {
		/* its memory went with the attempt before */
		c->who.username = NULL;
		return call_store(c, result);
	}
	return caller_judge(c);
}

struct judging {
	struct call	*call;
	enum problem	 problem;
};

static enum db_result
judge_once(void *context)
{
	struct judging *j = context;
	struct call *c = j->call;

	j->problem = c->route->needs == PERMISSION_PUBLIC ? PROBLEM_NONE :
	    judge_facts(c, facts_for_check(&c->who, c->db, c->arena,
	    c->site->keyring, &c->site->cache, &c->credential));
	return j->problem == PROBLEM_NONE ? DB_OK : DB_REFUSED;
}

/* Does it change something, by what a browser adds to every request? */
static bool
is_exposed(const struct call *c)
{
	if (!route_changes(c->route))
		return false;
	return c->route->needs == PERMISSION_PUBLIC ||
	    c->credential.form == CREDENTIAL_COOKIE ||
	    c->credential.form == CREDENTIAL_BASIC;
}

static bool
is_cross(const struct call *c)
{
	struct origin origin = request_origin(c);

	return origin_is_cross(&origin, &c->site->config);
}

enum problem
caller_authenticate(struct call *c)
{
	struct judging judging = { c, PROBLEM_NONE };
	enum db_result result;
	enum reason reason;

	request_credential(c, &c->credential, true);
	if (is_exposed(c) && is_cross(c)) {
		call_refused(c, REASON_ORIGIN);
		return PROBLEM_CROSS_ORIGIN;
	}
	result = db_run(c->db, DB_READ, judge_once, &judging);
	if (result != DB_OK && result != DB_REFUSED)
		return call_store(c, result);
	if (judging.problem != PROBLEM_NONE ||
	    c->route->needs == PERMISSION_PUBLIC)
		return judging.problem;
	reason = metering_take(c);
	if (reason != REASON_NONE)
		return call_refused(c, reason);
	call_used(c, &c->who, c->client);
	return PROBLEM_NONE;
}

bool
caller_is_ended(enum problem problem)
{
	return problem == PROBLEM_UNAUTHENTICATED ||
	    problem == PROBLEM_FORBIDDEN;
}

enum problem
caller_refuse(struct call *c, enum problem problem)
{
	enum db_result result;

	if (!caller_is_ended(problem) || !route_changes(c->route) ||
	    !c->who.known || !c->who.equal)
		return problem;
	call_begin_mutation(c);
	result = mutation_refused(&c->mutation,
	    config_max_age(&c->site->config), kind_types[c->who.kind].single);
	return result == DB_OK ? problem : call_store(c, result);
}
