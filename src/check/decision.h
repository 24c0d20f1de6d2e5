/* SPDX-License-Identifier: ISC */
#ifndef CHECK_DECISION_H
#define CHECK_DECISION_H

/*
 * The decision: facts and a demand in, a reason out.  Pure, and small enough
 * to test each condition alone.
 */

#include "check/facts.h"

enum reason {
	REASON_NONE,		/* allowed */
	REASON_MALFORMED,
	REASON_FORM,		/* a form that its kind does not accept */
	REASON_UNKNOWN,
	REASON_SECRET,
	REASON_REVOKED,
	REASON_DISABLED,
	REASON_EARLY,
	REASON_EXPIRED,
	REASON_OWNER,
	REASON_ACCOUNT,
	REASON_PLACE,		/* the place is another account's */
	REASON_KIND,		/* the owner lost what the kind needs */
	REASON_SCOPE,
	REASON_RULE,		/* another method or path */
	REASON_ADDRESS,		/* it is not taken from there */
	REASON_RATE,		/* too often; see check/limits.h */
	REASON_QUOTA,		/* its quota is used up */
	REASON_GUESSES,		/* its network presents too much of the kind */
	REASON_COVER,		/* it asked for more than it has */
	REASON_ORIGIN,		/* a browser says that another site asks */
	REASON_HTTPS,		/* it came by plain HTTP */
	REASON_GATE,		/* the place does not say what it requires */
	REASON_FAULT,		/* it cannot be known now */
	REASON__MAX
};

struct reason_type {
	const char	*word;
	int		 status;
	bool		 real;	/* of a real secret: the caller is told */
	bool		 guess;	/* what was presented is nobody's */
};

extern const struct reason_type reason_types[REASON__MAX];

#define DEMAND_PERMISSIONS	16

/* What a place asks of a credential. */
struct demand {
	const char	*account;	/* id or legacy_id; NULL: any account */
	unsigned	 permissions[DEMAND_PERMISSIONS];
	size_t		 n;		/* all must be held */
	const char	*workspace;	/* there; NULL: everywhere */
	bool		 somewhere;	/* in any one place is enough */
	const char	*method;	/* of the request, and its target; */
	const char	*target;	/* NULL: not known */
	const struct address *address;	/* the client's; NULL: not known */
};

enum reason	 decision_make(const struct facts *, const struct demand *);

#endif
