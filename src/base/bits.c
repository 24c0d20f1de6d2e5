/* SPDX-License-Identifier: ISC */
/* Sets of permissions. */

#include <string.h>

#include "base/bits.h"

bool
bits_has(const struct bits *set, unsigned bit)
{
	return bit < BITS && (set->b[bit / 8] >> (bit % 8) & 1) != 0;
}

unsigned
bits_next(const struct bits *set, unsigned bit)
{
	while (bit < BITS && !bits_has(set, bit))
		bit += set->b[bit / 8] == 0 ? 8 - bit % 8 : 1;
	return bit;
}

void
bits_add(struct bits *set, unsigned bit)
{
	if (bit < BITS)
		set->b[bit / 8] |= (uint8_t)(1 << (bit % 8));
}

bool
bits_empty(const struct bits *set)
{
	static const struct bits none;

	return memcmp(set, &none, sizeof(none)) == 0;
}

bool
bits_within(const struct bits *a, const struct bits *b)
{
	struct bits rest = bits_without(a, b);

	return bits_empty(&rest);
}

struct bits
bits_union(const struct bits *a, const struct bits *b)
{
	struct bits out;

	for (size_t i = 0; i < sizeof(out.b); i++)
		out.b[i] = a->b[i] | b->b[i];
	return out;
}

struct bits
bits_common(const struct bits *a, const struct bits *b)
{
	struct bits out;

	for (size_t i = 0; i < sizeof(out.b); i++)
		out.b[i] = a->b[i] & b->b[i];
	return out;
}

struct bits
bits_without(const struct bits *a, const struct bits *b)
{
	struct bits out;

	for (size_t i = 0; i < sizeof(out.b); i++)
		out.b[i] = a->b[i] & (uint8_t)~b->b[i];
	return out;
}
