/* SPDX-License-Identifier: ISC */
/* Reading what a request says about itself. */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/jwt.h"

#include "serve/request.h"

#define BODY_ROOM	1024	/* bytes at first */

static bool
is_proxy(const struct config *config, const struct address *address)
{
	for (size_t i = 0; i < config->nproxies; i++)
		if (address_in(address, &config->proxies[i]))
			return true;
	return false;
}

/*
 * The rightmost address of X-Forwarded-For that is no trusted proxy: what is
 * further left the client may have written itself.
 */
static void
follow_proxies(struct call *c, const char *forwarded)
{
	char *list = arena_copy(c->arena, forwarded, strlen(forwarded));
	char *comma;

	do {
		struct address address;
		const char *last;

		comma = strrchr(list, ',');
		last = comma == NULL ? list : comma + 1;
		last += strspn(last, " ");
		if (!address_parse(&address, last))
			return;
		c->address = address;
		if (!is_proxy(&c->site->config, &address))
			return;
		if (comma != NULL)
			*comma = '\0';
	} while (comma != NULL);
}

bool
request_by_proxy(const struct call *c)
{
	const char *text = gateway_param(c->gateway, "REMOTE_ADDR");
	struct address peer;

	return text != NULL && address_parse(&peer, text) &&
	    is_proxy(&c->site->config, &peer);
}

bool
request_asks_gate(const struct call *c)
{
	return gateway_param(c->gateway, "LATCHKEY_METHOD") != NULL ||
	    gateway_param(c->gateway, "LATCHKEY_TARGET") != NULL;
}

void
request_address(struct call *c)
{
	const char *peer = gateway_param(c->gateway, "REMOTE_ADDR");
	const char *forwarded = gateway_param(c->gateway,
	    "HTTP_X_FORWARDED_FOR");

	if (peer == NULL || !address_parse(&c->address, peer))
		return;
	/* X_Forwarded_For comes under the same name, from the client */
	if (gateway_param_repeated(c->gateway, "HTTP_X_FORWARDED_FOR"))
		forwarded = NULL;
	if (forwarded != NULL && is_proxy(&c->site->config, &c->address))
		follow_proxies(c, forwarded);
	c->client = &c->address;
}

bool
request_is_secure(const struct call *c)
{
	const struct gateway *g = c->gateway;
	const char *https = gateway_param(g, "HTTPS");
	const char *scheme = gateway_param(g, "REQUEST_SCHEME");
	const char *forwarded = gateway_param(g, "HTTP_X_FORWARDED_PROTO");
	const char *text = gateway_param(g, "REMOTE_ADDR");
	struct address peer;

	if (c->site->config.https == CONFIG_HTTPS_ASSUMED)
		return true;
	if (text == NULL || !address_parse(&peer, text) ||
	    gateway_param_repeated(g, "HTTP_X_FORWARDED_PROTO"))
		return false;
	if (forwarded != NULL && is_proxy(&c->site->config, &peer))
		return strcmp(forwarded, "https") == 0;
	if ((https != NULL && strcasecmp(https, "off") != 0) ||
	    (scheme != NULL && strcmp(scheme, "https") == 0))
		return true;
	return c->site->config.https == CONFIG_HTTPS_LOOPBACK &&
	    address_is_loopback(&peer);
}

/* OAuth clients encode both as in a form first: RFC 6749, 2.3.1. */
static void
decode_client(struct credential *credential, struct arena *arena)
{
	credential->user = query_decode(arena, credential->user,
	    strlen(credential->user));
	credential->text = query_decode(arena, credential->text,
	    strlen(credential->text));
	if (credential->user == NULL || credential->text == NULL)
		credential->form = CREDENTIAL_MALFORMED;
}

void
request_credential(struct call *c, struct credential *credential,
    bool cookies)
{
	const struct gateway *g = c->gateway;
	const char *value = gateway_param(g, "HTTP_AUTHORIZATION");
	const char *key = NULL;

	if (c->site->config.x_api_key)
		key = gateway_param(g, "HTTP_X_API_KEY");
	if (value == NULL)
		value = gateway_param(g, "REDIRECT_HTTP_AUTHORIZATION");
	if (gateway_param_repeated(g, "HTTP_AUTHORIZATION") ||
	    (key != NULL && (value != NULL ||
	    gateway_param_repeated(g, "HTTP_X_API_KEY"))))
		*credential = (struct credential){
			.form = CREDENTIAL_MALFORMED };
	else if (key != NULL)
		*credential = (struct credential){
			.form = CREDENTIAL_HEADER, .text = key };
	else
		credential_parse(credential, c->arena, value);
	if (credential->form == CREDENTIAL_NONE && cookies)
		credential_from_cookie(credential, c->arena,
		    gateway_param(g, "HTTP_COOKIE"));
	if (credential->form == CREDENTIAL_BASIC && c->manner == MANNER_OAUTH)
		decode_client(credential, c->arena);
	/* most keys are none, and the site's name has to be put together */
	if (credential->text != NULL && jwt_shaped(credential->text))
		credential->issuer = call_issuer(c);
}

struct origin
request_origin(const struct call *c)
{
	return (struct origin){
		.origin = gateway_param(c->gateway, "HTTP_ORIGIN"),
		.host = gateway_param(c->gateway, "HTTP_HOST"),
		.fetch_site = gateway_param(c->gateway, "HTTP_SEC_FETCH_SITE"),
		.fetch_mode = gateway_param(c->gateway, "HTTP_SEC_FETCH_MODE"),
	};
}

/* CONTENT_LENGTH; -1 when there is none, -2 when it is no number. */
static int64_t
body_length(const struct call *c)
{
	const char *text = gateway_param(c->gateway, "CONTENT_LENGTH");

	if (text == NULL)
		return -1;
	if (strlen(text) > 15 || text[strspn(text, "0123456789")] != '\0')
		return -2;
	return strtoll(text, NULL, 10);
}

/* Of a length that nobody told: as much room as there turns out to be. */
static void
read_unmeasured(struct call *c, size_t max)
{
	size_t room = max < BODY_ROOM ? max : BODY_ROOM;
	char *body = arena_alloc(c->arena, room + 1);

	c->body_size = gateway_read(c->gateway, body, room);
	while (c->body_size == room && room < max) {
		size_t more = room < max - room ? room : max - room;

		body = arena_grow(c->arena, body, room + 1, room + more + 1);
		c->body_size += gateway_read(c->gateway, body + room, more);
		room += more;
	}
	c->body = body;
}

static enum problem
refuse_large(struct call *c)
{
	gateway_abandon(c->gateway);
	return PROBLEM_TOO_LARGE;
}

enum problem
request_body(struct call *c)
{
	int64_t max = c->site->config.body_max, length = body_length(c);
	char *body;

	if (length == -2)
		return PROBLEM_MALFORMED;
	if (length > max)
		return refuse_large(c);
	if (length < 0) {
		read_unmeasured(c, (size_t)max + 1);
		return c->body_size > (size_t)max ? refuse_large(c) :
		    PROBLEM_NONE;
	}
	body = arena_alloc(c->arena, (size_t)length + 1);
	c->body = body;
	c->body_size = gateway_read(c->gateway, body, (size_t)length);
	if (c->body_size < (size_t)length)
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "The body ended before its length was reached");
	return PROBLEM_NONE;
}
