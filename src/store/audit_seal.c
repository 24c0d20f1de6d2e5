/* SPDX-License-Identifier: ISC */
/* The sealer: numbers rows and chains each to the one before. */

#include <string.h>

#include "base/log.h"
#include "base/nitems.h"
#include "store/audit_private.h"

#define ROUND	500	/* rows of one call */
#define LEASE	30000	/* ms */

static const struct db_column waiting_columns[] = {
	DB_COLUMN(UUID,   struct audit_row, event.id),
	DB_COLUMN(UUID,   struct audit_row, event.account_id),
	DB_COLUMN(U8,     struct audit_row, version),
	DB_COLUMN(DIGEST, struct audit_row, mac),
};

enum {
	MAKE_LEASE, TAKE_LEASE, FREE_LEASE, NEXT, WAITING, SEAL, MAKE_HEAD,
	MOVE_HEAD
};

static const struct db_query queries[] = {
	[MAKE_LEASE] = {
		.sql = "INSERT INTO leases (name, holder, until_at) VALUES "
		    "('sealer', REPEAT(CHAR(0), 16), 0) "
		    "ON DUPLICATE KEY UPDATE name = VALUES(name)",
	},
	[TAKE_LEASE] = {
		.sql = "UPDATE leases SET holder = ?, until_at = ? WHERE "
		    "name = 'sealer' AND (until_at < ? OR holder = ?)",
	},
	[FREE_LEASE] = {
		.sql = "UPDATE leases SET until_at = 0 WHERE "
		    "name = 'sealer' AND holder = ?",
	},
	[NEXT] = {
		.sql = "SELECT id, account_id, version, mac FROM audit "
		    "WHERE seq IS NULL AND account_id > ? "
		    "ORDER BY account_id, id LIMIT 1",
		.columns = waiting_columns,
		.ncolumns = NITEMS(waiting_columns),
	},
	[WAITING] = {
		.sql = "SELECT id, account_id, version, mac FROM audit "
		    "WHERE seq IS NULL AND account_id = ? "
		    "ORDER BY id LIMIT ?",
		.columns = waiting_columns,
		.ncolumns = NITEMS(waiting_columns),
	},
	[SEAL] = {
		.sql = "UPDATE audit SET seq = ?, chain = ? WHERE id = ? AND "
		    "seq IS NULL",
	},
	[MAKE_HEAD] = {
		.sql = "INSERT INTO audit_heads (seq, version, chain, "
		    "account_id) VALUES (?, ?, ?, ?)",
	},
	[MOVE_HEAD] = {
		.sql = "UPDATE audit_heads SET seq = ?, version = ?, "
		    "chain = ? WHERE account_id = ? AND seq = ?",
	},
};

struct sealing {
	struct db		*db;
	struct arena		*arena;
	const struct keyring	*ring;
	struct uuid		 holder;
	struct uuid		 account;	/* the latest one found */
	bool			 found;
	struct audit_row	*rows;		/* ROUND of them */
	size_t			 room;		/* rows left in this call */
	size_t			 n;		/* sealed by this batch */
};

static enum db_result
take_lease(void *context)
{
	struct sealing *s = context;
	struct db_value v[4];
	int64_t now;
	enum db_result result;

	result = db_exec(s->db, &queries[MAKE_LEASE], NULL, 0, NULL);
	if (result == DB_OK)
		result = db_now(s->db, &now);
	if (result != DB_OK)
		return result;
	v[0] = v[3] = db_uuid(&s->holder);
	v[1] = db_i64(now + LEASE);
	v[2] = db_i64(now);
	return db_change(s->db, &queries[TAKE_LEASE], v, NITEMS(v));
}

static enum db_result
free_lease(void *context)
{
	struct sealing *s = context;
	const struct db_value v[] = { db_uuid(&s->holder) };

	return db_exec(s->db, &queries[FREE_LEASE], v, NITEMS(v), NULL);
}

/* The next account in which a row waits, or DB_NONE. */
static enum db_result
find_account(void *context)
{
	struct sealing *s = context;
	const struct db_value v[] = {
		s->found ? db_uuid(&s->account) : db_blob("", 0),
	};
	struct audit_row row;
	enum db_result result;

	result = db_row(s->db, s->arena, &queries[NEXT], v, NITEMS(v), &row);
	if (result == DB_OK) {
		s->account = row.event.account_id;
		s->found = true;
	}
	return result;
}

/* DB_REFUSED: this host cannot know whether the row is as it was written. */
static enum db_result
seal_row(struct sealing *s, const struct audit_row *row,
    struct audit_head *head)
{
	const struct db_value v[] = {
		db_i64(head->seq + 1),
		db_blob(head->chain, sizeof(head->chain)),
		db_uuid(&row->event.id),
	};

	if (!audit_link(s->ring, row, head->seq + 1, head->chain)) {
		log_line(LOG_ERROR, "keyring: version %u, of an audit row, is "
		    "not in this host's file", row->version);
		return DB_REFUSED;
	}
	head->seq++;
	return db_change(s->db, &queries[SEAL], v, NITEMS(v));
}

static enum db_result
write_head(struct sealing *s, const struct audit_head *head, int64_t before)
{
	const struct db_value v[] = {
		db_i64(head->seq), db_i64(s->rows[s->n - 1].version),
		db_blob(head->chain, sizeof(head->chain)),
		db_uuid(&s->account), db_i64(before),
	};

	if (before == 0)
		return db_exec(s->db, &queries[MAKE_HEAD], v, 4, NULL);
	return db_change(s->db, &queries[MOVE_HEAD], v, NITEMS(v));
}

static enum db_result
seal_account(void *context)
{
	struct sealing *s = context;
	const struct db_value v[] = {
		db_uuid(&s->account), db_i64((int64_t)s->room),
	};
	struct audit_head head;
	int64_t before;
	enum db_result result;

	result = audit_head(s->db, s->arena, &s->account, &head);
	if (result != DB_OK)
		return result;
	before = head.seq;
	result = db_rows(s->db, s->arena, &queries[WAITING], v, NITEMS(v),
	    s->rows, sizeof(s->rows[0]), s->room, &s->n);
	if (result == DB_OK && s->n == 0)
		return DB_NONE;
	for (size_t i = 0; i < s->n && result == DB_OK; i++)
		result = seal_row(s, &s->rows[i], &head);
	return result == DB_OK ? write_head(s, &head, before) : result;
}

/*
 * Account by account, until nothing waits or the call has done its part.  One
 * with a row that cannot be sealed does not keep the others waiting.  A row
 * that is not met any more, or a head that is there, was another sealer's work.
 */
static enum db_result
seal_accounts(struct sealing *s)
{
	enum db_result result = DB_OK, refused = DB_OK;

	while (s->room > 0) {
		result = db_run(s->db, DB_CHANGE, seal_account, s);
		if (result == DB_OK)
			s->room -= s->n;
		else if (result == DB_REFUSED)
			refused = DB_UNAVAILABLE;
		else
			break;
		result = db_run(s->db, DB_READ, find_account, s);
		if (result != DB_OK)
			break;
	}
	return result == DB_OK || result == DB_NONE || result == DB_DUPLICATE ?
	    refused : result;
}

enum db_result
audit_seal(struct db *db, struct arena *arena, const struct keyring *ring,
    size_t *sealed)
{
	size_t mark = arena_mark(arena);
	struct sealing s = {
		.db = db, .arena = arena, .ring = ring,
		.holder = uuid_new(), .room = ROUND,
	};
	enum db_result result, freed;

	*sealed = 0;
	result = db_run(db, DB_READ, find_account, &s);
	if (result == DB_OK)
		result = db_run(db, DB_CHANGE, take_lease, &s);
	if (result != DB_OK)
		return result == DB_NONE ? DB_OK : result;
	s.rows = arena_alloc(arena, ROUND * sizeof(s.rows[0]));
	result = seal_accounts(&s);
	*sealed = ROUND - s.room;
	freed = db_run(db, DB_CHANGE, free_lease, &s);
	arena_release(arena, mark);
	return result == DB_OK ? freed : result;
}
