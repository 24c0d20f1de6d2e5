/* SPDX-License-Identifier: ISC */
/* The catalogue has no holes and its document is whole. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/nitems.h"
#include "http/problem.h"

static void
every_problem_has_a_status_a_slug_and_a_title(void **state)
{
	(void)state;
	for (enum problem p = PROBLEM_NONE + 1; p < PROBLEM__MAX; p++) {
		const struct problem_type *type = &problem_types[p];

		assert_in_range(type->status, 400, 599);
		assert_non_null(type->slug);
		assert_non_null(type->title);
		assert_true(strlen(type->title) > 10);
		for (enum problem q = PROBLEM_NONE + 1; q < p; q++)
			assert_string_not_equal(type->slug,
			    problem_types[q].slug);
	}
}

static const struct {
	enum problem	 problem;
	enum manner	 manner;
	int		 status;
} statuses[] = {
	{ PROBLEM_LOGIN, MANNER_OWN, 401 },
	{ PROBLEM_LOGIN, MANNER_AUTHENTISE, 403 },
	{ PROBLEM_LOGIN, MANNER_LOCCUS, 401 },
	{ PROBLEM_INVALID_FIELD, MANNER_OWN, 422 },
	{ PROBLEM_INVALID_FIELD, MANNER_AUTHENTISE, 400 },
	{ PROBLEM_INVALID_FIELD, MANNER_BITSIGHT, 400 },
	{ PROBLEM_INVALID_FIELD, MANNER_CUTOVER, 422 },
	{ PROBLEM_FORBIDDEN, MANNER_BITSIGHT, 403 },
	{ PROBLEM_REPLAY, MANNER_AUTHENTISE, 422 },
	{ PROBLEM_UNAUTHENTICATED, MANNER_AUTHENTISE, 401 },
	{ PROBLEM_BUSY, MANNER_TILLHUB, 503 },
	{ PROBLEM_MEDIA_TYPE, MANNER_OAUTH, 400 },
	{ PROBLEM_INVALID_FIELD, MANNER_OAUTH, 400 },
	{ PROBLEM_FORBIDDEN, MANNER_OAUTH, 403 },
};

static void
a_manner_may_have_its_own_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(statuses); i++)
		assert_int_equal(problem_status(statuses[i].problem,
		    statuses[i].manner), statuses[i].status);
}

static void
expect_document(enum problem problem, enum manner manner,
    const struct problem_detail *detail, const char *want)
{
	struct arena *arena = arena_new(65536);
	struct json *json = json_new(arena);
	size_t n;

	problem_put(json, problem, manner, detail);
	assert_string_equal(json_done(json, &n), want);
	assert_int_equal(n, strlen(want));
	arena_free(arena);
}

static void
a_document_without_faults_has_one_error(void **state)
{
	const struct problem_detail bare = { .request = "r1" };
	const struct problem_detail told = { .detail = "Wait.",
	    .code = "quota", .request = "r1" };

	(void)state;
	expect_document(PROBLEM_UNAUTHENTICATED, MANNER_OWN, &bare,
	    "{\"type\":\"urn:latchkey:problem:unauthenticated\","
	    "\"title\":\"A valid API key or session is required\","
	    "\"status\":401,\"instance\":\"urn:uuid:r1\","
	    "\"msg\":\"A valid API key or session is required\","
	    "\"errors\":[{\"title\":\"A valid API key or session is "
	    "required\",\"code\":\"unauthenticated\","
	    "\"detail\":\"A valid API key or session is required\"}]}");
	expect_document(PROBLEM_CONFLICT, MANNER_OWN, &told,
	    "{\"type\":\"urn:latchkey:problem:conflict\","
	    "\"title\":\"The name is taken; choose another\","
	    "\"status\":409,\"detail\":\"Wait.\","
	    "\"instance\":\"urn:uuid:r1\",\"msg\":\"Wait.\","
	    "\"errors\":[{\"title\":\"The name is taken; choose another\","
	    "\"code\":\"quota\",\"detail\":\"Wait.\"}]}");
}

static void
each_fault_is_an_error_with_its_pointer(void **state)
{
	const struct problem_detail d = {
		.faults = {
			{ "/roles/1/name", "is too long" },
			{ "", "has a member that is not known" },
			{ NULL, "Give one of both." },
		},
		.nfaults = 3,
	};
#define TITLE	"\"title\":\"A member is missing or not valid; errors says " \
		"which\",\"code\":\"invalid-field\","

	(void)state;
	expect_document(PROBLEM_INVALID_FIELD, MANNER_AUTHENTISE, &d,
	    "{\"type\":\"urn:latchkey:problem:invalid-field\","
	    "\"title\":\"A member is missing or not valid; errors says "
	    "which\",\"status\":400,\"msg\":\"A member is missing or not "
	    "valid; errors says which\",\"errors\":["
	    "{" TITLE "\"detail\":\"roles/1/name is too long\","
	    "\"pointer\":\"#/roles/1/name\"},"
	    "{" TITLE "\"detail\":\"the body has a member that is not "
	    "known\",\"pointer\":\"#\"},"
	    "{" TITLE "\"detail\":\"Give one of both.\"}]}");
}

/* One product's clients go by this sentence. */
static void
a_manner_may_have_its_own_words(void **state)
{
	const struct problem_detail told = { .detail = "This needs more",
	    .code = "scope" };

	(void)state;
	expect_document(PROBLEM_FORBIDDEN, MANNER_BITSIGHT, &told,
	    "{\"type\":\"urn:latchkey:problem:forbidden\","
	    "\"title\":\"The credential lacks a permission that this needs\","
	    "\"status\":403,\"detail\":\"You do not have permission to "
	    "perform this action.\",\"msg\":\"This needs more\","
	    "\"errors\":[{\"title\":\"The credential lacks a permission that "
	    "this needs\",\"code\":\"scope\","
	    "\"detail\":\"This needs more\"}]}");
}

static void
a_manner_may_have_its_own_code(void **state)
{
	const struct problem_detail bare = { .request = "r1" };

	(void)state;
	expect_document(PROBLEM_NOT_FOUND, MANNER_CUTOVER, &bare,
	    "{\"type\":\"urn:latchkey:problem:not-found\","
	    "\"title\":\"There is nothing of this kind here\","
	    "\"status\":404,\"instance\":\"urn:uuid:r1\","
	    "\"msg\":\"There is nothing of this kind here\","
	    "\"errors\":[{\"title\":\"There is nothing of this kind here\","
	    "\"code\":\"not_found\","
	    "\"detail\":\"There is nothing of this kind here\"}]}");
}

static void
oauth_has_members_of_its_own(void **state)
{
	const struct problem_detail d = { .detail = "token is required" };

	(void)state;
	expect_document(PROBLEM_MALFORMED, MANNER_OAUTH, &d,
	    "{\"type\":\"urn:latchkey:problem:malformed\",\"title\":\"The "
	    "request is not well-formed; check its syntax and encoding\","
	    "\"status\":400,\"detail\":\"token is required\","
	    "\"msg\":\"token is required\",\"error\":\"invalid_request\","
	    "\"error_description\":\"token is required\","
	    "\"errors\":[{\"title\":\"The request is not well-formed; check "
	    "its syntax and encoding\",\"code\":\"malformed\","
	    "\"detail\":\"token is required\"}]}");
	assert_string_equal(problem_media_type(MANNER_OAUTH),
	    "application/json");
	assert_string_equal(problem_media_type(MANNER_OWN),
	    "application/problem+json");
}

/* RFC 6749 5.2: what an error_description may be made of. */
static void
titles_can_be_described(void **state)
{
	(void)state;
	for (enum problem p = PROBLEM_NONE + 1; p < PROBLEM__MAX; p++)
		for (const char *at = problem_types[p].title; *at != '\0';
		    at++)
			assert_true(*at >= 0x20 && *at < 0x7f &&
			    *at != '"' && *at != '\\');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_problem_has_a_status_a_slug_and_a_title),
		cmocka_unit_test(a_manner_may_have_its_own_status),
		cmocka_unit_test(a_document_without_faults_has_one_error),
		cmocka_unit_test(a_manner_may_have_its_own_words),
		cmocka_unit_test(a_manner_may_have_its_own_code),
		cmocka_unit_test(each_fault_is_an_error_with_its_pointer),
		cmocka_unit_test(oauth_has_members_of_its_own),
		cmocka_unit_test(titles_can_be_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
