/* SPDX-License-Identifier: ISC */
#ifndef STORE_VERSION_H
#define STORE_VERSION_H

/*
 * Keyring versions as the database knows them: a version is first added to the
 * file on every host, then activated here.
 */

#include "base/keyring.h"
#include "store/db.h"

struct version {
	uint8_t		 version;
	struct db_blob	 fingerprint;	/* 8 bytes */
	int64_t		 activated_at;
	int64_t		 retired_at;	/* 0: live */
};

enum db_result	 version_list(struct db *, struct arena *,
		    struct version out[static KEYRING_VERSIONS], size_t *n);
enum db_result	 version_activate(struct db *, uint8_t version,
		    const uint8_t fingerprint[static 8], int64_t now);
enum db_result	 version_retire(struct db *, uint8_t version, int64_t now);

/*
 * The version to make new secrets under: the highest live one activated.
 * DB_UNAVAILABLE when this host's keyring lacks any live version of the
 * database's, or has another key under its number.
 */
enum db_result	 version_active(struct db *, struct arena *,
		    const struct keyring *, uint8_t *version);

/* How long strangers who verify signatures need to learn of a version, ms. */
#define VERSION_SETTLES	(10 * 60 * (int64_t)1000)

/*
 * The version to sign under what they verify: the highest live one activated
 * so long ago; when there is none, the lowest.
 */
enum db_result	 version_settled(struct db *, struct arena *,
		    const struct keyring *, int64_t now, uint8_t *version);

/*
 * Keys of that kind, neither revoked nor expired, of which tokens signed under
 * the version may live: those live a day at most, and were made until the
 * version after it had settled.
 */
enum db_result	 version_signed(struct db *, uint8_t version, uint8_t kind,
		    int64_t now, int64_t *count);

#endif
