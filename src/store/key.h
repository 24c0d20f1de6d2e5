/* SPDX-License-Identifier: ISC */
#ifndef STORE_KEY_H
#define STORE_KEY_H

/*
 * Keys.  A struct key holds no secret and no digest: see store/secret.h.
 * Every operation is inside one account; anything else is DB_NONE.
 */

#include "store/db.h"

#define KEY_HANDLE	50

struct key {
	struct uuid	 id;
	struct uuid	 account_id;
	struct uuid	 user_id;
	uint8_t		 kind;		/* enum kind, check/kind.h */
	const char	*handle;	/* named keys, or NULL */
	const char	*label;		/* "" for none: a named key's alias */
	bool		 limited;	/* scopes counts; else as its owner */
	struct bits	 scopes;
	const char	*workspaces;	/* handles, blanks between; NULL: all */
	const char	*rules;		/* as check/rules.h; NULL: none */
	const char	*addresses;	/* check/addresses.h; NULL: none */
	const char	*rates;		/* check/rates.h; NULL: none */
	const char	*quotas;	/* check/quotas.h; NULL: none */
	bool		 disabled;
	int64_t		 starts_at;	/* 0: at once */
	int64_t		 expires_at;	/* 0: never */
	int64_t		 revoked_at;	/* 0: not */
	const char	*revoked_reason;
	struct uuid	 made_by_user;
	struct uuid	 made_by_key;	/* zero: by a session or the operator */
	int64_t		 created_at;
	int64_t		 updated_at;
	int64_t		 uses;
	int64_t		 last_used_at;	/* 0: never */
	const char	*last_used_address;
	const char	*last_used_agent;
};

/* DB_DUPLICATE: the user has a live key of that handle. */
enum db_result	 key_add(struct db *, const struct key *);

/* A live key of that owner and kind. */
enum db_result	 key_get(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *user,
		    uint8_t kind, const struct uuid *id, struct key *);
enum db_result	 key_by_handle(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *user,
		    const char *handle, struct key *);

/* By id alone, live or ended. */
enum db_result	 key_find(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *id,
		    struct key *);

/* label, handle, scopes, workspaces, rules, addresses, rates, quotas, disabled,
 * starts_at, expires_at and updated_at of a live key; DB_DUPLICATE as above. */
enum db_result	 key_change(struct db *, const struct key *);

/* Live keys of one kind, by id, after the given one; user zero: of all. */
enum db_result	 key_page(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *user,
		    uint8_t kind, const struct uuid *after,
		    struct key *, size_t max, size_t *n);

/* -- looking for some of them, ended ones too ------------------------------ */

enum key_state {
	KEY_ANY,
	KEY_LIVE,		/* may be used, now or once it has started */
	KEY_DISABLED,
	KEY_EXPIRED,
	KEY_REVOKED,
	KEY_STATES
};

extern const char *const key_states[KEY_STATES];

/* What is zero or NULL does not count. */
struct key_filter {
	struct uuid	 user;
	uint8_t		 kind;
	bool		 company;	/* company tokens are among them */
	bool		 unrevoked;	/* and none that is revoked */
	enum key_state	 state;
	const char	*handle;
	int64_t		 used_before;	/* never used counts as long ago */
	int64_t		 expires_before;
	int64_t		 now;		/* by which expiry is judged */
	bool		 identity;	/* no limits nor use of them: of many */
};

enum key_state	 key_state(const struct key *, int64_t now);
enum db_result	 key_select(struct db *, struct arena *,
		    const struct uuid *account, const struct key_filter *,
		    const struct uuid *after, struct key *, size_t max,
		    size_t *n);

/* -- ending ---------------------------------------------------------------- */

/* DB_NONE when it does not exist or was revoked before. */
enum db_result	 key_revoke(struct db *, const struct uuid *account,
		    const struct uuid *id, const char *reason, int64_t now);

/* All of a user's that have not ended, of a kind (0: all); none is DB_OK. */
enum db_result	 key_revoke_all(struct db *, const struct uuid *account,
		    const struct uuid *user, uint8_t kind, const char *reason,
		    int64_t now);

#endif
