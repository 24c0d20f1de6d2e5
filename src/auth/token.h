/* SPDX-License-Identifier: ISC */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

/*
 * The text of our tokens: "lk", a letter for the kind, a base62 digit that
 * names the checksum key, random base62, six base62 digits of keyed checksum.
 * The checksum refuses typos, garbage and floods without the database; it is
 * not the security.  A token may be bound to an id (a pair's secret to its
 * uuid): the checksum and the digest then cover both.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/keyring.h"
#include "base/uuid.h"

#define TOKEN_TEXT	49	/* the longest token and its NUL */
#define TOKEN_SESSION	's'	/* the letter of session tokens */
#define TOKEN_SESSION_LENGTH	44

enum token_shape {
	TOKEN_MALFORMED,
	TOKEN_OURS,
	TOKEN_FOREIGN,	/* not our format, or under a retired version */
};

/* Make one of the given length under a live version; bound may be NULL. */
void		 token_make(char out[static TOKEN_TEXT],
		    const struct keyring *, uint8_t version, char letter,
		    size_t length, const struct uuid *bound);

/* The letter is that of a token that is ours. */
enum token_shape token_shape(const struct keyring *, const char *text,
		    const struct uuid *bound, char *letter);

/*
 * The digest that is stored, under a version for KEYRING_TOKEN or
 * KEYRING_SESSION.
 */
void		 token_digest(uint8_t out[static CRYPTO_DIGEST],
		    const struct keyring *, uint8_t version,
		    enum keyring_purpose, const char *text,
		    const struct uuid *bound);

/* The same under the version that a text of ours names. */
void		 token_digest_named(uint8_t out[static CRYPTO_DIGEST],
		    const struct keyring *, enum keyring_purpose,
		    const char *text, const struct uuid *bound);

/* The digests under all live versions; unused places repeat the last. */
void		 token_digests(uint8_t out[static KEYRING_LIVE][CRYPTO_DIGEST],
		    const struct keyring *, enum keyring_purpose,
		    const char *text, const struct uuid *bound);

#endif
