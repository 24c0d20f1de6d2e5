/* SPDX-License-Identifier: ISC */
/* Sealing and password hashes. */

#include <limits.h>
#include <malloc.h>
#include <string.h>

#include <argon2.h>
#include <openssl/evp.h>

#include "base/crypto_private.h"

#define NONCE		12
#define TAG		16

#define PASSWORD_PASSES	2
#define PASSWORD_KIB	19456
#define PASSWORD_LANES	1
#define PASSWORD_SALT	16

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
