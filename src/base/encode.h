/* SPDX-License-Identifier: ISC */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

/*
 * Bytes as text and back: hexadecimal, base64 (RFC 4648), base62, and the
 * escapes of URLs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The 62 digits in order: 0-9 A-Z a-z. */
extern const char encode_base62[63];

/* The value of a base62 digit, or -1. */
int	 encode_base62_value(char);

/* Lower case; out holds 2 * n + 1. */
void	 encode_hex(char *out, const uint8_t *in, size_t n);

/* Exactly n bytes from 2 * n digits of either case and a NUL, else false. */
bool	 encode_hex_parse(uint8_t *out, size_t n, const char *text);

/* The byte of an escape such as %2f, if the n characters begin with one. */
bool	 encode_percent_parse(char *out, const char *text, size_t n);

/* Unreserved characters as they are (RFC 3986); out holds 3 * length + 1. */
void	 encode_percent(char *out, const char *text);

/*
 * Decode length characters of standard base64.  Only the canonical form:
 * padding present, unused bits zero, no white space.  True with *n bytes in
 * out, which holds max; false also when it would not fit.
 */
bool	 encode_base64_parse(uint8_t *out, size_t max, size_t *n,
	    const char *text, size_t length);

/*
 * The same in the alphabet for URLs (RFC 4648 5), which here has no padding.
 * Written, n bytes become ENCODE_BASE64URL(n) characters and a NUL.
 */
#define ENCODE_BASE64URL(n_)	(((n_) * 4 + 2) / 3)
void	 encode_base64url(char *out, const uint8_t *in, size_t n);
bool	 encode_base64url_parse(uint8_t *out, size_t max, size_t *n,
	    const char *text, size_t length);

#endif
