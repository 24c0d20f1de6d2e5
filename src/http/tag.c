/* SPDX-License-Identifier: ISC */
/* Entity tags. */

#include <string.h>

#include "base/crypto.h"
#include "base/encode.h"

#include "http/tag.h"

#define BYTES	16	/* of the digest */

const char *
tag_of(struct arena *arena, const char *body, size_t n)
{
	const struct crypto_part part = { body, n };
	uint8_t digest[CRYPTO_DIGEST];
	char *tag = arena_alloc(arena, 2 * BYTES + 3);

	crypto_sha256(digest, &part, 1);
	tag[0] = '"';
	encode_hex(tag + 1, digest, BYTES);
	tag[2 * BYTES + 1] = '"';
	return tag;
}

bool
tag_listed(const char *list, const char *tag, bool weakly)
{
	const char *at = strstr(list, tag);

	if (strcmp(list, "*") == 0)
		return true;
	/* ours are all strong: strongly, W/"…" equals none of them */
	while (at != NULL && !weakly && at != list && at[-1] == '/')
		at = strstr(at + 1, tag);
	return at != NULL;
}
