/* SPDX-License-Identifier: ISC */
#ifndef AUTH_LOGIN_H
#define AUTH_LOGIN_H

/*
 * Proving who one is with a password: budgets first, then a slot, then the
 * slow hash, and the same time for names that nobody has.
 */

#include "auth/password.h"
#include "base/address.h"

#define LOGIN_ADDRESS_BUDGET	100	/* failures from one network, */
#define LOGIN_BUDGET		10	/* and for one login from it, */
#define LOGIN_WINDOW		(10 * 60 * (int64_t)1000) /* in this time */

enum login_result {
	LOGIN_OK,
	LOGIN_FAILED,	/* whatever of it was wrong */
	LOGIN_SPENT,	/* too many failures: see wait */
	LOGIN_BUSY,	/* all slots are taken */
	LOGIN_DB,	/* see db */
};

struct login {
	struct uuid	 account_id;
	const char	*username;
	bool		 by_handle;	/* username is the user's handle */
	const char	*password;
	struct address	 client;
	const char	*state;		/* folder of the slots */

	struct user_login user;		/* LOGIN_OK: who it is */
	int64_t		 wait;		/* ms until another try */
	enum db_result	 db;
};

/*
 * Runs its own statements: never call it inside db_run.  A user who is
 * blocked, not verified or of a type that never logs in fails like a wrong
 * password.
 */
enum login_result login_prove(struct login *, struct db *, struct arena *,
		    const struct keyring *);

/*
 * Inside the transaction that makes use of the proof: lock the user and look
 * whether the password that was proved is still his, and he still may log in.
 * DB_NONE when not.
 */
enum db_result	 login_confirm(const struct login *, struct db *,
		    struct arena *);

#endif
