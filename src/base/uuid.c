/* SPDX-License-Identifier: ISC */
/* UUIDs of versions 4 and 7, and their one spelling. */

#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/encode.h"

#include "base/uuid.h"

#define DRAWN	64

const struct uuid uuid_zero = { { 0 } };

static void
set_version(struct uuid *u, uint8_t version)
{
	u->b[6] = (uint8_t)((u->b[6] & 0x0f) | version << 4);
	u->b[8] = (uint8_t)((u->b[8] & 0x3f) | 0x80);
}

/*
 * Drawn for many at once: a system call of its own is a fifth of what a check
 * costs.  They are no secrets, and no process goes on making them after a
 * fork.
 */
static struct uuid
draw(void)
{
	static struct uuid drawn[DRAWN];
	static size_t left;

	if (left == 0) {
		crypto_random(drawn, sizeof(drawn));
		left = DRAWN;
	}
	return drawn[--left];
}

/* Time and count, 12 bits of it. */
static void
set_time(struct uuid *u, uint64_t at)
{
	for (int i = 0; i < 6; i++)
		u->b[i] = (uint8_t)(at >> (52 - 8 * i));
	u->b[6] = (uint8_t)(at >> 8 & 0x0f);
	u->b[7] = (uint8_t)at;
}

struct uuid
uuid_new(void)
{
	static uint64_t last;
	struct uuid u = draw();
	uint64_t now = (uint64_t)clock_now() << 12;

	/* what one process makes is in order, RFC 9562 6.2, method 3 */
	last = now > last ? now : last + 1;
	set_time(&u, last);
	set_version(&u, 7);
	return u;
}

struct uuid
uuid_before(int64_t ms)
{
	struct uuid u = uuid_zero;

	set_time(&u, (uint64_t)ms << 12);
	return u;
}

struct uuid
uuid_random(void)
{
	struct uuid u;

	crypto_random(u.b, sizeof(u.b));
	set_version(&u, 4);
	return u;
}

static bool
is_dash(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

bool
uuid_parse(struct uuid *u, const char *text)
{
	char digits[2 * sizeof(u->b) + 1];
	struct uuid parsed;
	size_t n = 0;

	if (strlen(text) != UUID_TEXT - 1)
		return false;
	for (size_t i = 0; i < UUID_TEXT - 1; i++) {
		if (is_dash(i) != (text[i] == '-'))
			return false;
		if (is_dash(i))
			continue;
		if (text[i] >= 'A' && text[i] <= 'F')
			return false;
		digits[n++] = text[i];
	}
	digits[n] = '\0';
	if (!encode_hex_parse(parsed.b, sizeof(parsed.b), digits))
		return false;
	*u = parsed;
	return true;
}

void
uuid_format(char out[static UUID_TEXT], const struct uuid *u)
{
	char digits[2 * sizeof(u->b) + 1];

	encode_hex(digits, u->b, sizeof(u->b));
	memcpy(out, digits, 8);
	memcpy(out + 9, digits + 8, 4);
	memcpy(out + 14, digits + 12, 4);
	memcpy(out + 19, digits + 16, 4);
	memcpy(out + 24, digits + 20, 12);
	out[8] = out[13] = out[18] = out[23] = '-';
	out[UUID_TEXT - 1] = '\0';
}

bool
uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

bool
uuid_is_zero(const struct uuid *u)
{
	return uuid_equal(u, &uuid_zero);
}
