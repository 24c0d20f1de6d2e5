/* SPDX-License-Identifier: ISC */
#ifndef SERVE_GATEWAY_H
#define SERVE_GATEWAY_H

/*
 * The wires of a request: FastCGI or plain CGI, told apart at run time.  A
 * process answers one request at a time; stopping it (SIGTERM, SIGUSR1) never
 * loses one that was begun.
 */

#include <stdbool.h>
#include <stddef.h>

struct gateway;

/*
 * Answer requests until told to stop; as CGI, just one.  start, unless NULL,
 * is called before the first request, but not as CGI; answer must write a
 * whole reply; idle is called every few seconds without a request, done once
 * after every reply that has left (as CGI too).  Returns the exit status.
 */
int	 gateway_run(void (*start)(void), void (*answer)(struct gateway *),
	    void (*done)(void), void (*idle)(void));

/* A variable of the request; NULL when absent or empty. */
const char	*gateway_param(const struct gateway *, const char *name);

/* Is it there, and empty? */
bool		 gateway_param_empty(const struct gateway *, const char *name);

/* Is it there more than once? */
bool		 gateway_param_repeated(const struct gateway *,
		    const char *name);

/* Is the program asked as a FastCGI authorizer? */
bool		 gateway_is_authorizer(const struct gateway *);

/*
 * Read up to max bytes of the body; returns how many, fewer only at its end.
 * Never call it as an authorizer: the server sends no end of body then.
 */
size_t		 gateway_read(struct gateway *, void *out, size_t max);

/* Leave the rest of the body unread (it is too large). */
void		 gateway_abandon(struct gateway *);

/* False when the peer is gone. */
bool		 gateway_write(struct gateway *, const void *, size_t n);

#endif
