/* SPDX-License-Identifier: ISC */
#ifndef STORE_ENDED_H
#define STORE_ENDED_H

/*
 * JSON web tokens that were ended before their time, by their own id.  They
 * are kept until that time has come: credential_of_token says if one is here.
 */

#include "store/db.h"

/*
 * Once more is DB_OK.  Also removes a few whose time is over, by now, for more
 * than a day.
 */
enum db_result	 ended_add(struct db *, const struct uuid *token,
		    int64_t expires_at, int64_t now);

#endif
