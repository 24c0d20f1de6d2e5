/* SPDX-License-Identifier: ISC */
/* Writing the trail: rows with their MACs, and counted refusals. */

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/nitems.h"
#include "store/audit_private.h"
#include "store/audit.h"

static const struct db_column account_columns[] = {
	{ DB_UUID, 0 },
};

static const struct db_column head_columns[] = {
	DB_COLUMN(I64,    struct audit_head, seq),
	DB_COLUMN(DIGEST, struct audit_head, chain),
};

enum { ADD, ACCOUNTS, HEAD, REFUSED };

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO audit (id, account_id, at, door, "
		    "actor_user, actor_key, action, object_type, object_id, "
		    "detail, request_id, address, version, mac) VALUES "
		    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	},
	[ACCOUNTS] = {
		.sql = "SELECT DISTINCT account_id FROM audit WHERE "
		    "account_id > ? ORDER BY account_id LIMIT ?",
		.columns = account_columns,
		.ncolumns = NITEMS(account_columns),
	},
	[HEAD] = {
		.sql = "SELECT seq, chain FROM audit_heads WHERE "
		    "account_id = ?",
		.columns = head_columns,
		.ncolumns = NITEMS(head_columns),
	},
	[REFUSED] = {
		.sql = "INSERT INTO audit_refusals (account_id, window_at, "
		    "reason, subject_type, subject, times) "
		    "VALUES (?, ?, ?, ?, ?, ?) "
		    "ON DUPLICATE KEY UPDATE times = times + VALUES(times)",
	},
};

static void
put_number(uint8_t out[static 8], int64_t n)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
}

static struct crypto_part
part_of(const void *data, size_t n)
{
	return (struct crypto_part){ data, n };
}

static struct crypto_part
part_of_text(const char *text)
{
	return part_of(text, strlen(text));
}

bool
audit_mac(const struct keyring *ring, uint8_t version,
    const struct audit_event *e, uint8_t mac[static 32])
{
	const uint8_t *key = keyring_key(ring, version, KEYRING_AUDIT);
	uint8_t at[8];
	const struct crypto_part parts[] = {
		part_of(e->id.b, sizeof(e->id.b)),
		part_of(e->account_id.b, sizeof(e->account_id.b)),
		part_of(at, sizeof(at)),
		part_of_text(e->door),
		part_of(e->actor_user.b, sizeof(e->actor_user.b)),
		part_of(e->actor_key.b, sizeof(e->actor_key.b)),
		part_of_text(e->action),
		part_of_text(e->object_type),
		part_of(e->object_id.b, sizeof(e->object_id.b)),
		part_of_text(e->detail),
		part_of(e->request_id.b, sizeof(e->request_id.b)),
		part_of_text(e->address),
		part_of(&version, sizeof(version)),
	};

	if (key == NULL)
		return false;
	put_number(at, e->at);
	crypto_hmac(mac, key, parts, NITEMS(parts));
	return true;
}

bool
audit_link(const struct keyring *ring, const struct audit_row *row,
    int64_t seq, uint8_t chain[static 32])
{
	const uint8_t *key = keyring_key(ring, row->version, KEYRING_AUDIT);
	uint8_t number[8], before[32];
	const struct crypto_part parts[] = {
		part_of(before, sizeof(before)),
		part_of(number, sizeof(number)),
		part_of(row->mac, sizeof(row->mac)),
	};

	if (key == NULL)
		return false;
	memcpy(before, chain, sizeof(before));
	put_number(number, seq);
	crypto_hmac(chain, key, parts, NITEMS(parts));
	return true;
}

enum db_result
audit_head(struct db *db, struct arena *arena, const struct uuid *account,
    struct audit_head *head)
{
	const struct db_value v[] = { db_uuid(account) };
	enum db_result result;

	memset(head, 0, sizeof(*head));
	result = db_row(db, arena, &queries[HEAD], v, NITEMS(v), head);
	return result == DB_NONE ? DB_OK : result;
}

enum db_result
audit_add(struct db *db, const struct keyring *ring,
    const struct audit_event *e)
{
	uint8_t live[KEYRING_LIVE], mac[32];
	size_t n = keyring_live(ring, live);
	struct db_value v[] = {
		db_uuid(&e->id), db_uuid(&e->account_id), db_i64(e->at),
		db_text(e->door), db_uuid_or_null(&e->actor_user),
		db_uuid_or_null(&e->actor_key), db_text(e->action),
		db_text(e->object_type), db_uuid(&e->object_id),
		db_text(e->detail), db_uuid(&e->request_id),
		db_text(e->address), db_i64(n == 0 ? 0 : live[n - 1]),
		db_blob(mac, sizeof(mac)),
	};

	if (n == 0 || !audit_mac(ring, live[n - 1], e, mac)) {
		log_line(LOG_ERROR, "keyring: no live version for the audit");
		return DB_UNAVAILABLE;
	}
	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
}

enum db_result
audit_accounts(struct db *db, struct arena *arena, const struct uuid *after,
    struct uuid *accounts, size_t max, size_t *n)
{
	const struct db_value v[] = {
		after == NULL ? db_blob("", 0) : db_uuid(after),
		db_i64((int64_t)max),
	};

	return db_rows(db, arena, &queries[ACCOUNTS], v, NITEMS(v), accounts,
	    sizeof(*accounts), max, n);
}

static int
compare_refusals(const void *left, const void *right)
{
	const struct audit_refusal *a = left, *b = right;
	int order;

	order = memcmp(&a->account_id, &b->account_id, sizeof(a->account_id));
	if (order != 0)
		return order;
	if (a->window_at != b->window_at)
		return a->window_at < b->window_at ? -1 : 1;
	order = strcmp(a->reason, b->reason);
	if (order != 0)
		return order;
	order = strcmp(a->subject_type, b->subject_type);
	if (order != 0)
		return order;
	return memcmp(a->subject, b->subject, sizeof(a->subject));
}

enum db_result
audit_refused(struct db *db, struct audit_refusal *refusals, size_t n)
{
	enum db_result result = DB_OK;

	qsort(refusals, n, sizeof(*refusals), compare_refusals);
	for (size_t i = 0; i < n && result == DB_OK; i++) {
		const struct audit_refusal *r = &refusals[i];
		const struct db_value v[] = {
			db_uuid(&r->account_id), db_i64(r->window_at),
			db_text(r->reason), db_text(r->subject_type),
			db_blob(r->subject, sizeof(r->subject)),
			db_i64(r->times),
		};

		result = db_exec(db, &queries[REFUSED], v, NITEMS(v), NULL);
	}
	return result;
}
