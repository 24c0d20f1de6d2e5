/* SPDX-License-Identifier: ISC */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

/*
 * The one door to OpenSSL and libargon2.  A failure of either is a broken
 * installation: the functions that cannot go on without them abort, which for
 * a web server is a 5xx and for a gate a refusal.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRYPTO_DIGEST	32
#define CRYPTO_KEY	32
#define CRYPTO_SEALED	28	/* bytes that sealing adds: nonce and tag */

struct crypto_part {
	const void	*data;
	size_t		 n;
};

void	 crypto_random(void *out, size_t n);

/* n random base62 digits and a NUL; every digit equally likely. */
void	 crypto_random_base62(char *out, size_t n);

void	 crypto_sha256(uint8_t out[static CRYPTO_DIGEST],
	    const struct crypto_part *, size_t nparts);

/*
 * HMAC-SHA-256 over the parts, each preceded by its length (64 bits, big
 * endian), so that no two lists of parts give the same bytes.
 */
void	 crypto_hmac(uint8_t out[static CRYPTO_DIGEST],
	    const uint8_t key[static CRYPTO_KEY],
	    const struct crypto_part *, size_t nparts);

/* The only comparison of secrets: its time does not depend on the bytes. */
bool	 crypto_equal(const void *, const void *, size_t n);
void	 crypto_wipe(void *, size_t n);

/*
 * AES-256-GCM under a fresh random nonce.  out holds n + CRYPTO_SEALED; the
 * associated data is authenticated, not stored.
 */
void	 crypto_seal(uint8_t *out, const uint8_t key[static CRYPTO_KEY],
	    const void *associated, size_t nassociated,
	    const void *in, size_t n);

/* False when anything was altered; out then holds nothing. */
bool	 crypto_open(uint8_t *out, const uint8_t key[static CRYPTO_KEY],
	    const void *associated, size_t nassociated,
	    const uint8_t *in, size_t n);

/* Argon2id, 19 MiB, two passes, one lane (OWASP); an encoded string. */
#define CRYPTO_PASSWORD	128	/* room for the encoded form */
bool	 crypto_password_hash(char out[static CRYPTO_PASSWORD],
	    const char *password);
bool	 crypto_password_verify(const char *encoded, const char *password);

/* -- signing --------------------------------------------------------------- */

enum crypto_algorithm {
	CRYPTO_ES256,
	CRYPTO_EDDSA,	/* Ed25519 */
	CRYPTO_RS256,	/* RSA of 2048 bits */
	CRYPTO_ALGORITHMS
};

/* As RFC 7518 and 8037 write them. */
extern const char *const crypto_algorithms[CRYPTO_ALGORITHMS];

struct crypto_signer;

/*
 * From CRYPTO_KEY secret bytes, always the same key of them; for RS256 from
 * what crypto_rsa_make wrote, and NULL when it is anything else.
 */
struct crypto_signer *crypto_signer_new(enum crypto_algorithm,
	    const void *secret, size_t n);
void	 crypto_signer_free(struct crypto_signer *);

/* A new private key in DER, in a tenth of a second; returns its length. */
#define CRYPTO_RSA	1280	/* more than any */
size_t	 crypto_rsa_make(uint8_t out[static CRYPTO_RSA]);

/* In the form of RFC 7515, which for ES256 is r and s; returns the length. */
#define CRYPTO_SIGNATURE	256	/* the longest */
size_t	 crypto_sign(const struct crypto_signer *,
	    uint8_t out[static CRYPTO_SIGNATURE], const void *, size_t n);
bool	 crypto_verify(const struct crypto_signer *, const uint8_t *signature,
	    size_t nsignature, const void *, size_t n);

/* What may be told: x and y, x, or modulus and exponent; n is 0 of no part. */
struct crypto_public {
	struct {
		uint8_t	 data[CRYPTO_SIGNATURE];
		size_t	 n;
	}		 part[2];
};

void	 crypto_public(const struct crypto_signer *, struct crypto_public *);

#endif
