/* SPDX-License-Identifier: ISC */
/* Sliding windows. */

#include "check/window.h"

/* 24 bits say which window, 20 each what was taken in it and before. */
#define INDEX_BITS	24
#define COUNT_BITS	20
#define INDEX_MASK	((UINT64_C(1) << INDEX_BITS) - 1)
#define COUNT_MASK	((UINT64_C(1) << COUNT_BITS) - 1)

/* Who tries longer than that has met somebody who writes without end. */
#define ATTEMPTS	100000

struct window {
	uint64_t	 index;
	int64_t		 before, count;
	int64_t		 left;		/* ms of this window */
};

static uint64_t
pack(const struct window *w)
{
	return w->index << 2 * COUNT_BITS |
	    (uint64_t)w->before << COUNT_BITS | (uint64_t)w->count;
}

static struct window
unpack(uint64_t word)
{
	return (struct window){
		.index = word >> 2 * COUNT_BITS,
		.before = (int64_t)(word >> COUNT_BITS & COUNT_MASK),
		.count = (int64_t)(word & COUNT_MASK),
	};
}

/* As it stands at that time; span is the window's length in ms. */
static struct window
advance(uint64_t word, int64_t span, int64_t now)
{
	struct window w = unpack(word);
	uint64_t index = (uint64_t)(now / span) & INDEX_MASK;

	w.left = span - now % span;
	if (index == w.index)
		return w;
	/* somebody read the clock later, and was sooner here */
	if (((index + 1) & INDEX_MASK) == w.index) {
		w.left = span;
		return w;
	}
	w.before = index == ((w.index + 1) & INDEX_MASK) ? w.count : 0;
	w.count = 0;
	w.index = index;
	return w;
}

/* What of the window before still counts, rounded up. */
static int64_t
weigh(int64_t before, int64_t left, int64_t span)
{
	return (before * left + span - 1) / span;
}

static int64_t
rest_of(const struct window *w, int64_t limit, int64_t span)
{
	int64_t used = w->count + weigh(w->before, w->left, span);

	return used < limit ? limit - used : 0;
}

/* When so many of what was taken before count so little that one may pass. */
static int64_t
left_for(int64_t before, int64_t room, int64_t span)
{
	return before == 0 || room * span / before > span ? span :
	    room * span / before;
}

static int64_t
wait_of(const struct window *w, int64_t limit, int64_t span)
{
	int64_t wait;

	if (w->count < limit)
		wait = w->left - left_for(w->before, limit - 1 - w->count,
		    span);
	else
		wait = w->left + span - left_for(w->count, limit - 1, span);
	return wait < 1 ? 1 : wait;
}

static struct window_view
view_of(const struct window *w, int64_t limit, int64_t span, bool taken)
{
	struct window_view view = {
		.taken = taken, .index = w->index,
		.rest = rest_of(w, limit, span), .wait = w->left,
	};

	if (view.rest == 0)
		view.wait = wait_of(w, limit, span);
	return view;
}

struct window_view
window_take(_Atomic uint64_t *word, int64_t limit, int64_t per, int64_t now)
{
	const int64_t span = per * 1000;
	uint64_t seen = atomic_load(word);
	struct window w = advance(seen, span, now);

	for (unsigned i = 0; i < ATTEMPTS; i++) {
		if (rest_of(&w, limit, span) == 0)
			break;
		w.count++;
		if (atomic_compare_exchange_weak(word, &seen, pack(&w)))
			return view_of(&w, limit, span, true);
		w = advance(seen, span, now);
	}
	return view_of(&w, limit, span, false);
}

struct window_view
window_look(const _Atomic uint64_t *word, int64_t limit, int64_t per,
    int64_t now)
{
	const int64_t span = per * 1000;
	struct window w = advance(atomic_load(word), span, now);

	return view_of(&w, limit, span, false);
}

void
window_give_back(_Atomic uint64_t *word, uint64_t index)
{
	uint64_t seen = atomic_load(word);

	for (unsigned i = 0; i < ATTEMPTS; i++) {
		struct window w = unpack(seen);

		if (w.index == index && w.count > 0)
			w.count--;
		else if (w.index == ((index + 1) & INDEX_MASK) && w.before > 0)
			w.before--;
		else
			return;
		if (atomic_compare_exchange_weak(word, &seen, pack(&w)))
			return;
	}
}
