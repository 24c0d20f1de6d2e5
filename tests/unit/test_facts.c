/* SPDX-License-Identifier: ISC */
/* Which credential is known, accepted and the very one; who owns it. */

#include "stored.h"

static void
a_credential_of_each_kind_is_known(void **state)
{
	static const enum kind kinds[] = {
		KIND_NONE, KIND_PAIR, KIND_NAMED, KIND_PERSONAL, KIND_COMPANY,
		KIND_APP,
	};

	(void)state;
	for (size_t i = 0; i < NITEMS(kinds); i++) {
		struct credential c;
		struct facts f;

		store_credential(kinds[i], "a");
		c = present(kinds[i]);
		assert_int_equal(find_out(&f, &c), DB_OK);
		assert_true(f.well_formed && f.accepted && f.known && f.equal);
		assert_int_equal(f.kind, kinds[i]);
		assert_true(uuid_equal(&f.id, &id));
		assert_true(f.user_active && f.account_active);
		assert_int_equal(f.user_id.b[0], 2);
		assert_int_equal(f.account_id.b[0], 3);
		assert_int_equal(f.user_type, USER_SERVICE);
		assert_string_equal(f.username, "anna");
		assert_string_equal(f.account_legacy_id, "acme");
		assert_string_equal(f.label, "label");
		assert_int_equal(f.now, NOW);
		assert_int_equal(f.expires_at, NOW + 1);
		assert_false(f.revoked || f.disabled || f.limited);
	}
}

/* -- what is settled without asking ---------------------------------------- */

enum shown { MALFORMED, NOT_TAKEN, ASKED };

static const struct {
	enum kind		 kind;	/* of the token */
	enum credential_form	 form;
	const char		*user;	/* Basic; "ID", "TOKEN" */
	const char		*text;	/* "TOKEN" */
	enum shown		 shown;
} forms[] = {
	{ KIND_APP, CREDENTIAL_NONE, NULL, NULL, MALFORMED },
	{ KIND_APP, CREDENTIAL_MALFORMED, NULL, NULL, MALFORMED },
	{ KIND_APP, CREDENTIAL_BEARER, NULL, "", MALFORMED },
	{ KIND_APP, CREDENTIAL_BEARER, NULL, "lka1nonsense", MALFORMED },
	{ KIND_APP, CREDENTIAL_BEARER, NULL, "TOKEN", ASKED },
	{ KIND_APP, CREDENTIAL_COOKIE, NULL, "TOKEN", NOT_TAKEN },
	{ KIND_APP, CREDENTIAL_BASIC, "TOKEN", "", NOT_TAKEN },
	{ KIND_APP, CREDENTIAL_BASIC, "ID", "TOKEN", MALFORMED },
	{ KIND_APP, CREDENTIAL_BASIC, "anna", "TOKEN", MALFORMED },
	{ KIND_PAIR, CREDENTIAL_BASIC, "ID", "TOKEN", ASKED },
	{ KIND_PAIR, CREDENTIAL_BASIC, "anna", "TOKEN", MALFORMED },
	{ KIND_PAIR, CREDENTIAL_BASIC, "", "TOKEN", MALFORMED },
	{ KIND_PAIR, CREDENTIAL_BASIC, "ID", "", MALFORMED },
	{ KIND_PAIR, CREDENTIAL_BASIC, "00000000-0000-7000-8000-000000000001",
	    "TOKEN", MALFORMED },
	{ KIND_PAIR, CREDENTIAL_BEARER, NULL, "TOKEN", MALFORMED },
	{ KIND_PERSONAL, CREDENTIAL_BASIC, "TOKEN", "", ASKED },
	{ KIND_PERSONAL, CREDENTIAL_BEARER, NULL, "TOKEN", NOT_TAKEN },
	{ KIND_NONE, CREDENTIAL_BEARER, NULL, "TOKEN", ASKED },
	{ KIND_NONE, CREDENTIAL_COOKIE, NULL, "TOKEN", ASKED },
	{ KIND_NONE, CREDENTIAL_BASIC, "TOKEN", "", NOT_TAKEN },
	{ KIND_NONE, CREDENTIAL_HEADER, NULL, "TOKEN", NOT_TAKEN },
	{ KIND_APP, CREDENTIAL_HEADER, NULL, "TOKEN", ASKED },
	{ KIND_PERSONAL, CREDENTIAL_HEADER, NULL, "TOKEN", ASKED },
	{ KIND_PAIR, CREDENTIAL_HEADER, NULL, "TOKEN", MALFORMED },
	{ KIND_EXCHANGE, CREDENTIAL_BEARER, NULL, "TOKEN", MALFORMED },
	{ KIND_EXCHANGE, CREDENTIAL_BASIC, "TOKEN", "", MALFORMED },
	{ KIND_EXCHANGE, CREDENTIAL_HEADER, NULL, "TOKEN", MALFORMED },
};

static const char *
fill_in(const char *text)
{
	if (text != NULL && strcmp(text, "ID") == 0)
		return id_text;
	return text != NULL && strcmp(text, "TOKEN") == 0 ? token : text;
}

static void
what_cannot_be_good_asks_no_database(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(forms); i++) {
		struct credential c;
		struct facts f;

		store_credential(forms[i].kind, "a");
		c = (struct credential){ forms[i].form,
		    fill_in(forms[i].user), fill_in(forms[i].text), NULL };
		assert_int_equal(find_out(&f, &c), DB_OK);
		if (f.well_formed != (forms[i].shown != MALFORMED) ||
		    (f.well_formed &&
		    f.accepted != (forms[i].shown == ASKED)))
			fail_msg("case %zu", i);
		assert_int_equal(database.asked, forms[i].shown == ASKED);
		assert_int_equal(f.known, forms[i].shown == ASKED);
	}
}

static void
a_letter_that_no_kind_has_is_malformed(void **state)
{
	struct credential c = { CREDENTIAL_BEARER, NULL, token, NULL };
	struct facts f;

	(void)state;
	store_credential(KIND_APP, "a");
	token_make(token, ring, 1, 'z', 44, NULL);
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_false(f.well_formed);
	assert_int_equal(database.asked, 0);
}

/* -- not known, not equal, not to be known --------------------------------- */

static void
an_unknown_token_is_unknown_only_under_all_versions(void **state)
{
	struct credential c;
	struct facts f;

	(void)state;
	store_credential(KIND_APP, "a");
	database.rows[0].digest[0] ^= 1;
	c = present(KIND_APP);
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(f.well_formed && f.accepted);
	assert_false(f.known || f.equal);
	assert_int_equal(database.asked, 2);

	database.version.version = 3;	/* other hosts have it, we do not */
	assert_int_equal(find_out(&f, &c), DB_UNAVAILABLE);
	database.version.version = 1;
	fingerprint[0] ^= 1;		/* or under another key */
	assert_int_equal(find_out(&f, &c), DB_UNAVAILABLE);
}

static void
a_row_must_be_the_very_one(void **state)
{
	struct credential c;
	struct facts f;

	(void)state;
	store_credential(KIND_PAIR, "a");
	database.any_digest = true;
	c = present(KIND_PAIR);
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(f.known && f.equal);

	database.rows[0].digest[31] ^= 1;
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(f.known);
	assert_false(f.equal);
	database.rows[0].digest[31] ^= 1;

	database.rows[0].kind = KIND_NAMED;
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_false(f.equal);
	database.rows[0].kind = KIND_PAIR;

	database.rows[0].id.b[0] ^= 1;
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_false(f.equal);
	database.rows[0].id.b[0] ^= 1;

	database.rows[0].is_session = true;
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_false(f.equal);
}

static void
a_digest_under_the_other_live_version_counts(void **state)
{
	struct credential c;
	struct facts f;

	(void)state;
	store_credential(KIND_APP, "a");
	token_digest(database.rows[0].digest, ring, 2, KEYRING_TOKEN, token,
	    NULL);
	c = present(KIND_APP);
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(f.known && f.equal);
}

static void
a_database_that_is_away_is_no_refusal(void **state)
{
	struct uuid none = uuid_zero;
	struct credential c;
	struct facts f;

	(void)state;
	store_credential(KIND_APP, "a");
	database.result = DB_UNAVAILABLE;
	c = present(KIND_APP);
	assert_int_equal(find_out(&f, &c), DB_UNAVAILABLE);
	assert_false(f.known);
	assert_int_equal(facts_of_user(&f, NULL, arena, &none, &none),
	    DB_UNAVAILABLE);
}

static void
an_exchange_key_is_found_by_its_text_alone(void **state)
{
	struct facts f;

	(void)state;
	store_credential(KIND_EXCHANGE, "a");
	assert_int_equal(facts_of_exchange(&f, NULL, arena, ring, token),
	    DB_OK);
	assert_true(f.well_formed && f.accepted && f.known && f.equal);
	assert_int_equal(f.kind, KIND_EXCHANGE);
	assert_int_equal(facts_of_exchange(&f, NULL, arena, ring, "x"), DB_OK);
	assert_false(f.known || f.equal);

	/* of another kind it is not the one that is exchanged */
	store_credential(KIND_NAMED, "a");
	assert_int_equal(facts_of_exchange(&f, NULL, arena, ring, token),
	    DB_OK);
	assert_true(f.known);
	assert_false(f.equal);
}

static void
a_key_as_such_is_as_if_it_were_presented(void **state)
{
	struct facts f;

	(void)state;
	store_credential(KIND_PAIR, "Uab");
	assert_int_equal(facts_of_key(&f, NULL, arena, &id, &id), DB_OK);
	assert_true(f.well_formed && f.accepted && f.known && f.equal);
	assert_int_equal(f.kind, KIND_PAIR);
	database.n = 0;
	assert_int_equal(facts_of_key(&f, NULL, arena, &id, &id), DB_NONE);
	assert_false(f.known);
}

/* -- who is active --------------------------------------------------------- */

static void
an_owner_is_active_when_nothing_speaks_against(void **state)
{
	struct credential_row *row = &database.rows[0];
	struct credential c;
	struct facts f;

	(void)state;
	store_credential(KIND_APP, "a");
	c = present(KIND_APP);
	row->user_blocked = true;
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_false(f.user_active);
	row->user_blocked = false;
	row->user_verified = false;
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_false(f.user_active);
	row->user_verified = true;
	row->user_deleted = true;
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_false(f.user_active);
	row->user_deleted = false;
	row->account_active = false;
	row->revoked = row->disabled = true;
	row->starts_at = 7;
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(f.user_active && f.revoked && f.disabled);
	assert_false(f.account_active);
	assert_int_equal(f.starts_at, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_credential_of_each_kind_is_known),
		cmocka_unit_test(what_cannot_be_good_asks_no_database),
		cmocka_unit_test(a_letter_that_no_kind_has_is_malformed),
		cmocka_unit_test(
		    an_unknown_token_is_unknown_only_under_all_versions),
		cmocka_unit_test(a_row_must_be_the_very_one),
		cmocka_unit_test(a_digest_under_the_other_live_version_counts),
		cmocka_unit_test(a_database_that_is_away_is_no_refusal),
		cmocka_unit_test(an_exchange_key_is_found_by_its_text_alone),
		cmocka_unit_test(a_key_as_such_is_as_if_it_were_presented),
		cmocka_unit_test(
		    an_owner_is_active_when_nothing_speaks_against),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
