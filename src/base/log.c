/* SPDX-License-Identifier: ISC */
/* The one writer of standard error. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

#include "base/log.h"

#define LINE_MAX_BYTES	2048
#define ESCAPE		4	/* \xHH */

static const char *const words[] = {
	[LOG_ERROR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_INFO] = "info",
};

static const char *program = "latchkey";

void
log_program(const char *name)
{
	program = name;
}

/* Bytes of the character that may stand as it is, or 0. */
static size_t
measure_plain(const char *text, size_t n)
{
	const unsigned char *b = (const unsigned char *)text;
	size_t k = 1;

	if (b[0] < 0x20 || b[0] == 0x7f)
		return 0;
	while (k <= 4 && k <= n && !utf8_valid(text, k))
		k++;
	if (k > 4 || k > n)
		return 0;
	if (k == 2 && b[0] == 0xc2 && b[1] < 0xa0)
		return 0;	/* the other control characters, U+0080 on */
	if (k == 3 && b[0] == 0xe2 && b[1] == 0x80 && (b[2] & 0xfe) == 0xa8)
		return 0;	/* line and paragraph separator */
	return k;
}

static size_t
put_escaped(char *out, size_t max, const char *text, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;

	for (size_t i = 0; i < n && at + ESCAPE <= max;) {
		size_t k = measure_plain(text + i, n - i);
		unsigned char c = (unsigned char)text[i];

		if (k > 0) {
			memcpy(out + at, text + i, k);
			at += k;
			i += k;
			continue;
		}
		out[at++] = '\\';
		out[at++] = 'x';
		out[at++] = digits[c >> 4];
		out[at++] = digits[c & 15];
		i++;
	}
	return at;
}

void
log_line(enum log_level level, const char *format, ...)
{
	char text[LINE_MAX_BYTES];
	char line[LINE_MAX_BYTES];
	size_t at;
	va_list ap;
	int n;

	n = snprintf(text, sizeof(text), "latchkey[%s] %s: ", program,
	    words[level]);
	if (n < 0 || (size_t)n >= sizeof(text))
		return;
	va_start(ap, format);
	(void)vsnprintf(text + n, sizeof(text) - (size_t)n, format, ap);
	va_end(ap);
	at = put_escaped(line, sizeof(line) - 1, text, strlen(text));
	line[at++] = '\n';
	if (write(STDERR_FILENO, line, at) < 0)
		return;		/* nobody is left to tell */
}
