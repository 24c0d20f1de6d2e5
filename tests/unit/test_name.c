/* SPDX-License-Identifier: ISC */
/* What may name somebody or something. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/name.h"
#include "base/nitems.h"

#define A10	"aaaaaaaaaa"
#define A50	A10 A10 A10 A10 A10
#define A60	A50 A10

struct name_case {
	const char	*text;
	bool		 good;
};

static const struct name_case emails[] = {
	{ "a@b.c", true },
	{ "anna.lind+keys@example.org", true },
	{ "Anna@Example.ORG", true },
	{ "a!#$%&'*+/=?^_`{|}~-@b.c", true },
	{ "a@b-c_d.example", true },
	{ "a@1.2", true },
	{ A60 "aaaa@b.c", true },
	{ A60 "aaaaa@b.c", false },
	{ "a@" A60 "." A60 "." A60 "." A60 ".aaaaaaaa", true },
	{ "a@" A60 "." A60 "." A60 "." A60 ".aaaaaaaaa", false },
	{ "", false },
	{ "a", false },
	{ "@", false },
	{ "@b.c", false },
	{ "a@", false },
	{ "a@b", false },
	{ "a@b.", false },
	{ "a@.b", false },
	{ "a@b..c", false },
	{ ".a@b.c", false },
	{ "a.@b.c", false },
	{ "a..b@b.c", false },
	{ "a@b@c.d", false },
	{ "a b@c.d", false },
	{ "a@b.c ", false },
	{ " a@b.c", false },
	{ "\"a b\"@c.d", false },
	{ "a@[192.0.2.1]", false },
	{ "a@b.c\nBcc: d@e.f", false },
	{ "a@b.c\r", false },
	{ "<a@b.c>", false },
	{ "a,b@c.d", false },
	{ "h\xc3\xa9@b.c", false },
	{ "a@b\xc3\xa9.c", false },
};

static const struct name_case usernames[] = {
	{ "a", true },
	{ "anna@example.org", true },
	{ "!~", true },
	{ A60 A60 A60 A60 A10 "aaaa", true },
	{ A60 A60 A60 A60 A10 "aaaaa", false },
	{ "", false },
	{ "a b", false },
	{ " a", false },
	{ "a:b", false },
	{ "a\tb", false },
	{ "a\n", false },
	{ "a\x7f", false },
	{ "h\xc3\xa9", false },
};

static const struct name_case handles[] = {
	{ "a", true },
	{ "0", true },
	{ "emea", true },
	{ "emea-2-north", true },
	{ A50, true },
	{ A50 "a", false },
	{ "", false },
	{ "-", false },
	{ "-a", false },
	{ "a-", false },
	{ "a--b", false },
	{ "A", false },
	{ "a_b", false },
	{ "a b", false },
	{ "a\n", false },
	{ "*", false },
	{ "\xc3\xa9", false },
	{ "019390b5-7c00-7abc-8def-0123456789ab", false },
	{ "019390b5-7c00-7abc-8def-0123456789ag", true },
	{ "019390b5-7c00-7abc-8def-0123456789a", true },
	{ "019390b5-7c00-7abc-8de-f0123456789ab", true },
};

static const struct name_case legacy_ids[] = {
	{ "1", true },
	{ "acme", true },
	{ "ACME_1.2-3", true },
	{ A60 "aaaa", true },
	{ A60 "aaaaa", false },
	{ "", false },
	{ "a b", false },
	{ "a/b", false },
	{ "*", false },
	{ "a=b", false },
	{ "h\xc3\xa9", false },
	{ "019390b5-7c00-7abc-8def-0123456789ab", false },
	{ "019390B5-7C00-7ABC-8DEF-0123456789AB", false },
	{ "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz", false },
	{ "019390b5-7c00-7abc-8def-0123456789a", true },
};

static const struct name_case texts[] = {
	{ "", true },
	{ "h\xc3\xa9, \xe2\x82\xac 5: \"yes\"", true },
	{ "a\nb", false },
	{ "\t", false },
	{ "a\x1b[31m", false },
	{ "a\x7f", false },
	{ "a\x1f", false },
	{ " ~", true },
};

static const struct {
	const char		*(*fault)(const char *);
	const struct name_case	*cases;
	size_t			 n;
} rules[] = {
	{ name_email_fault, emails, NITEMS(emails) },
	{ name_username_fault, usernames, NITEMS(usernames) },
	{ name_handle_fault, handles, NITEMS(handles) },
	{ name_legacy_id_fault, legacy_ids, NITEMS(legacy_ids) },
	{ name_text_fault, texts, NITEMS(texts) },
};

static void
names_are_refused_with_a_reason_for_people(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(rules); i++) {
		for (size_t k = 0; k < rules[i].n; k++) {
			const char *fault =
			    rules[i].fault(rules[i].cases[k].text);

			if ((fault == NULL) != rules[i].cases[k].good)
				fail_msg("rule %zu: \"%s\"", i,
				    rules[i].cases[k].text);
			if (fault != NULL)
				assert_memory_equal(fault, "must ", 5);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_refused_with_a_reason_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
