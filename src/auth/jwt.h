/* SPDX-License-Identifier: ISC */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

/*
 * JSON web tokens of ours: signed (RFC 7515, 7518, 8037) access tokens with
 * the claims of RFC 9068.  The signing keys lie in the keyring, one for each
 * algorithm in each version; "kid" names both.  Verification follows RFC 8725:
 * the algorithm is that of the key that kid names, never the header's word
 * alone, and whatever is not exactly as we write it is refused.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/keyring.h"
#include "base/uuid.h"

struct jwt {
	const char	*issuer;	/* iss, and aud */
	struct uuid	 id;		/* jti */
	struct uuid	 key_id;	/* client_id: the key it came from */
	struct uuid	 secret;	/* which of its secrets: facts.h */
	struct uuid	 user_id;	/* sub */
	struct uuid	 account_id;	/* account */
	int64_t		 issued_at;	/* ms; whole seconds inside */
	int64_t		 expires_at;	/* ms; a whole second */
	const char	*scope;		/* NULL: as its key */
};

#define JWT_TEXT	4096	/* characters of the longest */

/*
 * The token's text, in the arena; the version must be live.  NULL when it has
 * no key for the algorithm (RS256, in a keyring from before there were such:
 * the operator adds a version and activates it), or when the text would be
 * too long.
 */
const char	*jwt_make(struct arena *, const struct keyring *,
		    uint8_t version, enum crypto_algorithm,
		    const struct jwt *);

/* Could it be one at all: three parts of base64url, not too long? */
bool		 jwt_shaped(const char *text);

/*
 * Read and verify.  False, and the struct is not to be used, for whatever we
 * did not sign or would not have written so; issuer NULL takes any.  Times are
 * not judged: whoever knows the database's clock does that.
 */
bool		 jwt_read(struct jwt *, struct arena *, const struct keyring *,
		    const char *text, const char *issuer);

/*
 * Names the text, as it is read under this issuer by whoever has exactly these
 * live versions.
 */
void		 jwt_digest(uint8_t out[static CRYPTO_DIGEST],
		    const struct keyring *, const char *text,
		    const char *issuer);

/* -- publishing ------------------------------------------------------------ */

/* A public key as a JWK (RFC 7517): members that the algorithm does not have
 * are NULL, binary ones base64url. */
struct jwt_key {
	const char	*kid, *kty, *alg, *crv, *x, *y, *n, *e;
};

#define JWT_KEYS	(KEYRING_LIVE * CRYPTO_ALGORITHMS)

/*
 * All that verifiers may need: of every live version, whatever the algorithm
 * in use, so that neither a rotation nor a change of the setting breaks one.
 */
size_t		 jwt_keys(struct arena *, const struct keyring *,
		    struct jwt_key out[static JWT_KEYS]);

#endif
