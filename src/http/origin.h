/* SPDX-License-Identifier: ISC */
#ifndef HTTP_ORIGIN_H
#define HTTP_ORIGIN_H

/* What a browser says about who asks, and what is answered to it. */

#include <stdbool.h>

struct config;

/* The request headers that matter here; NULL when absent. */
struct origin {
	const char	*origin;	/* Origin */
	const char	*host;		/* Host */
	const char	*fetch_site;	/* Sec-Fetch-Site */
	const char	*fetch_mode;	/* Sec-Fetch-Mode */
};

/* Is the Origin one of those configured for CORS? */
bool	 origin_allowed(const struct origin *, const struct config *);

/*
 * True when a browser marks the request as coming from another site: its
 * Sec-Fetch-Site is neither same-origin nor none, or its Origin names another
 * host than Host; a configured origin is never cross.
 */
bool	 origin_is_cross(const struct origin *, const struct config *);

/* True when a Basic challenge would open a login box over a page's fetch. */
bool	 origin_is_fetch(const struct origin *);

#endif
