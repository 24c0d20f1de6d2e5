/* SPDX-License-Identifier: ISC */
/* The verifier: is the trail what was written, whole, in order? */

#include <string.h>

#include "base/nitems.h"
#include "store/audit_private.h"

#define PAGE	16	/* rows at a time: details are up to 64 KiB each */

#define COLUMNS								\
	"id, account_id, at, door, actor_user, actor_key, action, "	\
	"object_type, object_id, detail, request_id, address, version, "\
	"mac, seq, chain"

static const struct db_column columns[] = {
	DB_COLUMN(UUID,   struct audit_row, event.id),
	DB_COLUMN(UUID,   struct audit_row, event.account_id),
	DB_COLUMN(I64,    struct audit_row, event.at),
	DB_COLUMN(TEXT,   struct audit_row, event.door),
	DB_COLUMN(UUID,   struct audit_row, event.actor_user),
	DB_COLUMN(UUID,   struct audit_row, event.actor_key),
	DB_COLUMN(TEXT,   struct audit_row, event.action),
	DB_COLUMN(TEXT,   struct audit_row, event.object_type),
	DB_COLUMN(UUID,   struct audit_row, event.object_id),
	DB_COLUMN(TEXT,   struct audit_row, event.detail),
	DB_COLUMN(UUID,   struct audit_row, event.request_id),
	DB_COLUMN(TEXT,   struct audit_row, event.address),
	DB_COLUMN(U8,     struct audit_row, version),
	DB_COLUMN(DIGEST, struct audit_row, mac),
	DB_COLUMN(I64,    struct audit_row, seq),
	DB_COLUMN(DIGEST, struct audit_row, chain),
};

enum { SEALED, UNSEALED, STRAY };

static const struct db_query queries[] = {
	[SEALED] = {
		.sql = "SELECT " COLUMNS " FROM audit WHERE account_id = ? AND "
		    "seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[UNSEALED] = {
		.sql = "SELECT " COLUMNS " FROM audit WHERE account_id = ? AND "
		    "seq IS NULL AND id > ? ORDER BY id LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	/* Rows numbered where the sealer never was. */
	[STRAY] = {
		.sql = "SELECT COUNT(*) FROM audit a LEFT JOIN audit_heads h "
		    "ON h.account_id = a.account_id WHERE a.account_id = ? "
		    "AND (a.seq > COALESCE(h.seq, 0) OR a.seq < 1)",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

struct verifying {
	struct db		*db;
	struct arena		*arena;
	const struct keyring	*ring;
	const struct uuid	*account;
	int64_t			 exported_seq;
	const uint8_t		*exported;	/* chain, or NULL */
	struct audit_head	 head;
	struct audit_row	*rows;		/* PAGE of them */
	size_t			 n;
	struct uuid		 after;
	int64_t			 stray;
	struct audit_report	*report;
};

static void
note_fault(struct audit_report *r, int64_t *count, int64_t by, int64_t seq)
{
	*count += by;
	if (r->first_bad == 0 || seq < r->first_bad)
		r->first_bad = seq;
}

static bool
is_as_written(const struct verifying *v, const struct audit_row *row)
{
	uint8_t mac[32];

	return audit_mac(v->ring, row->version, &row->event, mac) &&
	    crypto_equal(mac, row->mac, sizeof(mac));
}

static enum db_result
read_head(void *context)
{
	struct verifying *v = context;

	return audit_head(v->db, v->arena, v->account, &v->head);
}

static enum db_result
count_stray(void *context)
{
	struct verifying *v = context;
	const struct db_value values[] = { db_uuid(v->account) };

	return db_count(v->db, &queries[STRAY], values, NITEMS(values),
	    &v->stray);
}

static enum db_result
read_sealed(void *context)
{
	struct verifying *v = context;
	const struct db_value values[] = {
		db_uuid(v->account), db_i64(v->report->seq),
		db_i64(v->head.seq), db_i64(PAGE),
	};

	return db_rows(v->db, v->arena, &queries[SEALED], values,
	    NITEMS(values), v->rows, sizeof(v->rows[0]), PAGE, &v->n);
}

static enum db_result
read_unsealed(void *context)
{
	struct verifying *v = context;
	const struct db_value values[] = {
		db_uuid(v->account), db_uuid(&v->after), db_i64(PAGE),
	};

	return db_rows(v->db, v->arena, &queries[UNSEALED], values,
	    NITEMS(values), v->rows, sizeof(v->rows[0]), PAGE, &v->n);
}

/* After a gap the link cannot be computed: the stored one is gone on with. */
static void
verify_sealed(struct verifying *v, const struct audit_row *row)
{
	struct audit_report *r = v->report;
	uint8_t chain[32];
	bool right = is_as_written(v, row);

	if (row->seq > r->seq + 1) {
		note_fault(r, &r->missing, row->seq - r->seq - 1, r->seq + 1);
	} else {
		memcpy(chain, r->chain, sizeof(chain));
		right = audit_link(v->ring, row, row->seq, chain) &&
		    crypto_equal(chain, row->chain, sizeof(chain)) && right;
	}
	if (v->exported != NULL && row->seq == v->exported_seq)
		right = right &&
		    crypto_equal(v->exported, row->chain, sizeof(row->chain));
	r->seq = row->seq;
	memcpy(r->chain, row->chain, sizeof(r->chain));
	if (right)
		r->rows++;
	else
		note_fault(r, &r->changed, 1, row->seq);
}

static void
verify_unsealed(struct verifying *v, const struct audit_row *row)
{
	v->after = row->event.id;
	if (is_as_written(v, row))
		v->report->unsealed++;
	else
		note_fault(v->report, &v->report->changed, 1,
		    v->head.seq + 1);
}

/* Page by page; what a page put into the arena goes with it. */
static enum db_result
verify_pages(struct verifying *v, enum db_result (*read)(void *),
    void (*verify)(struct verifying *, const struct audit_row *))
{
	size_t mark = arena_mark(v->arena);
	enum db_result result;

	do {
		result = db_run(v->db, DB_READ, read, v);
		for (size_t i = 0; i < v->n && result == DB_OK; i++)
			verify(v, &v->rows[i]);
		arena_release(v->arena, mark);
	} while (result == DB_OK && v->n == PAGE);
	return result;
}

/* The tail: up to the head that is stored, or the exported one, if later. */
static void
verify_head(struct verifying *v)
{
	struct audit_report *r = v->report;
	int64_t last = v->head.seq;

	if (r->seq == v->head.seq &&
	    !crypto_equal(r->chain, v->head.chain, sizeof(r->chain)))
		note_fault(r, &r->changed, 1, r->seq);
	if (v->exported != NULL && v->exported_seq > last)
		last = v->exported_seq;
	if (last > r->seq)
		note_fault(r, &r->missing, last - r->seq, r->seq + 1);
	if (v->stray > 0)
		note_fault(r, &r->changed, v->stray, v->head.seq + 1);
}

enum db_result
audit_verify(struct db *db, struct arena *arena, const struct keyring *ring,
    const struct uuid *account, int64_t head_seq, const uint8_t *head_chain,
    struct audit_report *report)
{
	size_t mark = arena_mark(arena);
	struct verifying v = {
		.db = db, .arena = arena, .ring = ring, .account = account,
		.exported_seq = head_seq, .exported = head_chain,
		.report = report,
	};
	enum db_result result;

	memset(report, 0, sizeof(*report));
	v.rows = arena_alloc(arena, PAGE * sizeof(v.rows[0]));
	result = db_run(db, DB_READ, read_head, &v);
	if (result == DB_OK)
		result = verify_pages(&v, read_sealed, verify_sealed);
	if (result == DB_OK)
		result = verify_pages(&v, read_unsealed, verify_unsealed);
	if (result == DB_OK)
		result = db_run(db, DB_READ, count_stray, &v);
	if (result == DB_OK)
		verify_head(&v);
	arena_release(arena, mark);
	return result;
}
