/* SPDX-License-Identifier: ISC */
/* In the place of what of OpenSSL needs a provider: seals and signatures. */

#include "base/crypto.h"
#include "quick/hand_over.h"

void
crypto_seal(uint8_t *out, const uint8_t key[static CRYPTO_KEY],
    const void *associated, size_t nassociated, const void *in, size_t n)
{
	(void)out;
	(void)key;
	(void)associated;
	(void)nassociated;
	(void)in;
	(void)n;
	hand_over();
}

bool
crypto_open(uint8_t *out, const uint8_t key[static CRYPTO_KEY],
    const void *associated, size_t nassociated, const uint8_t *in, size_t n)
{
	(void)out;
	(void)key;
	(void)associated;
	(void)nassociated;
	(void)in;
	(void)n;
	hand_over();
}

struct crypto_signer *
crypto_signer_new(enum crypto_algorithm algorithm, const void *secret,
    size_t n)
{
	(void)algorithm;
	(void)secret;
	(void)n;
	hand_over();
}

/* There is none that could be freed. */
void
crypto_signer_free(struct crypto_signer *signer)
{
	(void)signer;
}

size_t
crypto_rsa_make(uint8_t out[static CRYPTO_RSA])
{
	(void)out;
	hand_over();
}

size_t
crypto_sign(const struct crypto_signer *signer,
    uint8_t out[static CRYPTO_SIGNATURE], const void *data, size_t n)
{
	(void)signer;
	(void)out;
	(void)data;
	(void)n;
	hand_over();
}

bool
crypto_verify(const struct crypto_signer *signer, const uint8_t *signature,
    size_t nsignature, const void *data, size_t n)
{
	(void)signer;
	(void)signature;
	(void)nsignature;
	(void)data;
	(void)n;
	hand_over();
}

void
crypto_public(const struct crypto_signer *signer, struct crypto_public *out)
{
	(void)signer;
	(void)out;
	hand_over();
}
