/* SPDX-License-Identifier: ISC */
/* Counters of changes in a shared file. */

#include <stdatomic.h>

#include "base/hash.h"
#include "base/shared.h"

#include "store/generation.h"

#define COUNTERS	65536

struct file {
	struct shared_head	 head;
	_Atomic uint64_t	 tick;
	_Atomic uint64_t	 global;
	_Atomic uint64_t	 counter[COUNTERS];
};

static struct shared shared = {
	.name = "generations-1",
	.magic = 0x316e65672d6b6cu,
	.size = sizeof(struct file),
};
static struct file *file;

bool
generation_open(const char *state)
{
	file = shared_open(&shared, state);
	return file != NULL;
}

const char *
generation_fault(void)
{
	return shared.fault != NULL ? shared.fault :
	    "the state folder has not been looked at yet";
}

/* The first is that of no id, and never moves. */
static uint16_t
find_place(const struct uuid *id)
{
	if (uuid_is_zero(id))
		return 0;
	return (uint16_t)(1 + hash_add(HASH_START, id, sizeof(*id)) %
	    (COUNTERS - 1));
}

uint64_t
generation_begin(void)
{
	return file == NULL ? 0 : atomic_load(&file->tick);
}

bool
generation_stamp(struct generation_stamp *stamp, uint64_t begun,
    const struct uuid ids[static GENERATION_IDS])
{
	stamp->identity = file->head.identity;
	stamp->boot = shared_boot();
	stamp->global = atomic_load(&file->global);
	for (size_t i = 0; i < GENERATION_IDS; i++) {
		stamp->place[i] = find_place(&ids[i]);
		stamp->at[i] = atomic_load(&file->counter[stamp->place[i]]);
	}
	return stamp->boot != 0 && atomic_load(&file->tick) == begun;
}

bool
generation_holds(const struct generation_stamp *stamp)
{
	bool holds = stamp->identity == file->head.identity &&
	    stamp->boot == shared_boot() &&
	    stamp->global == atomic_load(&file->global);

	for (size_t i = 0; i < GENERATION_IDS; i++)
		holds &= stamp->at[i] ==
		    atomic_load(&file->counter[stamp->place[i]]);
	return holds;
}

/* The tick first: a reader who misses the counter then sees the tick. */
static void
advance(struct file *f, const struct uuid *id)
{
	atomic_fetch_add(&f->tick, 1);
	if (uuid_is_zero(id))
		atomic_fetch_add(&f->global, 1);
	else
		atomic_fetch_add(&f->counter[find_place(id)], 1);
}

/*
 * In the file that was there before the commit, and in the one that is there
 * now: somebody may have read with either.
 */
void
generation_advance(const char *state, const struct uuid *id)
{
	uint64_t advanced = 0;

	if (file != NULL) {
		advanced = file->head.identity;
		advance(file, id);
	}
	if (generation_open(state) && file->head.identity != advanced)
		advance(file, id);
}
