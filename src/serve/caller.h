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

#endif
