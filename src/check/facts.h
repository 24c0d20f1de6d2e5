/* SPDX-License-Identifier: ISC */
#ifndef CHECK_FACTS_H
#define CHECK_FACTS_H

/*
 * Facts about a credential: what is so, before anybody decides.  They come
 * from the database; verdicts are made from them each time anew.
 */

#include "auth/credential.h"
#include "base/keyring.h"
#include "check/addresses.h"
#include "check/cache.h"
#include "check/kind.h"
#include "check/quotas.h"
#include "check/rights.h"
#include "check/rules.h"
#include "store/key.h"
#include "store/user.h"

#define FACTS_WORKSPACES	32

struct facts {
	bool		 well_formed;	/* it could be one of ours */
	bool		 accepted;	/* its kind is taken in this form */
	bool		 known;
	bool		 equal;		/* digest and id are the stored ones */

	struct uuid	 id;		/* of the key or session */
	enum kind	 kind;		/* KIND_NONE: a session */
	const char	*label;
	bool		 revoked;
	bool		 disabled;
	int64_t		 starts_at;
	int64_t		 expires_at;	/* 0: never */

	bool		 limited;	/* has scopes of its own */
	struct bits	 scopes;
	const char	*workspaces[FACTS_WORKSPACES];
	size_t		 nworkspaces;	/* 0: no limit */
	struct rules	 rules;
	struct addresses addresses;
	struct rates	 rates;
	struct quotas	 quotas;

	/* of a JSON web token, which is otherwise the key it came from */
	bool		 is_token;
	struct uuid	 token_id;
	int64_t		 token_issued_at;
	int64_t		 token_expires_at;
	bool		 token_ended;

	/* the first half of the digest that matched: it names the secret */
	struct uuid	 secret;

	struct uuid	 user_id;
	enum user_type	 user_type;
	const char	*username;
	bool		 user_active;	/* not blocked or deleted; verified */
	struct rates	 user_rates;	/* of all his credentials together */
	struct uuid	 account_id;
	const char	*account_legacy_id;
	bool		 account_active;

	struct rights	 owner;		/* what the owner may */
	struct rights	 rights;	/* what the credential may */
	int64_t		 now;		/* the database's time, ms */
};

/*
 * Find out about a credential; not DB_OK when that cannot be known now, which
 * includes a keyring that lacks a version the database uses.  A credential
 * that is malformed or not known is DB_OK: the facts say so.
 */
enum db_result	 facts_of_credential(struct facts *, struct db *,
		    struct arena *, const struct keyring *,
		    const struct credential *);

/*
 * The same for a check: what the database said lately is as good, where the
 * cache confirms only if the database says so.  Never for a change, which asks
 * the database inside its own transaction.
 */
enum db_result	 facts_for_check(struct facts *, struct db *, struct arena *,
		    const struct keyring *, struct cache *,
		    const struct credential *);

/* What is known of one of the account's keys, as if it were presented. */
enum db_result	 facts_of_key(struct facts *, struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *key);

/* The same of a key of the caller's own, with nobody asked: who he is. */
void		 facts_of_own_key(struct facts *, struct arena *,
		    const struct facts *caller, const struct key *);

/*
 * Of a key of a kind that is only exchanged, by the text of its token, which
 * may be of any shape.
 */
enum db_result	 facts_of_exchange(struct facts *, struct db *,
		    struct arena *, const struct keyring *, const char *token);

/* The facts of a user as such: owner and rights are what he may now. */
enum db_result	 facts_of_user(struct facts *, struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *user);

/* When it ends: as its key does, or sooner with the token; 0: never. */
int64_t		 facts_end(const struct facts *);

/* Split handles separated by blanks; returns how many, or max + 1 for more. */
size_t		 facts_split(struct arena *, const char *handles,
		    const char **out, size_t max);

/* And back: blanks between them; NULL for none. */
const char	*facts_join(struct arena *, const char *const *handles,
		    size_t n);

#endif
