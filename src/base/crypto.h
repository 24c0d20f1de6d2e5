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

#endif
