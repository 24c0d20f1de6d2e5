/* SPDX-License-Identifier: ISC */
#ifndef CHECK_ISSUE_PRIVATE_H
#define CHECK_ISSUE_PRIVATE_H

/* Giving a key its secret, for issue*.c alone. */

#include "check/issue.h"

/* Make a token of the key's kind, and store its digest. */
enum db_result	 issue_secret(struct db *, struct arena *,
		    const struct keyring *, const struct key *, int64_t now,
		    char token[static TOKEN_TEXT]);

#endif
