/* SPDX-License-Identifier: ISC */
#ifndef SERVE_CALLER_H
#define SERVE_CALLER_H

/* Who calls, and may he? */

#include "serve/serve.h"

/* Read the credential, refuse other sites' pages, and judge. */
enum problem	 caller_authenticate(struct call *);

/*
 * Find out about the credential anew and decide by the call's route; inside
 * db_run.  Nothing for public routes.
 */
enum problem	 caller_judge(struct call *);

#endif
