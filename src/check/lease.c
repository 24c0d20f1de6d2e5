/* SPDX-License-Identifier: ISC */
/* Blocks of quotas. */

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "store/quota.h"

#include "check/lease.h"

#define HOUR		(60 * 60 * INT64_C(1000))
#define BLOCK_MOST	1000
#define TAKE_FOR	2000		/* ms that others wait for a block */
#define EMPTY_FOR	1000		/* and before they ask again */
#define NAP		2		/* ms */

/*
 * A slot's word: 26 bits of the hour in which the period began, 12 of what is
 * left, and 26 that only fit to both, to the key and to the limit.
 */
#define LEFT_BITS	12
#define CHECK_BITS	26
#define LEFT_MASK	((UINT64_C(1) << LEFT_BITS) - 1)
#define CHECK_MASK	((UINT64_C(1) << CHECK_BITS) - 1)
#define EMPTY		LEFT_MASK	/* the database has nothing left */

static int64_t
begin_of(const struct lease *l)
{
	return quota_begin(l->quota->period, l->now);
}

/* By the taker's own tag: the slot may have become another's meanwhile. */
static uint64_t
pack(const struct lease *l, int64_t begin, uint64_t left)
{
	uint64_t word = (uint64_t)(begin / HOUR) << LEFT_BITS | left;

	return word << CHECK_BITS |
	    (hash_add(l->tag, &word, sizeof(word)) & CHECK_MASK);
}

/* What the word says is left in the period; 0 when it says nothing. */
static uint64_t
left_of(const struct lease *l, uint64_t word, int64_t begin)
{
	uint64_t left = word >> CHECK_BITS & LEFT_MASK;

	if (word != pack(l, begin, left))
		return 0;
	return left <= BLOCK_MOST || left == EMPTY ? left : 0;
}

static struct counters_lease *
find_slot(struct lease *l)
{
	const struct counter_table table = {
		l->counters->lease, sizeof(l->counters->lease[0]),
		COUNTERS_LEASES, false,
	};
	struct {
		struct uuid	 key_id;
		int64_t		 limit;
		char		 name[RATES_NAME + 8];
	} what;
	struct counters_lease *slot;

	memset(&what, 0, sizeof(what));
	what.key_id = *l->key_id;
	what.limit = l->quota->limit;
	memcpy(what.name, l->quota->name, sizeof(l->quota->name));
	l->tag = counters_tag(l->counters, &what, sizeof(what));
	slot = (struct counters_lease *)(void *)counters_find(&table, l->tag);
	/* after a day without use another may have it, with what is left */
	if (slot != NULL)
		atomic_store(&slot->counter.until, clock_boot() + 24 * HOUR);
	return slot;
}

/* -- asking the database --------------------------------------------------- */

struct asking {
	struct db	*db;
	struct quota_lease lease;
};

static enum db_result
take_once(void *context)
{
	struct asking *a = context;

	return quota_take(a->db, &a->lease);
}

static enum db_result
give_back_once(void *context)
{
	struct asking *a = context;

	return quota_give_back(a->db, &a->lease);
}

static struct asking
ask_for(const struct lease *l, int64_t wanted)
{
	return (struct asking){ l->db, {
		.key_id = *l->key_id, .name = l->quota->name,
		.period_at = begin_of(l), .limit = l->quota->limit,
		.wanted = wanted,
	} };
}

static enum db_result
take_from_database(struct lease *l, int64_t wanted, int64_t *granted)
{
	struct asking a = ask_for(l, wanted);
	enum db_result result = db_run(l->db, DB_CHANGE, take_once, &a);

	*granted = a.lease.granted;
	l->rest = a.lease.rest;
	return result == DB_OK && *granted == 0 ? DB_NONE : result;
}

/* -- a block --------------------------------------------------------------- */

static bool
take_from_slot(struct lease *l, struct counters_lease *slot, uint64_t *left)
{
	uint64_t seen = atomic_load(&slot->counter.value);
	int64_t begin = begin_of(l);

	for (;;) {
		*left = left_of(l, seen, begin);
		if (*left == 0 || *left == EMPTY)
			return false;
		if (atomic_compare_exchange_weak(&slot->counter.value, &seen,
		    pack(l, begin, *left - 1)))
			break;
	}
	l->rest = atomic_load(&slot->rest) + (int64_t)*left - 1;
	if (l->rest < 0 || l->rest >= l->quota->limit)
		l->rest = (int64_t)*left - 1;
	return true;
}

/* Add to what others gave back meanwhile. */
static void
add_to_slot(const struct lease *l, struct counters_lease *slot, uint64_t more)
{
	uint64_t seen = atomic_load(&slot->counter.value), left;
	int64_t begin = begin_of(l);

	do {
		left = left_of(l, seen, begin);
		left = left == EMPTY ? more : left + more;
		if (left > BLOCK_MOST)
			left = BLOCK_MOST;
	} while (!atomic_compare_exchange_weak(&slot->counter.value, &seen,
	    pack(l, begin, left)));
}

/* Unless somebody gave one back meanwhile. */
static void
empty_slot(const struct lease *l, struct counters_lease *slot)
{
	uint64_t seen = atomic_load(&slot->counter.value);
	int64_t begin = begin_of(l);

	if (left_of(l, seen, begin) == 0)
		atomic_compare_exchange_strong(&slot->counter.value, &seen,
		    pack(l, begin, EMPTY));
}

static enum db_result
fill_slot(struct lease *l, struct counters_lease *slot)
{
	int64_t block = l->quota->limit / 100, granted;
	enum db_result result;

	if (block > BLOCK_MOST)
		block = BLOCK_MOST;
	result = take_from_database(l, block < 1 ? 1 : block, &granted);
	if (result == DB_OK) {
		atomic_store(&slot->rest, l->rest);
		l->rest += granted - 1;
		add_to_slot(l, slot, (uint64_t)granted - 1);
	}
	if (result != DB_NONE) {
		atomic_store(&slot->due, 0);
		return result;
	}
	empty_slot(l, slot);
	atomic_store(&slot->due, clock_boot() + EMPTY_FOR);
	return DB_NONE;
}

/* One asks the database, the others wait for him; he may have been killed. */
static enum db_result
take_block(struct lease *l, struct counters_lease *slot)
{
	const struct timespec nap = { .tv_nsec = NAP * 1000000 };
	uint64_t left;

	for (unsigned i = 0; i < 2 * TAKE_FOR / NAP; i++) {
		if (take_from_slot(l, slot, &left))
			return DB_OK;
		if (counters_turn(&slot->due, TAKE_FOR)) {
			/* somebody may just have been done with it */
			if (!take_from_slot(l, slot, &left))
				return fill_slot(l, slot);
			atomic_store(&slot->due, 0);
			return DB_OK;
		}
		if (left == EMPTY)
			return DB_NONE;
		nanosleep(&nap, NULL);
	}
	return DB_UNAVAILABLE;
}

enum db_result
lease_take(struct lease *l)
{
	struct counters_lease *slot = l->quota->strict ? NULL : find_slot(l);
	int64_t granted;

	l->rest = 0;
	if (slot == NULL)
		return take_from_database(l, 1, &granted);
	return take_block(l, slot);
}

bool
lease_at_hand(struct lease *l)
{
	struct counters_lease *slot = l->quota->strict ? NULL : find_slot(l);
	uint64_t left = slot == NULL ? 0 : left_of(l,
	    atomic_load(&slot->counter.value), begin_of(l));

	return left != 0 && left != EMPTY;
}

static enum db_result
look_once(void *context)
{
	struct lease *l = context;
	int64_t taken;
	enum db_result result = quota_taken(l->db, l->key_id, l->quota->name,
	    begin_of(l), &taken);

	l->rest = l->quota->limit - taken;
	return result == DB_OK && l->rest <= 0 ? DB_NONE : result;
}

enum db_result
lease_look(struct lease *l)
{
	if (lease_at_hand(l))
		return DB_OK;
	return db_run(l->db, DB_READ, look_once, l);
}

void
lease_give_back(struct lease *l)
{
	struct counters_lease *slot = l->quota->strict ? NULL : find_slot(l);
	struct asking a = ask_for(l, 0);

	if (slot != NULL)
		add_to_slot(l, slot, 1);
	else
		(void)db_run(l->db, DB_CHANGE, give_back_once, &a);
}
