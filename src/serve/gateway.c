/* SPDX-License-Identifier: ISC */
/* The variables of a request, and plain CGI. */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "serve/environment.h"

#include "serve/wires.h"

#define DRAIN_MS	1000

/* The value in "NAME=value", or NULL of another name. */
static const char *
skip_name(const char *param, const char *name)
{
	while (*name != '\0' && *param == *name) {
		param++;
		name++;
	}
	return *name == '\0' && *param == '=' ? param + 1 : NULL;
}

static const char *
find_param(char **params, const char *name, size_t *index)
{
	for (; params[*index] != NULL; (*index)++) {
		const char *value = skip_name(params[*index], name);

		if (value != NULL)
			return value;
	}
	return NULL;
}

const char *
gateway_param(const struct gateway *g, const char *name)
{
	size_t index = 0;
	const char *value = find_param(g->params, name, &index);

	return value == NULL || *value == '\0' ? NULL : value;
}

bool
gateway_param_empty(const struct gateway *g, const char *name)
{
	size_t index = 0;
	const char *value = find_param(g->params, name, &index);

	return value != NULL && *value == '\0';
}

bool
gateway_param_repeated(const struct gateway *g, const char *name)
{
	size_t index = 0;

	if (find_param(g->params, name, &index) == NULL)
		return false;
	index++;
	return find_param(g->params, name, &index) != NULL;
}

bool
gateway_is_authorizer(const struct gateway *g)
{
	const char *role = gateway_param(g, "FCGI_ROLE");

	return role != NULL && strcmp(role, "AUTHORIZER") == 0;
}

static size_t
read_body(void *out, size_t max)
{
	size_t n = 0;

	while (n < max) {
		ssize_t got = read(STDIN_FILENO, (char *)out + n, max - n);

		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return n;
}

static bool
write_answer(const void *data, size_t n)
{
	const char *at = data;

	while (n > 0) {
		ssize_t put = write(STDOUT_FILENO, at, n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		n -= (size_t)put;
	}
	return true;
}

size_t
gateway_read(struct gateway *g, void *out, size_t max)
{
	return g->wires->read(out, max);
}

bool
gateway_write(struct gateway *g, const void *data, size_t n)
{
	return g->wires->write(data, n);
}

void
gateway_abandon(struct gateway *g)
{
	g->abandoned = true;
}

/* Under mod_cgid a body left unread costs the answer: one socket for both. */
static void
drain_stdin(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char rest[4096];

	while (poll(&in, 1, DRAIN_MS) > 0 &&
	    read(STDIN_FILENO, rest, sizeof(rest)) > 0)
		continue;
}

int
gateway_run_cgi(void (*answer)(struct gateway *), void (*done)(void))
{
	static const struct wires wires = { read_body, write_answer };
	static struct gateway g = { .wires = &wires };

	g.params = environment_take();
	if (g.params == NULL)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	answer(&g);
	drain_stdin();
	close(STDOUT_FILENO);
	done();
	return 0;
}
