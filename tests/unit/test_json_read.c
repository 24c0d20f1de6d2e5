/* SPDX-License-Identifier: ISC */
/* Strict JSON into structs by tables. */

#include <stdlib.h>
#include <string.h>

#include "json_input.h"

static void
every_type_lands_in_its_struct(void **state)
{
	static const char text[] = "{\"email\":\"a\\u00e9\\ud83d\\udd11\\\"\","
	    "\"on\":true,\"count\":-9223372036854775808,"
	    "\"at\":\"1970-01-01T00:00:01Z\","
	    "\"scopes\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"],"
	    "\"roles\":[{\"name\":\"r0\",\"tags\":[\"x\",\"y\"]},"
	    "{\"n\":9,\"name\":\"r1\"},{\"name\":\"r2\"},{\"name\":\"r3\"},"
	    "{\"name\":\"r4\",\"n\":4}],\"place\":{\"city\":\"Kyoto\"}}";
	struct arena *arena = arena_new(1 << 20);
	struct json_faults faults;
	const struct inner *roles;
	struct input in;

	(void)state;
	assert_int_equal(read_text(arena, text, strlen(text), &in, &faults),
	    JSON_OK);
	assert_string_equal(in.email, "a\xc3\xa9\xf0\x9f\x94\x91\"");
	assert_true(in.on && in.count_seen && in.count == INT64_MIN);
	assert_int_equal(in.at, 1000);
	assert_int_equal(in.scopes.n, 6);
	assert_string_equal(in.scopes.item[0], "a");
	assert_string_equal(in.scopes.item[5], "f");
	assert_int_equal(in.roles.n, 5);
	roles = in.roles.item;
	assert_string_equal(roles[0].name, "r0");
	assert_string_equal(roles[0].tags.item[1], "y");
	assert_int_equal(roles[1].n, 9);
	assert_int_equal(roles[1].tags.n, 0);
	assert_string_equal(roles[4].name, "r4");
	assert_int_equal(roles[4].n, 4);
	assert_string_equal(in.city, "Kyoto");
	arena_free(arena);
}

static const char *const malformed[] = {
	"", " ", "{", "}", "[]", "42", "\"x\"", "null", "true",
	"{" GOOD "}{}", "{" GOOD "}x", "{" GOOD "},", "{" GOOD ",}",
	"{" GOOD "} []", "{/* c */" GOOD "}", "// c\n{" GOOD "}",
	"\xef\xbb\xbf{" GOOD "}", "{'email':'a@b'}", "{email:\"a@b\"}",
	"{" GOOD ",\"on\":True}", "{" GOOD ",\"count\":01}",
	"{" GOOD ",\"count\":+1}", "{" GOOD ",\"count\":NaN}",
	"{" GOOD ",\"count\":.5}", "{" GOOD ",\"scopes\":[\"a\",]}",
	"{" GOOD ",\"scopes\":[\"a\"}", "{\"email\":\"a\nb\"}",
	"{\"email\":\"a\tb\"}", "{\"email\":\"a\\xb\"}",
	"{\"email\":\"abc\\u12\"}", "{\"email\":\"abc\\",
	"{\"email\":\"a\\u0000b\"}", "{\"email\":\"abc\\ud800\"}",
	"{\"email\":\"abc\\udc00\"}", "{\"email\":\"abc\\ud800x\"}",
	"{\"email\":\"abc\\ud800\\n\"}", "{\"email\":\"a\\ud800\\ud800\"}",
	"{\"email\":\"a\\ud800\\u0041\"}", "{\"email\":\"a\\uDC00\\uD800\"}",
	"{" GOOD ",\"x\":{\"\\udfff\":1}}",
	"{\"email\":\"a\xc0\xaf\"}", "{\"email\":\"a\xe0\x80\xaf\"}",
	"{\"email\":\"a\xed\xa0\x80\"}", "{\"email\":\"a\xf4\x90\x80\x80\"}",
	"{\"email\":\"abc\xff\"}", "{" GOOD ",\"x\":{\"\xc0\xaf\":1}}",
};

static void
what_is_not_one_strict_object_is_malformed(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(malformed); i++) {
		struct arena *arena = arena_new(1 << 20);
		struct json_faults faults;
		struct input in;

		if (read_text(arena, malformed[i], strlen(malformed[i]), &in,
		    &faults) != JSON_MALFORMED)
			fail_msg("%s", malformed[i]);
		arena_free(arena);
	}
}

static void
raw_nul_bytes_are_malformed(void **state)
{
	static const char inside[] = "{\"email\":\"a\0b\"}";
	static const char behind[] = "{" GOOD "}\0";
	struct arena *arena = arena_new(1 << 20);
	struct json_faults faults;
	struct input in;

	(void)state;
	assert_int_equal(read_text(arena, inside, sizeof(inside) - 1, &in,
	    &faults), JSON_MALFORMED);
	assert_int_equal(read_text(arena, behind, sizeof(behind) - 1, &in,
	    &faults), JSON_MALFORMED);
	arena_free(arena);
}

static void
sixteen_levels_are_read_and_seventeen_are_not(void **state)
{
	(void)state;
	for (int levels = 14; levels <= 15; levels++) {
		struct arena *arena = arena_new(1 << 20);
		char text[128] = "{" GOOD ",\"x\":{\"x\":";
		struct json_faults faults;
		struct input in;

		for (int i = 0; i < levels; i++)
			strcat(text, "[");
		for (int i = 0; i < levels; i++)
			strcat(text, "]");
		strcat(text, "}}");
		assert_int_equal(read_text(arena, text, strlen(text), &in,
		    &faults), levels == 14 ? JSON_INVALID : JSON_MALFORMED);
		arena_free(arena);
	}
}

static void
two_megabytes_of_brackets_are_refused(void **state)
{
	const size_t n = 2000000;
	static const char *const heads[] = { "", "{\"x\":{\"x\":",
	    "{\"scopes\":" };
	char *text = malloc(n);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < NITEMS(heads); i++) {
		struct arena *arena = arena_new(1 << 20);
		struct json_faults faults;
		struct input in;

		memset(text, '[', n);
		memcpy(text, heads[i], strlen(heads[i]));
		assert_int_equal(read_text(arena, text, n, &in, &faults),
		    JSON_MALFORMED);
		arena_free(arena);
	}
	free(text);
}

static void
thousands_of_faults_take_little_memory(void **state)
{
	struct arena *arena = arena_new(65536);
	struct json_faults faults;
	struct input in;
	char *text = calloc(1, 100000);
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	text[n++] = '{';
	while (n < 90000)
		n += (size_t)sprintf(text + n, "\"on\":1,");
	n += (size_t)sprintf(text + n, GOOD "}");
	assert_int_equal(read_text(arena, text, n, &in, &faults),
	    JSON_INVALID);
	assert_int_equal(faults.n, 8);
	assert_true(arena_mark(arena) < 32768);
	free(text);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_lands_in_its_struct),
		cmocka_unit_test(what_is_not_one_strict_object_is_malformed),
		cmocka_unit_test(raw_nul_bytes_are_malformed),
		cmocka_unit_test(sixteen_levels_are_read_and_seventeen_are_not),
		cmocka_unit_test(two_megabytes_of_brackets_are_refused),
		cmocka_unit_test(thousands_of_faults_take_little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
