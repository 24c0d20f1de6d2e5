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

/* Bytes of the name in "NAME=value". */
static size_t
measure_name(const char *param)
{
	const char *end = strchr(param, '=');

	return end == NULL ? 0 : (size_t)(end - param);
}

/* Of a name: one bit of all marks. */
static uint8_t
mark_of(const char *name, size_t n)
{
	return n == 0 ? 0 : (uint8_t)(37 * n + (uint8_t)name[n - 1]);
}

/*
 * Most of some thirty that are asked for are not there, which their marks tell;
 * the others are told apart by their lengths.
 */
void
gateway_params(struct gateway *g, char **params)
{
	g->params = params;
	for (size_t i = 0; params[i] != NULL; i++) {
		size_t n = measure_name(params[i]);
		uint8_t mark = mark_of(params[i], n);

		g->marks[mark / 64] |= UINT64_C(1) << mark % 64;
		if (i < GATEWAY_MEASURED)
			g->length[i] = n > UINT8_MAX ? 0 : (uint8_t)n;
	}
}

/* The value of the first from *index on, or NULL. */
static const char *
find_param(const struct gateway *g, const char *name, size_t *index)
{
	size_t n = strlen(name);
	uint8_t mark = mark_of(name, n);

	if ((g->marks[mark / 64] >> mark % 64 & 1) == 0)
		return NULL;
	for (; g->params[*index] != NULL; (*index)++) {
		const char *param = g->params[*index];

		if ((*index < GATEWAY_MEASURED ? g->length[*index] :
		    measure_name(param)) == n && memcmp(param, name, n) == 0)
			return param + n + 1;
	}
	return NULL;
}

const char *
gateway_param(const struct gateway *g, const char *name)
{
	size_t index = 0;
	const char *value = find_param(g, name, &index);

	return value == NULL || *value == '\0' ? NULL : value;
}

bool
gateway_param_empty(const struct gateway *g, const char *name)
{
	size_t index = 0;
	const char *value = find_param(g, name, &index);

	return value != NULL && *value == '\0';
}

bool
gateway_param_repeated(const struct gateway *g, const char *name)
{
	size_t index = 0;

	if (find_param(g, name, &index) == NULL)
		return false;
	index++;
	return find_param(g, name, &index) != NULL;
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
	char **params;

	params = environment_take();
	if (params == NULL)
		return 1;
	gateway_params(&g, params);
	signal(SIGPIPE, SIG_IGN);
	answer(&g);
	drain_stdin();
	close(STDOUT_FILENO);
	done();
	return 0;
}
