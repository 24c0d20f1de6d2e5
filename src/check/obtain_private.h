/* SPDX-License-Identifier: ISC */
#ifndef CHECK_OBTAIN_PRIVATE_H
#define CHECK_OBTAIN_PRIVATE_H

/* What a maker has, for obtain*.c alone. */

#include "check/obtain.h"

/* A password session counts as its user: it has no end (0) of its own. */
int64_t	 obtain_end(const struct maker *);

bool	 obtain_covers(const struct maker *, const struct rights *wanted);

#endif
