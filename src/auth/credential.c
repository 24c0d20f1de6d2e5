/* SPDX-License-Identifier: ISC */
/* Reading Authorization and Cookie. */

#include <string.h>
#include <strings.h>

#include "base/encode.h"
#include "base/utf8.h"

#include "auth/credential.h"

#define CREDENTIAL_LENGTH	4096	/* longer ones are malformed */

static const char token68[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";

/* 1*token68 *"=", RFC 6750 2.1. */
static bool
is_token68(const char *text)
{
	size_t n = strspn(text, token68);

	return n > 0 && text[n + strspn(text + n, "=")] == '\0';
}

/* base64(user ":" password), RFC 7617 2. */
static bool
parse_basic(struct credential *c, struct arena *arena, const char *text)
{
	size_t length = strlen(text), n;
	char *pair = arena_alloc(arena, length + 1);
	char *colon;

	if (!encode_base64_parse((uint8_t *)pair, length, &n, text, length) ||
	    !utf8_valid(pair, n) || utf8_has_control(pair, n))
		return false;
	pair[n] = '\0';
	colon = strchr(pair, ':');
	if (colon == NULL)
		return false;
	*colon = '\0';
	c->form = CREDENTIAL_BASIC;
	c->user = pair;
	c->text = colon + 1;
	return true;
}

static bool
parse_value(struct credential *c, struct arena *arena, const char *value)
{
	size_t scheme = strcspn(value, " ");
	const char *text = value + scheme + 1;

	if (strlen(value) > CREDENTIAL_LENGTH || value[scheme] != ' ')
		return false;
	if (scheme == 6 && strncasecmp(value, "Bearer", 6) == 0) {
		if (!is_token68(text))
			return false;
		c->form = CREDENTIAL_BEARER;
		c->text = arena_copy(arena, text, strlen(text));
		return true;
	}
	if (scheme == 5 && strncasecmp(value, "Basic", 5) == 0)
		return parse_basic(c, arena, text);
	return false;
}

void
credential_parse(struct credential *c, struct arena *arena,
    const char *authorization)
{
	*c = (struct credential){ .form = CREDENTIAL_NONE };
	if (authorization != NULL && !parse_value(c, arena, authorization))
		*c = (struct credential){ .form = CREDENTIAL_MALFORMED };
}

void
credential_from_cookie(struct credential *c, struct arena *arena,
    const char *cookie)
{
	static const char name[] = "session=";

	*c = (struct credential){ .form = CREDENTIAL_NONE };
	while (cookie != NULL && *cookie != '\0') {
		size_t n = strcspn(cookie, ";");

		if (strncmp(cookie, name, sizeof(name) - 1) == 0) {
			c->form = CREDENTIAL_COOKIE;
			c->text = arena_copy(arena, cookie + sizeof(name) - 1,
			    n - (sizeof(name) - 1));
			return;
		}
		cookie += n;
		cookie += strspn(cookie, "; ");
	}
}
