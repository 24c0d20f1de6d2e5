/* SPDX-License-Identifier: ISC */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

/* Password sessions, by the digest of their token. */

#include "store/db.h"

struct session {
	uint8_t		 digest[32];
	struct uuid	 id;
	uint8_t		 version;	/* of the keyring */
	struct uuid	 account_id;
	struct uuid	 user_id;
	int64_t		 created_at;
	int64_t		 expires_at;
};

/* Also removes a few sessions that ended more than a day ago. */
enum db_result	 session_add(struct db *, const struct session *);
enum db_result	 session_end(struct db *, const struct uuid *id, int64_t now);

/* All of a user's but one (zero: all). */
enum db_result	 session_end_all(struct db *, const struct uuid *user,
		    const struct uuid *but, int64_t now);
enum db_result	 session_under(struct db *, uint8_t version,
		    int64_t now, int64_t *count);

#endif
