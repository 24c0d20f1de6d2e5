/* SPDX-License-Identifier: ISC */
/* WWW-Authenticate. */

#include <string.h>

#include "serve/request.h"

#include "serve/challenge.h"

#define REALM	"realm=\"Latchkey\""
#define BASIC	"Basic " REALM ", charset=\"UTF-8\""
#define BEARER	"Bearer " REALM

/* mod_fcgid's access checker: each refusal arrives as 401, without its body. */
static bool
is_flattened(const struct call *c)
{
	const char *role = gateway_param(c->gateway, "FCGI_APACHE_ROLE");

	return role != NULL && strcmp(role, "ACCESS_CHECKER") == 0;
}

/* RFC 6750 3.1 has the first two; the others say what the status was. */
static const char *
name_error(int status)
{
	switch (status) {
	case 401:
		return "invalid_token";
	case 403:
		return "insufficient_scope";
	case 429:
		return "rate_limited";
	case 503:
		return "temporarily_unavailable";
	default:
		return "server_error";
	}
}

static const char *
make_bearer(const struct call *c, int status)
{
	const char *code = c->detail.code;

	if (code != NULL)
		return arena_printf(c->arena, BEARER ", error=\"%s\","
		    " error_description=\"%s\"", name_error(status), code);
	if (status != 401)
		return arena_printf(c->arena, BEARER ", error=\"%s\"",
		    name_error(status));
	return BEARER;
}

static bool
is_fetch(const struct call *c)
{
	struct origin origin = request_origin(c);

	return origin_is_fetch(&origin);
}

void
challenge_make(struct challenge *out, const struct call *c, int status)
{
	bool gate = c->route != NULL && c->route->gate;
	bool basic = status == 401 && !is_fetch(c);

	*out = (struct challenge){ NULL, NULL };
	if (status < 400 ||
	    (status != 401 && !is_flattened(c) && !(gate && status == 403)))
		return;
	out->bearer = make_bearer(c, status);
	/* nginx hands on the first of two headers: at a gate they are one */
	if (basic && gate)
		out->bearer = arena_printf(c->arena, BASIC ", %s",
		    out->bearer);
	else if (basic)
		out->basic = BASIC;
}
