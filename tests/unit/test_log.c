/* SPDX-License-Identifier: ISC */
/* No input can start a line of its own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/nitems.h"

static char got[8192];
static size_t ngot;

/* What log_line writes of one text. */
static void
log_text(enum log_level level, const char *text)
{
	int ends[2];
	int before = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_line(level, "%s", text);
	dup2(before, STDERR_FILENO);
	close(ends[1]);
	n = read(ends[0], got, sizeof(got) - 1);
	close(ends[0]);
	close(before);
	assert_true(n > 0);
	ngot = (size_t)n;
	got[ngot] = '\0';
}

static const struct {
	const char	*text;
	const char	*line;
} cases[] = {
	{ "plain", "latchkey[test] error: plain\n" },
	{ "two\nlines", "latchkey[test] error: two\\x0alines\n" },
	{ "\x1b[31mred", "latchkey[test] error: \\x1b[31mred\n" },
	{ "del\x7f", "latchkey[test] error: del\\x7f\n" },
	{ "h\xc3\xa9", "latchkey[test] error: h\xc3\xa9\n" },
	{ "\xf0\x9f\x94\x91", "latchkey[test] error: \xf0\x9f\x94\x91\n" },
	{ "\xc3(", "latchkey[test] error: \\xc3(\n" },
	{ "\xc0\xaf", "latchkey[test] error: \\xc0\\xaf\n" },
	{ "cut\xe2\x82", "latchkey[test] error: cut\\xe2\\x82\n" },
	{ "c1 \xc2\x9b", "latchkey[test] error: c1 \\xc2\\x9b\n" },
	{ "\xe2\x80\xa8", "latchkey[test] error: \\xe2\\x80\\xa8\n" },
};

static void
what_could_break_a_line_is_escaped(void **state)
{
	(void)state;
	log_program("test");
	for (size_t i = 0; i < NITEMS(cases); i++) {
		log_text(LOG_ERROR, cases[i].text);
		assert_string_equal(got, cases[i].line);
	}
}

static void
levels_are_words(void **state)
{
	(void)state;
	log_text(LOG_WARNING, "x");
	assert_string_equal(got, "latchkey[test] warning: x\n");
	log_text(LOG_INFO, "x");
	assert_string_equal(got, "latchkey[test] info: x\n");
}

static void
a_long_line_is_cut_and_still_one_line(void **state)
{
	char text[6000];

	(void)state;
	for (int c = 1; c <= 'x'; c += 'x' - 1) {
		memset(text, c, sizeof(text) - 1);
		text[sizeof(text) - 1] = '\0';
		log_text(LOG_ERROR, text);
		assert_true(ngot > 2000 && ngot <= 2048);
		assert_ptr_equal(strchr(got, '\n'), got + ngot - 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_could_break_a_line_is_escaped),
		cmocka_unit_test(levels_are_words),
		cmocka_unit_test(a_long_line_is_cut_and_still_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
