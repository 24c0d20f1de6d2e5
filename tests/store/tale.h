/* SPDX-License-Identifier: ISC */
#ifndef TESTS_STORE_TALE_H
#define TESTS_STORE_TALE_H

/* A test told in one transaction, and who takes part in it. */

#include "fixture.h"
#include "store/account.h"
#include "store/key.h"
#include "store/permission.h"
#include "store/secret.h"
#include "store/user.h"

#define NOW	INT64_C(1790000000000)
#define FAR	INT64_C(4102444800000)	/* 2100 */
#define SOON	(FAR - 1)	/* that secrets end */

/* Tests that need no repeats are one work each. */
struct tale {
	struct fixture	*f;
	struct db	*db;
	struct arena	*arena;
};

static inline void
tell(void **state, enum db_result (*work)(void *))
{
	struct fixture *f = *state;
	struct tale tale = { f, f->db, f->arena };

	assert_int_equal(db_run(f->db, DB_CHANGE, work, &tale), DB_OK);
}

static inline struct uuid
new_account(struct tale *t, const char *legacy_id)
{
	const struct account a = {
		.id = uuid_new(), .legacy_id = legacy_id, .name = "Acme Ü",
		.active = true, .created_at = NOW,
	};

	assert_int_equal(account_add(t->db, &a), DB_OK);
	return a.id;
}

static inline struct user
user_named(const struct uuid *account, const char *username)
{
	return (struct user){
		.id = uuid_new(), .account_id = *account,
		.type = USER_INTERACTIVE, .name = "Ann", .username = username,
		.email = username, .verified = true, .created_at = NOW,
		.updated_at = NOW,
	};
}

static inline struct uuid
new_user(struct tale *t, const struct uuid *account, const char *username)
{
	const struct user_password none = { NULL, 0, { 0 } };
	const struct user u = user_named(account, username);

	assert_int_equal(user_add(t->db, &u, &none), DB_OK);
	return u.id;
}

static inline struct uuid
new_key(struct tale *t, const struct uuid *account, const struct uuid *user,
    const char *handle, const uint8_t *digest)
{
	const struct key k = {
		.id = uuid_new(), .account_id = *account, .user_id = *user,
		.kind = 2, .handle = handle, .label = "a key",
		.limited = true, .scopes = permission_own_bits(),
		.workspaces = "emea apac", .starts_at = 0,
		.expires_at = FAR, .made_by_user = *user,
		.created_at = NOW, .updated_at = NOW,
	};
	struct secret s = {
		.key_id = k.id, .version = 1, .hint = "wxyz",
		.starts_at = NOW, .ends_at = SOON,
	};

	memcpy(s.digest, digest, sizeof(s.digest));
	assert_int_equal(key_add(t->db, &k), DB_OK);
	assert_int_equal(secret_add(t->db, &s), DB_OK);
	return k.id;
}

#endif
