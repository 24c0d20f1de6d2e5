/* SPDX-License-Identifier: ISC */
/* The gate in front of a site: asked as authorizer or at /check/gate. */

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "check/installation.h"
#include "check/requirement.h"
#include "serve/metering.h"
#include "serve/reply.h"
#include "serve/request.h"

#include "check.h"

struct gate {
	struct call		*call;
	struct asked		 asked;
	struct credential	 credential;
	struct requirement	 requirement;
	const char		*wrong;	/* with the requirement */
	bool			 ambiguous;	/* which account is meant */
	const char		*variables[2 * 10 + 1];
};

/* One line a minute: whoever asks could fill the disk otherwise. */
static void
log_closed(int64_t *said_at, const char *wrong)
{
	int64_t now = clock_boot();

	if (*said_at != 0 && now - *said_at < 60 * 1000)
		return;
	*said_at = now;
	log_line(LOG_ERROR, "this gate is closed to everybody: %s", wrong);
}

static enum problem
refuse_all(struct call *c, const char *what)
{
	call_refused(c, REASON_GATE);
	return call_refuse(c, PROBLEM_MISCONFIGURED, NULL, what);
}

static enum problem
refuse_unasked(struct call *c, const char *wrong)
{
	static int64_t said_at;

	log_closed(&said_at, wrong);
	return refuse_all(c, "The web server does not say what it asks about;"
	    " the log of the site says what to add");
}

/* The path without its query: some put tokens there. */
static enum problem
refuse_unrequired(struct gate *g)
{
	static int64_t said_at;
	const char *place = g->asked.place == NULL ? "" : g->asked.place;
	size_t n = strcspn(place, "?");

	log_closed(&said_at, arena_printf(g->call->arena, "LATCHKEY_REQUIRE %s;"
	    " set it for the location of %.*s, for example"
	    " LATCHKEY_REQUIRE=\"any\" or \"account=ID orders:read\"",
	    g->wrong, n > 200 ? 200 : (int)n, place));
	return refuse_all(g->call, "This place does not say what it requires;"
	    " the log of the site says what to add");
}

static const char *
format_uuid(struct arena *arena, const struct uuid *uuid)
{
	char *text = arena_alloc(arena, UUID_TEXT);

	uuid_format(text, uuid);
	return text;
}

/* The workspace of the place, or else all in which anything is held. */
static const char *
join_workspaces(const struct gate *g)
{
	const struct rights *rights = &g->call->who.rights;
	const char *out = "";

	if (g->requirement.demand.workspace != NULL)
		return g->requirement.demand.workspace;
	for (size_t i = 0; i < rights->n; i++)
		out = arena_printf(g->call->arena, "%s%s%s", out,
		    i == 0 ? "" : " ", rights->in[i].workspace);
	return out;
}

/* Who called, in names that no request header can spell. */
static enum db_result
make_variables(struct gate *g)
{
	struct call *c = g->call;
	const char **v = g->variables;
	char *expires = arena_alloc(c->arena, CLOCK_TEXT);
	struct bits held = rights_in(&c->who.rights,
	    g->requirement.demand.workspace);
	enum db_result result;

	if (facts_end(&c->who) != 0)
		clock_format(expires, facts_end(&c->who));
	*v++ = "REMOTE_USER";
	*v++ = c->who.username;
	*v++ = "AUTH_TYPE";
	*v++ = g->credential.form == CREDENTIAL_BASIC ? "Basic" : "Bearer";
	*v++ = "LATCHKEY_ACCOUNT_ID";
	*v++ = format_uuid(c->arena, &c->who.account_id);
	*v++ = "LATCHKEY_USER";
	*v++ = format_uuid(c->arena, &c->who.user_id);
	*v++ = "LATCHKEY_KEY";
	*v++ = format_uuid(c->arena, &c->who.id);
	*v++ = "LATCHKEY_KIND";
	*v++ = kind_types[c->who.kind].word;
	*v++ = "LATCHKEY_SCOPES";
	result = permission_names(c->db, c->arena, &held, v++);
	*v++ = "LATCHKEY_WORKSPACES";
	*v++ = join_workspaces(g);
	*v++ = "LATCHKEY_EXPIRES";
	*v++ = expires;
	*v = NULL;
	return result;
}

/* What is left of the caller's rates and quotas, the least of them. */
static void
tell_rest(struct gate *g)
{
	int64_t rest = limits_rest(&g->call->limits);
	const char **v = g->variables;

	while (*v != NULL)
		v += 2;
	*v++ = "LATCHKEY_RATE_REMAINING";
	*v++ = rest == -1 ? "" :
	    arena_printf(g->call->arena, "%lld", (long long)rest);
	*v = NULL;
}

/* Several accounts, and no word about which? */
static enum db_result
check_accounts(struct gate *g)
{
	struct call *c = g->call;
	struct installation i = { false };
	enum db_result result = DB_OK;

	if (g->requirement.says_account)
		return DB_OK;
	if (!installation_recall(&i, &c->site->cache))
		result = installation_ask(&i, c->db, c->arena, &c->site->cache);
	g->ambiguous = i.accounts_many;
	return result;
}

/* Everything that is asked of the database; decides nothing but that. */
static enum db_result
find_facts(void *context)
{
	struct gate *g = context;
	struct call *c = g->call;
	enum db_result result = DB_OK;

	g->wrong = requirement_parse(&g->requirement, c->db, c->arena,
	    gateway_param(c->gateway, "LATCHKEY_REQUIRE"), &result);
	if (gateway_param_repeated(c->gateway, "LATCHKEY_REQUIRE"))
		g->wrong = "is set twice";
	if (result != DB_OK || g->wrong != NULL)
		return result;
	result = facts_for_check(&c->who, c->db, c->arena, c->site->keyring,
	    &c->site->cache, &g->credential);
	if (result == DB_OK)
		result = check_accounts(g);
	if (result != DB_OK || !c->who.known)
		return result;
	return make_variables(g);
}

/*
 * Apache asks its authenticator again for a folder's index.  What it was told
 * the first time it has among the variables then.
 */
static bool
is_repetition(const struct gate *g)
{
	const struct call *c = g->call;
	const char *told = gateway_param(c->gateway, "LATCHKEY_KEY");

	return told != NULL && gateway_is_authorizer(c->gateway) &&
	    strcmp(told, format_uuid(c->arena, &c->who.id)) == 0;
}

/* Once for each request. */
static enum reason
count(struct gate *g)
{
	enum reason reason = metering_take(g->call);

	if (reason != REASON_NONE)
		return reason;
	call_used(g->call, &g->call->who, g->requirement.demand.address);
	tell_rest(g);
	return REASON_NONE;
}

enum problem
gate_answer(struct call *c)
{
	struct gate *g = arena_alloc(c->arena, sizeof(*g));
	const char *unasked = asked_read(c, &g->asked);
	struct demand *demand;
	enum db_result result;
	enum reason reason;

	if (unasked != NULL)
		return refuse_unasked(c, unasked);
	if (!asked_is_plain(&g->asked, c->arena))
		return call_refused(c, REASON_RULE);
	g->call = c;
	request_credential(c, &g->credential, false);
	c->credential = g->credential;
	result = db_run(c->db, DB_READ, find_facts, g);
	if (result == DB_OK && g->wrong == NULL && g->ambiguous)
		g->wrong = "names no account=, and there are several";
	if (g->wrong != NULL)
		return refuse_unrequired(g);
	if (result != DB_OK) {
		call_refused(c, REASON_FAULT);
		return call_store(c, DB_UNAVAILABLE);
	}
	demand = &g->requirement.demand;
	demand->method = g->asked.method;
	demand->target = g->asked.target;
	demand->address = c->client;
	reason = decision_make(&c->who, demand);
	if (reason == REASON_NONE && !is_repetition(g))
		reason = count(g);
	if (reason != REASON_NONE)
		return call_refused(c, reason);
	if (reply_allow(c, g->variables))
		return PROBLEM_NONE;
	return call_refuse(c, PROBLEM_UNAVAILABLE, "variables",
	    "What the application must be told does not fit; see the log");
}
