/* SPDX-License-Identifier: ISC */
/* Lines on the terminal, without what would move it. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "cli/cli.h"

static void
put_escaped(FILE *to, const char *text)
{
	while (*text != '\0') {
		size_t k = utf8_shown(text);

		if (k > 0)
			(void)fwrite(text, 1, k, to);
		else
			fprintf(to, "\\x%02x", (unsigned char)*text);
		text += k > 0 ? k : 1;
	}
	fputc('\n', to);
}

static void
__attribute__((format(printf, 2, 0)))
put_line(FILE *to, const char *format, va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, format, ap) < 0)
		abort();
	put_escaped(to, text);
	explicit_bzero(text, strlen(text));
	free(text);
}

void
cli_say(const char *format, ...)
{
	va_list ap;

	(void)fflush(stdout);
	fputs("latchkey: ", stderr);
	va_start(ap, format);
	put_line(stderr, format, ap);
	va_end(ap);
}

void
cli_print(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put_line(stdout, format, ap);
	va_end(ap);
}

/* The writer has escaped ASCII's; terminals know others. */
void
cli_put(struct json *json)
{
	size_t n;
	const char *text = json_done(json, &n);
	const unsigned char *b;

	while (*text != '\0') {
		size_t k = utf8_shown(text);

		b = (const unsigned char *)text;
		if (k > 0)
			(void)fwrite(text, 1, k, stdout);
		else if (b[0] == 0xc2)
			printf("\\u%04x", b[1]);
		else
			printf("\\u%04x", (b[0] & 0xfu) << 12 |
			    (b[1] & 0x3fu) << 6 | (b[2] & 0x3fu));
		text += k > 0 ? k : b[0] == 0xc2 ? 2 : 3;
	}
	fputc('\n', stdout);
}
