/* SPDX-License-Identifier: ISC */
#ifndef SERVE_REQUEST_H
#define SERVE_REQUEST_H

/* What a request says about itself: who sent it, how, and with what. */

#include "auth/credential.h"
#include "http/origin.h"
#include "serve/serve.h"

/* The client's address, as far as trusted proxies can be believed. */
void	 request_address(struct call *);

/* Is the peer a trusted proxy? */
bool	 request_by_proxy(const struct call *);

/* Does a web server say in it which request it asks a gate about? */
bool	 request_asks_gate(const struct call *);

/* Did it come by HTTPS, or by what the settings let count as that? */
bool	 request_is_secure(const struct call *);

/* The Authorization header and, if cookies count here, the session cookie. */
void	 request_credential(struct call *, struct credential *, bool cookies);

/* What a browser says. */
struct origin	 request_origin(const struct call *);

/*
 * Read the body into the call.  PROBLEM_TOO_LARGE before a byte is read when
 * its length says so, PROBLEM_MALFORMED when it is shorter than it says.
 */
enum problem	 request_body(struct call *);

#endif
