/* SPDX-License-Identifier: ISC */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

/*
 * Everything that can go wrong, as a client is told it: RFC 9457 members, and
 * beside them errors[] and msg for the clients of the products whose manners
 * are spoken.
 */

#include <stddef.h>

#include "http/json.h"

enum problem {
	PROBLEM_NONE,
	PROBLEM_MALFORMED,		/* 400: not HTTP, JSON or a form */
	PROBLEM_GRANT,			/* 400: OAuth: no such grant */
	PROBLEM_SCOPE,			/* 400: OAuth: not held, or unknown */
	PROBLEM_CLIENT,			/* 400: OAuth: this client may not */
	PROBLEM_TOKEN_TYPE,		/* 400: OAuth: ended elsewhere */
	PROBLEM_UNAUTHENTICATED,	/* 401 */
	PROBLEM_LOGIN,			/* 401: name and password differ */
	PROBLEM_FORBIDDEN,		/* 403: lacks a permission */
	PROBLEM_NOT_COVERED,		/* 403: would obtain more than it has */
	PROBLEM_HTTPS,			/* 403: plain HTTP */
	PROBLEM_CROSS_ORIGIN,		/* 403: another site asks */
	PROBLEM_NOT_FOUND,		/* 404 */
	PROBLEM_METHOD,			/* 405 */
	PROBLEM_CONFLICT,		/* 409: a name is taken */
	PROBLEM_STATE,			/* 409: not possible as things stand */
	PROBLEM_PRECONDITION,		/* 412 */
	PROBLEM_TOO_LARGE,		/* 413 */
	PROBLEM_MEDIA_TYPE,		/* 415 */
	PROBLEM_INVALID_FIELD,		/* 422 */
	PROBLEM_REPLAY,			/* 422: key of another request */
	PROBLEM_RATE,			/* 429 */
	PROBLEM_MISCONFIGURED,		/* 500: a gate says no requirement */
	PROBLEM_UNAVAILABLE,		/* 503 */
	PROBLEM_BUSY,			/* 503: logins only: all slots taken */
	PROBLEM__MAX
};

/*
 * Whose clients a route speaks to: decides statuses and some words, not the
 * body's form.
 */
enum manner {
	MANNER_OWN,
	MANNER_AUTHENTISE,
	MANNER_LOCCUS,
	MANNER_TILLHUB,
	MANNER_BITSIGHT,
	MANNER_CUTOVER,
	MANNER_OAUTH,
	MANNER__MAX
};

struct problem_type {
	int		 status;
	const char	*slug;		/* "urn:latchkey:problem:" slug */
	const char	*title;
};

extern const struct problem_type problem_types[PROBLEM__MAX];

#define PROBLEM_FAULTS	8

/* What goes into one answer; texts are ours, never the client's. */
struct problem_fault {
	const char	*pointer;	/* JSON pointer to it, or NULL */
	const char	*detail;
};

struct problem_detail {
	const char	*detail;	/* one sentence, or NULL */
	const char	*code;		/* a finer word than slug, or NULL */
	struct problem_fault faults[PROBLEM_FAULTS];
	size_t		 nfaults;
	const char	*request;	/* the request's id */
};

/* The status in that manner: the table's, or the product's own. */
int	 problem_status(enum problem, enum manner);

/* The media type of the document: RFC 6749 5.2 knows only one. */
const char *problem_media_type(enum manner);

/*
 * Write the whole document, an object:
 *	type, title, status, detail?, instance (urn:uuid: request id), msg,
 *	errors: [{title, detail, code, pointer?}], at least one;
 * for OAuth also error and error_description.
 */
void	 problem_put(struct json *, enum problem, enum manner,
	    const struct problem_detail *);

#endif
