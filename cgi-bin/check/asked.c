/* SPDX-License-Identifier: ISC */
/* Which request a gate is asked about. */

#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "serve/request.h"

#include "check.h"

static bool
is_repeated(const struct call *c, const char *first, const char *second)
{
	return gateway_param_repeated(c->gateway, first) ||
	    gateway_param_repeated(c->gateway, second);
}

/* By the server's configuration, in names that no request header can spell. */
static const char *
read_named(const struct call *c, struct asked *asked)
{
	asked->method = gateway_param(c->gateway, "LATCHKEY_METHOD");
	asked->target = gateway_param(c->gateway, "LATCHKEY_TARGET");
	asked->place = asked->target;
	if (is_repeated(c, "LATCHKEY_METHOD", "LATCHKEY_TARGET"))
		return "LATCHKEY_METHOD or LATCHKEY_TARGET is set twice";
	if (asked->method == NULL || asked->target == NULL)
		return "of LATCHKEY_METHOD and LATCHKEY_TARGET only one is set:"
		    " set both";
	return NULL;
}

/*
 * By a proxy's headers.  X_Forwarded_Uri comes under the same name: of two,
 * one is the client's own.
 */
static const char *
read_forwarded(struct call *c, struct asked *asked)
{
	const struct gateway *g = c->gateway;

	if (!request_by_proxy(c))
		return arena_printf(c->arena, "/check/gate was asked by %s,"
		    " which is none of trusted_proxies; name it there if it is"
		    " your proxy, or set LATCHKEY_METHOD and LATCHKEY_TARGET"
		    " in the web server's location", call_client(c));
	asked->method = gateway_param(g, "HTTP_X_FORWARDED_METHOD");
	asked->target = gateway_param(g, "HTTP_X_FORWARDED_URI");
	asked->place = gateway_param(g, "REQUEST_URI");
	if (asked->method == NULL || asked->target == NULL ||
	    gateway_param(g, "HTTP_X_FORWARDED_FOR") == NULL)
		return "the proxy does not send X-Forwarded-Method,"
		    " X-Forwarded-Uri and X-Forwarded-For; set it up to";
	if (is_repeated(c, "HTTP_X_FORWARDED_METHOD", "HTTP_X_FORWARDED_URI") ||
	    gateway_param_repeated(g, "HTTP_X_FORWARDED_FOR"))
		return "X-Forwarded-Method, X-Forwarded-Uri or X-Forwarded-For"
		    " came twice; let the proxy drop the client's own, also"
		    " those spelled with _";
	return NULL;
}

const char *
asked_read(struct call *c, struct asked *asked)
{
	if (gateway_is_authorizer(c->gateway)) {
		asked->method = c->method;
		asked->target = gateway_param(c->gateway, "REQUEST_URI");
		asked->place = asked->target;
		return NULL;
	}
	asked->told = true;
	if (request_asks_gate(c))
		return read_named(c, asked);
	return read_forwarded(c, asked);
}

/* An escape of what divides a path, of an escape, or without any need. */
static bool
is_trick(char c, bool told)
{
	if ((unsigned char)c < 0x20 || strchr("\x7f\\/", c) != NULL)
		return true;
	return told && (strchr("%.-_", c) != NULL || (c >= '0' && c <= '9') ||
	    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
}

/* The path decoded; NULL when something in it is a trick. */
static const char *
decode_path(struct arena *arena, const char *target, bool told)
{
	size_t n = strcspn(target, "?"), length = 0;
	char *out = arena_alloc(arena, n + 1);

	for (size_t i = 0; i < n; i++) {
		char c = target[i];

		if (c == '%') {
			if (!encode_percent_parse(&c, target + i, n - i) ||
			    is_trick(c, told))
				return NULL;
			i += 2;
		} else if ((unsigned char)c <= 0x20 || strchr("\x7f\\#", c) !=
		    NULL)
			return NULL;
		out[length++] = c;
	}
	/* an overlong form may be decoded to a slash */
	return utf8_valid(out, length) ? out : NULL;
}

/* Some cut a segment at its semicolon. */
static bool
is_dots(const char *segment, size_t n)
{
	const char *cut = memchr(segment, ';', n);

	if (cut != NULL)
		n = (size_t)(cut - segment);
	return (n == 1 && *segment == '.') ||
	    (n == 2 && memcmp(segment, "..", 2) == 0);
}

/* Of two headers some servers make one, with a comma. */
static bool
is_method(const char *text)
{
	return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz-_")] == '\0';
}

bool
asked_is_plain(const struct asked *asked, struct arena *arena)
{
	const char *at;

	if (asked->target == NULL || *asked->target != '/')
		return !asked->told;
	if (!is_method(asked->method))
		return false;
	at = decode_path(arena, asked->target, asked->told);
	if (at == NULL)
		return false;
	while (*at != '\0') {
		size_t n = strcspn(++at, "/");

		if (is_dots(at, n) || (asked->told && n == 0 && *at == '/'))
			return false;
		at += n;
	}
	return true;
}
