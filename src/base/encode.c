/* SPDX-License-Identifier: ISC */
/* Hexadecimal, base64, the digits of base62, percent escapes. */

#include <string.h>

#include "base/encode.h"

const char encode_base62[63] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

int
encode_base62_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 36;
	return -1;
}

void
encode_hex(char *out, const uint8_t *in, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	out[2 * n] = '\0';
}

static int
read_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
encode_hex_parse(uint8_t *out, size_t n, const char *text)
{
	if (strlen(text) != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = read_hex(text[2 * i]);
		int low = read_hex(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool
encode_percent_parse(char *out, const char *text, size_t n)
{
	int high, low;

	if (n < 3 || text[0] != '%')
		return false;
	high = read_hex(text[1]);
	low = read_hex(text[2]);
	if (high < 0 || low < 0)
		return false;
	*out = (char)(high << 4 | low);
	return true;
}

/* The value of a digit of the standard alphabet, or -1. */
static int
read_base64(char c)
{
	int value = encode_base62_value(c);

	if (c == '+')
		return 62;
	if (c == '/')
		return 63;
	if (value < 0)
		return -1;
	if (value < 10)
		return value + 52;
	return value - 10;
}

/* Four characters, the last of them perhaps padding: bytes made, or 0. */
static size_t
read_group(uint8_t out[static 3], const char *text, bool last)
{
	uint32_t group = 0;
	size_t n = 3;

	if (last && text[3] == '=')
		n = text[2] == '=' ? 1 : 2;
	for (size_t i = 0; i <= n; i++) {
		int value = read_base64(text[i]);

		if (value < 0)
			return 0;
		group |= (uint32_t)value << (18 - 6 * i);
	}
	if ((group & (0xffffffu >> (8 * n))) != 0)
		return 0;
	for (size_t i = 0; i < 3; i++)
		out[i] = (uint8_t)(group >> (16 - 8 * i));
	return n;
}

bool
encode_base64_parse(uint8_t *out, size_t max, size_t *n, const char *text,
    size_t length)
{
	size_t at = 0;

	if (length % 4 != 0)
		return false;
	for (size_t i = 0; i < length; i += 4) {
		uint8_t bytes[3];
		size_t k = read_group(bytes, text + i, i + 4 == length);

		if (k == 0 || k > max - at)
			return false;
		memcpy(out + at, bytes, k);
		at += k;
	}
	*n = at;
	return true;
}
