/* SPDX-License-Identifier: ISC */
#ifndef SERVE_WIRES_H
#define SERVE_WIRES_H

/* For the gateways alone: what FastCGI and plain CGI share. */

#include "serve/gateway.h"

struct wires {
	size_t	(*read)(void *out, size_t max);
	bool	(*write)(const void *, size_t n);
};

struct gateway {
	const struct wires *wires;
	char		**params;	/* "NAME=value", and NULL */
	bool		 abandoned;
};

/* The one request of a CGI program. */
int	 gateway_run_cgi(void (*answer)(struct gateway *), void (*done)(void));

#endif
