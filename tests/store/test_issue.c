/* SPDX-License-Identifier: ISC */
/* Making, replacing, rotating and reading keys, with a database behind it. */

#include "check/issue.h"
#include "store/lifetime.h"
#include "store/role.h"
#include "store/version.h"
#include "tale.h"

#define DAY	(24 * 60 * 60 * (int64_t)1000)

/* Who takes part: kept between the transactions of a test. */
static struct {
	struct keyring	*ring;		/* with two versions */
	struct uuid	 account, user, other;
	int64_t		 now;		/* of the database */
	struct issue	 issue;
	struct key	 keys[3];
	char		 token[TOKEN_TEXT];
} cast;

static const struct maker operator = { .is_operator = true };

static enum db_result
bring_in(void *context)
{
	struct tale *t = context;
	struct role_given given[2] = { 0 };
	uint8_t mark[8];
	struct role role;

	keyring_fingerprint(cast.ring, 1, mark);
	assert_int_equal(version_activate(t->db, 1, mark, NOW), DB_OK);
	cast.account = new_account(t, NULL);
	cast.user = new_user(t, &cast.account, "ann");
	cast.other = new_user(t, &cast.account, "bob");
	assert_int_equal(role_find(t->db, t->arena, &cast.account,
	    "developer", &role), DB_OK);
	given[0].role_id = role.id;
	assert_int_equal(role_set(t->db, &cast.user, given, 1), DB_OK);
	return db_now(t->db, &cast.now);
}

static int
set_up_cast(void **state)
{
	char path[PATH + 32];
	struct fixture *f;
	uint8_t version;

	if (set_up(state) != 0)
		return 1;
	f = *state;
	snprintf(path, sizeof(path), "%s/keyring-2", f->folder);
	assert_null(keyring_add(path, &version));
	assert_null(keyring_add(path, &version));
	assert_null(keyring_load(path, &cast.ring));
	tell(state, bring_in);
	return 0;
}

static int
tear_down_cast(void **state)
{
	keyring_free(cast.ring);
	return tear_down(state);
}

static enum issue_result
make_key(struct tale *t, enum kind kind, const struct uuid *user,
    const struct wish *wish)
{
	cast.issue = (struct issue){
		.kind = kind, .account_id = cast.account, .user_id = *user,
		.label = "label",
	};
	if (wish != NULL)
		cast.issue.wish = *wish;
	return issue_key(&cast.issue, t->db, t->arena, cast.ring, &operator);
}

static struct key
made_key(struct tale *t, enum kind kind, const struct uuid *user)
{
	assert_int_equal(make_key(t, kind, user, NULL), ISSUE_OK);
	return cast.issue.key;
}

/* Is the key known by that token, and the very one? */
static bool
opens(struct tale *t, const struct key *key, char *token)
{
	char id[UUID_TEXT];
	struct credential c = { .form = CREDENTIAL_BEARER, .text = token };
	struct facts f;

	uuid_format(id, &key->id);
	if (key->kind == KIND_PAIR)
		c = (struct credential){ CREDENTIAL_BASIC, id, token, NULL };
	else if (kind_types[key->kind].form == FORM_BASIC_USER)
		c = (struct credential){ CREDENTIAL_BASIC, token, "", NULL };
	if (key->kind == KIND_EXCHANGE)
		assert_int_equal(facts_of_exchange(&f, t->db, t->arena,
		    cast.ring, token), DB_OK);
	else
		assert_int_equal(facts_of_credential(&f, t->db, t->arena,
		    cast.ring, &c), DB_OK);
	return f.known && f.equal && uuid_equal(&f.id, &key->id);
}

/* -- making ---------------------------------------------------------------- */

static enum db_result
make_each(void *context)
{
	struct tale *t = context;

	for (enum kind kind = KIND_PAIR; kind < KIND__MAX; kind++) {
		struct key key = made_key(t, kind, &cast.user);
		const char *again = NULL;
		struct secret secret;
		size_t n;

		assert_int_equal(strlen(cast.issue.token),
		    kind_types[kind].length);
		assert_true(opens(t, &key, cast.issue.token));
		assert_int_equal(secret_list(t->db, t->arena, &key.id, &secret,
		    1, &n), DB_OK);
		assert_int_equal(n, 1);
		assert_int_equal(secret.version, 1);
		assert_string_equal(secret.hint, cast.issue.token +
		    kind_types[kind].length - 4);
		/* of what is shown once nothing is left to be opened */
		assert_int_equal(secret.sealed.n > 0,
		    kind_types[kind].readable);
		assert_int_equal(issue_reveal(t->db, t->arena, cast.ring, &key,
		    &again), kind_types[kind].readable ? DB_OK : DB_NONE);
		if (kind_types[kind].readable)
			assert_string_equal(again, cast.issue.token);
	}
	return DB_OK;
}

static void
a_token_of_each_kind_opens_and_some_can_be_read_again(void **state)
{
	tell(state, make_each);
}

static enum db_result
replace_single(void *context)
{
	struct tale *t = context;
	struct key app = made_key(t, KIND_APP, &cast.user);
	struct key bobs = made_key(t, KIND_PERSONAL, &cast.other);
	struct key first = made_key(t, KIND_PERSONAL, &cast.user);
	struct key second = made_key(t, KIND_PERSONAL, &cast.user);
	struct key *keys[] = { &app, &bobs, &first, &second };

	for (size_t i = 0; i < NITEMS(keys); i++)
		assert_int_equal(key_find(t->db, t->arena, &cast.account,
		    &keys[i]->id, keys[i]), DB_OK);
	assert_string_equal(first.revoked_reason, "replaced");
	assert_true(first.revoked_at >= cast.now);
	assert_int_equal(app.revoked_at, 0);
	assert_int_equal(bobs.revoked_at, 0);
	assert_int_equal(second.revoked_at, 0);
	return DB_OK;
}

static void
a_personal_token_replaces_its_user_s_last_and_no_other(void **state)
{
	tell(state, replace_single);
}

static const struct {
	enum kind	 kind;
	bool		 says_end;
	int64_t		 end;		/* from now; 0: said to be never */
	int64_t		 lives;		/* 0: for ever; -1: refused */
} ends[] = {
	{ KIND_APP, false, 0, DAY },
	{ KIND_APP, true, 0, 2 * DAY },
	{ KIND_APP, true, 10 * DAY, 2 * DAY },
	{ KIND_APP, true, DAY + DAY / 2, DAY + DAY / 2 },
	{ KIND_APP, true, DAY / 2, DAY / 2 },
	{ KIND_APP, true, -1, -1 },
	{ KIND_PAIR, false, 0, 0 },
	{ KIND_PAIR, true, 10 * DAY, 10 * DAY },
	{ KIND_PAIR, true, -1, -1 },
	/* of this kind only the most is set */
	{ KIND_NAMED, false, 0, DAY },
	{ KIND_NAMED, true, 0, DAY },
	/* and of this one only what holds when nothing is said */
	{ KIND_EXCHANGE, false, 0, DAY },
	{ KIND_EXCHANGE, true, 0, 0 },
	{ KIND_EXCHANGE, true, 10 * DAY, 10 * DAY },
};

static enum db_result
live_out(void *context)
{
	static const struct lifetime set[] = {
		{ KIND_APP, DAY, 2 * DAY },
		{ KIND_NAMED, 0, DAY },
		{ KIND_EXCHANGE, DAY, 0 },
	};
	struct tale *t = context;

	for (size_t i = 0; i < NITEMS(set); i++)
		assert_int_equal(lifetime_set(t->db, &cast.account, &set[i]),
		    DB_OK);
	for (size_t i = 0; i < NITEMS(ends); i++) {
		const struct wish wish = {
			.says_end = ends[i].says_end,
			.ends_at = ends[i].end == 0 ? 0 :
			    cast.now + ends[i].end,
		};
		enum issue_result result = make_key(t, ends[i].kind,
		    &cast.user, &wish);
		int64_t lives = cast.issue.key.expires_at - cast.now;

		assert_int_equal(result,
		    ends[i].lives < 0 ? ISSUE_PAST : ISSUE_OK);
		if (result == ISSUE_OK && (ends[i].lives == 0 ?
		    cast.issue.key.expires_at != 0 :
		    llabs(lives - ends[i].lives) > 60 * 1000))
			fail_msg("case %zu: %lld", i, (long long)lives);
	}
	for (size_t i = 0; i < NITEMS(set); i++) {
		const struct lifetime none = { .kind = set[i].kind };

		assert_int_equal(lifetime_set(t->db, &cast.account, &none),
		    DB_OK);
	}
	return DB_OK;
}

static void
keys_live_as_long_as_was_said_and_the_account_lets_them(void **state)
{
	tell(state, live_out);
}

static enum db_result
refuse_makings(void *context)
{
	struct tale *t = context;
	const struct uuid nobody = uuid_new();
	struct user bob;

	assert_int_equal(make_key(t, KIND_PAIR, &nobody, NULL),
	    ISSUE_NO_USER);
	assert_int_equal(make_key(t, KIND_APP, &cast.other, NULL),
	    ISSUE_KIND);
	assert_int_equal(user_get(t->db, t->arena, &cast.account, &cast.other,
	    &bob), DB_OK);
	bob.blocked = true;
	assert_int_equal(user_change(t->db, &bob), DB_OK);
	assert_int_equal(make_key(t, KIND_PAIR, &cast.other, NULL),
	    ISSUE_INACTIVE);
	bob.blocked = false;
	assert_int_equal(user_change(t->db, &bob), DB_OK);
	assert_int_equal(make_key(t, KIND_PAIR, &cast.other, NULL), ISSUE_OK);
	return DB_OK;
}

static void
who_is_not_there_active_or_qualified_gets_none(void **state)
{
	tell(state, refuse_makings);
}

/* -- rotating -------------------------------------------------------------- */

static enum issue_result
rotate(struct tale *t, struct rotation *r, const struct key *key,
    int64_t grace, const struct maker *maker)
{
	*r = (struct rotation){
		.account_id = cast.account, .key_id = key->id, .grace = grace,
	};
	return issue_rotate(r, t->db, t->arena, cast.ring, maker);
}

static enum db_result
rotate_named(void *context)
{
	struct tale *t = context;
	struct key key = made_key(t, KIND_NAMED, &cast.user);
	struct secret secrets[SECRET_MOST];
	char old[TOKEN_TEXT];
	const char *shown;
	struct rotation r;
	size_t n;

	memcpy(old, cast.issue.token, sizeof(old));
	assert_int_equal(rotate(t, &r, &key, DAY, &operator), ISSUE_OK);
	assert_true(uuid_equal(&r.key.id, &key.id));
	assert_true(llabs(r.old_ends_at - cast.now - DAY) < 60 * 1000);
	assert_string_not_equal(r.token, old);
	assert_true(opens(t, &key, old) && opens(t, &key, r.token));
	assert_int_equal(issue_reveal(t->db, t->arena, cast.ring, &key,
	    &shown), DB_OK);
	assert_string_equal(shown, r.token);
	assert_int_equal(secret_list(t->db, t->arena, &key.id, secrets,
	    NITEMS(secrets), &n), DB_OK);
	assert_int_equal(n, 2);
	assert_int_equal(secrets[0].ends_at, 0);
	assert_int_equal(secrets[1].ends_at, r.old_ends_at);
	assert_int_equal(rotate(t, &r, &key, 0, &operator), ISSUE_ROTATING);
	return DB_OK;
}

static void
the_old_secret_works_for_its_grace_and_the_new_is_shown(void **state)
{
	tell(state, rotate_named);
}

static enum db_result
rotate_at_once(void *context)
{
	struct tale *t = context;
	struct key key = made_key(t, KIND_PAIR, &cast.user);
	struct rotation r;

	/* without grace none is left, however often */
	for (size_t i = 0; i < SECRET_MOST + 2; i++) {
		assert_int_equal(rotate(t, &r, &key, 0, &operator), ISSUE_OK);
		assert_true(opens(t, &key, r.token));
	}
	return DB_OK;
}

static void
without_grace_a_key_is_rotated_again_and_again(void **state)
{
	tell(state, rotate_at_once);
}

static enum db_result
rotate_ending(void *context)
{
	struct tale *t = context;
	const struct wish wish = {
		.says_end = true, .ends_at = cast.now + DAY,
	};
	struct rotation r;

	assert_int_equal(make_key(t, KIND_PAIR, &cast.user, &wish), ISSUE_OK);
	assert_int_equal(rotate(t, &r, &cast.issue.key, 2 * DAY, &operator),
	    ISSUE_OK);
	assert_int_equal(r.old_ends_at, cast.now + DAY);
	return DB_OK;
}

static void
a_grace_does_not_outlive_its_key(void **state)
{
	tell(state, rotate_ending);
}

static enum db_result
refuse_rotations(void *context)
{
	struct tale *t = context;
	struct key key = made_key(t, KIND_PAIR, &cast.user);
	struct maker weak = {
		.facts = { .kind = KIND_PAIR, .limited = true },
	};
	const struct uuid elsewhere = new_account(t, NULL);
	struct rotation r = { .account_id = elsewhere, .key_id = key.id };
	struct user ann;

	weak.facts.user_id = cast.user;
	assert_int_equal(issue_rotate(&r, t->db, t->arena, cast.ring,
	    &operator), ISSUE_NO_USER);
	assert_int_equal(rotate(t, &r, &key, 0, &weak), ISSUE_NOT_COVERED);
	assert_int_equal(user_get(t->db, t->arena, &cast.account, &cast.user,
	    &ann), DB_OK);
	ann.blocked = true;
	assert_int_equal(user_change(t->db, &ann), DB_OK);
	assert_int_equal(rotate(t, &r, &key, 0, &operator), ISSUE_INACTIVE);
	ann.blocked = false;
	assert_int_equal(user_change(t->db, &ann), DB_OK);
	key.expires_at = cast.now - 1;
	assert_int_equal(key_change(t->db, &key), DB_OK);
	assert_int_equal(rotate(t, &r, &key, 0, &operator), ISSUE_ENDED);
	key.expires_at = 0;
	key.disabled = true;
	assert_int_equal(key_change(t->db, &key), DB_OK);
	assert_int_equal(rotate(t, &r, &key, 0, &operator), ISSUE_OK);
	assert_int_equal(key_revoke(t->db, &cast.account, &key.id, "",
	    cast.now), DB_OK);
	assert_int_equal(rotate(t, &r, &key, 0, &operator), ISSUE_ENDED);
	return DB_OK;
}

static void
what_has_ended_or_is_not_covered_is_not_rotated(void **state)
{
	tell(state, refuse_rotations);
}

static enum db_result
list_set_back(void *context)
{
	struct tale *t = context;
	struct key key = made_key(t, KIND_PAIR, &cast.user);
	struct secret older = {
		.digest = { 77 }, .key_id = key.id, .version = 1,
		.hint = "wxyz", .starts_at = cast.now + DAY,
		.ends_at = cast.now + 2 * DAY,
	}, first;
	size_t n;

	assert_int_equal(secret_add(t->db, &older), DB_OK);
	assert_int_equal(secret_list(t->db, t->arena, &key.id, &first, 1, &n),
	    DB_OK);
	assert_int_equal(n, 1);
	assert_int_equal(first.ends_at, 0);
	return DB_OK;
}

static void
the_newest_has_no_end_whatever_the_clock_says(void **state)
{
	tell(state, list_set_back);
}

/* Whoever makes a key or rotates it holds its owner: another one waits. */
static enum db_result
lock_the_owner(void *context)
{
	struct tale *t = context;

	return user_lock(t->db, &cast.account, &cast.user);
}

static bool
another_waits(struct tale *t)
{
	struct tale second = { t->f, t->f->root, t->arena };

	return db_run(t->f->root, DB_READ, lock_the_owner, &second) != DB_OK;
}

static enum db_result
make_and_look(void *context)
{
	struct tale *t = context;

	assert_false(another_waits(t));
	cast.keys[0].id = made_key(t, KIND_PAIR, &cast.user).id;
	assert_true(another_waits(t));
	return DB_OK;
}

static enum db_result
rotate_and_look(void *context)
{
	struct tale *t = context;
	struct rotation r;

	assert_false(another_waits(t));
	assert_int_equal(rotate(t, &r, &cast.keys[0], 0, &operator), ISSUE_OK);
	assert_true(another_waits(t));
	return DB_OK;
}

static void
whoever_would_change_the_owner_waits(void **state)
{
	struct fixture *f = *state;

	as_root(f, "SET SESSION innodb_lock_wait_timeout = 1");
	tell(state, make_and_look);
	tell(state, rotate_and_look);
}

/* -- sealed ---------------------------------------------------------------- */

static enum db_result
seal_some(void *context)
{
	struct tale *t = context;

	cast.keys[0] = made_key(t, KIND_NAMED, &cast.user);
	memcpy(cast.token, cast.issue.token, sizeof(cast.token));
	cast.keys[1] = made_key(t, KIND_NAMED, &cast.user);
	cast.keys[2] = made_key(t, KIND_EXCHANGE, &cast.user);
	return DB_OK;
}

static enum db_result
expect_opened(void *context)
{
	struct tale *t = context;
	const char *token;

	assert_int_equal(issue_reveal(t->db, t->arena, cast.ring,
	    &cast.keys[0], &token), DB_OK);
	assert_string_equal(token, cast.token);
	return DB_OK;
}

static enum db_result
expect_closed(void *context)
{
	struct tale *t = context;
	const char *token;

	assert_int_equal(issue_reveal(t->db, t->arena, cast.ring,
	    &cast.keys[0], &token), DB_UNAVAILABLE);
	return DB_OK;
}

/* The row is the same, the key is said to be of another kind. */
static enum db_result
expect_kind_bound(void *context)
{
	struct tale *t = context;
	struct key key = cast.keys[0];
	const char *token;

	key.kind = KIND_EXCHANGE;
	assert_int_equal(issue_reveal(t->db, t->arena, cast.ring, &key,
	    &token), DB_UNAVAILABLE);
	return DB_OK;
}

/* A key's own row has come to another. */
static enum db_result
expect_owner_bound(void *context)
{
	struct tale *t = context;
	const char *token;

	assert_int_equal(issue_reveal(t->db, t->arena, cast.ring,
	    &cast.keys[1], &token), DB_UNAVAILABLE);
	return DB_OK;
}

/* What somebody writes into the first key's row a; b is the row of: */
static const struct {
	const char	*change;
	size_t		 other;
} forgeries[] = {
	{ "a.version = 2", 1 },
	{ "a.digest = REPEAT('x', 32)", 1 },
	{ "a.sealed = CONCAT('x', SUBSTRING(a.sealed, 2))", 1 },
	{ "a.sealed = LEFT(a.sealed, LENGTH(a.sealed) - 1)", 1 },
	{ "a.sealed = b.sealed", 1 },
	{ "a.sealed = b.sealed", 2 },
};

static void
spell_id(char out[static 33], const struct uuid *id)
{
	for (size_t i = 0; i < sizeof(id->b); i++)
		snprintf(out + 2 * i, 3, "%02x", id->b[i]);
}

static void
sealed_bytes_open_in_their_own_row_alone(void **state)
{
	struct fixture *f = *state;
	char ids[3][33], sql[512];

	tell(state, seal_some);
	for (size_t i = 0; i < NITEMS(cast.keys); i++)
		spell_id(ids[i], &cast.keys[i].id);
	tell(state, expect_opened);
	tell(state, expect_kind_bound);
	as_root(f, "CREATE TABLE kept SELECT * FROM key_secrets");
	for (size_t i = 0; i < NITEMS(forgeries); i++) {
		snprintf(sql, sizeof(sql), "UPDATE key_secrets a JOIN "
		    "key_secrets b SET %s WHERE a.key_id = X'%s' AND "
		    "b.key_id = X'%s'", forgeries[i].change, ids[0],
		    ids[forgeries[i].other]);
		as_root(f, sql);
		tell(state, expect_closed);
		as_root(f, "DELETE FROM key_secrets");
		as_root(f, "INSERT INTO key_secrets SELECT * FROM kept");
		tell(state, expect_opened);
	}
	snprintf(sql, sizeof(sql), "DELETE FROM key_secrets WHERE key_id ="
	    " X'%s'", ids[1]);
	as_root(f, sql);
	snprintf(sql, sizeof(sql), "UPDATE key_secrets SET key_id = X'%s'"
	    " WHERE key_id = X'%s'", ids[1], ids[0]);
	as_root(f, sql);
	tell(state, expect_owner_bound);
	as_root(f, "DROP TABLE kept");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_token_of_each_kind_opens_and_some_can_be_read_again),
		cmocka_unit_test(
		    a_personal_token_replaces_its_user_s_last_and_no_other),
		cmocka_unit_test(
		    keys_live_as_long_as_was_said_and_the_account_lets_them),
		cmocka_unit_test(
		    who_is_not_there_active_or_qualified_gets_none),
		cmocka_unit_test(
		    the_old_secret_works_for_its_grace_and_the_new_is_shown),
		cmocka_unit_test(
		    without_grace_a_key_is_rotated_again_and_again),
		cmocka_unit_test(a_grace_does_not_outlive_its_key),
		cmocka_unit_test(
		    what_has_ended_or_is_not_covered_is_not_rotated),
		cmocka_unit_test(
		    the_newest_has_no_end_whatever_the_clock_says),
		cmocka_unit_test(whoever_would_change_the_owner_waits),
		cmocka_unit_test(sealed_bytes_open_in_their_own_row_alone),
	};

	return cmocka_run_group_tests(tests, set_up_cast, tear_down_cast);
}
