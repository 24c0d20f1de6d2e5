/* SPDX-License-Identifier: ISC */
/* Keys, sessions, versions and kept answers: each result. */

#include "store/replay.h"
#include "store/session.h"
#include "store/version.h"
#include "tale.h"

static enum db_result
live_key(void *context)
{
	struct tale *t = context;
	const uint8_t one[32] = { 1 }, two[32] = { 2 };
	struct uuid account = new_account(t, NULL);
	struct uuid foreign = new_account(t, NULL);
	struct uuid user = new_user(t, &account, "key-owner");
	struct uuid id = new_key(t, &account, &user, "main", one);
	struct key k, page[4];
	struct secret s = { .key_id = id, .hint = "abcd" };
	int64_t count;
	size_t n;

	assert_int_equal(key_get(t->db, t->arena, &account, &user, 2, &id,
	    &k), DB_OK);
	assert_string_equal(k.handle, "main");
	assert_string_equal(k.workspaces, "emea apac");
	assert_true(k.limited && bits_has(&k.scopes, PERMISSION_SELF));
	assert_int_equal(k.expires_at, FAR);
	assert_int_equal(k.starts_at, 0);
	assert_true(uuid_is_zero(&k.made_by_key));
	assert_int_equal(key_get(t->db, t->arena, &account, &user, 3, &id,
	    &k), DB_NONE);
	assert_int_equal(key_get(t->db, t->arena, &account, &account, 2, &id,
	    &k), DB_NONE);
	assert_int_equal(key_find(t->db, t->arena, &foreign, &id, &k),
	    DB_NONE);
	assert_int_equal(key_find(t->db, t->arena, &account, &id, &k), DB_OK);

	k.id = uuid_new();
	assert_int_equal(key_add(t->db, &k), DB_DUPLICATE);
	memcpy(s.digest, one, sizeof(one));
	assert_int_equal(secret_add(t->db, &s), DB_DUPLICATE);
	new_key(t, &account, &user, "second", two);
	assert_int_equal(secret_under(t->db, 1, &count), DB_OK);
	assert_int_equal(count, 2);

	assert_int_equal(key_revoke(t->db, &foreign, &id, "x", NOW), DB_NONE);
	assert_int_equal(key_revoke(t->db, &account, &id, "x", NOW), DB_OK);
	assert_int_equal(key_revoke(t->db, &account, &id, "x", NOW), DB_NONE);
	assert_int_equal(secret_under(t->db, 1, &count), DB_OK);
	assert_int_equal(count, 1);
	assert_int_equal(key_page(t->db, t->arena, &account, &user, 2,
	    &uuid_zero, page, NITEMS(page), &n), DB_OK);
	assert_int_equal(n, 1);
	assert_string_equal(page[0].handle, "second");
	/* a handle is free again when its key has ended */
	assert_int_equal(key_find(t->db, t->arena, &account, &id, &k), DB_OK);
	assert_string_equal(k.handle, "main");
	assert_string_equal(k.revoked_reason, "x");
	k.id = uuid_new();
	assert_int_equal(key_add(t->db, &k), DB_OK);
	assert_int_equal(key_by_handle(t->db, t->arena, &account, &user,
	    "main", &page[0]), DB_OK);
	assert_true(uuid_equal(&page[0].id, &k.id));
	assert_int_equal(key_by_handle(t->db, t->arena, &foreign, &user,
	    "main", &page[0]), DB_NONE);
	k.handle = "second";
	assert_int_equal(key_change(t->db, &k), DB_DUPLICATE);
	k.id = id;
	k.handle = "third";
	assert_int_equal(key_change(t->db, &k), DB_NONE);
	return DB_OK;
}

static void
a_key_is_its_owners_until_revoked(void **state)
{
	tell(state, live_key);
}

static enum db_result
live_session(void *context)
{
	struct tale *t = context;
	struct uuid account = new_account(t, NULL);
	struct session s = {
		.digest = { 9 }, .id = uuid_new(), .version = 1,
		.account_id = account,
		.user_id = new_user(t, &account, "session-owner"),
		.created_at = NOW, .expires_at = NOW + 1000,
	};
	struct uuid first = s.id;
	int64_t count;

	assert_int_equal(session_add(t->db, &s), DB_OK);
	assert_int_equal(session_add(t->db, &s), DB_DUPLICATE);
	s.digest[0] = 10;
	s.id = uuid_new();
	assert_int_equal(session_add(t->db, &s), DB_OK);
	assert_int_equal(session_under(t->db, 1, NOW, &count),
	    DB_OK);
	assert_int_equal(count, 2);
	assert_int_equal(session_end_all(t->db, &s.user_id, &first, NOW),
	    DB_OK);
	assert_int_equal(session_end(t->db, &s.id, NOW), DB_NONE);
	assert_int_equal(session_end(t->db, &first, NOW), DB_OK);
	assert_int_equal(session_end(t->db, &first, NOW), DB_NONE);
	assert_int_equal(session_under(t->db, 1, NOW, &count),
	    DB_OK);
	assert_int_equal(count, 0);
	s.id = uuid_new();
	s.digest[0] = 11;
	s.created_at = NOW + 3 * 24 * 3600 * INT64_C(1000);
	assert_int_equal(session_add(t->db, &s), DB_OK);
	s.id = first;
	s.digest[0] = 9;
	assert_int_equal(session_add(t->db, &s), DB_OK);
	return DB_OK;
}

static void
a_session_ends_once_and_is_swept_away(void **state)
{
	tell(state, live_session);
}

static enum db_result
live_version(void *context)
{
	struct tale *t = context;
	struct version list[KEYRING_VERSIONS];
	uint8_t mark[8], version;
	size_t n;

	assert_int_equal(version_active(t->db, t->arena, t->f->ring,
	    &version), DB_UNAVAILABLE);
	keyring_fingerprint(t->f->ring, 1, mark);
	assert_int_equal(version_activate(t->db, 1, mark, NOW), DB_OK);
	assert_int_equal(version_activate(t->db, 1, mark, NOW), DB_DUPLICATE);
	assert_int_equal(version_active(t->db, t->arena, t->f->ring,
	    &version), DB_OK);
	assert_int_equal(version, 1);
	assert_int_equal(version_activate(t->db, 2, mark, NOW), DB_OK);
	assert_int_equal(version_active(t->db, t->arena, t->f->ring,
	    &version), DB_UNAVAILABLE);
	assert_int_equal(version_retire(t->db, 2, NOW), DB_OK);
	assert_int_equal(version_retire(t->db, 2, NOW), DB_NONE);
	assert_int_equal(version_active(t->db, t->arena, t->f->ring,
	    &version), DB_OK);
	assert_int_equal(version_list(t->db, t->arena, list, &n), DB_OK);
	assert_int_equal(n, 2);
	assert_int_equal(list[1].retired_at, NOW);
	return DB_OK;
}

static void
a_version_that_this_host_lacks_stops_all(void **state)
{
	tell(state, live_version);
}

static enum db_result
live_replay(void *context)
{
	struct tale *t = context;
	const uint8_t secret[32] = { 31 };
	struct uuid account = new_account(t, NULL);
	struct uuid user = new_user(t, &account, "replayer");
	struct replay got, r = {
		.digest = { 1 }, .request = { 2 }, .version = 1,
		.key_id = new_key(t, &account, &user, NULL, secret),
		.answer = { secret, sizeof(secret) }, .created_at = NOW,
	};

	assert_int_equal(replay_add(t->db, &r), DB_OK);
	assert_int_equal(replay_add(t->db, &r), DB_DUPLICATE);
	assert_int_equal(replay_get(t->db, t->arena, r.digest, NOW, &got),
	    DB_OK);
	assert_false(got.key_ended);
	assert_int_equal(got.answer.n, sizeof(secret));
	assert_memory_equal(got.answer.data, secret, sizeof(secret));
	assert_int_equal(key_revoke(t->db, &account, &r.key_id, "", NOW),
	    DB_OK);
	assert_int_equal(replay_get(t->db, t->arena, r.digest, NOW, &got),
	    DB_OK);
	assert_true(got.key_ended);
	assert_int_equal(replay_get(t->db, t->arena, r.request, NOW, &got),
	    DB_NONE);
	assert_int_equal(replay_get(t->db, t->arena, r.digest,
	    NOW + REPLAY_LIFETIME, &got), DB_NONE);
	r.created_at = NOW + REPLAY_LIFETIME;
	assert_int_equal(replay_add(t->db, &r), DB_OK);
	return DB_OK;
}

static void
an_answer_is_kept_for_a_day(void **state)
{
	tell(state, live_replay);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_its_owners_until_revoked),
		cmocka_unit_test(a_session_ends_once_and_is_swept_away),
		cmocka_unit_test(a_version_that_this_host_lacks_stops_all),
		cmocka_unit_test(an_answer_is_kept_for_a_day),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
