/* SPDX-License-Identifier: ISC */
#ifndef BASE_UUID_H
#define BASE_UUID_H

/* Identifiers, RFC 9562.  Ours are version 7: in the order of their making. */

#include <stdbool.h>
#include <stdint.h>

#define UUID_TEXT	37	/* with its NUL */

struct uuid {
	uint8_t	 b[16];
};

extern const struct uuid uuid_zero;

struct uuid	 uuid_new(void);	/* version 7 */
struct uuid	 uuid_random(void);	/* version 4 */
struct uuid	 uuid_before(int64_t ms);	/* less than all made since */

/* One spelling only: 36 characters, lower case; anything else is false. */
bool		 uuid_parse(struct uuid *, const char *text);
void		 uuid_format(char out[static UUID_TEXT], const struct uuid *);
bool		 uuid_equal(const struct uuid *, const struct uuid *);
bool		 uuid_is_zero(const struct uuid *);

#endif
