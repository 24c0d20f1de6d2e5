/* SPDX-License-Identifier: ISC */
/* Status, headers and body. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/nitems.h"
#include "http/tag.h"
#include "serve/challenge.h"
#include "serve/metering.h"
#include "serve/request.h"

#include "serve/reply.h"

#define HEAD_MAX	32768

struct head {
	char	 text[HEAD_MAX];
	size_t	 n;
};

static void
put_raw(struct head *h, const char *text)
{
	size_t n = strlen(text);

	assert(h->n + n < sizeof(h->text));
	memcpy(h->text + h->n, text, n);
	h->n += n;
}

/*
 * A control byte in a value would begin a header of somebody else's: such a
 * header, or one that does not fit, is left out, and that is false.
 */
static bool
put_prefixed(struct head *h, const char *prefix, const char *name,
    const char *value)
{
	bool fits;

	if (value == NULL)
		return true;
	fits = h->n + strlen(name) + strlen(value) + 16 < sizeof(h->text);
	for (const char *at = value; fits && *at != '\0'; at++)
		fits = (unsigned char)*at >= 0x20 && *at != 0x7f;
	if (!fits) {
		log_line(LOG_ERROR, "header %s%s was left out: too long, or a"
		    " control byte in it", prefix, name);
		return false;
	}
	put_raw(h, prefix);
	put_raw(h, name);
	put_raw(h, ": ");
	put_raw(h, value);
	put_raw(h, "\r\n");
	return true;
}

static void
put_header(struct head *h, const char *name, const char *value)
{
	put_prefixed(h, "", name, value);
}

static void
put_number(struct head *h, const char *name, int64_t value)
{
	char text[24], *at = text + sizeof(text) - 1;

	*at = '\0';
	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	put_header(h, name, at);
}

static const char *
describe_status(int status)
{
	static const char *const texts[] = {
		"200 OK", "201 Created", "204 No Content", "304 Not Modified",
		"400 Bad Request", "401 Unauthorized", "403 Forbidden",
		"404 Not Found", "405 Method Not Allowed", "409 Conflict",
		"412 Precondition Failed", "413 Content Too Large",
		"415 Unsupported Media Type", "422 Unprocessable Content",
		"429 Too Many Requests", "503 Service Unavailable",
	};

	for (size_t i = 0; i < NITEMS(texts); i++)
		if (strtol(texts[i], NULL, 10) == status)
			return texts[i];
	return "500 Internal Server Error";
}

/* The first line; what was in the head before is forgotten. */
static void
put_status(struct head *h, int status)
{
	h->n = 0;
	put_header(h, "Status", describe_status(status));
}

static void
put_cors(struct head *h, const struct call *c)
{
	struct origin origin;

	if (c->site->config.norigins == 0)
		return;
	origin = request_origin(c);
	put_header(h, "Vary", "Origin");
	if (!origin_allowed(&origin, &c->site->config))
		return;
	put_header(h, "Access-Control-Allow-Origin", origin.origin);
	put_header(h, "Access-Control-Allow-Credentials", "true");
	put_header(h, "Access-Control-Expose-Headers", "ETag, Link, Location,"
	    " Retry-After, RateLimit, RateLimit-Policy,"
	    " X-Request-Id, Idempotency-Replayed,"
	    " Page-Total, Page-Size, Page-Current, Item-Total");
	if (strcmp(c->method, "OPTIONS") != 0)
		return;
	put_header(h, "Access-Control-Allow-Methods", c->allow);
	put_header(h, "Access-Control-Allow-Headers", "Authorization,"
	    " Content-Type, If-Match, If-None-Match, Idempotency-Key,"
	    " X-API-Key, X-Client-ID, X-Client-Type, X-Client-Version,"
	    " X-Whitelabel");
	put_header(h, "Access-Control-Max-Age", "600");
}

static void
put_challenge(struct head *h, const struct call *c, int status)
{
	struct challenge challenge;

	challenge_make(&challenge, c, status);
	put_header(h, "WWW-Authenticate", challenge.basic);
	put_header(h, "WWW-Authenticate", challenge.bearer);
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
	put_header(h, "Variable-REMOTE_USER", c->who.username);
	put_header(h, "Variable-LATCHKEY_KEY", id);
}

static void
put_common(struct head *h, struct call *c, int status)
{
	char id[UUID_TEXT];

	uuid_format(id, &c->request_id);
	put_status(h, status);
	put_header(h, "Cache-Control", c->cache == NULL || status >= 400 ?
	    "no-store" : c->cache);
	put_header(h, "X-Content-Type-Options", "nosniff");
	put_header(h, "X-Request-Id", id);
	put_caller(h, c);
	put_cors(h, c);
	put_challenge(h, c, status);
	put_header(h, "Allow", c->allow);
	if (status == 503 || status == 429)
		put_number(h, "Retry-After",
		    c->retry_after == 0 ? 2 : c->retry_after);
	put_header(h, "RateLimit-Policy", metering_policy(c));
	put_header(h, "RateLimit", metering_rest(c));
}

static void
send_all(struct call *c, struct head *h, const char *body, size_t n)
{
	bool sent;

	put_raw(h, "\r\n");
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
	put_header(&h, "Content-Type", problem_media_type(c->manner));
	put_number(&h, "Content-Length", (int64_t)n);
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
	put_header(&h, "ETag", tag);
	put_header(&h, "Location", c->location);
	put_header(&h, "Link", c->link);
	put_header(&h, "Set-Cookie", c->cookie);
	for (size_t i = 0; i < c->nheaders; i++)
		put_header(&h, c->header[i].name, c->header[i].value);
	if (n > 0) {
		put_header(&h, "Content-Type", c->text == NULL ?
		    "application/json" :
		    "text/plain; version=0.0.4; charset=utf-8");
		put_number(&h, "Content-Length", (int64_t)n);
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
	put_header(&h, "Location", location);
	put_header(&h, "Idempotency-Replayed", "true");
	put_header(&h, "Content-Type", "application/json");
	put_number(&h, "Content-Length", (int64_t)n);
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

	put_status(&h, authorizer ? 200 : 204);
	if (!authorizer)
		put_header(&h, "Cache-Control", "no-store");
	for (; *variables != NULL; variables += 2)
		if (!put_prefixed(&h, authorizer ? "Variable-" : "",
		    authorizer ? variables[0] :
		    spell_header(c->arena, variables[0]), variables[1]))
			return false;
	send_all(c, &h, NULL, 0);
	return true;
}
