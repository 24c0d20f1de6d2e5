/* SPDX-License-Identifier: ISC */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

/*
 * The audit trail.  Each mutation adds one row in its own transaction, with a
 * keyed MAC over all of it.  A sealer orders rows afterwards: it numbers an
 * account's rows and chains each to the one before, so that changed, removed
 * and slipped-in rows show.  No row is shared by two mutations, so sealing
 * slows none of them.
 */

#include "base/keyring.h"
#include "store/db.h"

struct audit_event {
	struct uuid	 id;
	struct uuid	 account_id;
	int64_t		 at;
	const char	*door;		/* "http", "cli" */
	struct uuid	 actor_user;	/* zero: the operator */
	struct uuid	 actor_key;	/* zero: a session, or the operator */
	const char	*action;	/* "key.create", "user.block" … */
	const char	*object_type;	/* "key", "user" … */
	struct uuid	 object_id;
	const char	*detail;	/* a JSON object, never a secret */
	struct uuid	 request_id;
	const char	*address;	/* of the client, or "" */
};

/* Under the keyring's newest live version. */
enum db_result	 audit_add(struct db *, const struct keyring *,
		    const struct audit_event *);

/*
 * Seal up to 500 rows, by whoever holds the lease; DB_OK with *sealed 0 when
 * there is nothing to do or somebody else is at it, DB_UNAVAILABLE also when
 * the keyring lacks a row's version: other accounts are sealed all the same.
 * Not inside db_run: it runs batches of its own.
 */
enum db_result	 audit_seal(struct db *, struct arena *,
		    const struct keyring *, size_t *sealed);

struct audit_head {
	int64_t	 seq;
	uint8_t	 chain[32];
};

/* The head of an account; zeros when nothing is sealed. */
enum db_result	 audit_head(struct db *, struct arena *,
		    const struct uuid *account, struct audit_head *);

struct audit_report {
	int64_t		 rows;		/* sealed and found right */
	int64_t		 unsealed;	/* right, waiting for the sealer */
	int64_t		 changed;	/* MAC or chain does not fit */
	int64_t		 missing;	/* numbers without a row, head too */
	int64_t		 seq;		/* the head as computed */
	uint8_t		 chain[32];
	int64_t		 first_bad;	/* seq of the first fault; 0: none */
};

/*
 * Verify an account's trail from its first row.  A head that was exported
 * earlier (seq and chain) must lie on it: else missing counts what is gone, or
 * changed is counted.  NULL: no such head.  Not inside db_run, as above.
 */
enum db_result	 audit_verify(struct db *, struct arena *,
		    const struct keyring *, const struct uuid *account,
		    int64_t head_seq, const uint8_t *head_chain,
		    struct audit_report *);

/*
 * Accounts that have any row, for verifying them all: those after the given
 * one, or with NULL from the first, which is zero, the operator's.
 */
enum db_result	 audit_accounts(struct db *, struct arena *,
		    const struct uuid *after, struct uuid *, size_t max,
		    size_t *n);

struct audit_refusal {
	struct uuid	 account_id;	/* zero: not known */
	int64_t		 window_at;	/* start of the minute */
	const char	*reason;
	const char	*subject_type;	/* "key", "session", "address" */
	uint8_t		 subject[16];
	int64_t		 times;
};

/* Adds to what is there; rows are written in the order of their primary key. */
enum db_result	 audit_refused(struct db *, struct audit_refusal *, size_t n);

#endif
