/* SPDX-License-Identifier: ISC */
/* Counting uses of keys. */

#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "check/counters.h"
#include "store/use.h"

#include "check/uses.h"

#define FLUSH_EVERY	(10 * (int64_t)1000)
#define KEEP		(60 * 60 * (int64_t)1000)	/* while it waits */
#define BATCH		100
#define MOST		(INT64_C(1) << 40)	/* more is garbage */

static struct counters *counters;

static struct counters_use *
find_slot(const struct counters_use_id *id, uint64_t tag)
{
	const struct counter_table table = {
		counters->use, sizeof(counters->use[0]), COUNTERS_USES, false,
	};
	struct counters_use *slot =
	    (struct counters_use *)(void *)counters_find(&table, tag);
	struct counters_use_id known;

	if (slot == NULL)
		return NULL;
	counters_read(&known, slot->id, COUNTERS_WORDS(known));
	if (memcmp(&known, id, sizeof(known)) != 0) {
		counters_write(slot->id, id, COUNTERS_WORDS(*id));
		atomic_store(&slot->at, 0);
	}
	return slot;
}

/* The later of the two; false when that is the other. */
static bool
set_latest(_Atomic int64_t *latest, int64_t at)
{
	int64_t seen = atomic_load(latest);

	while (seen < at)
		if (atomic_compare_exchange_weak(latest, &seen, at))
			return true;
	return seen == at;
}

/* Waiting for a flush, the slot is nobody else's. */
static void
add_times(struct counters_use *slot, int64_t times)
{
	atomic_fetch_add(&slot->counter.value, (uint64_t)times);
	atomic_store(&slot->counter.until, clock_boot() + KEEP);
}

static uint64_t
check_last(const struct counters_last *last, uint64_t tag)
{
	return hash_add(tag, last, offsetof(struct counters_last, check));
}

/* Cut between two characters; what is no text is left out. */
static void
copy_agent(char out[static COUNTERS_AGENT + 1], const char *agent)
{
	size_t n = strnlen(agent, COUNTERS_AGENT);

	if (!utf8_valid(agent, strlen(agent)))
		return;
	while (!utf8_valid(agent, n))
		n--;
	memcpy(out, agent, n);
	out[n] = '\0';
}

static void
write_last(struct counters_use *slot, uint64_t tag, int64_t at,
    const struct address *client, const char *agent)
{
	struct counters_last last;

	memset(&last, 0, sizeof(last));
	last.at = at;
	if (client != NULL)
		last.address = *client;
	if (agent != NULL)
		copy_agent(last.agent, agent);
	last.check = check_last(&last, tag);
	counters_write(slot->last, &last, COUNTERS_WORDS(last));
}

void
uses_count(const char *state, const struct facts *f,
    const struct address *client, const char *agent)
{
	const struct counters_use_id id = { f->id, f->secret };
	struct counters_use *slot;
	uint64_t tag;

	counters = counters_open(state);
	if (f->kind == KIND_NONE || counters == NULL)
		return;
	tag = counters_tag(counters, &id, sizeof(id));
	slot = find_slot(&id, tag);
	if (slot == NULL) {
		/* whoever flushes next makes room */
		atomic_store(&counters->uses_due, 0);
		return;
	}
	if (set_latest(&slot->at, f->now))
		write_last(slot, tag, f->now, client, agent);
	add_times(slot, 1);
}

/* -- flushing -------------------------------------------------------------- */

struct batch {
	struct db	*db;
	struct counters_use *slot[BATCH];
	struct counters_last last[BATCH];
	char		 address[BATCH][ADDRESS_TEXT];
	struct use	 use[BATCH];
	int64_t		 times[BATCH], until[BATCH];	/* as in the slots */
	size_t		 n;
};

/* What was written by several at once is left out. */
static void
read_last(struct batch *b, const struct counters_use *slot, uint64_t tag)
{
	static const struct address none;
	struct counters_last *last = &b->last[b->n];
	struct use *use = &b->use[b->n];

	counters_read(last, slot->last, COUNTERS_WORDS(*last));
	if (last->check != check_last(last, tag) || last->at != use->at)
		return;
	if (memcmp(&last->address, &none, sizeof(none)) != 0) {
		address_format(b->address[b->n], &last->address);
		use->address = b->address[b->n];
	}
	last->agent[COUNTERS_AGENT] = '\0';
	if (*last->agent != '\0')
		use->agent = last->agent;
}

static void
take_slot(struct batch *b, struct counters_use *slot)
{
	uint64_t tag = atomic_load(&slot->counter.tag);
	struct counters_use_id id;
	struct use *use = &b->use[b->n];
	int64_t times;

	counters_read(&id, slot->id, COUNTERS_WORDS(id));
	if (counters_tag(counters, &id, sizeof(id)) != tag)
		return;
	b->until[b->n] = atomic_load(&slot->counter.until);
	times = (int64_t)atomic_exchange(&slot->counter.value, 0);
	if (times <= 0 || times > MOST)
		return;
	*use = (struct use){ .key_id = id.key_id, .secret = id.secret,
	    .times = times, .at = atomic_load(&slot->at) };
	read_last(b, slot, tag);
	b->slot[b->n] = slot;
	b->times[b->n++] = times;
}

static void
take_batch(struct batch *b, size_t *next)
{
	b->n = 0;
	for (; *next < COUNTERS_USES && b->n < BATCH; (*next)++)
		if (atomic_load(&counters->use[*next].counter.value) != 0)
			take_slot(b, &counters->use[*next]);
}

/* Used again meanwhile, a slot goes on waiting. */
static void
end_batch(struct batch *b, bool written)
{
	for (size_t i = 0; i < b->n; i++)
		if (written)
			atomic_compare_exchange_strong(
			    &b->slot[i]->counter.until, &b->until[i], 0);
		else
			add_times(b->slot[i], b->times[i]);
}

static enum db_result
write_batch(void *context)
{
	struct batch *b = context;

	return use_add(b->db, b->use, b->n);
}

bool
uses_due(const char *state)
{
	counters = counters_open(state);
	return counters != NULL &&
	    counters_due(&counters->uses_due, FLUSH_EVERY);
}

void
uses_flush(const char *state, struct db *db)
{
	static struct batch batch;
	size_t next = 0;
	bool written = true;

	counters = counters_look(state);
	if (counters == NULL ||
	    !counters_turn(&counters->uses_due, FLUSH_EVERY))
		return;
	batch.db = db;
	while (next < COUNTERS_USES && written) {
		take_batch(&batch, &next);
		written = batch.n == 0 || db_run(db, DB_CHANGE, write_batch,
		    &batch) == DB_OK;
		end_batch(&batch, written);
	}
}
