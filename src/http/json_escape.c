/* SPDX-License-Identifier: ISC */
/* A look at every \u before the parser decodes it. */

#include <stdint.h>
#include <string.h>

#include "base/encode.h"

#include "http/json_escape.h"

#define ESCAPE	6	/* \uXXXX */

/* The code unit of an escape that begins here, or -1. */
static int
read_unit(const char *text, size_t n)
{
	char digits[5] = { 0 };
	uint8_t b[2];

	if (n < ESCAPE || text[0] != '\\' || text[1] != 'u')
		return -1;
	memcpy(digits, text + 2, 4);
	if (!encode_hex_parse(b, sizeof(b), digits))
		return -1;
	return b[0] << 8 | b[1];
}

/* Bytes of the escape or the pair of escapes that begins here, or 0. */
static size_t
measure_escape(const char *text, size_t n)
{
	int unit, low;

	if (n < 2)
		return 0;
	if (text[1] != 'u')
		return 2;
	unit = read_unit(text, n);
	if (unit <= 0 || (unit & 0xfc00) == 0xdc00)
		return 0;
	if ((unit & 0xfc00) != 0xd800)
		return ESCAPE;
	low = read_unit(text + ESCAPE, n - ESCAPE);
	if (low < 0 || (low & 0xfc00) != 0xdc00)
		return 0;
	return 2 * ESCAPE;
}

/* A backslash outside a string is refused by the parser in any case. */
bool
json_escapes_valid(const char *text, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t k = text[i] == '\\' ? measure_escape(text + i, n - i) :
		    1;

		if (k == 0)
			return false;
		i += k;
	}
	return true;
}
