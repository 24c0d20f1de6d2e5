/* SPDX-License-Identifier: ISC */
#ifndef STORE_CREDENTIAL_H
#define STORE_CREDENTIAL_H

/*
 * What the database knows of a presented credential, in one query: the key or
 * session, its owner, the account, and the owner's roles, a row for each role.
 */

#include "store/db.h"
#include "store/role.h"

struct credential_row {
	struct uuid	 id;		/* of the key or session */
	uint8_t		 digest[32];
	uint8_t		 version;
	bool		 is_session;
	uint8_t		 kind;
	const char	*label;
	bool		 limited;
	struct bits	 scopes;
	const char	*workspaces;	/* these five as in struct key */
	const char	*rules;
	const char	*addresses;
	const char	*rates;
	const char	*quotas;
	bool		 disabled;
	int64_t		 starts_at;	/* the later of key's and secret's */
	int64_t		 expires_at;	/* the sooner of key's and secret's */
	bool		 revoked;
	bool		 token_ended;	/* credential_of_token only */
	struct uuid	 user_id;
	uint8_t		 user_type;
	const char	*username;
	bool		 user_blocked;
	bool		 user_verified;
	bool		 user_deleted;
	const char	*user_rates;
	struct uuid	 account_id;
	const char	*account_legacy_id;
	bool		 account_active;
	int64_t		 now;		/* the database's time */
	struct uuid	 role_id;	/* zero: the user has no role */
	struct bits	 permissions;
	struct uuid	 workspace_id;
	const char	*workspace;
};

/*
 * The rows of whichever of up to four digests is stored (one per role of the
 * owner, at least one), or DB_NONE.
 */
enum db_result	 credential_of_key(struct db *, struct arena *,
		    uint8_t digests[static 4][32],
		    struct credential_row rows[static ROLE_GIVEN], size_t *n);
enum db_result	 credential_of_session(struct db *, struct arena *,
		    uint8_t digests[static 4][32],
		    struct credential_row rows[static ROLE_GIVEN], size_t *n);

/*
 * The same by a key's id: for a JSON web token of ours, with the first half of
 * the digest of the secret that it was got with and the token's own id; or (of
 * an account's key as such) with no secret, whose members then stay zero.
 */
enum db_result	 credential_of_token(struct db *, struct arena *,
		    const struct uuid *key, const struct uuid *half_digest,
		    const struct uuid *token,
		    struct credential_row rows[static ROLE_GIVEN], size_t *n);
enum db_result	 credential_of_key_id(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *key,
		    struct credential_row rows[static ROLE_GIVEN], size_t *n);

/* The rights of a user as such, in the same rows; key members stay zero. */
enum db_result	 credential_of_user(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *user,
		    struct credential_row rows[static ROLE_GIVEN], size_t *n);

#endif
