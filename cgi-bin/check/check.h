/* SPDX-License-Identifier: ISC */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

/* The parts of the check resource. */

#include "serve/serve.h"

/* A FastCGI authorizer's request, or one for /check/gate. */
enum problem	 gate_answer(struct call *);

/* The request that a gate is asked about, as the client wrote it. */
struct asked {
	const char	*method;
	const char	*target;
	const char	*place;		/* where LATCHKEY_REQUIRE belongs */
	bool		 told;		/* by another than who serves it */
};

/* NULL, or what to mend in the web server's configuration: a sentence. */
const char	*asked_read(struct call *, struct asked *);

/*
 * Is there one way only to read method and path?  Of a request that we are
 * told of, the place, and with it what is required, may have been chosen by
 * the text of the path: there a needless escape or an empty segment is too
 * much already.
 */
bool		 asked_is_plain(const struct asked *, struct arena *);

/* Handlers of introspect.c. */
enum problem	 introspect_read(struct call *);
enum problem	 introspect_show(struct call *);

#endif
