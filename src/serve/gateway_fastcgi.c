/* SPDX-License-Identifier: ISC */
/* FastCGI by libfcgi. */

#include <sys/socket.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/clock.h"
#include "serve/wires.h"

#define TICK_MS		500	/* of waiting for a request at a time */
#define IDLE_TICKS	10
#define UNASKED		64	/* requests between looks for signals */
#define STOP_MS		500	/* in which those that wait are answered */

static FCGX_Request request;
static bool polls;	/* before it accepts */

static size_t
read_body(void *out, size_t max)
{
	int got = FCGX_GetStr(out, max > INT_MAX ? INT_MAX : (int)max,
	    request.in);

	return got < 0 ? 0 : (size_t)got;
}

static bool
write_answer(const void *data, size_t n)
{
	return n <= INT_MAX &&
	    FCGX_PutStr(data, (int)n, request.out) == (int)n;
}

/*
 * End the request.  With the input read to its end the connection can be
 * closed at once, without waiting for the web server to close it first: that
 * wait is a third of what a request costs.  It is never kept: nobody else would
 * be answered, nor a signal seen, until the web server has its next request.
 */
static void
finish_request(const struct gateway *g)
{
	char rest[4096];

	if (!g->abandoned) {
		if (!gateway_is_authorizer(g))
			while (FCGX_GetStr(rest, sizeof(rest), request.in) > 0)
				continue;
		request.detached = 1;
	}
	request.keepConnection = 0;
	FCGX_Finish_r(&request);
	request.detached = 0;
}

/*
 * They stay blocked, so that none can come between accepting a request and
 * answering it; whether one waits is looked up.
 */
static void
hold_signals(void)
{
	sigset_t stop;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGUSR1);
	sigprocmask(SIG_BLOCK, &stop, NULL);
}

static bool
must_stop(void)
{
	sigset_t pending;

	sigemptyset(&pending);
	sigpending(&pending);
	return sigismember(&pending, SIGTERM) == 1 ||
	    sigismember(&pending, SIGUSR1) == 1;
}

/* To stop, when nobody waits any more, or too many have kept coming. */
static bool
is_over(void)
{
	static int64_t stop_at;
	struct pollfd listener = { .fd = STDIN_FILENO, .events = POLLIN };

	if (!must_stop())
		return false;
	if (stop_at == 0)
		stop_at = clock_boot() + STOP_MS;
	return clock_boot() >= stop_at || poll(&listener, 1, 0) <= 0;
}

/*
 * Waiting is left to accept, for a while each time: of several processes on
 * one socket it wakes one, and a request costs no call to see that it is there.
 * At a port a connection would inherit the limit, and end at the first pause.
 */
static bool
limit_waiting(void)
{
	const struct timeval tick = { .tv_usec = TICK_MS * 1000 };
	struct sockaddr_storage own = { .ss_family = AF_UNSPEC };
	socklen_t size = sizeof(own);
	int flags = fcntl(STDIN_FILENO, F_GETFL);

	if (flags == -1 || getsockname(STDIN_FILENO, (struct sockaddr *)&own,
	    &size) == -1)
		return false;
	polls = own.ss_family != AF_UNIX;
	if (polls)
		return fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) == 0;
	return fcntl(STDIN_FILENO, F_SETFL, flags & ~O_NONBLOCK) == 0 &&
	    setsockopt(STDIN_FILENO, SOL_SOCKET, SO_RCVTIMEO, &tick,
	    sizeof(tick)) == 0;
}

static int
accept_one(void)
{
	struct pollfd listener = { .fd = STDIN_FILENO, .events = POLLIN };

	if (polls && poll(&listener, 1, TICK_MS) <= 0)
		return -EAGAIN;
	return FCGX_Accept_r(&request);
}

static void
answer_one(void (*answer)(struct gateway *), void (*done)(void))
{
	static const struct wires wires = { read_body, write_answer };
	struct gateway g = { .wires = &wires };

	gateway_params(&g, request.envp);
	answer(&g);
	finish_request(&g);
	done();
}

static int
run_fastcgi(void (*answer)(struct gateway *), void (*done)(void),
    void (*idle)(void))
{
	unsigned taken = 0, ticks = 0;

	hold_signals();
	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, STDIN_FILENO,
	    FCGI_FAIL_ACCEPT_ON_INTR) != 0 || !limit_waiting())
		return 1;
	while (taken++ % UNASKED != 0 || !is_over()) {
		int accepted = accept_one();

		if (accepted == -EAGAIN || accepted == -EINTR) {
			taken = 0;
			if (++ticks % IDLE_TICKS == 0)
				idle();
			continue;
		}
		if (accepted < 0)
			return 1;
		ticks = 0;
		answer_one(answer, done);
	}
	/* from now on the web server must ask another process */
	close(STDIN_FILENO);
	idle();
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
	return gateway_run_cgi(answer, done);
}
