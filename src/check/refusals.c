/* SPDX-License-Identifier: ISC */
/* Counting refusals. */

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "check/counters.h"
#include "store/audit.h"

#include "check/refusals.h"

#define WINDOW		(60 * (int64_t)1000)
#define FLUSH_EVERY	(10 * (int64_t)1000)
#define KEEP		(60 * 60 * (int64_t)1000)	/* while it waits */
#define BATCH		200
#define MOST		(INT64_C(1) << 40)	/* more is garbage */

static struct counters *counters;

static int64_t
this_window(void)
{
	return clock_now() / WINDOW * WINDOW;
}

static struct counters_refusal *
find_slot(const struct counters_refusal_id *id)
{
	const struct counter_table table = {
		counters->refusal, sizeof(counters->refusal[0]),
		COUNTERS_REFUSALS, false,
	};
	struct counters_refusal *slot =
	    (struct counters_refusal *)(void *)counters_find(&table,
	    counters_tag(counters, id, sizeof(*id)));

	if (slot != NULL)
		counters_write(slot->id, id, COUNTERS_WORDS(*id));
	return slot;
}

/* Without a place it is counted, too, but not of what. */
static void
add_times(struct counters_refusal *slot, int64_t times)
{
	atomic_fetch_add(slot == NULL ? &counters->overflow :
	    &slot->counter.value, (uint64_t)times);
	if (slot != NULL)
		atomic_store(&slot->counter.until, clock_boot() + KEEP);
}

/* The key or session when it is known, else the client's network. */
static void
set_subject(struct counters_refusal_id *id, const struct facts *known,
    const struct address *client)
{
	struct address network = address_network(client);
	const char *type = "address";

	memcpy(id->subject, &network, sizeof(id->subject));
	if (known != NULL && known->known && known->equal) {
		id->account_id = known->account_id;
		memcpy(id->subject, &known->id, sizeof(id->subject));
		type = known->kind == KIND_NONE ? "session" : "key";
	}
	snprintf(id->subject_type, sizeof(id->subject_type), "%s", type);
}

void
refusals_count(const char *state, const char *reason,
    const struct facts *known, const struct address *client)
{
	struct counters_refusal_id id;

	counters = counters_open(state);
	if (counters == NULL)
		return;
	memset(&id, 0, sizeof(id));
	id.window_at = this_window();
	snprintf(id.reason, sizeof(id.reason), "%s", reason);
	set_subject(&id, known, client);
	add_times(find_slot(&id), 1);
}

/* -- flushing -------------------------------------------------------------- */

struct batch {
	struct db	*db;
	struct counters_refusal *slot[BATCH];	/* NULL: the overflow */
	struct counters_refusal_id id[BATCH];
	struct audit_refusal row[BATCH];
	int64_t		 times[BATCH], until[BATCH];	/* as in the slots */
	size_t		 n;
};

static void
add_row(struct batch *b, struct counters_refusal *slot, int64_t times)
{
	struct counters_refusal_id *id = &b->id[b->n];
	struct audit_refusal *row = &b->row[b->n];

	if (times <= 0 || times > MOST)
		return;
	id->reason[sizeof(id->reason) - 1] = '\0';
	id->subject_type[sizeof(id->subject_type) - 1] = '\0';
	*row = (struct audit_refusal){
		.account_id = id->account_id,
		.window_at = id->window_at,
		.reason = id->reason,
		.subject_type = id->subject_type,
		.times = times,
	};
	memcpy(row->subject, id->subject, sizeof(row->subject));
	b->slot[b->n] = slot;
	b->times[b->n++] = times;
}

static void
take_slot(struct batch *b, struct counters_refusal *slot, int64_t before)
{
	struct counters_refusal_id *id = &b->id[b->n];

	counters_read(id, slot->id, COUNTERS_WORDS(*id));
	if (id->window_at >= before ||
	    counters_tag(counters, id, sizeof(*id)) !=
	    atomic_load(&slot->counter.tag))
		return;
	b->until[b->n] = atomic_load(&slot->counter.until);
	add_row(b, slot, (int64_t)atomic_exchange(&slot->counter.value, 0));
}

static void
take_overflow(struct batch *b)
{
	b->id[b->n] = (struct counters_refusal_id){
		.window_at = this_window(), .reason = "overflow",
		.subject_type = "address",
	};
	add_row(b, NULL, (int64_t)atomic_exchange(&counters->overflow, 0));
}

/* Minutes that are over, out of the table. */
static void
take_batch(struct batch *b, size_t *next, int64_t before)
{
	b->n = 0;
	if (*next == 0)
		take_overflow(b);
	for (; *next < COUNTERS_REFUSALS && b->n < BATCH; (*next)++)
		if (atomic_load(&counters->refusal[*next].counter.value) != 0)
			take_slot(b, &counters->refusal[*next], before);
}

/* Refused again meanwhile, a slot goes on waiting. */
static void
end_batch(struct batch *b, bool written)
{
	for (size_t i = 0; i < b->n; i++)
		if (!written)
			add_times(b->slot[i], b->times[i]);
		else if (b->slot[i] != NULL)
			atomic_compare_exchange_strong(
			    &b->slot[i]->counter.until, &b->until[i], 0);
}

static enum db_result
write_batch(void *context)
{
	struct batch *batch = context;

	return audit_refused(batch->db, batch->row, batch->n);
}

void
refusals_flush(const char *state, struct db *db, bool all)
{
	static struct batch batch;
	int64_t before = all ? INT64_MAX : this_window();
	size_t next = 0;
	bool written = true;

	counters = counters_look(state);
	if (counters == NULL || (!all &&
	    !counters_turn(&counters->refusals_due, FLUSH_EVERY)))
		return;
	batch.db = db;
	while (next < COUNTERS_REFUSALS && written) {
		take_batch(&batch, &next, before);
		written = batch.n == 0 || db_run(db, DB_CHANGE, write_batch,
		    &batch) == DB_OK;
		end_batch(&batch, written);
	}
}
