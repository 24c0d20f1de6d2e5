/* SPDX-License-Identifier: ISC */
/* Counting refusals in a shared file. */

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "check/tally.h"
#include "store/audit.h"

#include "check/refusals.h"

#define MAGIC		"latchkey refusals 1"
#define WINDOW		(60 * (int64_t)1000)
#define FLUSH_EVERY	(10 * (int64_t)1000)
#define SLOTS		4096
#define PROBES		16
#define BATCH		200

/* times 0: free.  The last slot takes what found no place. */
struct slot {
	struct uuid	 account_id;
	int64_t		 window_at;
	char		 reason[20];
	char		 subject_type[10];
	uint8_t		 subject[16];
	int64_t		 times;
};

struct table {
	struct tally_head head;
	struct slot	 slot[SLOTS + 1];
};

static struct tally tally = {
	.name = "refusals", .what = "refusals", .size = sizeof(struct table),
};
static struct table *table;

static bool
open_table(const char *state)
{
	table = tally_open(&tally, state, MAGIC);
	return table != NULL;
}

/* A forged collision costs a count its detail, nothing else. */
static size_t
hash_slot(const struct slot *slot)
{
	return tally_hash(slot, offsetof(struct slot, times)) % SLOTS;
}

static void
add_count(const struct slot *wanted)
{
	size_t at = hash_slot(wanted);
	struct slot *slot;

	for (size_t i = 0; i < PROBES; i++) {
		slot = &table->slot[(at + i) % SLOTS];
		if (slot->times != 0 && memcmp(slot, wanted,
		    offsetof(struct slot, times)) != 0)
			continue;
		if (slot->times == 0)
			*slot = (struct slot){ 0 };
		memcpy(slot, wanted, offsetof(struct slot, times));
		slot->times += wanted->times;
		return;
	}
	slot = &table->slot[SLOTS];
	if (slot->times == 0)
		slot->window_at = wanted->window_at;
	memcpy(slot->reason, "overflow", sizeof("overflow"));
	slot->times += wanted->times;
}

void
refusals_count(const char *state, const char *reason,
    const struct facts *known, const struct address *client)
{
	struct address network = address_network(client);
	struct slot slot;

	memset(&slot, 0, sizeof(slot));
	slot.window_at = clock_now() / WINDOW * WINDOW;
	slot.times = 1;
	snprintf(slot.reason, sizeof(slot.reason), "%s", reason);
	if (known != NULL && known->known && known->equal) {
		slot.account_id = known->account_id;
		memcpy(slot.subject, &known->id, sizeof(slot.subject));
		snprintf(slot.subject_type, sizeof(slot.subject_type), "%s",
		    known->kind == KIND_NONE ? "session" : "key");
	} else {
		memcpy(slot.subject, &network, sizeof(slot.subject));
		snprintf(slot.subject_type, sizeof(slot.subject_type),
		    "address");
	}
	if (!open_table(state))
		return;
	add_count(&slot);
	tally_release(&tally);
}

/* Take up to a batch of finished slots out of the table. */
static size_t
take_batch(struct slot *out, int64_t before)
{
	size_t n = 0;

	for (size_t i = 0; i <= SLOTS && n < BATCH; i++) {
		struct slot *slot = &table->slot[i];

		if (slot->times <= 0 || slot->window_at >= before)
			continue;
		out[n] = *slot;
		out[n].reason[sizeof(slot->reason) - 1] = '\0';
		out[n].subject_type[sizeof(slot->subject_type) - 1] = '\0';
		n++;
		slot->times = 0;
	}
	return n;
}

struct batch {
	struct db		*db;
	struct audit_refusal	 row[BATCH];
	size_t			 n;
};

static enum db_result
write_batch(void *context)
{
	struct batch *batch = context;

	return audit_refused(batch->db, batch->row, batch->n);
}

/* Write one batch; true when there may be more. */
static bool
flush_batch(struct db *db, int64_t before)
{
	static struct slot taken[BATCH];
	static struct batch batch;
	size_t n = take_batch(taken, before);

	tally_release(&tally);
	batch = (struct batch){ .db = db, .n = n };
	for (size_t i = 0; i < n; i++) {
		batch.row[i].account_id = taken[i].account_id;
		batch.row[i].window_at = taken[i].window_at;
		batch.row[i].reason = taken[i].reason;
		batch.row[i].subject_type = taken[i].subject_type;
		memcpy(batch.row[i].subject, taken[i].subject,
		    sizeof(batch.row[i].subject));
		batch.row[i].times = taken[i].times;
	}
	if (n == 0 || db_run(db, DB_CHANGE, write_batch, &batch) == DB_OK) {
		tally_hold(&tally);
		return n == BATCH;
	}
	tally_hold(&tally);
	for (size_t i = 0; i < n; i++)
		add_count(&taken[i]);
	return false;
}

void
refusals_flush(const char *state, struct db *db, bool all)
{
	int64_t now = clock_now();

	if (!open_table(state))
		return;
	if (all || now - table->head.flushed_at >= FLUSH_EVERY ||
	    table->head.flushed_at > now) {
		table->head.flushed_at = now;
		while (flush_batch(db, all ? INT64_MAX :
		    now / WINDOW * WINDOW))
			continue;
	}
	tally_release(&tally);
}
