/* SPDX-License-Identifier: ISC */
/* The strict validator of UTF-8. */

#include <stdint.h>
#include <string.h>

#include "base/nitems.h"

#include "base/utf8.h"

/* The first byte's range, and the second's; the others are 80 to BF. */
static const struct {
	uint8_t	 first, last;
	uint8_t	 low, high;
	uint8_t	 length;
} forms[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* Bytes of the character beyond ASCII at b, or 0. */
static size_t
measure_character(const uint8_t *b, size_t n)
{
	size_t form = 0;

	while (form < NITEMS(forms) &&
	    (b[0] < forms[form].first || b[0] > forms[form].last))
		form++;
	if (form == NITEMS(forms) || forms[form].length > n)
		return 0;
	if (b[1] < forms[form].low || b[1] > forms[form].high)
		return 0;
	for (size_t i = 2; i < forms[form].length; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	return forms[form].length;
}

bool
utf8_valid(const char *text, size_t n)
{
	const uint8_t *b = (const uint8_t *)text;

	for (size_t i = 0; i < n;) {
		size_t k = b[i] < 0x80 ? 1 : measure_character(b + i, n - i);

		if (k == 0)
			return false;
		i += k;
	}
	return true;
}

/* Beyond ASCII: control characters, line ends, changes of direction. */
static bool
is_unruly(const uint8_t *b, size_t k)
{
	if (k == 2 && b[0] == 0xc2 && b[1] < 0xa0)
		return true;
	if (k != 3 || b[0] != 0xe2)
		return false;
	return (b[1] == 0x80 && b[2] >= 0xa8 && b[2] <= 0xae) ||
	    (b[1] == 0x81 && b[2] >= 0xa6 && b[2] <= 0xa9);
}

size_t
utf8_shown(const char *text)
{
	const uint8_t *b = (const uint8_t *)text;
	size_t k;

	if (b[0] < 0x80)
		return b[0] >= 0x20 && b[0] != 0x7f;
	k = measure_character(b, strnlen(text, 4));
	return is_unruly(b, k) ? 0 : k;
}

size_t
utf8_length(const char *text, size_t n)
{
	size_t length = 0;

	for (size_t i = 0; i < n; i++)
		if (((uint8_t)text[i] & 0xc0) != 0x80)
			length++;
	return length;
}

bool
utf8_has_control(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return true;
	return false;
}
