/* SPDX-License-Identifier: ISC */
/* Signatures: ECDSA, Ed25519, RSA with PKCS #1 v1.5. */

#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/crypto_private.h"

#define PAIR		(2 * CRYPTO_SCALAR)	/* r and s */
#define DER		80	/* more than any ECDSA signature */

/* Reset, not freed, between two uses. */
static EVP_MD_CTX *
find_context(void)
{
	static EVP_MD_CTX *ctx;

	if (ctx == NULL)
		ctx = EVP_MD_CTX_new();
	crypto_require(ctx != NULL, "EVP_MD_CTX_new");
	return ctx;
}

static const char *
name_digest(const struct crypto_signer *signer)
{
	return signer->algorithm == CRYPTO_EDDSA ? NULL : "SHA256";
}

static size_t
read_der(uint8_t out[static PAIR], const uint8_t *der, size_t n)
{
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)n);
	bool good;

	good = pair != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, CRYPTO_SCALAR) > 0 &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + CRYPTO_SCALAR,
	    CRYPTO_SCALAR) > 0;
	ECDSA_SIG_free(pair);
	crypto_require(good, "ECDSA");
	return PAIR;
}

static size_t
write_der(uint8_t out[static DER], const uint8_t pair[static PAIR])
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(pair, CRYPTO_SCALAR, NULL);
	BIGNUM *s = BN_bin2bn(pair + CRYPTO_SCALAR, CRYPTO_SCALAR, NULL);
	int n;

	crypto_require(sig != NULL && ECDSA_SIG_set0(sig, r, s) == 1, "ECDSA");
	n = i2d_ECDSA_SIG(sig, &out);
	ECDSA_SIG_free(sig);
	crypto_require(n > 0, "ECDSA");
	return (size_t)n;
}

size_t
crypto_sign(const struct crypto_signer *signer,
    uint8_t out[static CRYPTO_SIGNATURE], const void *data, size_t n)
{
	EVP_MD_CTX *ctx = find_context();
	uint8_t made[CRYPTO_SIGNATURE];
	size_t nmade = sizeof(made);
	bool good;

	good = EVP_DigestSignInit_ex(ctx, NULL, name_digest(signer), NULL,
	    NULL, signer->key, NULL) == 1 &&
	    EVP_DigestSign(ctx, made, &nmade, data, n) == 1;
	EVP_MD_CTX_reset(ctx);
	crypto_require(good, crypto_algorithms[signer->algorithm]);
	if (signer->algorithm == CRYPTO_ES256)
		return read_der(out, made, nmade);
	memcpy(out, made, nmade);
	return nmade;
}

bool
crypto_verify(const struct crypto_signer *signer, const uint8_t *signature,
    size_t nsignature, const void *data, size_t n)
{
	EVP_MD_CTX *ctx = find_context();
	uint8_t der[DER];
	bool good;

	if (signer->algorithm == CRYPTO_ES256) {
		if (nsignature != PAIR)
			return false;
		nsignature = write_der(der, signature);
		signature = der;
	}
	good = EVP_DigestVerifyInit_ex(ctx, NULL, name_digest(signer), NULL,
	    NULL, signer->key, NULL) == 1;
	crypto_require(good, crypto_algorithms[signer->algorithm]);
	good = EVP_DigestVerify(ctx, signature, nsignature, data, n) == 1;
	EVP_MD_CTX_reset(ctx);
	ERR_clear_error();
	return good;
}
