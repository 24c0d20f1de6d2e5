/* SPDX-License-Identifier: ISC */
/* FastCGI by libfcgi, and plain CGI. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "serve/environment.h"

#include "serve/gateway.h"

#define IDLE_SECONDS	5
#define DRAIN_MS	1000

struct gateway {
	FCGX_Request	*fcgi;		/* NULL: plain CGI */
	char		**params;
	bool		 abandoned;
};

static volatile sig_atomic_t stopping;

static void
on_stop(int signo)
{
	(void)signo;
	stopping = 1;
}

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
read_stdin(void *out, size_t max)
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

size_t
gateway_read(struct gateway *g, void *out, size_t max)
{
	int got;

	if (g->fcgi == NULL)
		return read_stdin(out, max);
	got = FCGX_GetStr(out, max > INT_MAX ? INT_MAX : (int)max,
	    g->fcgi->in);
	return got < 0 ? 0 : (size_t)got;
}

void
gateway_abandon(struct gateway *g)
{
	g->abandoned = true;
}

bool
gateway_write(struct gateway *g, const void *data, size_t n)
{
	const char *at = data;

	if (g->fcgi != NULL)
		return n <= INT_MAX &&
		    FCGX_PutStr(data, (int)n, g->fcgi->out) == (int)n;
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

/*
 * End the request.  With the input read to its end the connection can be
 * closed at once, without waiting for the web server to close it first: that
 * wait is a third of what a request costs.
 */
static void
finish_request(struct gateway *g)
{
	char rest[4096];

	if (!g->abandoned) {
		if (!gateway_is_authorizer(g))
			while (FCGX_GetStr(rest, sizeof(rest), g->fcgi->in) > 0)
				continue;
		g->fcgi->detached = 1;
	}
	FCGX_Finish_r(g->fcgi);
	g->fcgi->detached = 0;
}

static void
install_signals(sigset_t *unblocked)
{
	struct sigaction stop = { .sa_handler = on_stop };
	sigset_t blocked;

	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGUSR1, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, unblocked);
}

/* True when a request is waiting; false when none is and we are to stop. */
static bool
wait_for_request(const sigset_t *unblocked, void (*idle)(void))
{
	static const struct timespec tick = { .tv_sec = IDLE_SECONDS };
	static const struct timespec now = { .tv_sec = 0 };
	struct pollfd listener = { .fd = STDIN_FILENO, .events = POLLIN };

	for (;;) {
		bool last = stopping;
		int n = ppoll(&listener, 1, last ? &now : &tick, unblocked);

		if (n > 0)
			return true;
		if (n == 0 && last)
			return false;
		if (n == 0)
			idle();
	}
}

/*
 * The signals are let in only while waiting, so that none can come between
 * accepting a request and answering it.
 */
static int
run_fastcgi(void (*answer)(struct gateway *), void (*done)(void),
    void (*idle)(void))
{
	FCGX_Request request;
	sigset_t unblocked;

	install_signals(&unblocked);
	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, STDIN_FILENO,
	    FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return 1;
	/* other processes accept here too: one of us may come too late */
	fcntl(STDIN_FILENO, F_SETFL,
	    fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
	while (wait_for_request(&unblocked, idle)) {
		struct gateway g = { .fcgi = &request };
		int accepted = FCGX_Accept_r(&request);

		if (accepted == -EAGAIN || accepted == -EINTR)
			continue;
		if (accepted < 0)
			return 1;
		g.params = request.envp;
		answer(&g);
		finish_request(&g);
		done();
	}
	/* from now on the web server must ask another process */
	close(STDIN_FILENO);
	idle();
	return 0;
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

static int
run_cgi(void (*answer)(struct gateway *), void (*done)(void))
{
	static struct gateway g;

	g.params = environment_take();
	if (g.params == NULL)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	answer(&g);
	drain_stdin();
	fflush(stdout);
	close(STDOUT_FILENO);
	done();
	return 0;
}

int
gateway_run(void (*start)(void), void (*answer)(struct gateway *),
    void (*done)(void), void (*idle)(void))
{
	if (!FCGX_IsCGI()) {
		if (start != NULL)
			start();
		return run_fastcgi(answer, done, idle);
	}
	if (getenv("GATEWAY_INTERFACE") == NULL) {
		fputs("latchkey: this program answers a web server, by FastCGI"
		    " or CGI; see README.md\n", stderr);
		return 2;
	}
	return run_cgi(answer, done);
}
