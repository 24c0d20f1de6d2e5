/* SPDX-License-Identifier: ISC */
/* Claiming slots in the file of counters. */

#include <sched.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"

#include "check/counters.h"

#define LOOK_EVERY	1000
#define SAY_EVERY	(60 * (int64_t)1000)
#define PROBES		32
#define ATTEMPTS	64
#define CLAIMED		(UINT64_C(1) << 63)	/* a tag; else: busy since */
#define BUSY_FOR	1000
#define LONGEST		(3 * 24 * 60 * 60 * (int64_t)1000)

static struct shared shared = {
	.name = "counters-2",
	.magic = 0x32746e632d6b6cu,
	.size = sizeof(struct counters),
};
static struct counters *file;
static int64_t looked_at;

/* -- the file -------------------------------------------------------------- */

/* One line a minute: whoever asks could fill the disk otherwise. */
static void
say_unusable(const char *state, int64_t now)
{
	static int64_t said_at;

	if (said_at != 0 && now - said_at < SAY_EVERY)
		return;
	said_at = now;
	log_line(LOG_ERROR, "%s: %s; until then uses and refusals are not"
	    " counted, and keys with rates or quotas are not let in", state,
	    shared.fault);
}

static struct counters *
look(const char *state, int64_t now)
{
	looked_at = now;
	file = shared_open(&shared, state);
	if (file == NULL)
		say_unusable(state, now);
	return file;
}

struct counters *
counters_look(const char *state)
{
	return look(state, clock_boot());
}

struct counters *
counters_open(const char *state)
{
	int64_t now = clock_boot();

	if (looked_at != 0 && now - looked_at < LOOK_EVERY)
		return file;
	return look(state, now);
}

void
counters_decided(const char *state, size_t reason)
{
	struct counters *f = counters_open(state);

	if (f != NULL && reason < COUNTERS_REASONS)
		atomic_fetch_add_explicit(&f->decided[reason], 1,
		    memory_order_relaxed);
}

uint64_t
counters_decisions(const struct counters *f, size_t reason)
{
	return reason < COUNTERS_REASONS ? atomic_load(&f->decided[reason]) :
	    0;
}

uint64_t
counters_tag(const struct counters *f, const void *data, size_t n)
{
	return hash_add(f->head.identity, data, n) | CLAIMED;
}

/* -- slots ----------------------------------------------------------------- */

static struct counter *
slot_at(const struct counter_table *t, uint64_t at)
{
	return (struct counter *)((char *)t->slots + at % t->n * t->stride);
}

/* A time that nobody sets is of another boot, or garbage. */
static bool
is_over(int64_t until, int64_t now)
{
	return until <= now || until - now > LONGEST;
}

static bool
is_busy(uint64_t tag, int64_t now)
{
	return (tag & CLAIMED) == 0 && (int64_t)tag <= now &&
	    now - (int64_t)tag < BUSY_FOR;
}

/* A slot that may be taken over, as it was seen. */
struct spare {
	struct counter	*slot;
	uint64_t	 tag;
	int64_t		 until;
};

static void
consider(struct spare *best, struct counter *slot, uint64_t tag, int64_t now)
{
	int64_t until = atomic_load(&slot->until);

	if ((tag & CLAIMED) == 0 || is_over(until, now))
		until = 0;
	if (best->slot == NULL || until < best->until)
		*best = (struct spare){ slot, tag, until };
}

/* The slot; or NULL with the best to take over, unless somebody is busy. */
static struct counter *
search(const struct counter_table *t, uint64_t tag, int64_t now,
    struct spare *best, bool *busy)
{
	for (size_t i = 0; i < PROBES; i++) {
		struct counter *slot = slot_at(t, (tag & ~CLAIMED) + i);
		uint64_t seen = atomic_load(&slot->tag);

		if (seen == 0 &&
		    atomic_compare_exchange_strong(&slot->tag, &seen, tag))
			return slot;
		if (seen == tag)
			return slot;
		if (is_busy(seen, now))
			*busy = true;
		else
			consider(best, slot, seen, now);
	}
	return NULL;
}

/* Nobody finds it under either tag while it is emptied. */
static bool
take_over(const struct spare *best, uint64_t tag, int64_t now)
{
	uint64_t seen = best->tag;

	if (!atomic_compare_exchange_strong(&best->slot->tag, &seen,
	    (uint64_t)now))
		return false;
	atomic_store(&best->slot->value, 0);
	atomic_store(&best->slot->until, now + BUSY_FOR);
	atomic_store(&best->slot->tag, tag);
	return true;
}

struct counter *
counters_find(const struct counter_table *t, uint64_t tag)
{
	int64_t now = clock_boot();

	for (size_t i = 0; i < ATTEMPTS; i++) {
		struct spare best = { NULL, 0, 0 };
		bool busy = false;
		struct counter *slot = search(t, tag, now, &best, &busy);

		if (slot != NULL)
			return slot;
		if (busy) {
			sched_yield();
			continue;
		}
		if (best.slot == NULL || (best.until != 0 && !t->evicts))
			return NULL;
		if (take_over(&best, tag, now))
			return best.slot;
	}
	return NULL;
}

/* Time since boot means nothing to another boot. */
static struct counter *
find_window(const struct counters *f, const struct counter_table *table,
    const void *what, size_t n, int64_t per)
{
	uint64_t boot = shared_boot(), tag = counters_tag(f, &boot,
	    sizeof(boot));
	struct counter *slot = counters_find(table,
	    hash_add(tag, what, n) | CLAIMED);

	if (slot != NULL)
		atomic_store(&slot->until, clock_boot() + 2 * per * 1000);
	return slot;
}

struct counter *
counters_rate(struct counters *f, const void *what, size_t n, int64_t per)
{
	const struct counter_table table = {
		f->rate, sizeof(f->rate[0]), COUNTERS_RATES, true,
	};

	return find_window(f, &table, what, n, per);
}

struct counter *
counters_guess(struct counters *f, const struct address *network, int64_t per)
{
	const struct counter_table table = {
		f->guess, sizeof(f->guess[0]), COUNTERS_GUESSES, true,
	};

	return find_window(f, &table, network, sizeof(*network), per);
}

/* A time too far away is of another boot. */
static bool
is_due(int64_t due, int64_t now, int64_t every)
{
	return due <= now || due - now > every;
}

bool
counters_due(const _Atomic int64_t *due, int64_t every)
{
	return is_due(atomic_load(due), clock_boot(), every);
}

bool
counters_turn(_Atomic int64_t *due, int64_t every)
{
	int64_t now = clock_boot(), seen = atomic_load(due);

	return is_due(seen, now, every) &&
	    atomic_compare_exchange_strong(due, &seen, now + every);
}

/* -- words ----------------------------------------------------------------- */

void
counters_write(_Atomic uint64_t *to, const void *from, size_t words)
{
	const char *at = from;

	for (size_t i = 0; i < words; i++) {
		uint64_t word;

		memcpy(&word, at + i * sizeof(word), sizeof(word));
		atomic_store_explicit(&to[i], word, memory_order_relaxed);
	}
}

void
counters_read(void *to, const _Atomic uint64_t *from, size_t words)
{
	char *at = to;

	for (size_t i = 0; i < words; i++) {
		uint64_t word = atomic_load_explicit(&from[i],
		    memory_order_relaxed);

		memcpy(at + i * sizeof(word), &word, sizeof(word));
	}
}
