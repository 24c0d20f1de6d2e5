/* SPDX-License-Identifier: ISC */
/* Counters of changes in a shared file. */

#include <stdatomic.h>
#include <string.h>

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
	.start = 1,
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

uint16_t
generation_place(const struct uuid *id)
{
	if (uuid_is_zero(id))
		return 0;
	return (uint16_t)(1 + hash_add(HASH_START, id, sizeof(*id)) %
	    (COUNTERS - 1));
}

/*
 * A counter that stands at zero was never written: the file was cut short and
 * has grown again, and what it said before might seem to be so once more.
 */
static uint64_t
read_counter(const _Atomic uint64_t *counter)
{
	uint64_t at = atomic_load(counter);

	if (at == 0)
		file->head.magic = 0;	/* everybody makes it anew */
	return at;
}

uint64_t
generation_begin(void)
{
	return file == NULL ? 0 : read_counter(&file->tick);
}

uint64_t
generation_changes(void)
{
	uint64_t start;

	memset(&start, shared.start, sizeof(start));
	return file == NULL ? 0 : atomic_load(&file->tick) - start;
}

static bool
is_written(const struct generation_stamp *stamp)
{
	bool written = stamp->identity != 0 && stamp->global != 0;

	for (size_t i = 0; i < GENERATION_IDS; i++)
		written &= stamp->at[i] != 0;
	return written;
}

bool
generation_stamp(struct generation_stamp *stamp, uint64_t begun,
    const struct uuid ids[static GENERATION_IDS])
{
	if (file == NULL)
		return false;
	stamp->identity = file->head.identity;
	stamp->boot = shared_boot();
	stamp->global = read_counter(&file->global);
	for (size_t i = 0; i < GENERATION_IDS; i++) {
		stamp->place[i] = generation_place(&ids[i]);
		stamp->at[i] = read_counter(&file->counter[stamp->place[i]]);
	}
	return stamp->boot != 0 && begun != 0 && is_written(stamp) &&
	    atomic_load(&file->tick) == begun;
}

bool
generation_holds(const struct generation_stamp *stamp)
{
	bool holds = file != NULL && is_written(stamp) &&
	    stamp->identity == file->head.identity &&
	    stamp->boot == shared_boot() &&
	    stamp->global == read_counter(&file->global);

	for (size_t i = 0; holds && i < GENERATION_IDS; i++)
		holds = stamp->at[i] ==
		    read_counter(&file->counter[stamp->place[i]]);
	return holds;
}

/* The tick first: a reader who misses the counter then sees the tick. */
static void
advance(struct file *f, const struct uuid *id)
{
	_Atomic uint64_t *counter = uuid_is_zero(id) ? &f->global :
	    &f->counter[generation_place(id)];

	read_counter(&f->tick);
	read_counter(counter);
	atomic_fetch_add(&f->tick, 1);
	atomic_fetch_add(counter, 1);
}

/*
 * In the file that was there before the commit, and in the one that is there
 * now: somebody may have read with either.
 */
bool
generation_advance(const char *state, const struct uuid *id)
{
	uint64_t advanced = 0;

	if (file != NULL) {
		advanced = file->head.identity;
		advance(file, id);
	}
	if (!generation_open(state))
		return false;
	if (file->head.identity != advanced)
		advance(file, id);
	return true;
}
