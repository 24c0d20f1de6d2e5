/* SPDX-License-Identifier: ISC */
#ifndef SERVE_REPLY_H
#define SERVE_REPLY_H

/* The one place that writes to the client. */

#include "serve/serve.h"

/* The call's answer, or instead of it the problem. */
void	 reply_send(struct call *, enum problem);

/* An answer kept for a replay: its status, location and body. */
void	 reply_replayed(struct call *, int status, const char *location,
	    const char *body, size_t n);

/*
 * As a gate: let the request through, with the given variables for the
 * application ("A_NAME", "value", ..., NULL); other than to an authorizer's
 * server they are headers (A-Name).  False, with nothing written, when one of
 * them cannot be told: less of them could mean more to an application.
 */
bool	 reply_allow(struct call *, const char *const *variables);

#endif
