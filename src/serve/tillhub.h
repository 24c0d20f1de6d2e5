/* SPDX-License-Identifier: ISC */
#ifndef SERVE_TILLHUB_H
#define SERVE_TILLHUB_H

/*
 * What answers have in common that Tillhub's clients know: an envelope, and
 * users of an account ("sub-users").  More than one resource speaks so.
 */

#include "serve/serve.h"
#include "store/user.h"

struct tillhub_user {
	struct user	 user;
	const char	*role;		/* one word for all that he has */
};

enum problem	 tillhub_load(struct call *, const struct uuid *account,
		    const struct uuid *id, struct tillhub_user *);

/*
 * Open the answer's object: status (the call's), msg and request.  The caller
 * writes the rest and ends it.
 */
void		 tillhub_open(struct call *, const char *msg);

/*
 * With a key of his.  Every member is there: null when it is not set, or does
 * not exist here, as scopes of a user do not.  Where users are results, their
 * times are objects.
 */
void		 tillhub_put_user(struct call *, const char *member,
		    const struct tillhub_user *, const char *api_key,
		    bool is_result);

#endif
