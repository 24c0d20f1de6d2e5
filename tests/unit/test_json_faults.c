/* SPDX-License-Identifier: ISC */
/* What members of a body, and of a form, are told to be wrong. */

#include "http/query.h"

#include "json_input.h"

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
items_that_are_wrong_take_their_room_too(void **state)
{
	static const char text[] = "{" GOOD ",\"roles\":[1,1,1,1,1,1,1,1,"
	    "{\"name\":\"last\"}],\"scopes\":[\"x\"]}";
	struct arena *arena = arena_new(1 << 20);
	const struct inner *item;
	struct json_faults faults;
	struct input in;

	(void)state;
	assert_int_equal(read_text(arena, text, strlen(text), &in, &faults),
	    JSON_INVALID);
	assert_int_equal(in.roles.n, 9);
	item = in.roles.item;
	assert_string_equal(item[8].name, "last");
	arena_free(arena);
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
		cmocka_unit_test(each_fault_is_named_with_its_pointer),
		cmocka_unit_test(items_that_are_wrong_take_their_room_too),
		cmocka_unit_test(null_counts_as_given_where_it_may_stand),
		cmocka_unit_test(forms_fill_the_same_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
