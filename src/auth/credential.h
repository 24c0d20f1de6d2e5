/* SPDX-License-Identifier: ISC */
#ifndef AUTH_CREDENTIAL_H
#define AUTH_CREDENTIAL_H

/* What a request presents, before anybody knows whether it is any good. */

#include <stdbool.h>

#include "base/arena.h"

enum credential_form {
	CREDENTIAL_NONE,
	CREDENTIAL_MALFORMED,
	CREDENTIAL_BEARER,	/* RFC 6750 2.1 */
	CREDENTIAL_BASIC,	/* RFC 7617 */
	CREDENTIAL_COOKIE,	/* the cookie named session */
	CREDENTIAL_HEADER,	/* X-API-Key, where the operator allows it */
};

struct credential {
	enum credential_form form;
	const char	*user;	/* Basic: before the first colon; else NULL */
	const char	*text;	/* Basic: behind it; else the token */
	const char	*issuer; /* of JSON web tokens; NULL: all of ours */
};

/*
 * Read the value of Authorization (NULL: absent).  One value only: anything
 * with a second one, blanks in a row, base64 that is not canonical, control
 * bytes or bytes that are not UTF-8 is malformed.  Schemes in any case.
 */
void	 credential_parse(struct credential *, struct arena *,
	    const char *authorization);

/*
 * Read the cookie named session from the value of Cookie (NULL: absent).  Of
 * several the first counts: browsers send the longest path first (RFC 6265
 * 5.4).
 */
void	 credential_from_cookie(struct credential *, struct arena *,
	    const char *cookie);

#endif
