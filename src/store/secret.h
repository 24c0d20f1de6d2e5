/* SPDX-License-Identifier: ISC */
#ifndef STORE_SECRET_H
#define STORE_SECRET_H

/* The secrets of keys: one live, two during the grace after a rotation. */

#include "store/db.h"

#define SECRET_MOST	8	/* of one key, that a reader is shown */

struct secret {
	uint8_t		 digest[32];
	struct uuid	 key_id;
	uint8_t		 version;	/* of the keyring */
	struct db_blob	 sealed;	/* kinds that can be read again */
	const char	*hint;		/* the token's last four characters */
	int64_t		 starts_at;
	int64_t		 ends_at;	/* 0: with the key */
	int64_t		 last_used_at;	/* 0: never */
	const char	*last_used_address;
	const char	*last_used_agent;
};

enum db_result	 secret_add(struct db *, const struct secret *);

/* The newest first; ended ones too. */
enum db_result	 secret_list(struct db *, struct arena *,
		    const struct uuid *key, struct secret *, size_t max,
		    size_t *n);

/* Those without an end, of at most so many keys; in any order. */
#define SECRET_KEYS	50
enum db_result	 secret_newest(struct db *, struct arena *,
		    const struct uuid *keys, size_t nkeys,
		    struct secret secrets[static SECRET_KEYS], size_t *n);

/* Secrets that have not ended by then end then. */
enum db_result	 secret_end(struct db *, const struct uuid *key, int64_t at);

/* Secrets under that version of keys neither revoked nor expired. */
enum db_result	 secret_under(struct db *, uint8_t version, int64_t *count);

#endif
