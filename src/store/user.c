/* SPDX-License-Identifier: ISC */
/* All SQL on users but the hot query. */

#include "base/nitems.h"
#include "store/user.h"

#define COLUMNS								\
	"id, account_id, type, name, username, email, handle, address, "\
	"company, rates, verified, blocked, created_at, updated_at"

#define LOGIN_OF							\
	"SELECT u.id, u.account_id, u.type, u.verified, u.blocked, "	\
	"a.active, u.username, u.password, u.password_version, "	\
	"u.password_mac FROM users u JOIN accounts a "			\
	"ON a.id = u.account_id WHERE u.account_id = ? AND "		\
	"u.deleted_at IS NULL AND "

static const struct db_column columns[] = {
	DB_COLUMN(UUID, struct user, id),
	DB_COLUMN(UUID, struct user, account_id),
	DB_COLUMN(U8,   struct user, type),
	DB_COLUMN(TEXT, struct user, name),
	DB_COLUMN(TEXT, struct user, username),
	DB_COLUMN(TEXT, struct user, email),
	DB_COLUMN(TEXT, struct user, handle),
	DB_COLUMN(TEXT, struct user, address),
	DB_COLUMN(TEXT, struct user, company),
	DB_COLUMN(TEXT, struct user, rates),
	DB_COLUMN(BOOL, struct user, verified),
	DB_COLUMN(BOOL, struct user, blocked),
	DB_COLUMN(I64,  struct user, created_at),
	DB_COLUMN(I64,  struct user, updated_at),
};

static const struct db_column login_columns[] = {
	DB_COLUMN(UUID,   struct user_login, id),
	DB_COLUMN(UUID,   struct user_login, account_id),
	DB_COLUMN(U8,     struct user_login, type),
	DB_COLUMN(BOOL,   struct user_login, verified),
	DB_COLUMN(BOOL,   struct user_login, blocked),
	DB_COLUMN(BOOL,   struct user_login, account_active),
	DB_COLUMN(TEXT,   struct user_login, username),
	DB_COLUMN(TEXT,   struct user_login, password.encoded),
	DB_COLUMN(U8,     struct user_login, password.version),
	DB_COLUMN(DIGEST, struct user_login, password.mac),
};

const char *const user_types[USER__MAX] = {
	[USER_NONE] = "none",
	[USER_INTERACTIVE] = "interactive",
	[USER_SERVICE] = "service",
	[USER_NON_INTERACTIVE] = "non_interactive",
	[USER_COMPANY] = "company",
};

enum {
	ADD, GET, HOLD, LOCK, PAGE, BY_USERNAME, BY_HANDLE, LOGIN,
	LOGIN_BY_HANDLE, CHANGE, SET_PASSWORD, REMOVE, UNDER
};

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO users (id, account_id, type, name, "
		    "username, username_key, email, email_key, handle, "
		    "address, company, rates, verified, blocked, created_at, "
		    "updated_at, password, password_version, password_mac) "
		    "VALUES (?, ?, ?, ?, ?, LOWER(?), ?, LOWER(?), ?, ?, ?, ?, "
		    "?, ?, ?, ?, ?, ?, ?)",
	},
	[GET] = {
		.sql = "SELECT " COLUMNS " FROM users WHERE id = ? AND "
		    "account_id = ? AND deleted_at IS NULL",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[HOLD] = {
		.sql = "SELECT 1 FROM users WHERE id = ? AND account_id = ? "
		    "AND deleted_at IS NULL LOCK IN SHARE MODE",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
	[LOCK] = {
		.sql = "SELECT 1 FROM users WHERE id = ? AND account_id = ? "
		    "AND deleted_at IS NULL FOR UPDATE",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
	[PAGE] = {
		.sql = "SELECT " COLUMNS " FROM users WHERE account_id = ? AND "
		    "id > ? AND type <> ? AND deleted_at IS NULL "
		    "ORDER BY id LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[BY_USERNAME] = {
		.sql = "SELECT " COLUMNS " FROM users WHERE account_id = ? AND "
		    "username_key = LOWER(?) AND deleted_at IS NULL",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[BY_HANDLE] = {
		.sql = "SELECT " COLUMNS " FROM users WHERE account_id = ? AND "
		    "handle = ? AND deleted_at IS NULL",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[LOGIN] = {
		.sql = LOGIN_OF "u.username_key = LOWER(?)",
		.columns = login_columns,
		.ncolumns = NITEMS(login_columns),
	},
	[LOGIN_BY_HANDLE] = {
		.sql = LOGIN_OF "u.handle = ?",
		.columns = login_columns,
		.ncolumns = NITEMS(login_columns),
	},
	[CHANGE] = {
		.sql = "UPDATE users SET type = ?, name = ?, username = ?, "
		    "username_key = LOWER(?), email = ?, email_key = LOWER(?), "
		    "handle = ?, address = ?, company = ?, rates = ?, "
		    "verified = ?, blocked = ?, updated_at = ? WHERE id = ? "
		    "AND account_id = ? AND deleted_at IS NULL",
	},
	[SET_PASSWORD] = {
		.sql = "UPDATE users SET password = ?, password_version = ?, "
		    "password_mac = ? WHERE id = ? AND account_id = ? AND "
		    "deleted_at IS NULL",
	},
	[REMOVE] = {
		.sql = "UPDATE users SET deleted_at = ?, updated_at = ?, "
		    "username_key = NULL, email_key = NULL, handle = NULL "
		    "WHERE id = ? AND account_id = ? AND deleted_at IS NULL",
	},
	[UNDER] = {
		.sql = "SELECT COUNT(*) FROM users WHERE password_version = ? "
		    "AND password IS NOT NULL AND deleted_at IS NULL",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

static struct db_value
bind_mac(const struct user_password *p)
{
	return db_blob_or_null(p->encoded == NULL ? NULL : p->mac,
	    sizeof(p->mac));
}

enum db_result
user_add(struct db *db, const struct user *u, const struct user_password *p)
{
	const struct db_value v[] = {
		db_uuid(&u->id), db_uuid(&u->account_id), db_i64(u->type),
		db_text(u->name),
		db_text(u->username), db_text(u->username),
		db_text(u->email), db_text(u->email),
		db_text(u->handle), db_text(u->address), db_text(u->company),
		db_text(u->rates),
		db_i64(u->verified), db_i64(u->blocked),
		db_i64(u->created_at), db_i64(u->updated_at),
		db_text(p->encoded), db_i64(p->version), bind_mac(p),
	};

	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
}

enum db_result
user_get(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *id, struct user *user)
{
	const struct db_value v[] = { db_uuid(id), db_uuid(account) };

	return db_row(db, arena, &queries[GET], v, NITEMS(v), user);
}

enum db_result
user_hold(struct db *db, const struct uuid *account, const struct uuid *id)
{
	const struct db_value v[] = { db_uuid(id), db_uuid(account) };
	int64_t found;

	return db_count(db, &queries[HOLD], v, NITEMS(v), &found);
}

enum db_result
user_lock(struct db *db, const struct uuid *account, const struct uuid *id)
{
	const struct db_value v[] = { db_uuid(id), db_uuid(account) };
	int64_t found;

	return db_count(db, &queries[LOCK], v, NITEMS(v), &found);
}

enum db_result
user_page(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *after, struct user *users, size_t max, size_t *n)
{
	const struct db_value v[] = {
		db_uuid(account), db_uuid(after), db_i64(USER_COMPANY),
		db_i64((int64_t)max),
	};

	return db_rows(db, arena, &queries[PAGE], v, NITEMS(v), users,
	    sizeof(*users), max, n);
}

enum db_result
user_by_username(struct db *db, struct arena *arena,
    const struct uuid *account, const char *username, struct user *user)
{
	const struct db_value v[] = { db_uuid(account), db_text(username) };

	return db_row(db, arena, &queries[BY_USERNAME], v, NITEMS(v), user);
}

enum db_result
user_by_handle(struct db *db, struct arena *arena, const struct uuid *account,
    const char *handle, struct user *user)
{
	const struct db_value v[] = { db_uuid(account), db_text(handle) };

	return db_row(db, arena, &queries[BY_HANDLE], v, NITEMS(v), user);
}

enum db_result
user_login(struct db *db, struct arena *arena, const struct uuid *account,
    const char *username, struct user_login *login)
{
	const struct db_value v[] = { db_uuid(account), db_text(username) };

	return db_row(db, arena, &queries[LOGIN], v, NITEMS(v), login);
}

enum db_result
user_login_by_handle(struct db *db, struct arena *arena,
    const struct uuid *account, const char *handle, struct user_login *login)
{
	const struct db_value v[] = { db_uuid(account), db_text(handle) };

	return db_row(db, arena, &queries[LOGIN_BY_HANDLE], v, NITEMS(v),
	    login);
}

enum db_result
user_change(struct db *db, const struct user *u)
{
	const struct db_value v[] = {
		db_i64(u->type), db_text(u->name),
		db_text(u->username), db_text(u->username),
		db_text(u->email), db_text(u->email),
		db_text(u->handle), db_text(u->address), db_text(u->company),
		db_text(u->rates),
		db_i64(u->verified), db_i64(u->blocked),
		db_i64(u->updated_at), db_uuid(&u->id),
		db_uuid(&u->account_id),
	};

	return db_change(db, &queries[CHANGE], v, NITEMS(v));
}

enum db_result
user_set_password(struct db *db, const struct uuid *account,
    const struct uuid *id, const struct user_password *p)
{
	const struct db_value v[] = {
		db_text(p->encoded), db_i64(p->version), bind_mac(p),
		db_uuid(id), db_uuid(account),
	};

	return db_change(db, &queries[SET_PASSWORD], v, NITEMS(v));
}

enum db_result
user_remove(struct db *db, const struct uuid *account, const struct uuid *id,
    int64_t now)
{
	const struct db_value v[] = {
		db_i64(now), db_i64(now), db_uuid(id), db_uuid(account),
	};

	return db_change(db, &queries[REMOVE], v, NITEMS(v));
}

enum db_result
user_passwords_under(struct db *db, uint8_t version,
    int64_t *count)
{
	const struct db_value v[] = { db_i64(version) };

	return db_count(db, &queries[UNDER], v, NITEMS(v), count);
}
