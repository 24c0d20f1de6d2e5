/* SPDX-License-Identifier: ISC */
/* The table of kinds and the forms that each is taken in. */

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/token.h"
#include "base/nitems.h"
#include "check/kind.h"

static void
every_kind_has_a_row_of_its_own(void **state)
{
	(void)state;
	for (enum kind kind = KIND_PAIR; kind < KIND__MAX; kind++) {
		const struct kind_type *type = &kind_types[kind];

		assert_non_null(type->word);
		assert_int_equal(kind_by_word(type->word), kind);
		assert_true(type->length < TOKEN_TEXT);
		/* a forgotten row would need what nobody holds */
		assert_true(type->needs != PERMISSION_DENY);
		if (type->letter == '\0') {
			assert_int_equal(type->form, FORM_NEVER);
			continue;
		}
		assert_true(islower((unsigned char)type->letter));
		assert_int_not_equal(type->letter, TOKEN_SESSION);
		assert_int_equal(kind_by_letter(type->letter), kind);
		/* 160 bits of randomness and more */
		assert_true(type->length >= 4 + 27 + 6);
	}
}

static void
other_letters_name_no_kind(void **state)
{
	(void)state;
	assert_int_equal(kind_by_letter('\0'), KIND_NONE);
	assert_int_equal(kind_by_letter('s'), KIND_NONE);
	assert_int_equal(kind_by_letter('P'), KIND_NONE);
	assert_int_equal(kind_by_letter('z'), KIND_NONE);
	assert_int_equal(kind_by_word("session"), KIND_NONE);
	assert_int_equal(kind_by_word(""), KIND_NONE);
}

#define ID	"019390b5-7c00-7abc-8def-0123456789ab"

/* The forms in which a token of the kind may be shown. */
static const struct {
	enum kind	 kind;
	bool		 bearer, basic_pair, basic_user, header;
} forms[] = {
	{ KIND_PAIR, false, true, false, false },
	{ KIND_NAMED, true, false, false, true },
	{ KIND_EXCHANGE, false, false, false, false },
	{ KIND_PERSONAL, false, false, true, true },
	{ KIND_COMPANY, false, false, true, true },
	{ KIND_APP, true, false, false, true },
};

static void
a_kind_is_taken_in_its_form_alone(void **state)
{
	const struct credential bearer = { CREDENTIAL_BEARER, NULL, "t",
	    NULL };
	const struct credential pair = { CREDENTIAL_BASIC, ID, "t", NULL };
	const struct credential user = { CREDENTIAL_BASIC, "t", "", NULL };
	const struct credential header = { CREDENTIAL_HEADER, NULL, "t",
	    NULL };
	const struct credential cookie = { CREDENTIAL_COOKIE, NULL, "t",
	    NULL };
	const struct credential none = { CREDENTIAL_NONE, NULL, NULL,
	    NULL };

	(void)state;
	assert_int_equal(NITEMS(forms), KIND__MAX - 1);
	for (size_t i = 0; i < NITEMS(forms); i++) {
		enum kind kind = forms[i].kind;

		assert_int_equal(kind_accepts(kind, &bearer), forms[i].bearer);
		assert_int_equal(kind_accepts(kind, &pair),
		    forms[i].basic_pair);
		assert_int_equal(kind_accepts(kind, &user),
		    forms[i].basic_user);
		assert_int_equal(kind_accepts(kind, &header), forms[i].header);
		assert_false(kind_accepts(kind, &cookie));
		assert_false(kind_accepts(kind, &none));
	}
}

static void
kinds_differ_in_what_the_design_says(void **state)
{
	(void)state;
	for (enum kind kind = KIND_PAIR; kind < KIND__MAX; kind++) {
		bool is_app = kind == KIND_APP;

		assert_int_equal(kind_types[kind].needs,
		    is_app ? PERMISSION_DEVELOP : PERMISSION_ANY);
		assert_int_equal(kind_types[kind].own, kind == KIND_COMPANY ?
		    PERMISSION_COMPANY : PERMISSION_KEYS);
		assert_int_equal(kind_types[kind].others,
		    kind == KIND_COMPANY ? PERMISSION_COMPANY :
		    PERMISSION_KEYS_ALL);
		assert_int_equal(kind_types[kind].readable,
		    kind == KIND_NAMED || kind == KIND_EXCHANGE ||
		    kind == KIND_PERSONAL);
		assert_int_equal(kind_types[kind].carries_own, is_app ||
		    kind == KIND_PERSONAL || kind == KIND_COMPANY);
		assert_int_equal(kind_types[kind].single,
		    kind == KIND_PERSONAL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_a_row_of_its_own),
		cmocka_unit_test(other_letters_name_no_kind),
		cmocka_unit_test(a_kind_is_taken_in_its_form_alone),
		cmocka_unit_test(kinds_differ_in_what_the_design_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
