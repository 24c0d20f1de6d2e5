/* SPDX-License-Identifier: ISC */
#ifndef SERVE_CHALLENGE_H
#define SERVE_CHALLENGE_H

/*
 * What WWW-Authenticate says of a refusal: how to come back, and to whoever
 * presented a real secret the reason.
 */

#include "serve/serve.h"

/* Its values; NULL for none. */
struct challenge {
	const char	*basic;
	const char	*bearer;
};

void	 challenge_make(struct challenge *, const struct call *, int status);

#endif
