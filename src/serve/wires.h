/* SPDX-License-Identifier: ISC */
#ifndef SERVE_WIRES_H
#define SERVE_WIRES_H

/* For the gateways alone: what FastCGI and plain CGI share. */

#include <stdint.h>

#include "serve/gateway.h"

/* Variables that can be told apart quickly; the others are found as well. */
#define GATEWAY_MEASURED	128
#define GATEWAY_MARKS		4

struct wires {
	size_t	(*read)(void *out, size_t max);
	bool	(*write)(const void *, size_t n);
};

struct gateway {
	const struct wires *wires;
	char		**params;	/* "NAME=value", and NULL */
	uint8_t		 length[GATEWAY_MEASURED];	/* of their names */
	uint64_t	 marks[GATEWAY_MARKS];	/* which may be there */
	bool		 abandoned;
};

/* These are the request's; they are kept. */
void	 gateway_params(struct gateway *, char **params);

/* The one request of a CGI program. */
int	 gateway_run_cgi(void (*answer)(struct gateway *), void (*done)(void));

#endif
