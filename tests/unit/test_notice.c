/* SPDX-License-Identifier: ISC */
/* What owners are told. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/nitems.h"
#include "check/kind.h"
#include "check/notice.h"

static const struct user owner = {
	.username = "anna",
	.email = "anna@example.org",
};

static const struct key key = {
	.id = { { 0x01, 0x93 } },
	.label = "nightly import",
	.kind = KIND_APP,
};

static const struct {
	enum notice_event	 event;
	const char		*by, *address;
	const char		*subject;
	const char		*parts[6];
} cases[] = {
	{ NOTICE_MADE, "bob", "192.0.2.1",
	    "API key made: nightly import",
	    { "your user anna was made", "01930000-0000-0000-",
	    "Kind:  app\n", "By:    bob\n", "From:  192.0.2.1\n",
	    "Label: nightly import\n" } },
	{ NOTICE_ROTATED, NULL, NULL, "API key rotated: nightly import",
	    { "your user anna was rotated", "By:    -\n", "From:  -\n" } },
	{ NOTICE_ENDED, "", "", "API key ended: nightly import",
	    { "your user anna was ended", "By:    -\n", "From:  -\n" } },
};

static void
a_notice_says_what_happened_to_which_key(void **state)
{
	struct arena *arena = arena_new(65536);

	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++) {
		const struct notice n = notice_of_key(arena, cases[i].event,
		    &owner, &key, cases[i].by, cases[i].address);

		assert_string_equal(n.to, "anna@example.org");
		assert_string_equal(n.subject, cases[i].subject);
		for (size_t k = 0; k < NITEMS(cases[i].parts); k++)
			if (cases[i].parts[k] != NULL &&
			    strstr(n.text, cases[i].parts[k]) == NULL)
				fail_msg("case %zu: %s", i, n.text);
	}
	arena_free(arena);
}

static void
a_label_writes_no_lines_into_it(void **state)
{
	struct arena *arena = arena_new(65536);
	struct key labelled = key;
	struct notice n;

	(void)state;
	labelled.label = "\xc3\xa4\nBy:\xc2\x85x\xe2\x80\xa8y\xe2\x80\xaez";
	n = notice_of_key(arena, NOTICE_MADE, &owner, &labelled, NULL, NULL);
	assert_string_equal(n.subject,
	    "API key made: \xc3\xa4?By:??x???y???z");
	assert_non_null(strstr(n.text,
	    "Label: \xc3\xa4?By:??x???y???z\n"));
	arena_free(arena);
}

static void
of_a_company_token_its_maker_is_told(void **state)
{
	struct arena *arena = arena_new(65536);
	struct key token = key;
	struct notice n;

	(void)state;
	token.kind = KIND_COMPANY;
	token.made_by_user = (struct uuid){ { 0x02 } };
	token.user_id = (struct uuid){ { 0x03 } };
	assert_ptr_equal(notice_keeper(&token), &token.made_by_user);
	n = notice_of_key(arena, NOTICE_ROTATED, &owner, &token, "bob", NULL);
	assert_non_null(strstr(n.text, "A company token for which your user"
	    " anna answers was rotated.\n"));
	token.kind = KIND_APP;
	assert_ptr_equal(notice_keeper(&token), &token.user_id);
	arena_free(arena);
}

static void
one_notice_names_all_keys_that_ended_together(void **state)
{
	const struct key named = {
		.id = { { 0x02 } }, .kind = KIND_NAMED, .label = "",
		.handle = "erp",
	};
	const struct key *const keys[] = { &key, &named };
	struct arena *arena = arena_new(65536);
	struct notice n = notice_of_ended(arena, &owner, keys, 2, "bob",
	    "192.0.2.1");

	(void)state;
	assert_string_equal(n.to, "anna@example.org");
	assert_string_equal(n.subject, "API keys ended: 2");
	assert_non_null(strstr(n.text,
	    "  Key:   01930000-0000-0000-0000-000000000000, app: nightly "
	    "import\n"
	    "  Key:   02000000-0000-0000-0000-000000000000, named: erp\n"
	    "  When:  "));
	assert_non_null(strstr(n.text, "By:    bob\n  From:  192.0.2.1\n"));
	n = notice_of_ended(arena, &owner, keys, 1, "bob", NULL);
	assert_string_equal(n.subject, "API key ended: nightly import");
	arena_free(arena);
}

static void
a_deleted_user_is_told_once_for_all_keys(void **state)
{
	struct arena *arena = arena_new(65536);
	const struct notice n = notice_of_user(arena, &owner, NULL,
	    "2001:db8::1");

	(void)state;
	assert_string_equal(n.to, "anna@example.org");
	assert_non_null(strstr(n.text, "anna was deleted"));
	assert_non_null(strstr(n.text, "By:    -\n"));
	assert_non_null(strstr(n.text, "From:  2001:db8::1\n"));
	arena_free(arena);
}

static void
without_a_mailer_or_an_address_nothing_happens(void **state)
{
	const struct config none = { .sendmail = NULL };
	const struct config broken = {
		.sendmail = "/nonexistent/sendmail",
		.mail_from = "latchkey@example.org",
	};
	const struct notice to_nobody = { .subject = "s", .text = "t" };
	const struct notice to_anna = {
		.to = "anna@example.org", .subject = "s", .text = "t",
	};

	(void)state;
	notice_send(&none, &to_anna);
	notice_send(&broken, &to_nobody);
	notice_send(&broken, &to_anna);		/* a line in the log */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notice_says_what_happened_to_which_key),
		cmocka_unit_test(a_label_writes_no_lines_into_it),
		cmocka_unit_test(of_a_company_token_its_maker_is_told),
		cmocka_unit_test(
		    one_notice_names_all_keys_that_ended_together),
		cmocka_unit_test(a_deleted_user_is_told_once_for_all_keys),
		cmocka_unit_test(
		    without_a_mailer_or_an_address_nothing_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
