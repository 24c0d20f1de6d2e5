/* SPDX-License-Identifier: ISC */
#ifndef CHECK_REQUIREMENT_H
#define CHECK_REQUIREMENT_H

/*
 * What a place requires, as the server's configuration says it in
 * LATCHKEY_REQUIRE: words separated by blanks, all of which must hold.
 *
 *	account=ID	the account, by id or legacy_id; account=* is any
 *	workspace=EMEA	the permissions must hold in this workspace
 *	any		any live key: no permission is asked for
 *	orders:read	a permission
 */

#include "check/decision.h"

struct requirement {
	struct demand	 demand;
	bool		 says_account;	/* some account= is there */
};

/*
 * NULL with *r filled, or what is wrong with the text, for the log: absent,
 * empty, unknown or repeated words.  When the names of permissions cannot be
 * looked up now, *fault is not DB_OK.
 */
const char	*requirement_parse(struct requirement *r, struct db *,
		    struct arena *, const char *text, enum db_result *fault);

#endif
