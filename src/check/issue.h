/* SPDX-License-Identifier: ISC */
#ifndef CHECK_ISSUE_H
#define CHECK_ISSUE_H

/*
 * Making and ending keys, of every kind, for every door: the one code path.
 * Both run inside a mutation.
 */

#include "auth/token.h"
#include "check/obtain.h"
#include "store/key.h"

enum issue_result {
	ISSUE_OK,
	ISSUE_DB,		/* see db */
	ISSUE_NO_USER,		/* no such user in the account */
	ISSUE_INACTIVE,		/* he is blocked or not verified */
	ISSUE_KIND,		/* he lacks what the kind needs */
	ISSUE_NOT_COVERED,
	ISSUE_PAST,		/* the end asked for is not in the future */
};

struct issue {
	enum kind	 kind;
	struct uuid	 account_id;
	struct uuid	 user_id;
	const char	*label;
	const char	*handle;	/* or NULL */
	struct wish	 wish;

	/* what came of it */
	enum db_result	 db;
	struct key	 key;
	struct user	 owner;
	char		 token[TOKEN_TEXT];
};

enum issue_result issue_key(struct issue *, struct db *, struct arena *,
		    const struct keyring *, const struct maker *);

#endif
