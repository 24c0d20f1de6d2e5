/* SPDX-License-Identifier: ISC */
#ifndef SERVE_ROUTING_H
#define SERVE_ROUTING_H

/* Finding the route of a request in a resource's table. */

#include "serve/serve.h"

/*
 * Set the call's route, manner, prefix and ids.  PROBLEM_NOT_FOUND when no
 * pattern fits, PROBLEM_METHOD (with call->allow) when one does for another
 * method; the manner is then that of a pattern which fits but for its ids or
 * its method, if there is one.  HEAD finds GET.
 */
enum problem	 routing_find(struct call *, const struct resource *);

/*
 * Print the table for the generator of routing files, a line each:
 * method, pattern, manner, "base" or "alias", separated by tabs.
 */
void		 routing_print(const struct resource *);

#endif
