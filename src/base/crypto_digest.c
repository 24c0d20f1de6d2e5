/* SPDX-License-Identifier: ISC */
/* SHA-256 and HMAC. */

/*
 * OpenSSL's own SHA-256 without the providers around it: starting those costs
 * a plain CGI program four times what the rest of it does, and each HMAC by
 * them allocates.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "base/crypto.h"

#define BLOCK		64
#define INNER		0x36	/* RFC 2104 */
#define OUTER		0x5c

void
crypto_sha256(uint8_t out[static CRYPTO_DIGEST],
    const struct crypto_part *parts, size_t nparts)
{
	SHA256_CTX sha;

	SHA256_Init(&sha);
	for (size_t i = 0; i < nparts; i++)
		SHA256_Update(&sha, parts[i].data, parts[i].n);
	SHA256_Final(out, &sha);
}

static void
start_pad(SHA256_CTX *sha, const uint8_t key[static CRYPTO_KEY], uint8_t with)
{
	uint8_t pad[BLOCK];

	memset(pad, with, sizeof(pad));
	for (size_t i = 0; i < CRYPTO_KEY; i++)
		pad[i] ^= key[i];
	SHA256_Init(sha);
	SHA256_Update(sha, pad, sizeof(pad));
	crypto_wipe(pad, sizeof(pad));
}

static void
add_part(SHA256_CTX *sha, const struct crypto_part *part)
{
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)((uint64_t)part->n >> (56 - 8 * i));
	SHA256_Update(sha, length, sizeof(length));
	SHA256_Update(sha, part->data, part->n);
}

void
crypto_hmac(uint8_t out[static CRYPTO_DIGEST],
    const uint8_t key[static CRYPTO_KEY], const struct crypto_part *parts,
    size_t nparts)
{
	uint8_t inner[CRYPTO_DIGEST];
	SHA256_CTX sha;

	start_pad(&sha, key, INNER);
	for (size_t i = 0; i < nparts; i++)
		add_part(&sha, &parts[i]);
	SHA256_Final(inner, &sha);
	start_pad(&sha, key, OUTER);
	SHA256_Update(&sha, inner, sizeof(inner));
	SHA256_Final(out, &sha);
	crypto_wipe(&sha, sizeof(sha));
	crypto_wipe(inner, sizeof(inner));
}

bool
crypto_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
