/* SPDX-License-Identifier: ISC */
#ifndef CHECK_USES_H
#define CHECK_USES_H

/*
 * Counters of uses, in the file of check/counters.h: of each secret of a key,
 * how often it was allowed, and when, where from and by what the last time.
 */

#include "base/address.h"
#include "check/facts.h"

/*
 * Count that the credential was allowed; a session is no key.  Client and
 * agent (what it calls itself) may be NULL: not known.
 */
void		 uses_count(const char *state, const struct facts *,
		    const struct address *client, const char *agent);

/*
 * Add what was counted to the database, at most every ten seconds; what cannot
 * be written is kept.
 */
void		 uses_flush(const char *state, struct db *);

/* Are the ten seconds over? */
bool		 uses_due(const char *state);

#endif
