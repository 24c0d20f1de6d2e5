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

void
encode_percent(char *out, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text != '\0'; text++) {
		uint8_t byte = (uint8_t)*text;

		if (encode_base62_value(*text) >= 0 ||
		    strchr("-._~", *text) != NULL) {
			*out++ = *text;
			continue;
		}
		*out++ = '%';
		*out++ = digits[byte >> 4];
		*out++ = digits[byte & 15];
	}
	*out = '\0';
}

/* RFC 4648 4 and 5 differ in two digits. */
static const char standard_digits[] = "+/";
static const char url_digits[] = "-_";

/* The value of a digit, or -1. */
static int
read_base64(char c, const char *own)
{
	int value = encode_base62_value(c);

	if (c == own[0])
		return 62;
	if (c == own[1])
		return 63;
	if (value < 0)
		return -1;
	if (value < 10)
		return value + 52;
	return value - 10;
}

/* Up to four digits of canonical form: bytes made, or 0. */
static size_t
read_group(uint8_t out[static 3], const char *text, size_t digits,
    const char *own)
{
	uint32_t group = 0;
	size_t n = digits - 1;

	for (size_t i = 0; i < digits; i++) {
		int value = read_base64(text[i], own);

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

/* Digits without padding. */
static bool
read_digits(uint8_t *out, size_t max, size_t *n, const char *text,
    size_t length, const char *own)
{
	size_t at = 0;

	for (size_t i = 0; i < length; i += 4) {
		uint8_t bytes[3];
		size_t digits = length - i < 4 ? length - i : 4;
		size_t k = read_group(bytes, text + i, digits, own);

		if (k == 0 || k > max - at)
			return false;
		memcpy(out + at, bytes, k);
		at += k;
	}
	*n = at;
	return true;
}

bool
encode_base64_parse(uint8_t *out, size_t max, size_t *n, const char *text,
    size_t length)
{
	size_t padding = 0;

	if (length % 4 != 0)
		return false;
	while (padding < 2 && padding < length &&
	    text[length - padding - 1] == '=')
		padding++;
	return read_digits(out, max, n, text, length - padding,
	    standard_digits);
}

bool
encode_base64url_parse(uint8_t *out, size_t max, size_t *n, const char *text,
    size_t length)
{
	return read_digits(out, max, n, text, length, url_digits);
}

static char
write_digit(unsigned int value)
{
	if (value >= 62)
		return url_digits[value - 62];
	return encode_base62[value < 52 ? value + 10 : value - 52];
}

void
encode_base64url(char *out, const uint8_t *in, size_t n)
{
	uint32_t bits = 0;
	unsigned int have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | in[i];
		for (have += 8; have >= 6; have -= 6)
			*out++ = write_digit(bits >> (have - 6) & 63);
	}
	if (have > 0)
		*out++ = write_digit(bits << (6 - have) & 63);
	*out = '\0';
}
