/* SPDX-License-Identifier: ISC */
/* In the place of libfcgi: plain CGI, and no request that has a body. */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "quick/hand_over.h"
#include "serve/wires.h"

static bool
is_one_of(const char *name, const char *const words[static 2])
{
	const char *value = getenv(name);

	return value != NULL && (strcmp(value, words[0]) == 0 ||
	    strcmp(value, words[1]) == 0);
}

/* A body that was read could not be handed over. */
static bool
has_body(void)
{
	static const char *const none[] = { "", "0" };

	return getenv("HTTP_TRANSFER_ENCODING") != NULL ||
	    (getenv("CONTENT_LENGTH") != NULL &&
	    !is_one_of("CONTENT_LENGTH", none));
}

int
gateway_run(void (*start)(void), void (*answer)(struct gateway *),
    void (*done)(void), void (*idle)(void))
{
	static const char *const methods[] = { "GET", "HEAD" };

	(void)start;
	(void)idle;
	if (getenv("GATEWAY_INTERFACE") == NULL || has_body() ||
	    !is_one_of("REQUEST_METHOD", methods))
		hand_over();
	return gateway_run_cgi(answer, done);
}
