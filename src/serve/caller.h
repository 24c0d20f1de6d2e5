/* SPDX-License-Identifier: ISC */
#ifndef SERVE_CALLER_H
#define SERVE_CALLER_H

/* Who calls, and may he? */

#include "serve/serve.h"

/* Read the credential, refuse other sites' pages, and judge. */
enum problem	 caller_authenticate(struct call *);

/*
 * In the transaction of a change: judge anew, with the caller's user locked.
 * Whatever takes something from him locks him too, so it is either seen here
 * or answered only after this change is there to be seen.
 */
enum problem	 caller_hold(struct call *);

/*
 * Find out about the credential anew and decide by the call's route; inside
 * db_run.  Nothing for public routes.
 */
enum problem	 caller_judge(struct call *);

/* Was the caller let in by what the cache said, and has ended since? */
bool		 caller_is_ended(enum problem);

/*
 * Before a caller is refused a change; gives the problem.  Whoever ended
 * himself and was killed before he could tell is a stranger when he repeats it,
 * unless this host knows him still: then the work tells.
 */
enum problem	 caller_refuse(struct call *, enum problem);

#endif
