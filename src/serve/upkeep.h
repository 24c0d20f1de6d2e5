/* SPDX-License-Identifier: ISC */
#ifndef SERVE_UPKEEP_H
#define SERVE_UPKEEP_H

/*
 * What is to be done now and then: writing what was counted, sealing the
 * trail.
 */

#include "serve/serve.h"

/*
 * Before a request: may this program answer it, or is something due that it
 * cannot do?
 */
void	 upkeep_look(const struct site *);

/* After an answer, or when nobody asks. */
void	 upkeep_do(struct site *);

#endif
