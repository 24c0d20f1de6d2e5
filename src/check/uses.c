/* SPDX-License-Identifier: ISC */
/* Counting uses in a shared file. */

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "check/tally.h"
#include "store/use.h"

#include "check/uses.h"

#define MAGIC		"latchkey uses 1"
#define FLUSH_EVERY	(10 * (int64_t)1000)
#define SLOTS		4096	/* secrets in use at the same time */
#define PROBES		64
#define BATCH		100
#define AGENT		200	/* bytes of it that are kept */

/* times 0: free. */
struct slot {
	struct uuid	 key_id;
	struct uuid	 secret;
	int64_t		 times;
	int64_t		 at;
	char		 address[ADDRESS_TEXT];	/* "": not known */
	char		 agent[AGENT + 1];
};

struct table {
	struct tally_head head;
	struct slot	 slot[SLOTS];
};

static struct tally tally = {
	.name = "uses", .what = "uses of keys", .size = sizeof(struct table),
};
static struct table *table;

/* The slot of that secret, or a free one; NULL when there is none near. */
static struct slot *
find_slot(const struct slot *wanted)
{
	const size_t n = offsetof(struct slot, times);
	size_t at = tally_hash(wanted, n);
	struct slot *slot;

	for (size_t i = 0; i < PROBES; i++) {
		slot = &table->slot[(at + i) % SLOTS];
		if (slot->times <= 0 || memcmp(slot, wanted, n) == 0)
			return slot;
	}
	return NULL;
}

static void
add_use(const struct slot *use)
{
	struct slot *slot = find_slot(use);
	int64_t times;

	if (slot == NULL)
		return;
	times = slot->times > 0 ? slot->times : 0;
	if (times == 0 || slot->at <= use->at)
		*slot = *use;
	slot->times = times + use->times;
}

/* Cut between two characters; what is no text is left out. */
static void
copy_agent(char out[static AGENT + 1], const char *agent)
{
	size_t n = strnlen(agent, AGENT);

	if (!utf8_valid(agent, strlen(agent)))
		return;
	while (!utf8_valid(agent, n))
		n--;
	memcpy(out, agent, n);
	out[n] = '\0';
}

void
uses_count(const char *state, const struct facts *f,
    const struct address *client, const char *agent)
{
	struct slot use;

	if (f->kind == KIND_NONE)
		return;
	memset(&use, 0, sizeof(use));
	use.key_id = f->id;
	use.secret = f->secret;
	use.times = 1;
	use.at = f->now;
	if (client != NULL)
		address_format(use.address, client);
	if (agent != NULL)
		copy_agent(use.agent, agent);
	table = tally_open(&tally, state, MAGIC);
	if (table == NULL)
		return;
	add_use(&use);
	tally_release(&tally);
}

/* -- flushing -------------------------------------------------------------- */

struct batch {
	struct db	*db;
	struct slot	 taken[BATCH];
	struct use	 use[BATCH];
	size_t		 n;
};

/* Take up to a batch of slots, from *next on, out of the table. */
static void
take_batch(struct batch *b, size_t *next)
{
	b->n = 0;
	for (; *next < SLOTS && b->n < BATCH; (*next)++) {
		struct slot *slot = &table->slot[*next], *own;

		if (slot->times <= 0)
			continue;
		own = &b->taken[b->n++];
		*own = *slot;
		/* the file may have been written by anybody of this user's */
		own->address[sizeof(own->address) - 1] = '\0';
		own->agent[sizeof(own->agent) - 1] = '\0';
		slot->times = 0;
	}
}

static const char *
text_or_null(const char *text)
{
	return *text == '\0' ? NULL : text;
}

static enum db_result
write_batch(void *context)
{
	struct batch *b = context;

	return use_add(b->db, b->use, b->n);
}

static bool
flush_batch(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		b->use[i] = (struct use){
			.key_id = b->taken[i].key_id,
			.secret = b->taken[i].secret,
			.times = b->taken[i].times,
			.at = b->taken[i].at,
			.address = text_or_null(b->taken[i].address),
			.agent = text_or_null(b->taken[i].agent),
		};
	return b->n == 0 ||
	    db_run(b->db, DB_CHANGE, write_batch, b) == DB_OK;
}

void
uses_flush(const char *state, struct db *db)
{
	static struct batch batch;
	int64_t now = clock_now();
	size_t next = 0;
	bool written = true;

	table = tally_open(&tally, state, MAGIC);
	if (table == NULL)
		return;
	if (now - table->head.flushed_at < FLUSH_EVERY &&
	    table->head.flushed_at <= now)
		next = SLOTS;
	else
		table->head.flushed_at = now;
	batch.db = db;
	while (next < SLOTS && written) {
		take_batch(&batch, &next);
		tally_release(&tally);
		written = flush_batch(&batch);
		tally_hold(&tally);
		for (size_t i = 0; i < batch.n && !written; i++)
			add_use(&batch.taken[i]);
	}
	tally_release(&tally);
}
