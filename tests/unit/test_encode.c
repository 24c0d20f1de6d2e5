/* SPDX-License-Identifier: ISC */
/* Bytes as text and back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/encode.h"
#include "base/nitems.h"

static const struct {
	const char	*bytes;
	const char	*hex;
	const char	*base64;
	const char	*base64url;
} cases[] = {
	{ "", "", "", "" },
	{ "f", "66", "Zg==", "Zg" },
	{ "fo", "666f", "Zm8=", "Zm8" },
	{ "foo", "666f6f", "Zm9v", "Zm9v" },
	{ "foob", "666f6f62", "Zm9vYg==", "Zm9vYg" },
	{ "\xfb\xff\xfe", "fbfffe", "+//+", "-__-" },
};

static void
bytes_are_written_and_read_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++) {
		const uint8_t *bytes = (const uint8_t *)cases[i].bytes;
		size_t n = strlen(cases[i].bytes);
		uint8_t back[16];
		char text[32];
		size_t got;

		encode_hex(text, bytes, n);
		assert_string_equal(text, cases[i].hex);
		assert_true(encode_hex_parse(back, n, text));
		assert_memory_equal(back, bytes, n);
		assert_true(encode_base64_parse(back, sizeof(back), &got,
		    cases[i].base64, strlen(cases[i].base64)));
		assert_int_equal(got, n);
		assert_memory_equal(back, bytes, n);

		encode_base64url(text, bytes, n);
		assert_string_equal(text, cases[i].base64url);
		assert_int_equal(strlen(text), ENCODE_BASE64URL(n));
		memset(back, 0, sizeof(back));
		assert_true(encode_base64url_parse(back, sizeof(back), &got,
		    text, strlen(text)));
		assert_int_equal(got, n);
		assert_memory_equal(back, bytes, n);
	}
}

static const char *const refused[] = {
	"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=", "====", "Z===",
	"Zm=v", "Zg==Zg==", "Zm9v ", " Zm9v", "Zm9v\n", "Zm9v\nZm9v",
	"-__-", "Zm9*", "Zg=A", "Z\xc3\xa9g",
};

static void
only_canonical_base64_is_read(void **state)
{
	uint8_t out[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < NITEMS(refused); i++)
		if (encode_base64_parse(out, sizeof(out), &n, refused[i],
		    strlen(refused[i])))
			fail_msg("%s", refused[i]);
	assert_false(encode_base64_parse(out, sizeof(out), &n, "Zg\0=", 4));
}

static const char *const refused_url[] = {
	"Z", "A", "Zg==", "Zg=", "Zm8=", "Zh", "Zm9", "Zm9vY", "Zm9vYh",
	"+//+", "Zm9/", "Zm9 ", " Zm9v", "Zm9v\n", "Zm.v", "Zm9*",
	"Z\xc3\xa9g",
};

static void
only_canonical_base64url_is_read(void **state)
{
	uint8_t out[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < NITEMS(refused_url); i++)
		if (encode_base64url_parse(out, sizeof(out), &n,
		    refused_url[i], strlen(refused_url[i])))
			fail_msg("%s", refused_url[i]);
	assert_false(encode_base64url_parse(out, sizeof(out), &n, "Zm9\0",
	    4));
	assert_false(encode_base64url_parse(out, 2, &n, "Zm9v", 4));
	assert_false(encode_base64url_parse(out, 3, &n, "Zm9vYg", 6));
}

static void
base64_stops_at_the_room_it_has(void **state)
{
	uint8_t out[4] = { 0, 0, 0, 0x55 };
	size_t n;

	(void)state;
	assert_true(encode_base64_parse(out, 3, &n, "Zm9v", 4));
	assert_false(encode_base64_parse(out, 2, &n, "Zm9v", 4));
	assert_false(encode_base64_parse(out, 3, &n, "Zm9vYg==", 8));
	assert_int_equal(out[3], 0x55);
}

static void
hexadecimal_has_an_exact_length(void **state)
{
	uint8_t out[2];

	(void)state;
	assert_true(encode_hex_parse(out, 2, "aBcD"));
	assert_int_equal(out[0], 0xab);
	assert_false(encode_hex_parse(out, 2, "abc"));
	assert_false(encode_hex_parse(out, 2, "abcde"));
	assert_false(encode_hex_parse(out, 2, "abcdef"));
	assert_false(encode_hex_parse(out, 2, "abcg"));
	assert_false(encode_hex_parse(out, 2, "0xab"));
	assert_false(encode_hex_parse(out, 2, ""));
}

static void
a_percent_escape_is_three_characters(void **state)
{
	char c = 'x';

	(void)state;
	assert_true(encode_percent_parse(&c, "%2F/", 4));
	assert_int_equal(c, '/');
	assert_true(encode_percent_parse(&c, "%e9", 3));
	assert_int_equal(c, '\xe9');
	assert_false(encode_percent_parse(&c, "%2f", 2));
	assert_false(encode_percent_parse(&c, "%2", 2));
	assert_false(encode_percent_parse(&c, "%2g", 3));
	assert_false(encode_percent_parse(&c, "%g2", 3));
	assert_false(encode_percent_parse(&c, "2f2", 3));
	assert_int_equal(c, '\xe9');
}

static void
what_is_reserved_in_a_url_is_escaped(void **state)
{
	char out[64];

	(void)state;
	encode_percent(out, "aZ09-._~");
	assert_string_equal(out, "aZ09-._~");
	encode_percent(out, "a b&=>\"\xc3\xa9%/");
	assert_string_equal(out, "a%20b%26%3D%3E%22%C3%A9%25%2F");
	encode_percent(out, "");
	assert_string_equal(out, "");
}

static void
base62_digits_know_their_value(void **state)
{
	(void)state;
	for (int i = 0; i < 62; i++)
		assert_int_equal(encode_base62_value(encode_base62[i]), i);
	assert_int_equal(encode_base62_value('\0'), -1);
	assert_int_equal(encode_base62_value('-'), -1);
	assert_int_equal(encode_base62_value('\xe9'), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_written_and_read_again),
		cmocka_unit_test(only_canonical_base64_is_read),
		cmocka_unit_test(only_canonical_base64url_is_read),
		cmocka_unit_test(base64_stops_at_the_room_it_has),
		cmocka_unit_test(hexadecimal_has_an_exact_length),
		cmocka_unit_test(a_percent_escape_is_three_characters),
		cmocka_unit_test(what_is_reserved_in_a_url_is_escaped),
		cmocka_unit_test(base62_digits_know_their_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
