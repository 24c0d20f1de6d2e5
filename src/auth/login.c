/* SPDX-License-Identifier: ISC */
/* Password logins: budgets, slots, proof. */

#include <ctype.h>
#include <string.h>

#include "auth/name.h"
#include "base/clock.h"
#include "base/nitems.h"
#include "store/budget.h"
#include "store/version.h"

#include "auth/login.h"

#define FAVOURED_FOR	(7 * 24 * 60 * 60 * (int64_t)1000)

struct attempt {
	struct login	*login;
	struct db	*db;
	struct arena	*arena;
	const struct keyring *ring;
	uint8_t		 network[CRYPTO_DIGEST];	/* budget subjects */
	uint8_t		 name[CRYPTO_DIGEST];
	int64_t		 succeeded_at;	/* the network, last */
	bool		 found;
};

static void
make_subjects(struct attempt *a, uint8_t version)
{
	const struct login *l = a->login;
	struct address network = address_network(&l->client);
	const uint8_t *key = keyring_key(a->ring, version, KEYRING_SUBJECT);
	size_t n = strlen(l->username);
	char *folded = arena_copy(a->arena, l->username, n);
	const struct crypto_part parts[] = {
		{ &network, sizeof(network) },
		{ &l->account_id, sizeof(l->account_id) },
		{ folded, n },
	};

	for (size_t i = 0; i < n; i++)
		folded[i] = (char)tolower((unsigned char)folded[i]);
	crypto_hmac(a->network, key, parts, 1);
	crypto_hmac(a->name, key, parts, NITEMS(parts));
}

static enum db_result
spend(void *context)
{
	struct attempt *a = context;
	int64_t now = clock_now();
	enum db_result result;
	uint8_t version;

	result = version_active(a->db, a->arena, a->ring, &version);
	if (result != DB_OK)
		return result == DB_NONE ? DB_UNAVAILABLE : result;
	make_subjects(a, version);
	result = budget_spend(a->db, a->arena, a->network,
	    LOGIN_ADDRESS_BUDGET, LOGIN_WINDOW, now, &a->login->wait);
	if (result == DB_OK)
		result = budget_spend(a->db, a->arena, a->name, LOGIN_BUDGET,
		    LOGIN_WINDOW, now, &a->login->wait);
	return result;
}

static enum db_result
find_user(const struct login *l, struct db *db, struct arena *arena,
    struct user_login *user)
{
	return l->by_handle ? user_login_by_handle(db, arena, &l->account_id,
	    l->username, user) : user_login(db, arena, &l->account_id,
	    l->username, user);
}

static enum db_result
find(void *context)
{
	struct attempt *a = context;
	struct login *l = a->login;
	enum db_result result;

	result = budget_last_success(a->db, a->arena, a->network,
	    &a->succeeded_at);
	if (result != DB_OK && result != DB_NONE)
		return result;
	result = find_user(l, a->db, a->arena, &l->user);
	a->found = result == DB_OK;
	if (result == DB_NONE)
		l->user = (struct user_login){ .type = USER_NONE };
	/* bound to a version that only other hosts have: cannot be judged */
	if (a->found && l->user.password.encoded != NULL && keyring_key(
	    a->ring, l->user.password.version, KEYRING_PASSWORD) == NULL)
		return DB_UNAVAILABLE;
	return result == DB_NONE ? DB_OK : result;
}

/* An attempt that nobody judged costs nothing. */
static enum db_result
refund(void *context)
{
	struct attempt *a = context;
	enum db_result result = budget_refund(a->db, a->network);

	return result == DB_OK ? budget_refund(a->db, a->name) : result;
}

static enum db_result
note_success(void *context)
{
	struct attempt *a = context;
	int64_t now = clock_now();
	enum db_result result = budget_succeeded(a->db, a->network, now);

	return result == DB_OK ? budget_succeeded(a->db, a->name, now) :
	    result;
}

static bool
may_log_in(const struct user_login *user)
{
	return (user->type == USER_INTERACTIVE || user->type == USER_SERVICE) &&
	    user->verified && !user->blocked && user->account_active;
}

enum login_result
login_prove(struct login *l, struct db *db, struct arena *arena,
    const struct keyring *ring)
{
	struct attempt a = {
		.login = l, .db = db, .arena = arena, .ring = ring,
	};
	bool fits;
	int slot;

	/* no user is called so, and the database folds other letters */
	if ((l->by_handle ? name_handle_fault : name_username_fault)(
	    l->username) != NULL)
		l->username = "";
	l->db = db_run(db, DB_CHANGE, spend, &a);
	if (l->db == DB_NONE)
		return LOGIN_SPENT;
	if (l->db == DB_OK)
		l->db = db_run(db, DB_READ, find, &a);
	if (l->db != DB_OK)
		return LOGIN_DB;
	db_release(db);
	slot = password_slot(l->state, a.succeeded_at != 0 &&
	    clock_now() - a.succeeded_at < FAVOURED_FOR);
	if (slot == -1) {
		l->db = db_run(db, DB_CHANGE, refund, &a);
		return LOGIN_BUSY;
	}
	fits = password_verify(&l->user.password, ring, &l->user.id,
	    l->password);
	password_slot_release(slot);
	if (!fits || !a.found || !may_log_in(&l->user))
		return LOGIN_FAILED;
	l->db = db_run(db, DB_CHANGE, note_success, &a);
	return l->db == DB_OK ? LOGIN_OK : LOGIN_DB;
}

enum db_result
login_confirm(const struct login *l, struct db *db, struct arena *arena)
{
	struct user_login user;
	enum db_result result;

	result = user_lock(db, &l->account_id, &l->user.id);
	if (result == DB_OK)
		result = find_user(l, db, arena, &user);
	if (result != DB_OK)
		return result;
	return uuid_equal(&user.id, &l->user.id) && may_log_in(&user) &&
	    crypto_equal(user.password.mac, l->user.password.mac,
	    sizeof(user.password.mac)) ? DB_OK : DB_NONE;
}
