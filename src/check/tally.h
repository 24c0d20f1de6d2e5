/* SPDX-License-Identifier: ISC */
#ifndef CHECK_TALLY_H
#define CHECK_TALLY_H

/*
 * A table in a file of the state folder that all processes of the site's user
 * on this host share, one at a time.  It is a convenience: when it cannot be
 * used, one line a minute in the log says so and nothing is counted.
 */

#include <stddef.h>
#include <stdint.h>

struct tally {
	const char	*name;		/* of the file */
	const char	*what;		/* is not counted without it */
	size_t		 size;
	void		*table;		/* mapped once for each process */
	int		 fd;
	int64_t		 said_at;
};

/* Begins every table; another magic than the file's empties it. */
struct tally_head {
	char		 magic[32];
	int64_t		 flushed_at;
};

/* The table, locked; NULL when it cannot be used. */
void		*tally_open(struct tally *, const char *state,
		    const char *magic);

/* Let others have it, and get it back. */
void		 tally_release(const struct tally *);
void		 tally_hold(const struct tally *);

/* FNV-1a, for a place in a table. */
size_t		 tally_hash(const void *, size_t n);

#endif
