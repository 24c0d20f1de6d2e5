/* SPDX-License-Identifier: ISC */
#ifndef STORE_USER_H
#define STORE_USER_H

/*
 * Users.  Every operation is inside one account: a foreign id is DB_NONE.
 * A deleted user's row stays for the trail; no operation finds it.
 */

#include "store/db.h"

enum user_type {
	USER_NONE,
	USER_INTERACTIVE,
	USER_SERVICE,
	USER_NON_INTERACTIVE,
	USER_COMPANY,		/* hidden from lists of people */
	USER__MAX
};

/* Their words: "interactive", "service", "non_interactive", "company". */
extern const char *const user_types[USER__MAX];

struct user {
	struct uuid	 id;
	struct uuid	 account_id;
	uint8_t		 type;
	const char	*name;
	const char	*username;
	const char	*email;		/* NULL for a company's user */
	const char	*handle;	/* or NULL */
	const char	*address;	/* or NULL */
	const char	*company;	/* or NULL */
	const char	*rates;		/* of all his keys; NULL: none */
	bool		 verified;
	bool		 blocked;
	int64_t		 created_at;
	int64_t		 updated_at;
};

/* Encoded hash, and the keyed MAC that binds it to its row. */
struct user_password {
	const char	*encoded;	/* NULL: no password, no login */
	uint8_t		 version;
	uint8_t		 mac[32];
};

/* A user as a login finds him. */
struct user_login {
	struct uuid	 id;
	struct uuid	 account_id;
	uint8_t		 type;
	bool		 verified;
	bool		 blocked;
	bool		 account_active;
	const char	*username;
	struct user_password password;
};

/* DB_DUPLICATE: e-mail, username or handle is taken in the account. */
enum db_result	 user_add(struct db *, const struct user *,
		    const struct user_password *);
enum db_result	 user_get(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *id,
		    struct user *);

/* Keep a user as he is until the transaction ends; others may hold him, too. */
enum db_result	 user_hold(struct db *, const struct uuid *account,
		    const struct uuid *id);

/*
 * Before reading a user whom the same transaction changes: others who change
 * him wait, so that none of the changes is lost.
 */
enum db_result	 user_lock(struct db *, const struct uuid *account,
		    const struct uuid *id);

/* By id, after the given one (zero: from the start); no company users. */
enum db_result	 user_page(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *after,
		    struct user *, size_t max, size_t *n);

enum db_result	 user_by_username(struct db *, struct arena *,
		    const struct uuid *account, const char *username,
		    struct user *);
enum db_result	 user_by_handle(struct db *, struct arena *,
		    const struct uuid *account, const char *handle,
		    struct user *);
enum db_result	 user_login(struct db *, struct arena *,
		    const struct uuid *account, const char *username,
		    struct user_login *);
enum db_result	 user_login_by_handle(struct db *, struct arena *,
		    const struct uuid *account, const char *handle,
		    struct user_login *);

/* Everything of the struct but id, account and created_at. */
enum db_result	 user_change(struct db *, const struct user *);
enum db_result	 user_set_password(struct db *, const struct uuid *account,
		    const struct uuid *id, const struct user_password *);

/* Marks the row deleted and frees its names; ends nothing else. */
enum db_result	 user_remove(struct db *, const struct uuid *account,
		    const struct uuid *id, int64_t now);

/* Users of any account whose password is bound to that keyring version. */
enum db_result	 user_passwords_under(struct db *, uint8_t version,
		    int64_t *count);

#endif
