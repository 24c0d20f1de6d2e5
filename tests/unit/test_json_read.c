/* SPDX-License-Identifier: ISC */
/* Strict JSON, and forms, into structs by tables. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/nitems.h"
#include "http/json.h"
#include "http/query.h"

struct inner {
	const char	*name;
	int64_t		 n;
	struct json_texts tags;
};

struct input {
	const char	*email;
	bool		 on;
	int64_t		 count;
	bool		 count_seen;
	int64_t		 at;
	struct json_texts scopes;
	struct json_objects roles;
	const char	*city;
	const char	*lax_name;
};

static const struct json_field role_fields[] = {
	JSON_FIELD(TEXT, struct inner, name, .min = 1, .max = 4,
	    .required = true),
	JSON_FIELD(INTEGER, struct inner, n, .max = 9),
	JSON_FIELD(TEXTS, struct inner, tags, .max = 3, .most = 2),
};

static const struct json_field place_fields[] = {
	JSON_FIELD(TEXT, struct input, city, .max = 10, .required = true),
};

static const struct json_field lax_fields[] = {
	JSON_FIELD(TEXT, struct input, lax_name, .max = 10),
};

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct input, email, .min = 3, .max = 8,
	    .required = true),
	JSON_FIELD(BOOL, struct input, on),
	JSON_FIELD(INTEGER, struct input, count, .min = INT64_MIN,
	    .max = INT64_MAX, .nullable = true,
	    JSON_SEEN(struct input, count_seen)),
	JSON_FIELD(TIME, struct input, at),
	JSON_FIELD(TEXTS, struct input, scopes, .min = 1, .max = 5,
	    .most = 9),
	JSON_FIELD(OBJECTS, struct input, roles, .fields = role_fields,
	    .nfields = NITEMS(role_fields), .size = sizeof(struct inner),
	    .most = 9),
	{ .name = "place", .type = JSON_OBJECT, .fields = place_fields,
	  .nfields = NITEMS(place_fields) },
	{ .name = "lax", .type = JSON_OBJECT, .fields = lax_fields,
	  .nfields = NITEMS(lax_fields), .lax = true },
};

static enum json_result
read_text(struct arena *arena, const char *text, size_t n, struct input *in,
    struct json_faults *faults)
{
	memset(in, 0, sizeof(*in));
	return json_read(arena, text, n, fields, NITEMS(fields), in, faults);
}

static void
every_type_lands_in_its_struct(void **state)
{
	static const char text[] = "{\"email\":\"a\\u00e9\\ud83d\\udd11\\\"\","
	    "\"on\":true,\"count\":-9223372036854775808,"
	    "\"at\":\"1970-01-01T00:00:01Z\","
	    "\"scopes\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"],"
	    "\"roles\":[{\"name\":\"r0\",\"tags\":[\"x\",\"y\"]},"
	    "{\"n\":9,\"name\":\"r1\"},{\"name\":\"r2\"},{\"name\":\"r3\"},"
	    "{\"name\":\"r4\",\"n\":4}],\"place\":{\"city\":\"Kyoto\"},"
	    "\"lax\":{\"x\":[{\"x\":{}}],\"lax_name\":\"l\",\"x\":1}}";
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
	assert_string_equal(in.lax_name, "l");
	arena_free(arena);
}

#define GOOD	"\"email\":\"a@b\""

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
	"{" GOOD ",\"lax\":{\"\\udfff\":1}}",
	"{\"email\":\"a\xc0\xaf\"}", "{\"email\":\"a\xe0\x80\xaf\"}",
	"{\"email\":\"a\xed\xa0\x80\"}", "{\"email\":\"a\xf4\x90\x80\x80\"}",
	"{\"email\":\"abc\xff\"}", "{" GOOD ",\"lax\":{\"\xc0\xaf\":1}}",
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

static const struct {
	const char	*text;
	const char	*faults;	/* pointer, blank, detail */
} invalid[] = {
	{ "{}", "/email is required" },
	{ "{\"email\":null}", "/email must not be null" },
	{ "{\"email\":1}", "/email must be a text" },
	{ "{\"email\":{\"email\":\"a@b\"}}", "/email must be a text" },
	{ "{\"email\":[\"a@b\"]}", "/email must be a text" },
	{ "{\"email\":\"ab\"}", "/email is too short" },
	{ "{\"email\":\"a\xc3\xa9\"}", "/email is too short" },
	{ "{\"email\":\"123456789\"}", "/email is too long" },
	{ "{" GOOD "," GOOD "}", "/email is given twice" },
	{ "{" GOOD ",\"ema\\u0069l\":\"x@y\"}", "/email is given twice" },
	{ "{" GOOD ",\"x\":1}", " has a member that is not known" },
	{ "{" GOOD ",\"Email\":{\"a\":[{}]}}",
	    " has a member that is not known" },
	{ "{" GOOD ",\"\":1}", " has a member that is not known" },
	{ "{" GOOD ",\"on\":1}", "/on must be true or false" },
	{ "{" GOOD ",\"on\":\"true\"}", "/on must be true or false" },
	{ "{" GOOD ",\"on\":null}", "/on must not be null" },
	{ "{" GOOD ",\"count\":9223372036854775808}",
	    "/count is out of range" },
	{ "{" GOOD ",\"count\":-9223372036854775809}",
	    "/count is out of range" },
	{ "{" GOOD ",\"count\":100000000000000000000000}",
	    "/count is out of range" },
	{ "{" GOOD ",\"count\":1.0}", "/count must be a whole number" },
	{ "{" GOOD ",\"count\":1e3}", "/count must be a whole number" },
	{ "{" GOOD ",\"count\":1e400}", "/count must be a whole number" },
	{ "{" GOOD ",\"count\":\"1\"}", "/count must be a whole number" },
	{ "{" GOOD ",\"at\":\"2026-11-22\"}",
	    "/at must be a time like 2026-11-22T10:00:00Z" },
	{ "{" GOOD ",\"at\":1}",
	    "/at must be a time like 2026-11-22T10:00:00Z" },
	{ "{" GOOD ",\"scopes\":\"a\"}", "/scopes must be a list of texts" },
	{ "{" GOOD ",\"scopes\":{}}", "/scopes must be a list of texts" },
	{ "{" GOOD ",\"scopes\":[\"a\",1]}", "/scopes/1 must be a text" },
	{ "{" GOOD ",\"scopes\":[[\"a\"]]}", "/scopes/0 must be a text" },
	{ "{" GOOD ",\"scopes\":[null]}", "/scopes/0 must be a text" },
	{ "{" GOOD ",\"scopes\":[\"\",\"123456\"]}",
	    "/scopes/0 is too short;/scopes/1 is too long" },
	{ "{" GOOD ",\"scopes\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\","
	    "\"8\",\"9\",\"10\",\"11\",{}]}", "/scopes has too many items" },
	{ "{" GOOD ",\"roles\":[{\"name\":\"a\"},{\"name\":\"abcde\"}]}",
	    "/roles/1/name is too long" },
	{ "{" GOOD ",\"roles\":[{}]}", "/roles/0/name is required" },
	{ "{" GOOD ",\"roles\":[\"a\"]}", "/roles/0 must be an object" },
	{ "{" GOOD ",\"roles\":[[{}]]}", "/roles/0 must be an object" },
	{ "{" GOOD ",\"roles\":[{\"name\":\"a\",\"x\":{}}]}",
	    "/roles/0 has a member that is not known" },
	{ "{" GOOD ",\"roles\":[{\"name\":\"a\",\"n\":10}]}",
	    "/roles/0/n is out of range" },
	{ "{" GOOD ",\"roles\":[{\"name\":\"a\",\"tags\":[\"a\",\"bcde\"]}]}",
	    "/roles/0/tags/1 is too long" },
	{ "{" GOOD ",\"roles\":[{\"name\":\"a\",\"name\":\"b\"}]}",
	    "/roles/0/name is given twice" },
	{ "{" GOOD ",\"place\":{}}", "/place/city is required" },
	{ "{" GOOD ",\"place\":[]}", "/place must be an object" },
	{ "{" GOOD ",\"place\":{\"city\":\"a\"},\"place\":{}}",
	    "/place is given twice" },
	{ "{" GOOD ",\"city\":\"a\"}", " has a member that is not known" },
	{ "{\"on\":1,\"count\":\"\"}", "/on must be true or false;"
	    "/count must be a whole number;/email is required" },
};

static void
each_fault_is_named_with_its_pointer(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(invalid); i++) {
		struct arena *arena = arena_new(1 << 20);
		struct json_faults faults;
		struct input in;
		char got[512] = "";

		if (read_text(arena, invalid[i].text, strlen(invalid[i].text),
		    &in, &faults) != JSON_INVALID)
			fail_msg("%s", invalid[i].text);
		for (size_t k = 0; k < faults.n; k++)
			snprintf(got + strlen(got), sizeof(got) - strlen(got),
			    "%s%s %s", k == 0 ? "" : ";",
			    faults.fault[k].pointer, faults.fault[k].detail);
		if (strcmp(got, invalid[i].faults) != 0)
			fail_msg("%s: %s", invalid[i].text, got);
		arena_free(arena);
	}
}

static void
null_counts_as_given_where_it_may_stand(void **state)
{
	static const char text[] = "{" GOOD ",\"count\":null}";
	struct arena *arena = arena_new(1 << 20);
	struct json_faults faults;
	struct input in;

	(void)state;
	assert_int_equal(read_text(arena, text, strlen(text), &in, &faults),
	    JSON_OK);
	assert_true(in.count_seen);
	assert_int_equal(in.count, 0);
	assert_int_equal(read_text(arena, "{" GOOD "}", strlen("{" GOOD "}"),
	    &in, &faults), JSON_OK);
	assert_false(in.count_seen);
	arena_free(arena);
}

static void
sixteen_levels_are_read_and_seventeen_are_not(void **state)
{
	(void)state;
	for (int levels = 14; levels <= 15; levels++) {
		struct arena *arena = arena_new(1 << 20);
		char text[128] = "{" GOOD ",\"lax\":{\"x\":";
		struct json_faults faults;
		struct input in;

		for (int i = 0; i < levels; i++)
			strcat(text, "[");
		for (int i = 0; i < levels; i++)
			strcat(text, "]");
		strcat(text, "}}");
		assert_int_equal(read_text(arena, text, strlen(text), &in,
		    &faults), levels == 14 ? JSON_OK : JSON_MALFORMED);
		arena_free(arena);
	}
}

static void
two_megabytes_of_brackets_are_refused(void **state)
{
	const size_t n = 2000000;
	static const char *const heads[] = { "", "{\"lax\":{\"x\":",
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

static const struct {
	const char	*form;
	const char	*fault;		/* NULL: it is read */
} forms[] = {
	{ "email=a%40b", NULL },
	{ "email=a%40b&on=true&count=7&at=1970-01-01T00:00:01Z", NULL },
	{ "", "/email is required" },
	{ "email=ab", "/email is too short" },
	{ "email=a%40b&x=1", " has a member that is not known" },
	{ "email=a%40b&on=1", "/on must be true or false" },
	{ "email=a%40b&on=", "/on must be true or false" },
	{ "email=a%40b&count=", "/count must be a whole number" },
	{ "email=a%40b&count=-", "/count must be a whole number" },
	{ "email=a%40b&count=+1", "/count must be a whole number" },
	{ "email=a%40b&count=007", "/count must be a whole number" },
	{ "email=a%40b&count=9223372036854775808", "/count is out of range" },
	{ "email=a%40b&at=now",
	    "/at must be a time like 2026-11-22T10:00:00Z" },
	{ "email=a%40b&scopes=a", "/scopes cannot be given in a form" },
	{ "email=a%40b&place=a", "/place cannot be given in a form" },
};

static void
forms_fill_the_same_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(forms); i++) {
		struct arena *arena = arena_new(65536);
		struct json_faults faults;
		struct input in = { 0 };
		struct query query;
		char got[128] = "";
		enum json_result result;

		assert_true(query_parse(&query, arena, forms[i].form,
		    strlen(forms[i].form)));
		result = json_read_form(arena, &query, fields, NITEMS(fields),
		    &in, &faults);
		if ((result == JSON_OK) != (forms[i].fault == NULL))
			fail_msg("%s", forms[i].form);
		if (result == JSON_OK) {
			assert_string_equal(in.email, "a@b");
			assert_int_equal(in.count_seen, in.on);
			assert_int_equal(in.at, in.on ? 1000 : 0);
		} else {
			snprintf(got, sizeof(got), "%s %s",
			    faults.fault[0].pointer, faults.fault[0].detail);
			assert_string_equal(got, forms[i].fault);
		}
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_lands_in_its_struct),
		cmocka_unit_test(what_is_not_one_strict_object_is_malformed),
		cmocka_unit_test(raw_nul_bytes_are_malformed),
		cmocka_unit_test(each_fault_is_named_with_its_pointer),
		cmocka_unit_test(null_counts_as_given_where_it_may_stand),
		cmocka_unit_test(sixteen_levels_are_read_and_seventeen_are_not),
		cmocka_unit_test(two_megabytes_of_brackets_are_refused),
		cmocka_unit_test(thousands_of_faults_take_little_memory),
		cmocka_unit_test(forms_fill_the_same_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
