/* SPDX-License-Identifier: ISC */
#ifndef CHECK_CACHE_H
#define CHECK_CACHE_H

/*
 * What the database said, kept for a while in a file that all processes of
 * this host share: never tokens, never verdicts.  A ring of entries, each
 * with a checksum: writers reserve their piece by one atomic addition, readers
 * copy and compare, nobody waits, and whoever is killed leaves nothing that
 * counts.
 *
 * An entry counts while nothing it is about has changed (store/generation.h),
 * no longer than the maximum age, and under the digest it was put with.  Where
 * that is to be confirmed, whoever gets one asks the database for what is told
 * at its place (store/generation_table.h), and goes by it only if that is the
 * same; who keeps one has asked before the query.  What is new is kept with
 * nothing told: it says whom to ask about the next time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "store/generation_table.h"

#define CACHE_BODY	8192	/* bytes that one entry can hold */

struct cache {
	const char	*state;		/* the folder */
	int64_t		 max_age;	/* ms from the start of the query */
	bool		 confirms;	/* nothing counts unconfirmed */
	bool		 open;		/* looked for by this request */
	int64_t		 global;	/* told to this request; 0: nothing */
};

/* What the database told, and of the user at which place. */
struct cache_told {
	struct generation_told told;
	uint16_t	 place;
};

/* A query for something that was not there. */
struct cache_fill {
	uint64_t	 begun;
	int64_t		 at;		/* since boot, ms */
	struct cache_told told;		/* before it; zero: not asked */
};

struct cache_entry {
	uint8_t		 body[CACHE_BODY];
	size_t		 size;
	int64_t		 age;		/* ms */
	struct cache_told told;		/* when it was put */
};

/*
 * Before any of the rest: false when nothing can be kept or known.  One system
 * call, the first time; whoever begins another request sets open to false.
 */
bool		 cache_open(struct cache *);

/* True with what was put under that digest, when it still counts here. */
bool		 cache_get(const struct cache *, struct cache_entry *,
		    const uint8_t digest[static CRYPTO_DIGEST]);

/* Before the query; who asked what is told sets that then. */
void		 cache_begin(struct cache_fill *);

/*
 * After it: keep the body, if nothing has changed meanwhile.  The ids are of
 * everything that it tells of.
 */
void		 cache_put(const struct cache_fill *,
		    const uint8_t digest[static CRYPTO_DIGEST],
		    const struct uuid ids[static GENERATION_IDS],
		    const void *body, size_t size);

/*
 * That nobody has such a digest: for two seconds at most, in a table of its
 * own, so that no flood of them drives out what is known.
 */
void		 cache_put_unknown(const struct cache_fill *,
		    const uint8_t digest[static CRYPTO_DIGEST]);
bool		 cache_is_unknown(const struct cache *,
		    const uint8_t digest[static CRYPTO_DIGEST]);

#endif
