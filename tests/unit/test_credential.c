/* SPDX-License-Identifier: ISC */
/* What a request may present, and how. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/credential.h"
#include "base/nitems.h"

#define NONE	CREDENTIAL_NONE, NULL, NULL
#define BAD	CREDENTIAL_MALFORMED, NULL, NULL

struct credential_case {
	const char		*value;
	enum credential_form	 form;
	const char		*user, *text;
};

static const struct credential_case headers[] = {
	{ NULL, NONE },
	{ "Bearer abc", CREDENTIAL_BEARER, NULL, "abc" },
	{ "bearer abc", CREDENTIAL_BEARER, NULL, "abc" },
	{ "BEARER aZ09-._~+/==", CREDENTIAL_BEARER, NULL, "aZ09-._~+/==" },
	{ "", BAD },
	{ " ", BAD },
	{ "Bearer", BAD },
	{ "Bearer ", BAD },
	{ "Bearer  abc", BAD },
	{ "Bearer abc ", BAD },
	{ " Bearer abc", BAD },
	{ "Bearer\tabc", BAD },
	{ "Bearer a b", BAD },
	{ "Bearer a,b", BAD },
	{ "Bearer abc, Bearer def", BAD },
	{ "Bearer abc, Basic YTpi", BAD },
	{ "Bearer =", BAD },
	{ "Bearer a=b", BAD },
	{ "Bearer a\"b", BAD },
	{ "Bearer h\xc3\xa9", BAD },
	{ "Bearer a\x01", BAD },
	{ "BearerX abc", BAD },
	{ "Beare abc", BAD },
	{ "Token abc", BAD },
	{ "Digest username=\"a\"", BAD },
	{ "abc", BAD },
	{ "Basic YTpi", CREDENTIAL_BASIC, "a", "b" },
	{ "bAsIc YTpi", CREDENTIAL_BASIC, "a", "b" },
	{ "Basic YTpiOmM=", CREDENTIAL_BASIC, "a", "b:c" },
	{ "Basic YTo=", CREDENTIAL_BASIC, "a", "" },
	{ "Basic OmI=", CREDENTIAL_BASIC, "", "b" },
	{ "Basic Og==", CREDENTIAL_BASIC, "", "" },
	{ "Basic aMOpOmI=", CREDENTIAL_BASIC, "h\xc3\xa9", "b" },
	{ "Basic YWI=", BAD },			/* no colon */
	{ "Basic ", BAD },
	{ "Basic", BAD },
	{ "Basic YTo", BAD },			/* padding left out */
	{ "Basic YTp=", BAD },			/* unused bits set */
	{ "Basic YTpi====", BAD },
	{ "Basic YTpi YTpi", BAD },
	{ "Basic  YTpi", BAD },
	{ "Basic YTpi ", BAD },
	{ "Basic YTpi, Basic YTpi", BAD },
	{ "Basic YT pi", BAD },
	{ "Basic YTr/", BAD },			/* not UTF-8 */
	{ "Basic YTr_", BAD },			/* the other alphabet */
	{ "Basic YQA6Yg==", BAD },		/* NUL */
	{ "Basic YQo6Yg==", BAD },		/* line feed */
	{ "Basic YTpifw==", BAD },		/* DEL */
	{ "Basi YTpi", BAD },
	{ "Basic\nYTpi", BAD },
};

static const struct credential_case cookies[] = {
	{ NULL, NONE },
	{ "", NONE },
	{ "a=b", NONE },
	{ "session=abc", CREDENTIAL_COOKIE, NULL, "abc" },
	{ "a=b; session=abc", CREDENTIAL_COOKIE, NULL, "abc" },
	{ "a=b;session=abc;c=d", CREDENTIAL_COOKIE, NULL, "abc" },
	{ "session=abc;", CREDENTIAL_COOKIE, NULL, "abc" },
	{ "session=", CREDENTIAL_COOKIE, NULL, "" },
	{ "session=a=b", CREDENTIAL_COOKIE, NULL, "a=b" },
	{ "session=abc; session=def", CREDENTIAL_COOKIE, NULL, "abc" },
	{ "session=; a=b; session=abc", CREDENTIAL_COOKIE, NULL, "" },
	{ "a=b; session=abc; session=", CREDENTIAL_COOKIE, NULL, "abc" },
	{ "Session=abc", NONE },
	{ "xsession=abc", NONE },
	{ "sessionx=abc", NONE },
	{ "session", NONE },
	{ "a=session=abc", NONE },
	{ ";;; ;", NONE },
};

static void
expect_same(const char *got, const char *want, const char *value)
{
	if ((got == NULL) != (want == NULL) ||
	    (want != NULL && strcmp(got, want) != 0))
		fail_msg("\"%s\"", value);
}

static void
run_cases(const struct credential_case *cases, size_t n,
    void (*parse)(struct credential *, struct arena *, const char *))
{
	struct arena *arena = arena_new(65536);

	for (size_t i = 0; i < n; i++) {
		struct credential c;

		parse(&c, arena, cases[i].value);
		if (c.form != cases[i].form)
			fail_msg("\"%s\" is %d", cases[i].value, (int)c.form);
		expect_same(c.user, cases[i].user, cases[i].value);
		expect_same(c.text, cases[i].text, cases[i].value);
	}
	arena_free(arena);
}

static void
authorization_is_read_strictly(void **state)
{
	(void)state;
	run_cases(headers, NITEMS(headers), credential_parse);
}

static void
a_cookie_is_found_by_its_whole_name(void **state)
{
	(void)state;
	run_cases(cookies, NITEMS(cookies), credential_from_cookie);
}

static void
very_long_values_are_malformed(void **state)
{
	static char value[8192] = "Bearer ";
	struct arena *arena = arena_new(65536);
	struct credential c;

	(void)state;
	memset(value + 7, 'a', 4096 - 7);
	credential_parse(&c, arena, value);
	assert_int_equal(c.form, CREDENTIAL_BEARER);
	value[4096] = 'a';
	credential_parse(&c, arena, value);
	assert_int_equal(c.form, CREDENTIAL_MALFORMED);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(authorization_is_read_strictly),
		cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
		cmocka_unit_test(very_long_values_are_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
