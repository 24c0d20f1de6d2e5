/* SPDX-License-Identifier: ISC */
/* A hash for tables and checksums. */

#include <xxhash.h>

#include "base/hash.h"

uint64_t
hash_add(uint64_t hash, const void *data, size_t n)
{
	return XXH3_64bits_withSeed(data, n, hash);
}
