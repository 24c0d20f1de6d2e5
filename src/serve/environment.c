/* SPDX-License-Identifier: ISC */
/* A CGI program's environment, and what must not stay in it. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/nitems.h"

#include "serve/environment.h"

/* Variables that may hold a secret, which others could read in /proc. */
static const char *const secrets[] = {
	"HTTP_AUTHORIZATION", "HTTP_PROXY_AUTHORIZATION", "HTTP_COOKIE",
	"HTTP_IDEMPOTENCY_KEY", "HTTP_REFERER", "HTTP_X_API_KEY",
	"HTTP_X_FORWARDED_URI", "HTTP_X_ORIGINAL_URI", "HTTP_X_ORIGINAL_URL",
	"LATCHKEY_TARGET", "QUERY_STRING", "REQUEST_URI", "URL",
};

static char **taken;

static bool
is_secret(const char *param)
{
	while (strncmp(param, "REDIRECT_", 9) == 0)
		param += 9;
	for (size_t i = 0; i < NITEMS(secrets); i++) {
		size_t n = strlen(secrets[i]);

		if (strncmp(param, secrets[i], n) == 0 && param[n] == '=')
			return true;
	}
	return false;
}

char **
environment_take(void)
{
	size_t n = 0, size = sizeof(char *);
	char **copy, *text;

	for (; environ[n] != NULL; n++)
		size += sizeof(char *) + strlen(environ[n]) + 1;
	copy = calloc(1, size);
	if (copy == NULL)
		return NULL;
	text = (char *)(copy + n + 1);
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(environ[i]) + 1;

		copy[i] = memcpy(text, environ[i], length);
		text += length;
		if (is_secret(environ[i])) {
			char *value = strchr(environ[i], '=') + 1;

			crypto_wipe(value, strlen(value));
		}
	}
	taken = copy;
	return copy;
}

char **
environment_whole(void)
{
	return taken != NULL ? taken : environ;
}
