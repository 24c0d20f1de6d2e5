/* SPDX-License-Identifier: ISC */
/* Looking for keys by what they are. */

#include "base/nitems.h"
#include "store/key_private.h"

const char *const key_states[KEY_STATES] = {
	[KEY_ANY] = "any",
	[KEY_LIVE] = "live",
	[KEY_DISABLED] = "disabled",
	[KEY_EXPIRED] = "expired",
	[KEY_REVOKED] = "revoked",
};

/* What has ended twice is called by what ended it for good. */
#define STATE								\
	"CASE WHEN revoked_at IS NOT NULL THEN 4 "			\
	"WHEN expires_at <= ? THEN 3 WHEN disabled <> 0 THEN 2 "	\
	"ELSE 1 END"

#define FILTER								\
	"(? = 0 OR kind = ?) AND (? <> 0 OR kind <> 5) AND "		\
	"(? = 0 OR revoked_at IS NULL) AND "				\
	"(? = 0 OR ? = " STATE ") AND (? IS NULL OR handle = ?) AND "	\
	"(? = 0 OR COALESCE(last_used_at, 0) < ?) AND "			\
	"(? = 0 OR expires_at < ?) ORDER BY id LIMIT ?"

/* In the order of KEY_COLUMNS, without what takes room. */
#define IDENTITY							\
	"id, account_id, user_id, kind, handle, label, "		\
	"0, NULL, NULL, NULL, NULL, NULL, NULL, "			\
	"disabled, starts_at, expires_at, revoked_at, "			\
	"NULL, made_by_user, made_by_key, created_at, "			\
	"updated_at, uses, last_used_at, NULL, NULL"

#define FROM_USER							\
	" FROM `keys` WHERE account_id = ? AND user_id = ? AND id > ? AND "
#define FROM_ACCOUNT							\
	" FROM `keys` WHERE account_id = ? AND (? = 0) AND id > ? AND "

enum { OF_USER, OF_ACCOUNT, OF_MANY };

static const struct db_query queries[] = {
	[OF_USER] = {
		.sql = "SELECT " KEY_COLUMNS FROM_USER FILTER,
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[OF_ACCOUNT] = {
		.sql = "SELECT " KEY_COLUMNS FROM_ACCOUNT FILTER,
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[OF_MANY + OF_USER] = {
		.sql = "SELECT " IDENTITY FROM_USER FILTER,
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
	[OF_MANY + OF_ACCOUNT] = {
		.sql = "SELECT " IDENTITY FROM_ACCOUNT FILTER,
		.columns = key_columns,
		.ncolumns = KEY_COLUMNS_N,
	},
};

enum key_state
key_state(const struct key *k, int64_t now)
{
	if (k->revoked_at != 0)
		return KEY_REVOKED;
	if (k->expires_at != 0 && k->expires_at <= now)
		return KEY_EXPIRED;
	return k->disabled ? KEY_DISABLED : KEY_LIVE;
}

enum db_result
key_select(struct db *db, struct arena *arena, const struct uuid *account,
    const struct key_filter *f, const struct uuid *after, struct key *keys,
    size_t max, size_t *n)
{
	bool all = uuid_is_zero(&f->user);
	const struct db_value v[] = {
		db_uuid(account), all ? db_i64(0) : db_uuid(&f->user),
		db_uuid(after),
		db_i64(f->kind), db_i64(f->kind),
		db_i64(f->company),
		db_i64(f->unrevoked),
		db_i64(f->state), db_i64(f->state), db_i64(f->now),
		db_text(f->handle), db_text(f->handle),
		db_i64(f->used_before), db_i64(f->used_before),
		db_i64(f->expires_before), db_i64(f->expires_before),
		db_i64((int64_t)max),
	};

	return db_rows(db, arena, &queries[(f->identity ? OF_MANY : 0) +
	    (all ? OF_ACCOUNT : OF_USER)], v, NITEMS(v), keys, sizeof(*keys),
	    max, n);
}
