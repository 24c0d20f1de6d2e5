/* SPDX-License-Identifier: ISC */
/* From what was presented and what is stored to facts. */

#include <string.h>

#include "auth/token.h"
#include "base/arena.h"
#include "base/nitems.h"
#include "check/facts.h"
#include "store/credential.h"
#include "store/version.h"

#include "ring.h"
#include "spelled.h"

#define NOW	(1000 * (int64_t)1000)

/* -- a database with one credential in it ---------------------------------- */

static struct {
	struct credential_row	 rows[5];
	size_t			 n;
	bool			 any_digest;	/* gives its rows for each */
	struct version		 version;
	enum db_result		 result;
	unsigned		 asked;
} database;

static bool
has_digest(const struct db_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (values[i].n == CRYPTO_DIGEST && memcmp(values[i].data,
		    database.rows[0].digest, CRYPTO_DIGEST) == 0)
			return true;
	return false;
}

enum db_result
db_rows(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues, void *rows, size_t size,
    size_t max, size_t *n)
{
	bool of_session = strstr(query->sql, "FROM sessions") != NULL;

	(void)db;
	(void)arena;
	assert_true(max >= NITEMS(database.rows));
	database.asked++;
	*n = 0;
	if (database.result != DB_OK)
		return database.result;
	if (size == sizeof(struct version)) {
		memcpy(rows, &database.version, size);
		*n = 1;
	} else if (database.any_digest || nvalues == 2 ||
	    (of_session == database.rows[0].is_session &&
	    has_digest(values, nvalues))) {
		assert_int_equal(size, sizeof(struct credential_row));
		/* with one behind them that must not be read */
		memcpy(rows, database.rows, (database.n + 1) * size);
		*n = database.n;
	}
	return DB_OK;
}

enum db_result
db_row(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues, void *row)
{
	size_t n;

	return db_rows(db, arena, query, values, nvalues, row, 0, 1, &n);
}

enum db_result
db_exec(struct db *db, const struct db_query *query,
    const struct db_value *values, size_t nvalues, uint64_t *affected)
{
	(void)db;
	(void)query;
	(void)values;
	(void)nvalues;
	(void)affected;
	fail_msg("finding out changes nothing");
	return DB_UNAVAILABLE;
}

/* -- a stored key, and how it is presented --------------------------------- */

static struct keyring *ring;
static struct arena *arena;
static struct uuid id;
static char id_text[UUID_TEXT];
static char token[TOKEN_TEXT];
static uint8_t fingerprint[8];

static int
set_up(void **state)
{
	(void)state;
	ring = load_ring(RING_ONE RING_TWO);
	arena = arena_new(1024 * 1024);
	id = uuid_new();
	uuid_format(id_text, &id);
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	keyring_free(ring);
	arena_free(arena);
	return 0;
}

/* A key of the kind, or with KIND_NONE a session, whose owner has a role. */
static void
store_credential(enum kind kind, const char *role)
{
	const struct kind_type *type = &kind_types[kind];
	const struct uuid *bound = kind == KIND_PAIR ? &id : NULL;
	struct credential_row row = {
		.id = id,
		.version = 1,
		.is_session = kind == KIND_NONE,
		.kind = (uint8_t)kind,
		.label = "label",
		.expires_at = NOW + 1,
		.user_id = { { 2 } },
		.account_id = { { 3 } },
		.user_type = USER_SERVICE,
		.username = "anna",
		.user_verified = true,
		.account_legacy_id = "acme",
		.account_active = true,
		.now = NOW,
		.role_id = { { 1 } },
		.permissions = bits_spelled(role),
	};

	if (kind == KIND_NONE)
		token_make(token, ring, 1, TOKEN_SESSION,
		    TOKEN_SESSION_LENGTH, NULL);
	else
		token_make(token, ring, 1, type->letter, type->length, bound);
	token_digest(row.digest, ring, 1,
	    kind == KIND_NONE ? KEYRING_SESSION : KEYRING_TOKEN, token, bound);
	memset(&database, 0, sizeof(database));
	database.rows[0] = database.rows[1] = row;
	database.rows[1].permissions = bits_spelled("z");
	database.rows[1].username = "another";
	database.rows[1].is_session = !row.is_session;
	database.n = 1;
	database.version = (struct version){ .version = 1 };
	keyring_fingerprint(ring, 1, fingerprint);
	database.version.fingerprint.data = fingerprint;
	database.version.fingerprint.n = sizeof(fingerprint);
}

/* As its kind is meant to be presented. */
static struct credential
present(enum kind kind)
{
	if (kind == KIND_PAIR)
		return (struct credential){ CREDENTIAL_BASIC, id_text, token };
	if (kind_types[kind].form == FORM_BASIC_USER)
		return (struct credential){ CREDENTIAL_BASIC, token, "" };
	return (struct credential){ CREDENTIAL_BEARER, NULL, token };
}

static enum db_result
find_out(struct facts *f, const struct credential *c)
{
	return facts_of_credential(f, NULL, arena, ring, c);
}

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
		assert_false(f.revoked || f.disabled || f.limited ||
		    f.accounts_many);
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
		    fill_in(forms[i].user), fill_in(forms[i].text) };
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
	struct credential c = { CREDENTIAL_BEARER, NULL, token };
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
	row->revoked = row->disabled = row->accounts_many = true;
	row->starts_at = 7;
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(f.user_active && f.revoked && f.disabled &&
	    f.accounts_many);
	assert_false(f.account_active);
	assert_int_equal(f.starts_at, 7);
}

/* -- rights ---------------------------------------------------------------- */

static const struct {
	enum kind	 kind;
	const char	*role;		/* of the owner */
	const char	*in;		/* its workspace, NULL: everywhere */
	const char	*scopes;	/* NULL: not limited */
	const char	*workspaces;
	const char	*rights;
} rights[] = {
	{ KIND_NONE, "Uab", NULL, NULL, NULL, "SKUab" },
	{ KIND_NONE, "ab", "emea", NULL, NULL, "SK emea:ab" },
	{ KIND_PAIR, "Uab", NULL, NULL, NULL, "ab" },
	{ KIND_PAIR, "Uab", "emea", NULL, NULL, "emea:ab" },
	{ KIND_PAIR, "Uab", NULL, "UKa", NULL, "KUa" },
	{ KIND_PAIR, "Uab", NULL, "cd", NULL, "" },
	{ KIND_PAIR, "Uab", NULL, "", NULL, "" },
	{ KIND_PAIR, "Uab", NULL, NULL, "emea", "emea:ab" },
	{ KIND_PAIR, "Uab", NULL, "Kb", "emea apac", "emea:Kb apac:Kb" },
	{ KIND_PAIR, "Uab", "emea", "b", "apac", "" },
	{ KIND_NAMED, "Uab", NULL, NULL, NULL, "ab" },
	{ KIND_APP, "Uab", NULL, NULL, NULL, "SKUab" },
	{ KIND_APP, "Uab", NULL, "a", NULL, "a" },
	{ KIND_APP, "Uab", "emea", NULL, "emea", "emea:SKUab" },
	{ KIND_PERSONAL, "Uab", NULL, NULL, NULL, "SKUab" },
	{ KIND_COMPANY, "Uab", NULL, NULL, NULL, "SKUab" },
};

static void
rights_are_the_owners_less_what_limits_the_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(rights); i++) {
		struct credential_row *row = &database.rows[0];
		struct rights want = rights_spelled(rights[i].rights);
		struct credential c;
		struct facts f;

		store_credential(rights[i].kind, rights[i].role);
		if (rights[i].in != NULL) {
			row->workspace_id.b[0] = 1;
			row->workspace = rights[i].in;
		}
		row->limited = rights[i].scopes != NULL;
		if (row->limited)
			row->scopes = bits_spelled(rights[i].scopes);
		row->workspaces = rights[i].workspaces;
		c = present(rights[i].kind);
		assert_int_equal(find_out(&f, &c), DB_OK);
		if (!rights_cover(&f.rights, &want) ||
		    !rights_cover(&want, &f.rights))
			fail_msg("case %zu", i);
	}
}

static void
roles_add_up_and_stray_ones_permit_nothing(void **state)
{
	struct rights want = rights_spelled("SKa emea:b");
	struct credential_row *rows = database.rows;
	struct credential c;
	struct facts f;

	(void)state;
	store_credential(KIND_NONE, "a");
	rows[1] = rows[2] = rows[3] = rows[4] = rows[0];
	rows[1].permissions = bits_spelled("b");
	rows[1].workspace_id.b[0] = 1;
	rows[1].workspace = "emea";
	rows[2].permissions = bits_spelled("c");
	rows[2].workspace_id.b[0] = 2;	/* of another account: no handle */
	rows[3].permissions = bits_spelled("d");
	rows[3].role_id = uuid_zero;
	database.n = 4;
	c = present(KIND_NONE);
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(rights_cover(&want, &f.rights));
	assert_true(rights_cover(&f.rights, &want));

	assert_int_equal(facts_of_user(&f, NULL, arena, &id, &id), DB_OK);
	assert_true(rights_cover(&want, &f.rights));
	assert_true(rights_cover(&f.rights, &want));
	assert_true(rights_cover(&f.owner, &want));
	assert_true(f.user_active && f.account_active);
	assert_string_equal(f.username, "anna");
	assert_int_equal(f.now, NOW);
	assert_false(f.known);
}

static void
a_row_with_too_many_workspaces_opens_nothing(void **state)
{
	char handles[(FACTS_WORKSPACES + 1) * 2 + 1] = "";
	struct credential c;
	struct facts f;

	(void)state;
	for (size_t i = 0; i < FACTS_WORKSPACES; i++)
		memcpy(handles + 2 * i, "w ", 2);
	store_credential(KIND_PAIR, "a");
	database.rows[0].workspaces = handles;
	c = present(KIND_PAIR);
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_int_equal(f.nworkspaces, FACTS_WORKSPACES);
	assert_false(f.disabled);
	handles[sizeof(handles) - 3] = 'w';
	assert_int_equal(find_out(&f, &c), DB_OK);
	assert_true(f.disabled);
}

/* -- handles --------------------------------------------------------------- */

static const struct {
	const char	*text;
	size_t		 n;
	const char	*last;
} handles[] = {
	{ NULL, 0, NULL },
	{ "", 0, NULL },
	{ "emea", 1, "emea" },
	{ "emea apac", 2, "apac" },
	{ "emea  apac ", 2, "apac" },
	{ "a b c", 3, "c" },
	{ "a b c d", 4, NULL },
};

static void
handles_are_split_at_blanks(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(handles); i++) {
		const char *out[3] = { NULL };

		assert_int_equal(facts_split(arena, handles[i].text, out, 3),
		    handles[i].n);
		if (handles[i].last != NULL)
			assert_string_equal(out[handles[i].n - 1],
			    handles[i].last);
	}
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
		cmocka_unit_test(
		    an_owner_is_active_when_nothing_speaks_against),
		cmocka_unit_test(
		    rights_are_the_owners_less_what_limits_the_key),
		cmocka_unit_test(roles_add_up_and_stray_ones_permit_nothing),
		cmocka_unit_test(a_row_with_too_many_workspaces_opens_nothing),
		cmocka_unit_test(handles_are_split_at_blanks),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
