/* SPDX-License-Identifier: ISC */
/* The life of a request, on one page. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "check/refusals.h"
#include "http/origin.h"
#include "serve/replay.h"
#include "serve/reply.h"
#include "serve/request.h"
#include "serve/routing.h"
#include "serve/site.h"

#include "serve/serve.h"

/* Room for the largest body and what reading it takes; pages come when used. */
#define ARENA_SIZE	(12 << 20)
#define UPKEEP_EVERY	(10 * (int64_t)1000)

static const struct resource *resource;
static struct site site;
static struct call call;

/* -- authentication -------------------------------------------------------- */

struct asking {
	struct call			*call;
	const struct credential		*credential;
};

static enum db_result
ask_facts(void *context)
{
	struct asking *a = context;
	struct call *c = a->call;

	return facts_of_credential(&c->who, c->db, c->arena, c->site->keyring,
	    a->credential);
}

/* What the route demands of this caller. */
static struct demand
make_demand(const struct call *c)
{
	struct demand demand = {
		.account = gateway_param(c->gateway, "LATCHKEY_ACCOUNT"),
		.somewhere = c->route->in_workspaces,
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

enum problem
call_refused(struct call *c, enum reason reason)
{
	const struct reason_type *type = &reason_types[reason];

	refusals_count(c->site->config.state, type->word, &c->who,
	    &c->address);
	if (type->real)
		c->detail.code = type->word;
	return type->status == 403 ? PROBLEM_FORBIDDEN :
	    PROBLEM_UNAUTHENTICATED;
}

static enum problem
authenticate(struct call *c)
{
	struct credential credential = { .form = CREDENTIAL_NONE };
	struct asking asking = { c, &credential };
	struct origin origin = request_origin(c);
	enum db_result result;
	enum reason reason;
	struct demand demand;
	bool safe = c->route->reads || strcmp(c->route->method, "GET") == 0;

	request_credential(c, &credential, true);
	if (!safe && (c->route->needs == PERMISSION_PUBLIC ||
	    credential.form == CREDENTIAL_COOKIE ||
	    credential.form == CREDENTIAL_BASIC) &&
	    origin_is_cross(&origin, &c->site->config)) {
		call_refused(c, REASON_ORIGIN);
		return PROBLEM_CROSS_ORIGIN;
	}
	if (c->route->needs == PERMISSION_PUBLIC)
		return PROBLEM_NONE;
	result = db_run(c->db, DB_READ, ask_facts, &asking);
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

/* -- the work -------------------------------------------------------------- */

struct work {
	struct call	*call;
	size_t		 mark;		/* of the arena: a repeat starts there */
	bool		 keep;		/* the answer, for a replay */
	enum problem	 problem;
};

static enum db_result
work_once(void *context)
{
	struct work *w = context;
	struct call *c = w->call;

	arena_release(c->arena, w->mark);
	c->json = json_new(c->arena);
	c->status = 200;
	c->location = c->cookie = c->link = NULL;
	c->notice = (struct notice){ NULL, NULL, NULL };
	c->detail = (struct problem_detail){ .detail = NULL };
	w->problem = c->route->handle(c);
	if (w->problem != PROBLEM_NONE)
		return DB_REFUSED;
	return w->keep ? replay_keep(c) : DB_OK;
}

static bool
changes_something(const struct route *route)
{
	return !route->reads && strcmp(route->method, "GET") != 0;
}

static enum problem
do_work(struct call *c, bool keep)
{
	struct work work = {
		.call = c, .keep = keep, .mark = arena_mark(c->arena),
	};
	struct audit_event *event = &c->mutation.event;
	enum db_result result;

	if (!changes_something(c->route)) {
		result = db_run(c->db, DB_READ, work_once, &work);
	} else {
		c->mutation.db = c->db;
		c->mutation.keyring = c->site->keyring;
		*event = (struct audit_event){
			.account_id = c->who.account_id,
			.door = "http",
			.actor_user = c->who.user_id,
			.request_id = c->request_id,
			.address = c->address_text,
			.at = c->who.now,
		};
		if (c->who.kind != KIND_NONE)
			event->actor_key = c->who.id;
		result = mutation_run(&c->mutation, work_once, &work);
	}
	if (result == DB_REFUSED)
		return work.problem;
	if (result != DB_OK)
		c->notice.to = NULL;
	else if (event->action != NULL)
		site.sealed = false;
	return call_store(c, result);
}

/* With a replay to look for first; two at once end with one winner. */
static enum problem
do_once(struct call *c, bool *answered)
{
	enum problem problem = PROBLEM_NONE;
	enum replay_state state = replay_begin(c, &problem);

	*answered = state == REPLAY_ANSWERED;
	if (state == REPLAY_ANSWERED || state == REPLAY_PROBLEM)
		return problem;
	if (c->route->prepare != NULL) {
		problem = c->route->prepare(c);
		if (problem != PROBLEM_NONE)
			return problem;
	}
	problem = do_work(c, state == REPLAY_NEW);
	if (problem == PROBLEM_CONFLICT && state == REPLAY_NEW) {
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
run_route(struct call *c, bool *answered)
{
	const char *query = gateway_param(c->gateway, "QUERY_STRING");
	enum problem problem;

	problem = routing_find(c, resource);
	if (problem != PROBLEM_NONE)
		return answer_options(c, problem);
	if (query != NULL && !query_parse(&c->query, c->arena, query,
	    strlen(query)))
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "The query string is malformed");
	problem = authenticate(c);
	if (problem == PROBLEM_NONE)
		problem = request_body(c);
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
	else if (!site.ready)
		problem = call_store(c, DB_UNAVAILABLE);
	else {
		c->db = site.db;
		request_address(c);
		if (!request_is_secure(c)) {
			call_refused(c, REASON_HTTPS);
			problem = PROBLEM_HTTPS;
		} else if (gateway_is_authorizer(g)) {
			problem = resource->gate == NULL ?
			    PROBLEM_MISCONFIGURED : resource->gate(c);
			answered = problem == PROBLEM_NONE;
		} else
			problem = run_route(c, &answered);
	}
	if (!answered)
		reply_send(c, problem);
}

/* What is to be done now and then, after an answer or when nobody asks. */
static void
do_upkeep(void)
{
	int64_t now = clock_boot();
	size_t sealed;

	if (site.db == NULL || !site.ready ||
	    (site.upkeep_at != 0 && now - site.upkeep_at < UPKEEP_EVERY))
		return;
	site.upkeep_at = now;
	refusals_flush(site.config.state, site.db, false);
	if (!site.sealed && audit_seal(site.db, site.arena, site.keyring,
	    &sealed) == DB_OK)
		site.sealed = sealed == 0;
}

/*
 * In a process of its own: whoever asks next need not wait for a slow
 * sendmail.  It has no use for the socket where requests arrive.
 */
static void
send_notice(void)
{
	if (site.config.sendmail == NULL || call.notice.to == NULL)
		return;
	if (fork() != 0)
		return;
	close(STDIN_FILENO);
	notice_send(&site.config, &call.notice);
	_exit(0);
}

/* After the answer has left. */
static void
finish(void)
{
	if (site.db != NULL) {
		send_notice();
		do_upkeep();
		db_release(site.db);
	}
	arena_release(site.arena, 0);
}

static void
idle(void)
{
	do_upkeep();
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
	signal(SIGCHLD, SIG_IGN);	/* who sends a notice is not awaited */
	return gateway_run(answer, finish, idle);
}
