/* SPDX-License-Identifier: ISC */
#ifndef STORE_KEY_H
#define STORE_KEY_H

/*
 * Keys and their secrets.  A struct key holds no secret and no digest.  Every
 * operation is inside one account and names the owner and the kind that the
 * caller's path is about; anything else is DB_NONE.
 */

#include "store/db.h"

struct key {
	struct uuid	 id;
	struct uuid	 account_id;
	struct uuid	 user_id;
	uint8_t		 kind;		/* enum kind, check/kind.h */
	const char	*handle;	/* named keys, or NULL */
	const char	*label;
	bool		 limited;	/* scopes counts; else as its owner */
	struct bits	 scopes;
	const char	*workspaces;	/* handles, blanks between; NULL: all */
	bool		 disabled;
	int64_t		 starts_at;	/* 0: at once */
	int64_t		 expires_at;	/* 0: never */
	int64_t		 revoked_at;	/* 0: not */
	const char	*revoked_reason;
	struct uuid	 made_by_user;
	struct uuid	 made_by_key;	/* zero: by a session or the operator */
	int64_t		 created_at;
	int64_t		 updated_at;
	int64_t		 last_used_at;	/* 0: never */
};

struct key_secret {
	uint8_t		 digest[32];
	struct uuid	 key_id;
	uint8_t		 version;	/* of the keyring */
	struct db_blob	 sealed;	/* kinds that can be read again */
	char		 hint[5];	/* the token's last four characters */
	int64_t		 starts_at;
	int64_t		 ends_at;	/* 0: with the key */
};

enum db_result	 key_add(struct db *, const struct key *,
		    const struct key_secret *);
enum db_result	 key_get(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *user,
		    uint8_t kind, const struct uuid *id, struct key *);

/* By id alone, within the account. */
enum db_result	 key_find(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *id,
		    struct key *);

/* Not revoked ones only, in order of id, after the given one. */
enum db_result	 key_page(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *user,
		    uint8_t kind, const struct uuid *after,
		    struct key *, size_t max, size_t *n);

/* All kinds, revoked ones too; user zero: of the whole account. */
enum db_result	 key_all(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *user,
		    const struct uuid *after, struct key *, size_t max,
		    size_t *n);

/* DB_NONE when it does not exist or was revoked before. */
enum db_result	 key_revoke(struct db *, const struct uuid *account,
		    const struct uuid *id, const char *reason, int64_t now);

/* All of a user's that have not ended; none is DB_OK. */
enum db_result	 key_revoke_all(struct db *, const struct uuid *account,
		    const struct uuid *user, const char *reason, int64_t now);

/* Secrets under that version of keys neither revoked nor expired. */
enum db_result	 key_secrets_under(struct db *, uint8_t version,
		    int64_t *count);

#endif
