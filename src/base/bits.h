/* SPDX-License-Identifier: ISC */
#ifndef BASE_BITS_H
#define BASE_BITS_H

/* A set of permissions: bit n is the permission whose number is n. */

#include <stdbool.h>
#include <stdint.h>

#define BITS	256

struct bits {
	uint8_t	 b[BITS / 8];
};

bool		 bits_has(const struct bits *, unsigned bit);

/* The first member from that bit on, or BITS. */
unsigned	 bits_next(const struct bits *, unsigned bit);

void		 bits_add(struct bits *, unsigned bit);
bool		 bits_empty(const struct bits *);

/* Is every member of a in b? */
bool		 bits_within(const struct bits *a, const struct bits *b);

struct bits	 bits_union(const struct bits *, const struct bits *);
struct bits	 bits_common(const struct bits *, const struct bits *);
struct bits	 bits_without(const struct bits *a, const struct bits *b);

#endif
