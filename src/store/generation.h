/* SPDX-License-Identifier: ISC */
#ifndef STORE_GENERATION_H
#define STORE_GENERATION_H

/*
 * What has changed, told to every process of this host.  A fixed array of
 * counters in a shared file, found by the hash of an id; two ids that share a
 * counter cost each other a query, nothing else.  What was read from the
 * database counts only while the counters of all that it is about stand as
 * they did.
 *
 * Whoever reads: generation_begin, query, generation_stamp, and keep what was
 * read only if that says so.  Whoever changes: generation_open before the
 * commit, generation_advance after it, and only then answer.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"

/* An id that is zero is about nothing.  One of them is the user's. */
#define GENERATION_IDS	4
#define GENERATION_USER	2

struct generation_stamp {
	uint64_t	 identity;	/* of the file */
	uint64_t	 boot;
	uint64_t	 global;
	uint64_t	 at[GENERATION_IDS];
	uint16_t	 place[GENERATION_IDS];	/* of the counters */
};

/*
 * Have the file as it lies there now; false when it cannot be used, and then
 * nothing may be kept, and nothing that is kept counts.
 */
bool		 generation_open(const char *state);

/*
 * The counter of an id, on every host the same; the first is that of no id, and
 * never moves.
 */
uint16_t	 generation_place(const struct uuid *);

/* What to mend when it cannot; never NULL. */
const char	*generation_fault(void);

/* How many changes there were, as far as this process has looked: before a
 * query, and to notice that there were some.  Between it and
 * its stamp no generation_open. */
uint64_t	 generation_begin(void);

/* The same, from zero on. */
uint64_t	 generation_changes(void);

/*
 * After it, with the ids that it told of.  False: something changed meanwhile,
 * and what was read must not be kept.
 */
bool		 generation_stamp(struct generation_stamp *, uint64_t begun,
		    const struct uuid ids[static GENERATION_IDS]);

/* Does what was stamped so still count?  After generation_open. */
bool		 generation_holds(const struct generation_stamp *);

/*
 * Something about the id has changed; zero: about everything.  False: the file
 * that readers will find cannot be reached, and may not have been told.
 */
bool		 generation_advance(const char *state, const struct uuid *);

#endif
