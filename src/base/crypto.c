/* SPDX-License-Identifier: ISC */
/* Random bytes, digests, sealing and password hashes. */

#include <sys/random.h>

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <argon2.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/encode.h"
#include "base/log.h"

#include "base/crypto_private.h"

#define NONCE		12
#define TAG		16

#define PASSWORD_PASSES	2
#define PASSWORD_KIB	19456
#define PASSWORD_LANES	1
#define PASSWORD_SALT	16

void
crypto_require(bool good, const char *what)
{
	if (good)
		return;
	log_line(LOG_ERROR, "crypto: %s failed; is OpenSSL installed whole?",
	    what);
	abort();
}

/* The kernel's generator: no provider to start, nothing shared by a fork. */
void
crypto_random(void *out, size_t n)
{
	uint8_t *at = out;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		crypto_require(got > 0, "getrandom");
		at += got;
		n -= (size_t)got;
	}
}

void
crypto_random_base62(char *out, size_t n)
{
	uint8_t bytes[64];
	size_t at = 0;

	while (at < n) {
		crypto_random(bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(bytes) && at < n; i++)
			if (bytes[i] < 4 * 62)
				out[at++] = encode_base62[bytes[i] % 62];
	}
	out[n] = '\0';
	crypto_wipe(bytes, sizeof(bytes));
}

void
crypto_sha256(uint8_t out[static CRYPTO_DIGEST],
    const struct crypto_part *parts, size_t nparts)
{
	static EVP_MD *md;
	static EVP_MD_CTX *ctx;
	bool good;

	if (ctx == NULL) {
		md = EVP_MD_fetch(NULL, "SHA256", NULL);
		ctx = EVP_MD_CTX_new();
		crypto_require(md != NULL && ctx != NULL, "SHA-256");
	}
	good = EVP_DigestInit_ex2(ctx, md, NULL) == 1;
	for (size_t i = 0; i < nparts; i++)
		good = good &&
		    EVP_DigestUpdate(ctx, parts[i].data, parts[i].n) == 1;
	good = good && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
	crypto_require(good, "SHA-256");
}

static EVP_MAC_CTX *
make_hmac(void)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		    digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx;

	crypto_require(mac != NULL, "HMAC");
	ctx = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	crypto_require(ctx != NULL && EVP_MAC_CTX_set_params(ctx, params) == 1,
	    "HMAC");
	return ctx;
}

static bool
add_part(EVP_MAC_CTX *ctx, const struct crypto_part *part)
{
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)((uint64_t)part->n >> (56 - 8 * i));
	return EVP_MAC_update(ctx, length, sizeof(length)) == 1 &&
	    EVP_MAC_update(ctx, part->data, part->n) == 1;
}

void
crypto_hmac(uint8_t out[static CRYPTO_DIGEST],
    const uint8_t key[static CRYPTO_KEY], const struct crypto_part *parts,
    size_t nparts)
{
	static EVP_MAC_CTX *ctx;
	size_t n = 0;
	bool good;

	if (ctx == NULL)
		ctx = make_hmac();
	good = EVP_MAC_init(ctx, key, CRYPTO_KEY, NULL) == 1;
	for (size_t i = 0; i < nparts; i++)
		good = good && add_part(ctx, &parts[i]);
	good = good && EVP_MAC_final(ctx, out, &n, CRYPTO_DIGEST) == 1;
	crypto_require(good && n == CRYPTO_DIGEST, "HMAC");
}

bool
crypto_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

void
crypto_wipe(void *p, size_t n)
{
	explicit_bzero(p, n);
}

/* The cipher's context with key, nonce and associated data set. */
static EVP_CIPHER_CTX *
start_cipher(bool seal, const uint8_t key[static CRYPTO_KEY],
    const uint8_t nonce[static NONCE], const void *associated, size_t n)
{
	static EVP_CIPHER *cipher;
	static EVP_CIPHER_CTX *ctx;
	int made;
	bool good;

	if (ctx == NULL) {
		cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
		ctx = EVP_CIPHER_CTX_new();
		crypto_require(cipher != NULL && ctx != NULL, "AES-256-GCM");
	}
	crypto_require(n <= INT_MAX, "AES-256-GCM");
	good = EVP_CipherInit_ex2(ctx, cipher, key, nonce, seal, NULL) == 1;
	if (n > 0)
		good = good && EVP_CipherUpdate(ctx, NULL, &made, associated,
		    (int)n) == 1;
	crypto_require(good, "AES-256-GCM");
	return ctx;
}

/* Update and final together; every byte comes out of the update. */
static bool
run_cipher(EVP_CIPHER_CTX *ctx, uint8_t *out, const void *in, size_t n)
{
	uint8_t none[TAG];
	int made = 0;
	int rest = 0;

	crypto_require(n <= INT_MAX, "AES-256-GCM");
	if (n > 0 && EVP_CipherUpdate(ctx, out, &made, in, (int)n) != 1)
		return false;
	return EVP_CipherFinal_ex(ctx, none, &rest) == 1 &&
	    (size_t)made == n && rest == 0;
}

/* Sealed: nonce, tag, then as many bytes as came in. */
void
crypto_seal(uint8_t *out, const uint8_t key[static CRYPTO_KEY],
    const void *associated, size_t nassociated, const void *in, size_t n)
{
	EVP_CIPHER_CTX *ctx;
	bool good;

	crypto_random(out, NONCE);
	ctx = start_cipher(true, key, out, associated, nassociated);
	good = run_cipher(ctx, out + CRYPTO_SEALED, in, n);
	good = good && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG,
	    out + NONCE) == 1;
	EVP_CIPHER_CTX_reset(ctx);
	crypto_require(good, "AES-256-GCM");
}

bool
crypto_open(uint8_t *out, const uint8_t key[static CRYPTO_KEY],
    const void *associated, size_t nassociated, const uint8_t *in, size_t n)
{
	uint8_t tag[TAG];
	EVP_CIPHER_CTX *ctx;
	bool good;

	if (n < CRYPTO_SEALED)
		return false;
	n -= CRYPTO_SEALED;
	memcpy(tag, in + NONCE, TAG);
	ctx = start_cipher(false, key, in, associated, nassociated);
	crypto_require(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG,
	    tag) == 1, "AES-256-GCM");
	good = run_cipher(ctx, out, in + CRYPTO_SEALED, n);
	EVP_CIPHER_CTX_reset(ctx);
	if (!good)
		crypto_wipe(out, n);
	return good;
}

/* The allocator would keep a hash's 19 MiB for the life of the process. */
static void
return_memory(void)
{
	malloc_trim(0);
}

bool
crypto_password_hash(char out[static CRYPTO_PASSWORD], const char *password)
{
	uint8_t salt[PASSWORD_SALT];
	int result;

	crypto_random(salt, sizeof(salt));
	result = argon2id_hash_encoded(PASSWORD_PASSES, PASSWORD_KIB,
	    PASSWORD_LANES, password, strlen(password), salt, sizeof(salt),
	    CRYPTO_DIGEST, out, CRYPTO_PASSWORD);
	return_memory();
	return result == ARGON2_OK;
}

bool
crypto_password_verify(const char *encoded, const char *password)
{
	int result = argon2id_verify(encoded, password, strlen(password));

	return_memory();
	return result == ARGON2_OK;
}
