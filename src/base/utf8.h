/* SPDX-License-Identifier: ISC */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

/* UTF-8 as in RFC 3629: no overlong form, no surrogate, at most U+10FFFF. */

#include <stdbool.h>
#include <stddef.h>

bool	 utf8_valid(const char *text, size_t n);

/* Is there a control character of ASCII? */
bool	 utf8_has_control(const char *text, size_t n);

/*
 * Bytes of the first character of a text that is not empty, or 0 if it may not
 * be shown as it is: not valid, a control character, an end of line, a change
 * of direction.
 */
size_t	 utf8_shown(const char *text);

/* Characters in valid UTF-8. */
size_t	 utf8_length(const char *text, size_t n);

#endif
