/* SPDX-License-Identifier: ISC */
#ifndef CHECK_ISSUE_H
#define CHECK_ISSUE_H

/*
 * Making, rotating, revealing and ending keys, of every kind, for every door:
 * the one code path.  All of it runs inside a mutation.
 */

#include "auth/token.h"
#include "check/obtain.h"
#include "store/key.h"
#include "store/secret.h"

enum issue_result {
	ISSUE_OK,
	ISSUE_DB,		/* see db */
	ISSUE_NO_USER,		/* no such user in the account */
	ISSUE_INACTIVE,		/* he is blocked or not verified */
	ISSUE_KIND,		/* he lacks what the kind needs */
	ISSUE_NOT_COVERED,
	ISSUE_PAST,		/* the end asked for is not in the future */
	ISSUE_ROTATING,		/* the grace of the last rotation lasts */
	ISSUE_ENDED,		/* what has ended cannot be rotated */
};

struct issue {
	enum kind	 kind;
	struct uuid	 account_id;
	struct uuid	 user_id;
	const char	*label;
	const char	*handle;	/* or NULL */
	struct wish	 wish;

	/* what came of it */
	enum db_result	 db;
	struct key	 key;
	struct user	 owner;
	char		 token[TOKEN_TEXT];
};

/*
 * Make a key.  Of a kind of which a user has one, those before it end in the
 * same transaction, whose caller holds a lock on the user.
 */
enum issue_result issue_key(struct issue *, struct db *, struct arena *,
		    const struct keyring *, const struct maker *);

struct rotation {
	struct uuid	 account_id;
	struct uuid	 key_id;
	int64_t		 grace;		/* ms that the old secret has left */

	/* what came of it */
	enum db_result	 db;
	struct key	 key;
	struct user	 owner;
	int64_t		 old_ends_at;	/* when the old secret ends */
	char		 token[TOKEN_TEXT];
};

/*
 * Give the key a new secret; everything else stays.  The old one ends with its
 * grace, or sooner if it would anyway.  Two rotations at once: whoever comes
 * second waits for the owner's row, and finds ISSUE_ROTATING.
 */
enum issue_result issue_rotate(struct rotation *, struct db *, struct arena *,
		    const struct keyring *, const struct maker *);

/*
 * End a key, and with a company token the user that was made with it.  The
 * caller holds a lock on the owner.  DB_NONE when it had been revoked before.
 */
enum db_result	 issue_end(struct db *, struct arena *, const struct key *,
		    const char *reason, int64_t now);

/*
 * The end of a key of that kind that was made then: the sooner of the wish
 * (0: none) and what the account lets its keys live.
 */
enum db_result	 issue_cap(struct db *, const struct uuid *account, enum kind,
		    int64_t made_at, int64_t *end);

/*
 * The token of a key of a kind that can be read again, from its newest secret.
 * DB_NONE when nothing is kept of it; DB_UNAVAILABLE when it cannot be opened.
 * Whether the caller may see it is obtain_whole's to say.
 */
enum db_result	 issue_reveal(struct db *, struct arena *,
		    const struct keyring *, const struct key *,
		    const char **token);

/* The same from a secret that was read before. */
enum db_result	 issue_open(struct arena *, const struct keyring *,
		    const struct key *, const struct secret *,
		    const char **token);

#endif
