/* SPDX-License-Identifier: ISC */
#ifndef SERVE_ENVIRONMENT_H
#define SERVE_ENVIRONMENT_H

/*
 * A copy of the environment, pointers and texts in one piece on the heap, or
 * NULL without memory.  What may hold a secret is wiped from the original.
 */
char	**environment_take(void);

/* The environment as it was at first, taken or not. */
char	**environment_whole(void);

#endif
