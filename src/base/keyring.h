/* SPDX-License-Identifier: ISC */
#ifndef BASE_KEYRING_H
#define BASE_KEYRING_H

/*
 * The keyring: versioned 256-bit keys in a file (0600) outside the database,
 * one line each:
 *
 *	1 live 64-hex-digits
 *	1 rsa hex-digits
 *	2 retired 64-hex-digits
 *
 * From a live version's key a key for each purpose is derived.  Only an RSA
 * key cannot be: it has a line of its own behind its version's, which files
 * from before there were such lines lack.  Of a retired version only the audit
 * key is left (its line holds that key), so that old audit rows can still be
 * verified and nothing else can be opened.
 * A version is 1 to 61 and its base62 digit names it inside tokens.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"

#define KEYRING_VERSIONS	62	/* versions are below this; 0 is none */
#define KEYRING_LIVE		4	/* live versions at once */

enum keyring_purpose {
	KEYRING_TOKEN,		/* digests of tokens */
	KEYRING_CHECKSUM,	/* the checksum inside tokens */
	KEYRING_SESSION,	/* digests of session tokens */
	KEYRING_PASSWORD,	/* MAC over stored password hashes */
	KEYRING_SEAL,		/* tokens that can be read again */
	KEYRING_REPLAY,		/* Idempotency-Key digests and sealed answers */
	KEYRING_SUBJECT,	/* digests of logins and networks in budgets */
	KEYRING_AUDIT,		/* MAC and chain of the audit trail */
	KEYRING_ES256,		/* secrets of signers: see keyring_signer */
	KEYRING_EDDSA,
	KEYRING__MAX
};

enum keyring_state {
	KEYRING_UNKNOWN,
	KEYRING_IS_LIVE,
	KEYRING_IS_RETIRED,
};

struct keyring;

/*
 * NULL with *ring set (never freed by programs that serve), or a static
 * sentence that says what to mend: missing, readable by others, malformed.
 */
const char	*keyring_load(const char *path, struct keyring **ring);
void		 keyring_free(struct keyring *);

enum keyring_state keyring_state(const struct keyring *, uint8_t version);

/* The live versions in rising order; returns how many. */
size_t		 keyring_live(const struct keyring *,
		    uint8_t out[static KEYRING_LIVE]);

/*
 * The 32-byte key of a version for a purpose, inside the keyring; NULL when
 * there is none (unknown version, or retired and the purpose is not audit).
 */
const uint8_t	*keyring_key(const struct keyring *, uint8_t version,
		    enum keyring_purpose);

/*
 * What signs and verifies under a live version, made when first asked for and
 * kept as long as the keyring.  NULL when there is none: the version is not
 * live, or it has no line for RSA that can be read.
 */
const struct crypto_signer *keyring_signer(const struct keyring *,
		    uint8_t version, enum crypto_algorithm);

/* Eight bytes that name a live version's key without telling it. */
void		 keyring_fingerprint(const struct keyring *, uint8_t version,
		    uint8_t out[static 8]);

/*
 * Write the file anew: 0600, by rename, synced.  add makes the version after
 * the highest and returns it through *version; retire leaves its audit key.
 * add also makes a missing file.  NULL or what went wrong.
 */
const char	*keyring_add(const char *path, uint8_t *version);
const char	*keyring_retire(const char *path, uint8_t version);

#endif
