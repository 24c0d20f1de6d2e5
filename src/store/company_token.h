/* SPDX-License-Identifier: ISC */
#ifndef STORE_COMPANY_TOKEN_H
#define STORE_COMPANY_TOKEN_H

/*
 * Company tokens as their list shows them: those not revoked, who made them,
 * and for which part of the account.
 */

#include "store/db.h"

struct company_token {
	struct uuid	 id;
	const char	*description;
	const char	*hint;		/* the token's last four characters */
	int64_t		 created_at;
	const char	*creator;	/* his name, be he gone; or NULL */
	const char	*group;		/* the workspace's name; NULL: all */
};

/* kind is that of company tokens, see check/kind.h. */
enum db_result	 company_token_get(struct db *, struct arena *,
		    const struct uuid *account, uint8_t kind,
		    const struct uuid *id, struct company_token *);

/* By id, after the given one (zero: from the start). */
enum db_result	 company_token_page(struct db *, struct arena *,
		    const struct uuid *account, uint8_t kind,
		    const struct uuid *after, struct company_token *,
		    size_t max, size_t *n);

#endif
