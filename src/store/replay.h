/* SPDX-License-Identifier: ISC */
#ifndef STORE_REPLAY_H
#define STORE_REPLAY_H

/* Answers kept for Idempotency-Key, sealed, for one day. */

#include "store/db.h"

#define REPLAY_LIFETIME	(24 * 60 * 60 * (int64_t)1000)

struct replay {
	uint8_t		 digest[32];	/* keyed: caller and header value */
	uint8_t		 request[32];	/* of method, target and body */
	uint8_t		 version;	/* of the keyring */
	struct uuid	 key_id;	/* the key that was made, or zero */
	bool		 key_ended;	/* read only: revoked meanwhile */
	struct db_blob	 answer;	/* sealed */
	int64_t		 created_at;
};

/* Also removes a few that are older than a day. */
enum db_result	 replay_add(struct db *, const struct replay *);
/* Those of the last day that are under the keyring version. */
enum db_result	 replay_under(struct db *, uint8_t version, int64_t now,
		    int64_t *count);
enum db_result	 replay_get(struct db *, struct arena *,
		    const uint8_t digest[static 32], int64_t now,
		    struct replay *);

#endif
