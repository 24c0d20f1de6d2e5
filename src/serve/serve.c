/* SPDX-License-Identifier: ISC */
/* The life of a request, on one page. */

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "serve/caller.h"
#include "serve/replay.h"
#include "serve/reply.h"
#include "serve/request.h"
#include "serve/routing.h"
#include "serve/sender.h"
#include "serve/site.h"
#include "serve/upkeep.h"

#include "serve/serve.h"

/* Room for the largest body and what reading it takes; pages come when used. */
#define ARENA_SIZE	(12 << 20)

static const struct resource *resource;
static struct site site;
static struct call call;

/* -- the work -------------------------------------------------------------- */

struct work {
	struct call	*call;
	size_t		 mark;		/* of the arena: repeats start there */
	bool		 keep;		/* the answer, for a replay */
	bool		 changes;	/* it is a mutation */
	enum problem	 problem;
};

/*
 * Refused, but perhaps because somebody did it before and was killed before he
 * could tell the others.
 */
static bool
is_done(const struct call *c, enum problem problem)
{
	return !c->route->creates && (problem == PROBLEM_NOT_FOUND ||
	    problem == PROBLEM_STATE || problem == PROBLEM_PRECONDITION ||
	    problem == PROBLEM_UNAUTHENTICATED || problem == PROBLEM_FORBIDDEN);
}

static enum db_result
work_once(void *context)
{
	struct work *w = context;
	struct call *c = w->call;
	bool ended;

	arena_release(c->arena, w->mark);
	c->json = json_new(c->arena);
	c->status = 200;
	c->location = c->cookie = c->link = c->cache = NULL;
	c->nheaders = 0;
	c->notices = NULL;
	c->detail = (struct problem_detail){ .detail = NULL };
	call_asked_by_path(c);
	/* what was so when the request began may have been taken since */
	w->problem = w->changes ? caller_hold(c) : PROBLEM_NONE;
	ended = caller_is_ended(w->problem);
	if (ended)
		c->mutation.knows_asked = false;
	if (w->problem == PROBLEM_NONE)
		w->problem = c->route->handle(c);
	c->mutation.found_done = ended ||
	    (w->changes && is_done(c, w->problem));
	if (w->problem != PROBLEM_NONE)
		return DB_REFUSED;
	return w->keep ? replay_keep(c) : DB_OK;
}

static enum problem
do_work(struct call *c, bool keep)
{
	struct work work = {
		.call = c, .keep = keep, .changes = route_changes(c->route),
	};
	enum db_result result;

	/* who calls may be known only by now */
	if (work.changes)
		call_begin_mutation(c);
	work.mark = arena_mark(c->arena);
	if (work.changes)
		result = mutation_run(&c->mutation, work_once, &work);
	else
		result = db_run(c->db, DB_READ, work_once, &work);
	if (result != DB_OK)
		c->notices = NULL;
	if (result == DB_REFUSED)
		return work.problem;
	if (result == DB_OK && c->mutation.event.action != NULL)
		site.sealed = false;
	return call_store(c, result);
}

/* With a replay to look for first; two at once end with one winner. */
static enum problem
do_once(struct call *c, bool *answered)
{
	enum problem problem = PROBLEM_NONE;
	enum replay_state state;

	if (route_changes(c->route))
		call_begin_mutation(c);
	state = replay_begin(c, &problem);
	*answered = state == REPLAY_ANSWERED;
	if (state == REPLAY_ANSWERED || state == REPLAY_PROBLEM)
		return problem;
	if (c->route->prepare != NULL) {
		problem = c->route->prepare(c);
		if (problem != PROBLEM_NONE)
			return caller_refuse(c, problem);
	}
	problem = do_work(c, state == REPLAY_NEW);
	if (state == REPLAY_NEW && (problem == PROBLEM_CONFLICT ||
	    problem == PROBLEM_STATE)) {
		state = replay_begin(c, &problem);
		*answered = state == REPLAY_ANSWERED;
	}
	return problem;
}

static enum problem
answer_options(struct call *c, enum problem problem)
{
	if (strcmp(c->method, "OPTIONS") != 0 || problem != PROBLEM_METHOD)
		return problem;
	c->status = 204;
	return PROBLEM_NONE;
}

static enum problem
open_gate(struct call *c)
{
	if (resource->gate == NULL)
		return PROBLEM_MISCONFIGURED;
	if (!site_ready(c->site))
		return call_store(c, DB_UNAVAILABLE);
	return resource->gate(c);
}

static enum problem
run_gate(struct call *c, bool *answered)
{
	enum problem problem = open_gate(c);

	*answered = problem == PROBLEM_NONE;
	return problem;
}

static enum problem
run_route(struct call *c, bool *answered)
{
	const char *query = gateway_param(c->gateway, "QUERY_STRING");
	enum problem problem;

	/* a place that names no account after all is not everybody's */
	if (gateway_param_empty(c->gateway, "LATCHKEY_ACCOUNT"))
		return call_refuse(c, PROBLEM_MISCONFIGURED, NULL,
		    "LATCHKEY_ACCOUNT is empty in the web server's settings");
	problem = routing_find(c, resource);
	if (problem == PROBLEM_NONE && c->route->gate)
		return run_gate(c, answered);
	/* to whom every 2xx is a yes gets none from elsewhere */
	if (request_asks_gate(c))
		return call_refuse(c, PROBLEM_MISCONFIGURED, NULL,
		    "LATCHKEY_TARGET belongs to requests for /check/gate:"
		    " REQUEST_URI does not name it");
	if (problem != PROBLEM_NONE)
		return answer_options(c, problem);
	if (query != NULL && !query_parse(&c->query, c->arena, query,
	    strlen(query)))
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "The query string is malformed");
	/* the body first: while it comes, nothing is held and nobody judged */
	problem = request_body(c);
	if (problem == PROBLEM_NONE && !site_ready(c->site))
		problem = call_store(c, DB_UNAVAILABLE);
	if (problem == PROBLEM_NONE)
		problem = caller_refuse(c, caller_authenticate(c));
	if (problem == PROBLEM_NONE)
		problem = do_once(c, answered);
	return problem;
}

/* -- from the first byte to the last --------------------------------------- */

static void
begin(struct call *c, struct gateway *g)
{
	*c = (struct call){
		.site = &site,
		.gateway = g,
		.arena = site.arena,
		.method = gateway_param(g, "REQUEST_METHOD"),
		.request_id = uuid_new(),
		.status = 200,
		.prefix = "",
	};
	c->json = json_new(c->arena);
	site.cache.open = false;
	if (c->method == NULL)
		c->method = "";
}

static void
answer(struct gateway *g)
{
	struct call *c = &call;
	enum problem problem;
	bool answered = false;

	begin(c, g);
	if (!site_open(&site, g))
		problem = call_refuse(c, PROBLEM_UNAVAILABLE, "misconfigured",
		    "The service is not set up right; its log says what to"
		    " mend");
	else if (*c->method == '\0')
		problem = PROBLEM_MALFORMED;
	else {
		c->db = site.db;
		upkeep_look(&site);
		request_address(c);
		if (!request_is_secure(c)) {
			call_refused(c, REASON_HTTPS);
			problem = PROBLEM_HTTPS;
		} else if (gateway_is_authorizer(g)) {
			problem = run_gate(c, &answered);
		} else
			problem = run_route(c, &answered);
	}
	if (!answered)
		reply_send(c, problem);
}

/* After the answer has left. */
static void
finish(void)
{
	if (site.db != NULL) {
		sender_send(&site.config, call.notices);
		upkeep_do(&site);
		db_release(site.db);
	}
	arena_release(site.arena, 0);
}

static void
idle(void)
{
	upkeep_do(&site);
	if (site.db != NULL)
		db_idle(site.db);
	arena_release(site.arena, 0);
}

int
serve(const struct resource *r)
{
	resource = r;
	if (getenv("LATCHKEY_ROUTES") != NULL) {
		routing_print(r);
		return 0;
	}
	log_program(r->name);
	site.arena = arena_new(ARENA_SIZE);
	if (site.arena == NULL)
		return 1;
	return gateway_run(r->notices ? sender_start : NULL, answer, finish,
	    idle);
}
