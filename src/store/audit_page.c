/* SPDX-License-Identifier: ISC */
/* All SQL that reads the trail for people. */

#include <string.h>

#include "base/nitems.h"
#include "store/audit_page.h"

#define COLUMNS								\
	"id, account_id, at, door, actor_user, actor_key, action, "	\
	"object_type, object_id, detail, request_id, address, seq"

/*
 * A filter may have to read the whole trail: the server, be it MariaDB or
 * MySQL, ends that before the driver gives up and leaves it working.
 */
#define SELECT_LIMITED							\
	"/*M!100303 SET STATEMENT max_statement_time = 2 FOR */ "	\
	"SELECT /*+ MAX_EXECUTION_TIME(2000) */ "

#define SPAN	"(? = 0 OR at >= ?) AND (? = 0 OR at < ?)"

static const struct db_column columns[] = {
	DB_COLUMN(UUID, struct audit_entry, event.id),
	DB_COLUMN(UUID, struct audit_entry, event.account_id),
	DB_COLUMN(I64,  struct audit_entry, event.at),
	DB_COLUMN(TEXT, struct audit_entry, event.door),
	DB_COLUMN(UUID, struct audit_entry, event.actor_user),
	DB_COLUMN(UUID, struct audit_entry, event.actor_key),
	DB_COLUMN(TEXT, struct audit_entry, event.action),
	DB_COLUMN(TEXT, struct audit_entry, event.object_type),
	DB_COLUMN(UUID, struct audit_entry, event.object_id),
	DB_COLUMN(TEXT, struct audit_entry, event.detail),
	DB_COLUMN(UUID, struct audit_entry, event.request_id),
	DB_COLUMN(TEXT, struct audit_entry, event.address),
	DB_COLUMN(I64,  struct audit_entry, seq),
};

/* A subject has the size of a UUID, whatever it is. */
struct refusal_row {
	int64_t		 window_at;
	const char	*reason;
	const char	*subject_type;
	struct uuid	 subject;
	int64_t		 times;
};

static const struct db_column refusal_columns[] = {
	DB_COLUMN(I64,  struct refusal_row, window_at),
	DB_COLUMN(TEXT, struct refusal_row, reason),
	DB_COLUMN(TEXT, struct refusal_row, subject_type),
	DB_COLUMN(UUID, struct refusal_row, subject),
	DB_COLUMN(I64,  struct refusal_row, times),
};

enum { PAGE, GET, SEALED, REFUSALS };

static const struct db_query queries[] = {
	[PAGE] = {
		.sql = SELECT_LIMITED COLUMNS
		    " FROM audit WHERE account_id = ? "
		    "AND (? IS NULL OR id < ?) AND (? IS NULL OR action = ?) "
		    "AND (? IS NULL OR actor_user = ?) "
		    "AND (? IS NULL OR actor_key = ?) "
		    "AND (? IS NULL OR object_id = ?) AND " SPAN
		    " ORDER BY id DESC LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[GET] = {
		.sql = "SELECT " COLUMNS " FROM audit WHERE account_id = ? "
		    "AND id = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[SEALED] = {
		.sql = "SELECT " COLUMNS " FROM audit WHERE account_id = ? "
		    "AND seq > ? AND seq <= ? AND " SPAN
		    " ORDER BY seq LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	/*
	 * In one expression: MariaDB leaves a column out of the order that a
	 * filter made constant, and in later executions without the filter too.
	 */
	[REFUSALS] = {
		.sql = SELECT_LIMITED
		    "window_at, reason, subject_type, subject, times "
		    "FROM audit_refusals WHERE account_id = ? "
		    "AND (? = 0 OR window_at <= ?) "
		    "AND (? IS NULL OR reason = ?) "
		    "AND (? IS NULL OR subject = ?) "
		    "AND (? = 0 OR window_at >= ?) "
		    "AND (? = 0 OR window_at < ?) "
		    "ORDER BY window_at DESC, "
		    "CONCAT(subject_type, ' ', reason, ' ', subject) "
		    "LIMIT ? OFFSET ?",
		.columns = refusal_columns,
		.ncolumns = NITEMS(refusal_columns),
	},
};

enum db_result
audit_page(struct db *db, struct arena *arena, const struct uuid *account,
    const struct audit_filter *f, const struct uuid *before,
    struct audit_entry *entries, size_t max, size_t *n)
{
	const struct db_value v[] = {
		db_uuid(account), db_uuid_or_null(before),
		db_uuid_or_null(before), db_text(f->action),
		db_text(f->action), db_uuid_or_null(&f->actor),
		db_uuid_or_null(&f->actor), db_uuid_or_null(&f->key),
		db_uuid_or_null(&f->key), db_uuid_or_null(&f->object),
		db_uuid_or_null(&f->object), db_i64(f->from), db_i64(f->from),
		db_i64(f->to), db_i64(f->to), db_i64((int64_t)max),
	};

	return db_rows(db, arena, &queries[PAGE], v, NITEMS(v), entries,
	    sizeof(*entries), max, n);
}

enum db_result
audit_get(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *id, struct audit_entry *entry)
{
	const struct db_value v[] = { db_uuid(account), db_uuid(id) };

	return db_row(db, arena, &queries[GET], v, NITEMS(v), entry);
}

enum db_result
audit_sealed(struct db *db, struct arena *arena, const struct uuid *account,
    int64_t after, int64_t last, int64_t from, int64_t to,
    struct audit_entry *entries, size_t max, size_t *n)
{
	const struct db_value v[] = {
		db_uuid(account), db_i64(after), db_i64(last), db_i64(from),
		db_i64(from), db_i64(to), db_i64(to), db_i64((int64_t)max),
	};

	return db_rows(db, arena, &queries[SEALED], v, NITEMS(v), entries,
	    sizeof(*entries), max, n);
}

/* -- refusals -------------------------------------------------------------- */

/*
 * A place among refusals: a minute, and how many rows of it were shown.  It
 * travels as a UUID, as the cursors of all lists do.
 */
struct place {
	int64_t	 window_at;		/* 0: none, from the newest */
	int64_t	 shown;
};

static int64_t
read_half(const uint8_t *b)
{
	uint64_t n = 0;

	for (size_t i = 0; i < 8; i++)
		n = n << 8 | b[i];
	return (int64_t)(n & INT64_MAX);
}

static struct place
read_place(const struct uuid *cursor)
{
	return (struct place){
		read_half(cursor->b), read_half(cursor->b + 8),
	};
}

static struct uuid
write_place(const struct place *place)
{
	struct uuid out;

	for (int i = 0; i < 8; i++) {
		out.b[i] = (uint8_t)(place->window_at >> (56 - 8 * i));
		out.b[8 + i] = (uint8_t)(place->shown >> (56 - 8 * i));
	}
	return out;
}

enum db_result
audit_refusal_page(struct db *db, struct arena *arena,
    const struct uuid *account, const struct audit_refusal_filter *f,
    const struct uuid *after, struct audit_refusal *refusals, size_t max,
    size_t *n)
{
	const struct place place = read_place(after);
	const struct db_value v[] = {
		db_uuid(account), db_i64(place.window_at),
		db_i64(place.window_at), db_text(f->reason),
		db_text(f->reason), db_uuid_or_null(&f->subject),
		db_uuid_or_null(&f->subject), db_i64(f->from), db_i64(f->from),
		db_i64(f->to), db_i64(f->to), db_i64((int64_t)max),
		db_i64(place.shown),
	};
	struct refusal_row *rows = arena_alloc(arena, max * sizeof(*rows));
	enum db_result result;

	result = db_rows(db, arena, &queries[REFUSALS], v, NITEMS(v), rows,
	    sizeof(*rows), max, n);
	for (size_t i = 0; result == DB_OK && i < *n; i++) {
		refusals[i] = (struct audit_refusal){
			.account_id = *account,
			.window_at = rows[i].window_at,
			.reason = rows[i].reason,
			.subject_type = rows[i].subject_type,
			.times = rows[i].times,
		};
		memcpy(refusals[i].subject, rows[i].subject.b,
		    sizeof(refusals[i].subject));
	}
	return result;
}

struct uuid
audit_refusal_cursor(const struct uuid *after,
    const struct audit_refusal *refusals, size_t n)
{
	const struct place before = read_place(after);
	struct place place = { refusals[n - 1].window_at, 0 };

	for (size_t i = n; i > 0 &&
	    refusals[i - 1].window_at == place.window_at; i--)
		place.shown++;
	if (place.window_at == before.window_at)
		place.shown += before.shown;
	return write_place(&place);
}
