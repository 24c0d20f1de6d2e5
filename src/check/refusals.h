/* SPDX-License-Identifier: ISC */
#ifndef CHECK_REFUSALS_H
#define CHECK_REFUSALS_H

/*
 * Counters of refusals, in the file of check/counters.h: by reason, by key or
 * address, and by minute.  Counting asks no database; flushing adds the counts
 * to the audit trail in batches.  When the file cannot be used the refusal
 * stands, and nothing is counted.
 */

#include "base/address.h"
#include "check/facts.h"

/* Subject: the key or session when it is known, else the client's network. */
void		 refusals_count(const char *state, const char *reason,
		    const struct facts *known, const struct address *client);

/*
 * Write what earlier minutes counted (everything, when all is set) to the
 * database, at most every ten seconds; what cannot be written is kept.
 */
void		 refusals_flush(const char *state, struct db *, bool all);

#endif
