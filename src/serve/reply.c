/* SPDX-License-Identifier: ISC */
/* Status, headers and body. */

#include <string.h>
#include <unistd.h>

#include "http/tag.h"
#include "serve/challenge.h"
#include "serve/head.h"
#include "serve/metering.h"
#include "serve/request.h"

#include "serve/reply.h"

static void
put_cors(struct head *h, const struct call *c)
{
	struct origin origin;

	if (c->site->config.norigins == 0)
		return;
	origin = request_origin(c);
	head_put(h, "Vary", "Origin");
	if (!origin_allowed(&origin, &c->site->config))
		return;
	head_put(h, "Access-Control-Allow-Origin", origin.origin);
	head_put(h, "Access-Control-Allow-Credentials", "true");
	head_put(h, "Access-Control-Expose-Headers", "ETag, Link, Location,"
	    " Retry-After, RateLimit, RateLimit-Policy,"
	    " X-Request-Id, Idempotency-Replayed,"
	    " Page-Total, Page-Size, Page-Current, Item-Total");
	if (strcmp(c->method, "OPTIONS") != 0)
		return;
	head_put(h, "Access-Control-Allow-Methods", c->allow);
	head_put(h, "Access-Control-Allow-Headers", "Authorization,"
	    " Content-Type, If-Match, If-None-Match, Idempotency-Key,"
	    " X-API-Key, X-Client-ID, X-Client-Type, X-Client-Version,"
	    " X-Whitelabel");
	head_put(h, "Access-Control-Max-Age", "600");
}

static void
put_challenge(struct head *h, const struct call *c, int status)
{
	struct challenge challenge;

	challenge_make(&challenge, c, status);
	head_put(h, "WWW-Authenticate", challenge.basic);
	head_put(h, "WWW-Authenticate", challenge.bearer);
}

/* For the access log of a server that takes these out of the answer again. */
static void
put_caller(struct head *h, const struct call *c)
{
	char id[UUID_TEXT];

	if (gateway_param(c->gateway, "LATCHKEY_LOG") == NULL ||
	    !c->who.equal)
		return;
	uuid_format(id, &c->who.id);
	head_put(h, "Variable-REMOTE_USER", c->who.username);
	head_put(h, "Variable-LATCHKEY_KEY", id);
}

static void
put_common(struct head *h, struct call *c, int status)
{
	char id[UUID_TEXT];

	uuid_format(id, &c->request_id);
	head_begin(h, status);
	head_put(h, "Cache-Control", c->cache == NULL || status >= 400 ?
	    "no-store" : c->cache);
	head_put(h, "X-Content-Type-Options", "nosniff");
	head_put(h, "X-Request-Id", id);
	put_caller(h, c);
	put_cors(h, c);
	put_challenge(h, c, status);
	head_put(h, "Allow", c->allow);
	if (status == 503 || status == 429)
		head_put_number(h, "Retry-After",
		    c->retry_after == 0 ? 2 : c->retry_after);
	head_put(h, "RateLimit-Policy", metering_policy(c));
	head_put(h, "RateLimit", metering_rest(c));
}

static void
send_all(struct call *c, struct head *h, const char *body, size_t n)
{
	bool sent;

	head_end(h);
	sent = gateway_write(c->gateway, h->text, h->n);
	if (sent && n > 0 && strcmp(c->method, "HEAD") != 0)
		sent = gateway_write(c->gateway, body, n);
	if (!sent && gateway_is_authorizer(c->gateway))
		_exit(1);
}

static void
send_problem(struct call *c, enum problem problem)
{
	int status = problem_status(problem, c->manner);
	struct head h;
	char id[UUID_TEXT];
	const char *body;
	size_t n;

	json_reset(c->json);
	uuid_format(id, &c->request_id);
	c->detail.request = id;
	problem_put(c->json, problem, c->manner, &c->detail);
	body = json_done(c->json, &n);
	put_common(&h, c, status);
	head_put(&h, "Content-Type", problem_media_type(c->manner));
	head_put_number(&h, "Content-Length", (int64_t)n);
	send_all(c, &h, body, n);
}

static bool
is_get(const struct call *c)
{
	return strcmp(c->method, "GET") == 0 || strcmp(c->method, "HEAD") == 0;
}

static void
send_answer(struct call *c)
{
	struct head h;
	const char *body, *tag = NULL;
	const char *known = gateway_param(c->gateway, "HTTP_IF_NONE_MATCH");
	size_t n;

	body = c->text != NULL ? c->text : json_done(c->json, &n);
	if (c->text != NULL)
		n = strlen(c->text);
	if (c->status == 200 && n > 0 && !c->route->fleeting)
		tag = tag_of(c->arena, body, n);
	if (is_get(c) && tag != NULL && known != NULL &&
	    tag_listed(known, tag, true)) {
		c->status = 304;
		n = 0;
	}
	put_common(&h, c, c->status);
	head_put(&h, "ETag", tag);
	head_put(&h, "Location", c->location);
	head_put(&h, "Link", c->link);
	head_put(&h, "Set-Cookie", c->cookie);
	for (size_t i = 0; i < c->nheaders; i++)
		head_put(&h, c->header[i].name, c->header[i].value);
	if (n > 0) {
		head_put(&h, "Content-Type", c->text == NULL ?
		    "application/json" :
		    "text/plain; version=0.0.4; charset=utf-8");
		head_put_number(&h, "Content-Length", (int64_t)n);
	}
	send_all(c, &h, body, n);
}

void
reply_send(struct call *c, enum problem problem)
{
	if (problem != PROBLEM_NONE)
		send_problem(c, problem);
	else
		send_answer(c);
}

void
reply_replayed(struct call *c, int status, const char *location,
    const char *body, size_t n)
{
	struct head h;

	put_common(&h, c, status);
	head_put(&h, "Location", location);
	head_put(&h, "Idempotency-Replayed", "true");
	head_put(&h, "Content-Type", "application/json");
	head_put_number(&h, "Content-Length", (int64_t)n);
	send_all(c, &h, body, n);
}

/* REMOTE_USER as the header Remote-User. */
static const char *
spell_header(struct arena *arena, const char *variable)
{
	char *out = arena_copy(arena, variable, strlen(variable));

	for (char *at = out; *at != '\0'; at++) {
		if (*at == '_')
			*at = '-';
		else if (at > out && at[-1] != '-')
			*at = (char)(*at - 'A' + 'a');
	}
	return out;
}

/* An authorizer's 204 would end the request; elsewhere a 200 had a body. */
bool
reply_allow(struct call *c, const char *const *variables)
{
	bool authorizer = gateway_is_authorizer(c->gateway);
	struct head h;

	head_begin(&h, authorizer ? 200 : 204);
	if (!authorizer)
		head_put(&h, "Cache-Control", "no-store");
	for (; *variables != NULL; variables += 2)
		if (!head_put_prefixed(&h, authorizer ? "Variable-" : "",
		    authorizer ? variables[0] :
		    spell_header(c->arena, variables[0]), variables[1]))
			return false;
	send_all(c, &h, NULL, 0);
	return true;
}
