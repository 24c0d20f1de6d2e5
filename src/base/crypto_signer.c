/* SPDX-License-Identifier: ISC */
/* Keys that sign: on P-256, for Ed25519, of RSA. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include "base/crypto_private.h"

#define POINT		(1 + 2 * CRYPTO_SCALAR)
#define RSA_BITS	2048
#define SECURE_HEAP	65536

/* Locked and left out of dumps where the system allows it, else as usual. */
static void
prepare_memory(void)
{
	static bool prepared;

	if (!prepared)
		(void)CRYPTO_secure_malloc_init(SECURE_HEAP, 32);
	prepared = true;
}

/* 1 to order - 1.  Of twice the bits, so that none is likelier than another. */
static void
derive_scalar(BIGNUM *scalar, const BIGNUM *order,
    const uint8_t seed[static CRYPTO_KEY], BN_CTX *ctx)
{
	static const char *const halves[] = { "es256:high", "es256:low" };
	uint8_t wide[2 * CRYPTO_DIGEST];
	BIGNUM *most = BN_dup(order);
	bool good;

	for (size_t i = 0; i < 2; i++) {
		const struct crypto_part part = { halves[i],
		    strlen(halves[i]) };

		crypto_hmac(wide + i * CRYPTO_DIGEST, seed, &part, 1);
	}
	good = most != NULL && BN_sub_word(most, 1) == 1 &&
	    BN_bin2bn(wide, sizeof(wide), scalar) != NULL &&
	    BN_mod(scalar, scalar, most, ctx) == 1 &&
	    BN_add_word(scalar, 1) == 1;
	crypto_wipe(wide, sizeof(wide));
	BN_free(most);
	crypto_require(good, "P-256");
}

static EVP_PKEY *
join_pair(uint8_t scalar[static CRYPTO_SCALAR], uint8_t point[static POINT])
{
	char curve[] = "P-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
		    curve, 0),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, scalar,
		    CRYPTO_SCALAR),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
		    point, POINT),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;
	bool good;

	good = ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) == 1;
	EVP_PKEY_CTX_free(ctx);
	crypto_require(good, "P-256");
	return key;
}

static EVP_PKEY *
make_p256(const void *seed)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BN_CTX *ctx = BN_CTX_secure_new();
	BIGNUM *scalar = BN_secure_new();
	EC_POINT *point = group == NULL ? NULL : EC_POINT_new(group);
	uint8_t native[CRYPTO_SCALAR], octets[POINT];
	EVP_PKEY *key;

	crypto_require(ctx != NULL && scalar != NULL && point != NULL, "P-256");
	derive_scalar(scalar, EC_GROUP_get0_order(group), seed, ctx);
	crypto_require(EC_POINT_mul(group, point, scalar, NULL, NULL,
	    ctx) == 1 && EC_POINT_point2oct(group, point,
	    POINT_CONVERSION_UNCOMPRESSED, octets, POINT, ctx) == POINT &&
	    BN_bn2nativepad(scalar, native, sizeof(native)) > 0, "P-256");
	key = join_pair(native, octets);
	crypto_wipe(native, sizeof(native));
	EC_POINT_free(point);
	BN_clear_free(scalar);
	BN_CTX_free(ctx);
	EC_GROUP_free(group);
	return key;
}

static EVP_PKEY *
make_ed25519(const void *seed)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL,
	    seed, CRYPTO_KEY);

	crypto_require(key != NULL, "Ed25519");
	return key;
}

static EVP_PKEY *
read_rsa(const uint8_t *der, size_t n)
{
	const uint8_t *end = der;
	EVP_PKEY *key;

	if (n > CRYPTO_RSA)
		return NULL;
	key = d2i_PrivateKey_ex(EVP_PKEY_RSA, NULL, &end, (long)n, NULL, NULL);
	if (key != NULL && end == der + n &&
	    EVP_PKEY_get_bits(key) == RSA_BITS)
		return key;
	ERR_clear_error();
	EVP_PKEY_free(key);
	return NULL;
}

struct crypto_signer *
crypto_signer_new(enum crypto_algorithm algorithm, const void *secret,
    size_t n)
{
	struct crypto_signer *signer;
	EVP_PKEY *key;

	assert(algorithm == CRYPTO_RS256 || n == CRYPTO_KEY);
	prepare_memory();
	if (algorithm == CRYPTO_ES256)
		key = make_p256(secret);
	else if (algorithm == CRYPTO_EDDSA)
		key = make_ed25519(secret);
	else
		key = read_rsa(secret, n);
	if (key == NULL)
		return NULL;
	signer = malloc(sizeof(*signer));
	if (signer == NULL)
		abort();
	*signer = (struct crypto_signer){ algorithm, key };
	return signer;
}

void
crypto_signer_free(struct crypto_signer *signer)
{
	if (signer == NULL)
		return;
	EVP_PKEY_free(signer->key);
	free(signer);
}

size_t
crypto_rsa_make(uint8_t out[static CRYPTO_RSA])
{
	EVP_PKEY *key;
	uint8_t *at = out;
	int n;

	prepare_memory();
	key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS);
	n = key == NULL ? 0 : i2d_PrivateKey(key, NULL);
	crypto_require(n > 0 && n <= CRYPTO_RSA, "RSA");
	crypto_require(i2d_PrivateKey(key, &at) == n, "RSA");
	EVP_PKEY_free(key);
	return (size_t)n;
}

/* Of fixed width, or as short as it can be when that is 0. */
static size_t
read_number(const EVP_PKEY *key, const char *name, uint8_t *out, int width)
{
	BIGNUM *number = NULL;
	bool good;

	good = EVP_PKEY_get_bn_param(key, name, &number) == 1;
	if (good && width == 0)
		width = BN_num_bytes(number);
	good = good && width <= CRYPTO_SIGNATURE &&
	    BN_bn2binpad(number, out, width) == width;
	BN_free(number);
	crypto_require(good, name);
	return (size_t)width;
}

void
crypto_public(const struct crypto_signer *signer, struct crypto_public *out)
{
	static const struct {
		const char	*name[2];
		int		 width;
	} numbers[] = {
		[CRYPTO_ES256] = { { OSSL_PKEY_PARAM_EC_PUB_X,
		    OSSL_PKEY_PARAM_EC_PUB_Y }, CRYPTO_SCALAR },
		[CRYPTO_EDDSA] = { { NULL }, 0 },
		[CRYPTO_RS256] = { { OSSL_PKEY_PARAM_RSA_N,
		    OSSL_PKEY_PARAM_RSA_E }, 0 },
	};
	size_t n = sizeof(out->part[0].data);

	memset(out, 0, sizeof(*out));
	if (signer->algorithm == CRYPTO_EDDSA) {
		crypto_require(EVP_PKEY_get_raw_public_key(signer->key,
		    out->part[0].data, &n) == 1, "Ed25519");
		out->part[0].n = n;
		return;
	}
	for (size_t i = 0; i < 2; i++)
		out->part[i].n = read_number(signer->key,
		    numbers[signer->algorithm].name[i], out->part[i].data,
		    numbers[signer->algorithm].width);
}
