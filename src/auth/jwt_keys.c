/* SPDX-License-Identifier: ISC */
/* The public keys of JSON web tokens, and their names. */

#include "base/encode.h"

#include "auth/jwt_private.h"

const char *
jwt_encode(struct arena *arena, const void *data, size_t n)
{
	char *text = arena_alloc(arena, ENCODE_BASE64URL(n) + 1);

	encode_base64url(text, data, n);
	return text;
}

/* A new key, even of the same version, has another name. */
const char *
jwt_kid(struct arena *arena, const struct keyring *ring, uint8_t version,
    enum crypto_algorithm algorithm)
{
	uint8_t print[8];
	char hex[2 * sizeof(print) + 1];

	keyring_fingerprint(ring, version, print);
	encode_hex(hex, print, sizeof(print));
	return arena_printf(arena, "%c-%s-%s", encode_base62[version],
	    crypto_algorithms[algorithm], hex);
}

static const char *
encode_public(struct arena *arena, const struct crypto_public *public,
    size_t part)
{
	return jwt_encode(arena, public->part[part].data,
	    public->part[part].n);
}

static void
fill_key(struct jwt_key *key, struct arena *arena,
    const struct crypto_signer *signer, enum crypto_algorithm algorithm)
{
	static const struct {
		const char	*kty, *crv;
	} names[] = {
		[CRYPTO_ES256] = { "EC", "P-256" },
		[CRYPTO_EDDSA] = { "OKP", "Ed25519" },
		[CRYPTO_RS256] = { "RSA", NULL },
	};
	struct crypto_public public;

	crypto_public(signer, &public);
	key->kty = names[algorithm].kty;
	key->crv = names[algorithm].crv;
	key->alg = crypto_algorithms[algorithm];
	if (algorithm == CRYPTO_RS256) {
		key->n = encode_public(arena, &public, 0);
		key->e = encode_public(arena, &public, 1);
		return;
	}
	key->x = encode_public(arena, &public, 0);
	if (algorithm == CRYPTO_ES256)
		key->y = encode_public(arena, &public, 1);
}

size_t
jwt_keys(struct arena *arena, const struct keyring *ring,
    struct jwt_key out[static JWT_KEYS])
{
	uint8_t live[KEYRING_LIVE];
	size_t nlive = keyring_live(ring, live);
	size_t n = 0;

	for (size_t i = 0; i < nlive; i++)
		for (enum crypto_algorithm a = 0; a < CRYPTO_ALGORITHMS; a++) {
			const struct crypto_signer *signer =
			    keyring_signer(ring, live[i], a);

			if (signer == NULL)
				continue;
			out[n] = (struct jwt_key){
				.kid = jwt_kid(arena, ring, live[i], a),
			};
			fill_key(&out[n], arena, signer, a);
			n++;
		}
	return n;
}
