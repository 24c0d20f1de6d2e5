/* SPDX-License-Identifier: ISC */
/* Each condition of the decision alone, and which of two comes first. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nitems.h"
#include "check/decision.h"

#include "spelled.h"

#define NOW		(1000 * (int64_t)1000)
#define ACCOUNT		"019390b5-7c00-7abc-8def-0123456789ab"
#define ELSEWHERE	"019390b5-7c00-7abc-8def-0123456789ac"

static struct address
address_of(const char *text)
{
	struct address a;

	assert_true(address_parse(&a, text));
	return a;
}

static struct addresses
block_of(const char *text)
{
	struct addresses a = { .n = 1 };

	assert_true(address_block_parse(&a.entry[0].block, text));
	return a;
}

/* An app token that may do everything asked of it. */
static struct facts
good_facts(void)
{
	struct facts f = {
		.well_formed = true,
		.accepted = true,
		.known = true,
		.equal = true,
		.kind = KIND_APP,
		.starts_at = NOW - 1,
		.expires_at = NOW + 1,
		.user_active = true,
		.account_legacy_id = "acme",
		.account_active = true,
		.rules = { { { "GET", "/orders/*" } }, 1 },
		.addresses = block_of("192.0.2.0/24"),
		.now = NOW,
	};

	assert_true(uuid_parse(&f.account_id, ACCOUNT));
	f.owner = rights_spelled("Da");
	f.rights = rights_spelled("a");
	return f;
}

/* Make that its only fault; the reasons stand in the decision's order. */
static void
spoil(struct facts *f, enum reason reason)
{
	switch (reason) {
	case REASON_MALFORMED:
		f->well_formed = false;
		return;
	case REASON_FORM:
		f->accepted = false;
		return;
	case REASON_UNKNOWN:
		f->known = false;
		return;
	case REASON_SECRET:
		f->equal = false;
		return;
	case REASON_REVOKED:
		f->revoked = true;
		return;
	case REASON_DISABLED:
		f->disabled = true;
		return;
	case REASON_EARLY:
		f->starts_at = NOW + 1;
		return;
	case REASON_EXPIRED:
		f->expires_at = NOW;
		return;
	case REASON_OWNER:
		f->user_active = false;
		return;
	case REASON_ACCOUNT:
		f->account_active = false;
		return;
	case REASON_PLACE:
		f->account_id.b[15] ^= 1;
		f->account_legacy_id = "other";
		return;
	case REASON_KIND:
		f->owner = rights_spelled("a");
		return;
	case REASON_SCOPE:
		f->rights = rights_spelled("b emea:a");
		return;
	case REASON_RULE:
		f->rules.rule[0].methods = "POST";
		return;
	case REASON_ADDRESS:
		f->addresses = block_of("198.51.100.0/24");
		return;
	default:
		fail_msg("the decision has no such reason");
	}
}

/* From 192.0.2.7, GET /orders/1. */
static struct demand
full_demand(void)
{
	static struct address address;

	address = address_of("192.0.2.7");
	return (struct demand){
		.account = "acme",
		.permissions = { bit_spelled('a') },
		.n = 1,
		.method = "GET",
		.target = "/orders/1?page=2",
		.address = &address,
	};
}

static void
each_condition_alone_decides(void **state)
{
	const struct demand demand = full_demand();
	struct facts f = good_facts();

	(void)state;
	assert_int_equal(decision_make(&f, &demand), REASON_NONE);
	for (enum reason r = REASON_MALFORMED; r <= REASON_ADDRESS; r++) {
		f = good_facts();
		spoil(&f, r);
		assert_int_equal(decision_make(&f, &demand), r);
	}
}

static void
of_two_the_first_in_order_is_the_reason(void **state)
{
	const struct demand demand = full_demand();

	(void)state;
	for (enum reason r = REASON_MALFORMED; r <= REASON_ADDRESS; r++) {
		for (enum reason later = r + 1; later <= REASON_ADDRESS;
		    later++) {
			struct facts f = good_facts();

			spoil(&f, later);
			spoil(&f, r);
			assert_int_equal(decision_make(&f, &demand), r);
		}
	}
}

/* What is not known of a request opens no key that is limited in it. */
static void
what_is_not_known_is_not_allowed(void **state)
{
	struct facts f = good_facts();
	struct demand demand = full_demand();

	(void)state;
	demand.method = NULL;
	assert_int_equal(decision_make(&f, &demand), REASON_RULE);
	demand = full_demand();
	demand.target = NULL;
	assert_int_equal(decision_make(&f, &demand), REASON_RULE);
	demand = full_demand();
	demand.address = NULL;
	assert_int_equal(decision_make(&f, &demand), REASON_ADDRESS);
	f.addresses.n = 0;
	f.rules.n = 0;
	demand.method = demand.target = NULL;
	assert_int_equal(decision_make(&f, &demand), REASON_NONE);
}

/* -- JSON web tokens ------------------------------------------------------- */

#define SKEW	(60 * (int64_t)1000)

static const struct {
	bool		 is_token, ended;
	int64_t		 issued_at, expires_at;
	enum reason	 reason;
} tokens[] = {
	{ true, false, NOW - 1, NOW + 1, REASON_NONE },
	{ true, false, NOW + SKEW, NOW + 1, REASON_NONE },
	{ true, false, NOW + SKEW + 1, NOW + 1, REASON_EARLY },
	{ true, false, NOW - 1, NOW, REASON_EXPIRED },
	/* a token has an end */
	{ true, false, NOW - 1, 0, REASON_EXPIRED },
	{ true, true, NOW - 1, NOW + 1, REASON_REVOKED },
	{ true, true, NOW + SKEW + 1, NOW, REASON_REVOKED },
	{ true, false, NOW + SKEW + 1, NOW, REASON_EARLY },
	{ false, true, NOW + SKEW + 1, NOW, REASON_NONE },
};

static void
a_token_is_judged_besides_its_key(void **state)
{
	const struct demand demand = full_demand();

	(void)state;
	for (size_t i = 0; i < NITEMS(tokens); i++) {
		struct facts f = good_facts();

		f.is_token = tokens[i].is_token;
		f.token_ended = tokens[i].ended;
		f.token_issued_at = tokens[i].issued_at;
		f.token_expires_at = tokens[i].expires_at;
		if (decision_make(&f, &demand) != tokens[i].reason)
			fail_msg("case %zu", i);
		/* whatever the token says, its key has ended */
		f.expires_at = NOW;
		assert_int_equal(decision_make(&f, &demand), REASON_EXPIRED);
	}
}

static void
nothing_known_is_a_refusal(void **state)
{
	const struct facts f = { 0 };
	const struct demand demand = { 0 };

	(void)state;
	assert_int_equal(decision_make(&f, &demand), REASON_MALFORMED);
}

static const struct {
	int64_t		 starts_at, expires_at;
	enum reason	 reason;
} times[] = {
	{ 0, 0, REASON_NONE },
	{ NOW, 0, REASON_NONE },
	{ NOW + 1, 0, REASON_EARLY },
	{ 0, NOW + 1, REASON_NONE },
	{ 0, NOW, REASON_EXPIRED },
	{ 0, NOW - 1, REASON_EXPIRED },
	{ 0, 1, REASON_EXPIRED },
	{ 0, -1, REASON_EXPIRED },
	{ NOW + 1, NOW, REASON_EARLY },
};

static void
time_is_judged_to_the_millisecond(void **state)
{
	const struct demand demand = full_demand();

	(void)state;
	for (size_t i = 0; i < NITEMS(times); i++) {
		struct facts f = good_facts();

		f.starts_at = times[i].starts_at;
		f.expires_at = times[i].expires_at;
		if (decision_make(&f, &demand) != times[i].reason)
			fail_msg("case %zu", i);
	}
}

static const struct {
	const char	*legacy_id;
	const char	*named;
	bool		 same;
} accounts[] = {
	{ "acme", "acme", true },
	{ "acme", ACCOUNT, true },
	{ NULL, ACCOUNT, true },
	{ "acme", "ACME", false },
	{ "acme", "acm", false },
	{ "acme", "acmes", false },
	{ "acme", ELSEWHERE, false },
	{ NULL, "acme", false },
	{ "acme", "", false },
	{ "acme", "*", false },
};

static void
a_place_is_of_one_account_or_of_any(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(accounts); i++) {
		struct demand demand = full_demand();
		struct facts f = good_facts();

		demand.account = accounts[i].named;
		f.account_legacy_id = accounts[i].legacy_id;
		assert_int_equal(decision_make(&f, &demand),
		    accounts[i].same ? REASON_NONE : REASON_PLACE);
		demand.account = NULL;
		assert_int_equal(decision_make(&f, &demand), REASON_NONE);
	}
}

static const struct {
	enum kind	 kind;
	const char	*owner;
	enum reason	 reason;
} kinds[] = {
	{ KIND_NONE, "", REASON_NONE },
	{ KIND_PAIR, "", REASON_NONE },
	{ KIND_COMPANY, "", REASON_NONE },
	{ KIND_APP, "", REASON_KIND },
	{ KIND_APP, "SKAURGVWCTabc emea:abc", REASON_KIND },
	{ KIND_APP, "D", REASON_NONE },
	{ KIND_APP, "emea:D", REASON_NONE },
};

static void
an_app_token_needs_a_developer(void **state)
{
	struct demand demand = full_demand();

	(void)state;
	demand.n = 0;
	for (size_t i = 0; i < NITEMS(kinds); i++) {
		struct facts f = good_facts();

		f.kind = kinds[i].kind;
		f.owner = rights_spelled(kinds[i].owner);
		f.rights = rights_spelled("D");
		if (decision_make(&f, &demand) != kinds[i].reason)
			fail_msg("case %zu", i);
	}
}

static const struct {
	const char	*rights;
	const char	*wanted;
	const char	*workspace;
	bool		 somewhere;
	bool		 held;
} demands[] = {
	{ "", "", NULL, false, true },
	{ "", "", "emea", false, true },
	{ "", "a", NULL, false, false },
	{ "a", "a", NULL, false, true },
	{ "a", "ab", NULL, false, false },
	{ "b", "ab", NULL, false, false },
	{ "ab", "ab", NULL, false, true },
	{ "ab", "abc", NULL, false, false },
	{ "emea:a", "a", NULL, false, false },
	{ "emea:a", "a", "emea", false, true },
	{ "emea:a", "a", "apac", false, false },
	{ "a", "a", "emea", false, true },
	{ "a emea:b", "ab", "emea", false, true },
	{ "a emea:b", "ab", "apac", false, false },
	{ "a emea:b", "ab", NULL, false, false },
	{ "emea:a", "a", NULL, true, true },
	{ "emea:a", "b", NULL, true, false },
	{ "a", "a", NULL, true, true },
	{ "emea:a apac:b", "ab", NULL, true, true },
	{ "emea:a", "ab", NULL, true, false },
	{ "SKAURGVWDCTMFabc", "_", NULL, false, false },
	{ "SKAURGVWDCTMFabc", "_", NULL, true, false },
};

static void
all_that_is_demanded_must_be_held_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(demands); i++) {
		struct demand demand = full_demand();
		struct facts f = good_facts();

		demand.workspace = demands[i].workspace;
		demand.somewhere = demands[i].somewhere;
		demand.n = 0;
		f.rights = rights_spelled(demands[i].rights);
		for (const char *p = demands[i].wanted; *p != '\0'; p++)
			demand.permissions[demand.n++] = bit_spelled(*p);
		if (decision_make(&f, &demand) !=
		    (demands[i].held ? REASON_NONE : REASON_SCOPE))
			fail_msg("case %zu", i);
	}
}

static void
routes_that_need_what_nobody_holds_stay_shut(void **state)
{
	static const unsigned nobodys[] = {
		PERMISSION_DENY, PERMISSION_PUBLIC, PERMISSION_ANY,
	};
	struct facts f = good_facts();

	(void)state;
	f.rights = rights_spelled("SKAURGVWDCTMFabcdefghijklmnopqrstuvwxyz");
	for (size_t i = 0; i < NITEMS(nobodys); i++) {
		const struct demand demand = {
			.permissions = { nobodys[i] }, .n = 1,
		};

		assert_int_equal(decision_make(&f, &demand), REASON_SCOPE);
	}
}

/* How a reason is answered, whether it is told, and is it a guess? */
static const struct {
	int	 status;
	bool	 real;
	bool	 guess;
} answers[REASON__MAX] = {
	[REASON_NONE] = { 200, true, false },
	[REASON_MALFORMED] = { 401, false, true },
	[REASON_FORM] = { 401, false, true },
	[REASON_UNKNOWN] = { 401, false, true },
	[REASON_SECRET] = { 401, false, true },
	[REASON_REVOKED] = { 401, true, false },
	[REASON_DISABLED] = { 401, true, false },
	[REASON_EARLY] = { 401, true, false },
	[REASON_EXPIRED] = { 401, true, false },
	[REASON_OWNER] = { 401, true, false },
	[REASON_ACCOUNT] = { 401, true, false },
	[REASON_PLACE] = { 401, false, false },
	[REASON_KIND] = { 403, true, false },
	[REASON_SCOPE] = { 403, true, false },
	[REASON_RULE] = { 403, true, false },
	[REASON_ADDRESS] = { 403, true, false },
	[REASON_RATE] = { 429, true, false },
	[REASON_QUOTA] = { 429, true, false },
	[REASON_GUESSES] = { 429, false, false },
	[REASON_COVER] = { 403, true, false },
	[REASON_ORIGIN] = { 403, true, false },
	[REASON_HTTPS] = { 403, true, false },
	[REASON_GATE] = { 500, true, false },
	[REASON_FAULT] = { 503, true, false },
};

static void
every_reason_has_a_word_and_a_status(void **state)
{
	(void)state;
	for (enum reason r = REASON_NONE; r < REASON__MAX; r++) {
		assert_int_equal(reason_types[r].status, answers[r].status);
		assert_int_equal(reason_types[r].real, answers[r].real);
		assert_int_equal(reason_types[r].guess, answers[r].guess);
		assert_true(strlen(reason_types[r].word) >= 4);
		/* the trail's column and the counters' */
		assert_true(strlen(reason_types[r].word) < 20);
		for (enum reason other = REASON_NONE; other < r; other++)
			assert_string_not_equal(reason_types[r].word,
			    reason_types[other].word);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_condition_alone_decides),
		cmocka_unit_test(of_two_the_first_in_order_is_the_reason),
		cmocka_unit_test(what_is_not_known_is_not_allowed),
		cmocka_unit_test(a_token_is_judged_besides_its_key),
		cmocka_unit_test(nothing_known_is_a_refusal),
		cmocka_unit_test(time_is_judged_to_the_millisecond),
		cmocka_unit_test(a_place_is_of_one_account_or_of_any),
		cmocka_unit_test(an_app_token_needs_a_developer),
		cmocka_unit_test(all_that_is_demanded_must_be_held_there),
		cmocka_unit_test(routes_that_need_what_nobody_holds_stay_shut),
		cmocka_unit_test(every_reason_has_a_word_and_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
