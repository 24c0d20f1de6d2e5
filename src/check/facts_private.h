/* SPDX-License-Identifier: ISC */
#ifndef CHECK_FACTS_PRIVATE_H
#define CHECK_FACTS_PRIVATE_H

/* From rows to facts, and to a row of bytes and back: for facts.c alone. */

#include "auth/jwt.h"
#include "check/facts.h"
#include "store/credential.h"

/* What was presented, taken apart. */
struct presented {
	const char	*token;
	struct uuid	 bound;		/* a pair's uuid */
	bool		 is_pair;
	bool		 is_session;
	bool		 is_jwt;
	struct jwt	 jwt;
};

/*
 * Which token is it, and is it well formed and taken in this form?  The facts
 * are told its kind.  Asks nobody; a web token is only looked at.
 */
bool	 facts_take_apart(struct facts *, struct presented *,
	    const struct keyring *, const struct credential *);

/* A key or session with its owner; a row for each of his roles. */
void	 facts_load(struct facts *, const struct credential_row *, size_t n,
	    struct arena *);

/* The owner alone: what he may now. */
void	 facts_load_owner(struct facts *, const struct credential_row *,
	    size_t n);

/*
 * As the cache keeps them: returns the bytes used of out, or 0 when they do
 * not fit.  What was presented is not kept: well_formed and accepted.
 */
size_t	 facts_pack(const struct facts *, struct arena *, uint8_t *out,
	    size_t max);

/*
 * And back, as they were that long ago, into facts that are zero but for those
 * two.  The bytes may be anything: false when they are no facts.
 */
bool	 facts_unpack(struct facts *, struct arena *, const uint8_t *,
	    size_t n, int64_t age);

#endif
