/* SPDX-License-Identifier: ISC */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* Times are milliseconds of UTC since 1970; texts are RFC 3339 in UTC. */

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_TEXT	25	/* 2026-11-22T10:00:00.000Z and its NUL */

int64_t	 clock_now(void);

/* Milliseconds since boot, suspended time included: for ages and deadlines. */
int64_t	 clock_boot(void);

void	 clock_format(char out[static CLOCK_TEXT], int64_t ms);

/* Z only, seconds required, up to six decimals (the rest is cut to ms). */
bool	 clock_parse(const char *text, int64_t *ms);

#endif
