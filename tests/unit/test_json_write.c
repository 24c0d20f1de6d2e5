/* SPDX-License-Identifier: ISC */
/* What is written is always JSON. */

#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/nitems.h"
#include "base/uuid.h"
#include "http/json.h"

static void
expect_text(struct json *json, const char *want)
{
	size_t n;

	assert_string_equal(json_done(json, &n), want);
	assert_int_equal(n, strlen(want));
}

static void
a_kept_document_is_written_only_while_it_is_one(void **state)
{
	struct arena *arena = arena_new(65536);
	struct json *j = json_new(arena);

	(void)state;
	json_array(j, NULL);
	json_document(j, NULL, "{\"a\":[1,{}]}");
	json_document(j, NULL, "{\"a\":1");
	json_document(j, NULL, "{}, 1");
	json_document(j, NULL, "");
	json_document(j, NULL, "[]");
	json_document(j, NULL, "{\"a\":\"\xff\"}");
	json_document(j, NULL, "{}");
	json_end(j);
	expect_text(j, "[{\"a\":[1,{}]},null,null,null,null,null,{}]");
	arena_free(arena);
}

static void
every_kind_of_value_is_written(void **state)
{
	struct arena *arena = arena_new(65536);
	struct json *j = json_new(arena);

	(void)state;
	json_object(j, NULL);
	json_text(j, "t", "x");
	json_integer(j, "min", INT64_MIN);
	json_integer(j, "max", INT64_MAX);
	json_bool(j, "yes", true);
	json_bool(j, "no", false);
	json_null(j, "null");
	json_uuid(j, "id", &uuid_zero);
	json_time(j, "at", 1);
	json_micros(j, "fine", 1);
	json_text_or_null(j, "a", NULL);
	json_text_or_null(j, "b", "");
	json_time_or_null(j, "c", 0);
	json_format(j, "d", "%d\"", 7);
	json_array(j, "list");
	json_integer(j, NULL, 1);
	json_object(j, NULL);
	json_end(j);
	json_array(j, NULL);
	json_end(j);
	json_end(j);
	json_end(j);
	expect_text(j, "{\"t\":\"x\",\"min\":-9223372036854775808,"
	    "\"max\":9223372036854775807,\"yes\":true,\"no\":false,"
	    "\"null\":null,\"id\":\"00000000-0000-0000-0000-000000000000\","
	    "\"at\":\"1970-01-01T00:00:00.001Z\","
	    "\"fine\":\"1970-01-01T00:00:00.001000Z\",\"a\":null,\"b\":\"\","
	    "\"c\":null,\"d\":\"7\\\"\",\"list\":[1,{},[]]}");
	arena_free(arena);
}

static const struct {
	const char	*text;
	const char	*written;
} texts[] = {
	{ "", "\"\"" },
	{ "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
	{ "\n\t\x01\x1f\x7f", "\"\\u000a\\u0009\\u0001\\u001f\\u007f\"" },
	{ "h\xc3\xa9\xf0\x9f\x94\x91", "\"h\xc3\xa9\xf0\x9f\x94\x91\"" },
	{ "\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"" },
	{ "x\xe2\x80\xa6", "\"x\xe2\x80\xa6\"" },
	{ "\xe2\x82\xac", "\"\xe2\x82\xac\"" },
};

static void
texts_are_escaped(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(texts); i++) {
		struct arena *arena = arena_new(65536);
		struct json *j = json_new(arena);

		json_text(j, NULL, texts[i].text);
		expect_text(j, texts[i].written);
		arena_free(arena);
	}
}

static void
long_texts_grow_the_room(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct json *j = json_new(arena);
	char text[5000];
	size_t n;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	json_array(j, NULL);
	for (int i = 0; i < 10; i++) {
		json_text(j, NULL, text);
		arena_alloc(arena, 1);
	}
	json_end(j);
	assert_int_equal(strlen(json_done(j, &n)), 10 * 5001 + 11);
	json_reset(j);
	json_object(j, NULL);
	json_end(j);
	expect_text(j, "{}");
	arena_free(arena);
}

static void
put_key_in_array(struct json *j)
{
	json_array(j, NULL);
	json_text(j, "key", "x");
}

static void
put_no_key_in_object(struct json *j)
{
	json_object(j, NULL);
	json_text(j, NULL, "x");
}

static void
put_two_documents(struct json *j)
{
	json_integer(j, NULL, 1);
	json_integer(j, NULL, 2);
}

static void
put_bad_utf8(struct json *j)
{
	json_text(j, NULL, "\xed\xa0\x80");
}

static void
put_too_deep(struct json *j)
{
	for (int i = 0; i <= JSON_DEPTH; i++)
		json_array(j, NULL);
}

static void
our_bugs_abort(void **state)
{
	static void (*const bugs[])(struct json *) = {
		put_key_in_array, put_no_key_in_object, put_two_documents,
		json_end, put_bad_utf8, put_too_deep,
	};

	(void)state;
	for (size_t i = 0; i < NITEMS(bugs); i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			signal(SIGABRT, SIG_DFL);
			close(STDERR_FILENO);
			bugs[i](json_new(arena_new(65536)));
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
			fail_msg("bug %zu did not abort", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_kept_document_is_written_only_while_it_is_one),
		cmocka_unit_test(every_kind_of_value_is_written),
		cmocka_unit_test(texts_are_escaped),
		cmocka_unit_test(long_texts_grow_the_room),
		cmocka_unit_test(our_bugs_abort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
