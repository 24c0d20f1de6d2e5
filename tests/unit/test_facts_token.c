/* SPDX-License-Identifier: ISC */
/* JSON web tokens as credentials: they are the key that they came from. */

#include "auth/jwt.h"

#include "stored.h"

#define ISSUER	"https://www.example.org"

static struct jwt jwt;

/* A token of a stored key's, as it should be. */
static void
store_token(enum kind kind, const char *role)
{
	store_credential(kind, role);
	jwt = (struct jwt){
		.issuer = ISSUER,
		.id = { { 4 } },
		.key_id = id,
		.user_id = database.rows[0].user_id,
		.account_id = database.rows[0].account_id,
		.issued_at = NOW - 1000,
		.expires_at = NOW + 5000,
	};
	memcpy(jwt.secret.b, database.rows[0].digest, sizeof(jwt.secret.b));
}

static enum db_result
find_token(struct facts *f, const char *issuer)
{
	const struct credential c = {
		.form = CREDENTIAL_BEARER,
		.text = jwt_make(arena, ring, 1, CRYPTO_ES256, &jwt),
		.issuer = issuer,
	};

	assert_non_null(c.text);
	return find_out(f, &c);
}

static void
a_token_is_the_key_it_came_from(void **state)
{
	struct facts f;

	(void)state;
	store_token(KIND_EXCHANGE, "ab");
	database.rows[0].token_ended = true;
	assert_int_equal(find_token(&f, ISSUER), DB_OK);
	assert_true(f.well_formed && f.accepted && f.known && f.equal);
	assert_true(f.is_token && f.token_ended);
	assert_int_equal(f.kind, KIND_EXCHANGE);
	assert_true(uuid_equal(&f.id, &id));
	assert_true(uuid_equal(&f.token_id, &jwt.id));
	assert_true(uuid_equal(&f.secret, &jwt.secret));
	assert_int_equal(f.token_issued_at, jwt.issued_at);
	assert_int_equal(f.token_expires_at, jwt.expires_at);
	/* its end as a credential that obtains is that of the key */
	assert_int_equal(f.expires_at, NOW + 1);
	assert_false(f.limited);
	assert_int_equal(find_token(&f, NULL), DB_OK);
	assert_true(f.known && f.equal);
}

static void
it_ends_with_the_token_or_its_key_whichever_is_sooner(void **state)
{
	struct facts f;

	(void)state;
	store_token(KIND_EXCHANGE, "a");
	assert_int_equal(find_token(&f, ISSUER), DB_OK);
	assert_int_equal(facts_end(&f), NOW + 1);
	database.rows[0].expires_at = 0;
	assert_int_equal(find_token(&f, ISSUER), DB_OK);
	assert_int_equal(facts_end(&f), jwt.expires_at);
	database.rows[0].expires_at = jwt.expires_at + 1;
	assert_int_equal(find_token(&f, ISSUER), DB_OK);
	assert_int_equal(facts_end(&f), jwt.expires_at);
	f.is_token = false;
	assert_int_equal(facts_end(&f), jwt.expires_at + 1);
}

static void
a_token_of_another_issuer_asks_nobody(void **state)
{
	struct facts f;

	(void)state;
	store_token(KIND_EXCHANGE, "a");
	assert_int_equal(find_token(&f, ISSUER ".evil.example"), DB_OK);
	assert_false(f.well_formed || f.known);
	assert_int_equal(database.asked, 0);
}

static void
a_token_is_taken_as_bearer_alone(void **state)
{
	static const enum credential_form forms[] = {
		CREDENTIAL_BASIC, CREDENTIAL_COOKIE, CREDENTIAL_HEADER,
	};
	struct facts f;

	(void)state;
	store_token(KIND_EXCHANGE, "a");
	for (size_t i = 0; i < NITEMS(forms); i++) {
		const char *text = jwt_make(arena, ring, 1, CRYPTO_ES256,
		    &jwt);
		const struct credential c = {
			.form = forms[i],
			.user = text,
			.text = forms[i] == CREDENTIAL_BASIC ? "" : text,
		};

		assert_int_equal(find_out(&f, &c), DB_OK);
		assert_false(f.well_formed && f.accepted);
		assert_int_equal(database.asked, 0);
	}
}

/* A signature of ours does not help a token that is of nothing. */
static const struct {
	struct uuid	*member;
	bool		 known;
} strays[] = {
	{ &jwt.key_id, false },
	{ &jwt.secret, false },
	{ &jwt.user_id, true },
	{ &jwt.account_id, true },
};

static void
a_token_of_another_key_user_or_account_is_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(strays); i++) {
		struct facts f;

		store_token(KIND_EXCHANGE, "a");
		strays[i].member->b[15] ^= 1;
		assert_int_equal(find_token(&f, ISSUER), DB_OK);
		if (f.known != strays[i].known || f.equal)
			fail_msg("case %zu", i);
	}
}

static const struct {
	const char	*role;		/* of the owner */
	const char	*key;		/* the key's scopes; NULL: none */
	const char	*scope;		/* what the token says; NULL: nothing */
	const char	*rights;
	const char	*scopes;	/* NULL: not limited */
} scopes[] = {
	{ "UAa", NULL, NULL, "a", NULL },
	{ "UAa", "SUa", NULL, "SUa", "SUa" },
	{ "UAa", "SUa", "latchkey:self", "S", "S" },
	{ "UAa", "SUa", "latchkey:self latchkey:users:write", "SU", "SU" },
	/* more than the key has, or no longer has, is nothing */
	{ "UAa", "SUa", "latchkey:self latchkey:keys:all", "S", "S" },
	{ "UAa", NULL, "latchkey:keys:all", "", "A" },
	{ "UAa", "SUa", "no:such", "", "" },
	{ "UAa", "SUa", "no:such latchkey:self", "S", "S" },
};

static void
a_token_may_hold_less_than_its_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(scopes); i++) {
		const struct rights want = rights_spelled(scopes[i].rights);
		struct credential_row *row = &database.rows[0];
		struct bits bits;
		struct facts f;

		store_token(KIND_PAIR, scopes[i].role);
		row->limited = scopes[i].key != NULL;
		if (row->limited)
			row->scopes = bits_spelled(scopes[i].key);
		jwt.scope = scopes[i].scope;
		assert_int_equal(find_token(&f, ISSUER), DB_OK);
		if (!rights_cover(&f.rights, &want) ||
		    !rights_cover(&want, &f.rights) ||
		    f.limited != (scopes[i].scopes != NULL))
			fail_msg("case %zu", i);
		if (!f.limited)
			continue;
		bits = bits_spelled(scopes[i].scopes);
		if (memcmp(&f.scopes, &bits, sizeof(bits)) != 0)
			fail_msg("case %zu: scopes", i);
	}
}

static void
a_database_that_is_away_is_no_refusal(void **state)
{
	struct facts f;

	(void)state;
	store_token(KIND_EXCHANGE, "a");
	database.result = DB_UNAVAILABLE;
	assert_int_equal(find_token(&f, ISSUER), DB_UNAVAILABLE);
	assert_false(f.known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_the_key_it_came_from),
		cmocka_unit_test(
		    it_ends_with_the_token_or_its_key_whichever_is_sooner),
		cmocka_unit_test(a_token_of_another_issuer_asks_nobody),
		cmocka_unit_test(a_token_is_taken_as_bearer_alone),
		cmocka_unit_test(
		    a_token_of_another_key_user_or_account_is_none),
		cmocka_unit_test(a_token_may_hold_less_than_its_key),
		cmocka_unit_test(a_database_that_is_away_is_no_refusal),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
