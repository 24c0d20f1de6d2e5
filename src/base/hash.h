/* SPDX-License-Identifier: ISC */
#ifndef BASE_HASH_H
#define BASE_HASH_H

/*
 * 64 bits of anything, quickly: for places in tables, and to notice what was
 * torn or damaged.  No defence against whoever chooses the bytes.
 */

#include <stddef.h>
#include <stdint.h>

#define HASH_START	0x9e3779b97f4a7c15u

uint64_t	 hash_add(uint64_t hash, const void *, size_t n);

#endif
