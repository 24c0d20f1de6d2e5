/* SPDX-License-Identifier: ISC */
/* Making, recognising and digesting tokens. */

#include <string.h>

#include "base/encode.h"

#include "auth/token.h"

#define PREFIX		4	/* "lk", the kind's letter, the version */
#define CHECKSUM	6

static struct crypto_part
part_of_uuid(const struct uuid *bound)
{
	static const struct uuid none;

	return (struct crypto_part){ bound == NULL ? &none : bound,
	    sizeof(*bound) };
}

/* Six digits over everything before them. */
static void
put_checksum(char out[static CHECKSUM], const uint8_t *key, const char *text,
    size_t n, const struct uuid *bound)
{
	const struct crypto_part parts[] = { part_of_uuid(bound), { text, n } };
	uint8_t digest[CRYPTO_DIGEST];
	uint64_t value = 0;

	crypto_hmac(digest, key, parts, 2);
	for (size_t i = 0; i < 8; i++)
		value = value << 8 | digest[i];
	for (size_t i = 0; i < CHECKSUM; i++) {
		out[i] = encode_base62[value % 62];
		value /= 62;
	}
}

void
token_make(char out[static TOKEN_TEXT], const struct keyring *ring,
    uint8_t version, char letter, size_t length, const struct uuid *bound)
{
	out[0] = 'l';
	out[1] = 'k';
	out[2] = letter;
	out[3] = encode_base62[version];
	crypto_random_base62(out + PREFIX, length - PREFIX - CHECKSUM);
	put_checksum(out + length - CHECKSUM,
	    keyring_key(ring, version, KEYRING_CHECKSUM), out,
	    length - CHECKSUM, bound);
	out[length] = '\0';
}

static bool
is_base62(const char *text)
{
	while (encode_base62_value(*text) >= 0)
		text++;
	return *text == '\0';
}

enum token_shape
token_shape(const struct keyring *ring, const char *text,
    const struct uuid *bound, char *letter)
{
	size_t n = strlen(text);
	char checksum[CHECKSUM];
	int version;

	if (n < PREFIX + CHECKSUM || n >= TOKEN_TEXT ||
	    !is_base62(text) || strncmp(text, "lk", 2) != 0)
		return TOKEN_FOREIGN;
	version = encode_base62_value(text[3]);
	switch (keyring_state(ring, (uint8_t)version)) {
	case KEYRING_UNKNOWN:
		return TOKEN_MALFORMED;
	case KEYRING_IS_RETIRED:
		return TOKEN_FOREIGN;
	case KEYRING_IS_LIVE:
		break;
	}
	put_checksum(checksum,
	    keyring_key(ring, (uint8_t)version, KEYRING_CHECKSUM), text,
	    n - CHECKSUM, bound);
	if (!crypto_equal(checksum, text + n - CHECKSUM, CHECKSUM))
		return TOKEN_MALFORMED;
	*letter = text[2];
	return TOKEN_OURS;
}

void
token_digest(uint8_t out[static CRYPTO_DIGEST], const struct keyring *ring,
    uint8_t version, enum keyring_purpose purpose, const char *text,
    const struct uuid *bound)
{
	const struct crypto_part parts[] = {
		part_of_uuid(bound), { text, strlen(text) },
	};

	crypto_hmac(out, keyring_key(ring, version, purpose), parts, 2);
}

void
token_digest_named(uint8_t out[static CRYPTO_DIGEST],
    const struct keyring *ring, enum keyring_purpose purpose,
    const char *text, const struct uuid *bound)
{
	token_digest(out, ring, (uint8_t)encode_base62_value(text[3]), purpose,
	    text, bound);
}

void
token_digests(uint8_t out[static KEYRING_LIVE][CRYPTO_DIGEST],
    const struct keyring *ring, enum keyring_purpose purpose,
    const char *text, const struct uuid *bound)
{
	uint8_t versions[KEYRING_LIVE];
	size_t n = keyring_live(ring, versions);

	for (size_t i = 0; i < KEYRING_LIVE; i++) {
		if (i < n)
			token_digest(out[i], ring, versions[i], purpose, text,
			    bound);
		else
			memcpy(out[i], out[n - 1], CRYPTO_DIGEST);
	}
}
