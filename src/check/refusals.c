/* SPDX-License-Identifier: ISC */
/* Counting refusals in a shared file. */

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
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
	char		 magic[32];
	int64_t		 flushed_at;
	struct slot	 slot[SLOTS + 1];
};

/* Mapped once for each process. */
static struct table *table;
static int table_fd = -1;

static bool
hold_table(short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

	return fcntl(table_fd, F_SETLKW, &lock) == 0;
}

/* One line a minute: whoever asks could fill the disk otherwise. */
static void
say_unusable(const char *path, int error)
{
	static int64_t said_at;
	int64_t now = clock_boot();

	if (said_at != 0 && now - said_at < WINDOW)
		return;
	said_at = now;
	log_line(LOG_ERROR, "%s cannot be used (%s): refusals are not counted"
	    " until it can", path, strerror(error));
}

/* Blocks are allocated now: a full disk is an error, no signal later. */
static struct table *
map_file(int fd, int *error)
{
	void *map;

	*error = posix_fallocate(fd, 0, sizeof(struct table));
	if (*error == 0 && ftruncate(fd, sizeof(struct table)) == -1)
		*error = errno;
	if (*error != 0)
		return NULL;
	map = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	*error = errno;
	return map == MAP_FAILED ? NULL : map;
}

static bool
is_mapped(void)
{
	struct stat st;

	return table != NULL && fstat(table_fd, &st) == 0 &&
	    st.st_nlink > 0 && st.st_size == (off_t)sizeof(*table);
}

static bool
map_table(const char *state)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/refusals", state), error;

	if (is_mapped())
		return true;
	if (table != NULL) {
		munmap(table, sizeof(*table));
		close(table_fd);
		table = NULL;
	}
	if (n < 0 || (size_t)n >= sizeof(path))
		return false;
	table_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	error = errno;
	if (table_fd != -1)
		table = map_file(table_fd, &error);
	if (table != NULL)
		return true;
	say_unusable(path, error);
	if (table_fd != -1)
		close(table_fd);
	return false;
}

static bool
open_table(const char *state)
{
	if (!map_table(state) || !hold_table(F_WRLCK))
		return false;
	if (memcmp(table->magic, MAGIC, sizeof(MAGIC)) != 0) {
		memset(table, 0, sizeof(*table));
		memcpy(table->magic, MAGIC, sizeof(MAGIC));
	}
	return true;
}

/* FNV-1a; a forged collision costs a count its detail, nothing else. */
static size_t
hash_slot(const struct slot *slot)
{
	const uint8_t *b = (const uint8_t *)slot;
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < offsetof(struct slot, times); i++)
		hash = (hash ^ b[i]) * 1099511628211u;
	return (size_t)(hash % SLOTS);
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
	hold_table(F_UNLCK);
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

	hold_table(F_UNLCK);
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
		hold_table(F_WRLCK);
		return n == BATCH;
	}
	hold_table(F_WRLCK);
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
	if (all || now - table->flushed_at >= FLUSH_EVERY ||
	    table->flushed_at > now) {
		table->flushed_at = now;
		while (flush_batch(db, all ? INT64_MAX :
		    now / WINDOW * WINDOW))
			continue;
	}
	hold_table(F_UNLCK);
}
