/* SPDX-License-Identifier: ISC */
#ifndef CHECK_WINDOW_H
#define CHECK_WINDOW_H

/*
 * A sliding window in one word, which processes change together: what was
 * taken in this window of time and in the one before, of which as much counts
 * as still lies within the last so many seconds.  So no more than the limit
 * passes in any stretch of the clock's windows, and what passes at the turn of
 * two is what the average of the one before leaves room for.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct window_view {
	bool		 taken;
	uint64_t	 index;		/* the window in which it was */
	int64_t		 rest;		/* what may still be taken now */
	int64_t		 wait;		/* ms until more may */
};

/*
 * Take one of at most limit in per seconds (or only look), at a time since
 * boot.  The limit is at most a million.
 */
struct window_view window_take(_Atomic uint64_t *, int64_t limit, int64_t per,
		    int64_t now);
struct window_view window_look(const _Atomic uint64_t *, int64_t limit,
		    int64_t per, int64_t now);

/* Give back one that was taken in that window. */
void		 window_give_back(_Atomic uint64_t *, uint64_t index);

#endif
