/* SPDX-License-Identifier: ISC */
/* FastCGI by libfcgi. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/clock.h"
#include "serve/wires.h"

#define IDLE_SECONDS	5
#define UNASKED		64	/* requests between looks for signals */
#define STOP_MS		500	/* in which those that wait are answered */

static FCGX_Request request;
static volatile sig_atomic_t stopping;

static void
on_stop(int signo)
{
	(void)signo;
	stopping = 1;
}

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
 * wait is a third of what a request costs.
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
	FCGX_Finish_r(&request);
	request.detached = 0;
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

/* Where a request waits already, ppoll lets no signal in. */
static bool
must_stop(void)
{
	sigset_t pending;

	sigemptyset(&pending);
	sigpending(&pending);
	return stopping || sigismember(&pending, SIGTERM) == 1 ||
	    sigismember(&pending, SIGUSR1) == 1;
}

/*
 * True when a request is waiting; false when we are to stop, and none is, or
 * others have kept coming for too long.
 */
static bool
wait_for_request(const sigset_t *unblocked, void (*idle)(void))
{
	static const struct timespec tick = { .tv_sec = IDLE_SECONDS };
	static const struct timespec now = { .tv_sec = 0 };
	static int64_t stop_at;
	struct pollfd listener = { .fd = STDIN_FILENO, .events = POLLIN };

	for (;;) {
		bool last = must_stop();
		int n;

		if (last && stop_at == 0)
			stop_at = clock_boot() + STOP_MS;
		if (last && clock_boot() >= stop_at)
			return false;
		n = ppoll(&listener, 1, last ? &now : &tick, unblocked);

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
 * accepting a request and answering it.  Under load the next request is there
 * already: it is taken without asking whether it is, most of the time.
 */
static int
run_fastcgi(void (*answer)(struct gateway *), void (*done)(void),
    void (*idle)(void))
{
	static const struct wires wires = { read_body, write_answer };
	sigset_t unblocked;

	install_signals(&unblocked);
	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, STDIN_FILENO,
	    FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return 1;
	/* other processes accept here too: one of us may come too late */
	fcntl(STDIN_FILENO, F_SETFL,
	    fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
	for (size_t taken = 0;; taken = (taken + 1) % UNASKED) {
		struct gateway g = { .wires = &wires };
		int accepted;

		if (taken == 0 && !wait_for_request(&unblocked, idle))
			break;
		accepted = FCGX_Accept_r(&request);
		if (accepted == -EAGAIN || accepted == -EINTR) {
			taken = UNASKED - 1;
			continue;
		}
		if (accepted < 0)
			return 1;
		gateway_params(&g, request.envp);
		answer(&g);
		finish_request(&g);
		done();
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
