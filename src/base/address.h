/* SPDX-License-Identifier: ISC */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

/*
 * Network addresses.  IPv4 is kept in its IPv4-mapped IPv6 form, so that one
 * spelling compares: ::ffff:192.0.2.1 and 192.0.2.1 are equal.
 */

#include <stdbool.h>
#include <stdint.h>

#define ADDRESS_TEXT	46	/* with its NUL */

struct address {
	uint8_t	 b[16];
};

struct address_block {
	struct address	 base;
	uint8_t		 bits;	/* 0 to 128, counted in the mapped form */
};

bool	 address_parse(struct address *, const char *text);
void	 address_format(char out[static ADDRESS_TEXT], const struct address *);

/* An address, or address/bits with no host bits set. */
bool	 address_block_parse(struct address_block *, const char *text);
bool	 address_in(const struct address *, const struct address_block *);
bool	 address_is_loopback(const struct address *);

/* What one subscriber has: the IPv4 address itself, the /64 of IPv6. */
struct address	 address_network(const struct address *);

#endif
