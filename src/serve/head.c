/* SPDX-License-Identifier: ISC */
/* The lines of a head. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/nitems.h"
#include "base/utf8.h"

#include "serve/head.h"

static void
put_raw(struct head *h, const char *text, size_t n)
{
	assert(h->n + n < sizeof(h->text));
	memcpy(h->text + h->n, text, n);
	h->n += n;
}

bool
head_put_prefixed(struct head *h, const char *prefix, const char *name,
    const char *value)
{
	size_t nprefix = strlen(prefix), nname = strlen(name), n;

	if (value == NULL)
		return true;
	n = strlen(value);
	if (h->n + nprefix + nname + n + 16 >= sizeof(h->text) ||
	    utf8_has_control(value, n)) {
		log_line(LOG_ERROR, "header %s%s was left out: too long, or a"
		    " control byte in it", prefix, name);
		return false;
	}
	put_raw(h, prefix, nprefix);
	put_raw(h, name, nname);
	put_raw(h, ": ", 2);
	put_raw(h, value, n);
	put_raw(h, "\r\n", 2);
	return true;
}

void
head_put(struct head *h, const char *name, const char *value)
{
	head_put_prefixed(h, "", name, value);
}

void
head_put_number(struct head *h, const char *name, int64_t value)
{
	char text[24], *at = text + sizeof(text) - 1;

	*at = '\0';
	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	head_put(h, name, at);
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

void
head_begin(struct head *h, int status)
{
	h->n = 0;
	head_put(h, "Status", describe_status(status));
}

void
head_end(struct head *h)
{
	put_raw(h, "\r\n", 2);
}
