/* SPDX-License-Identifier: ISC */
/* Statements: prepared once per connection, bound, fetched by tables. */

#include <assert.h>
#include <string.h>

#include "base/nitems.h"
#include "store/db_private.h"
#include "store/db.h"

#define VALUES	64	/* of one statement */
#define COLUMNS	40	/* of one query */
#define WIDEST	32	/* bytes of what is fetched in place */

/* Where the driver puts one column of a row. */
struct slot {
	int64_t		 i64;
	uint8_t		 bytes[WIDEST];
	unsigned long	 n;
	my_bool		 null;
	my_bool		 cut;
};

static const struct {
	enum enum_field_types	 type;
	size_t			 size;	/* 0: as long as it is */
} wire[] = {
	[DB_I64]    = { MYSQL_TYPE_LONGLONG, sizeof(int64_t) },
	[DB_BOOL]   = { MYSQL_TYPE_LONGLONG, sizeof(int64_t) },
	[DB_U8]     = { MYSQL_TYPE_LONGLONG, sizeof(int64_t) },
	[DB_TEXT]   = { MYSQL_TYPE_STRING, 0 },
	[DB_BLOB]   = { MYSQL_TYPE_BLOB, 0 },
	[DB_UUID]   = { MYSQL_TYPE_BLOB, sizeof(struct uuid) },
	[DB_DIGEST] = { MYSQL_TYPE_BLOB, 32 },
	[DB_BITS]   = { MYSQL_TYPE_BLOB, sizeof(struct bits) },
};

static enum db_result
statement_failed(struct db *db, MYSQL_STMT *s)
{
	return db_failed(db, mysql_stmt_errno(s), mysql_stmt_error(s));
}

static MYSQL_STMT *
prepare_statement(struct db *db, const struct db_query *query)
{
	MYSQL_STMT *s = mysql_stmt_init(db->link);

	if (s == NULL) {
		db_failed(db, mysql_errno(db->link), mysql_error(db->link));
		return NULL;
	}
	if (mysql_stmt_prepare(s, query->sql, strlen(query->sql)) != 0) {
		statement_failed(db, s);
		mysql_stmt_close(s);
		return NULL;
	}
	assert(mysql_stmt_field_count(s) == query->ncolumns);
	assert(db->nstatements < DB_STATEMENTS);
	db->statements[db->nstatements].query = query;
	db->statements[db->nstatements++].handle = s;
	return s;
}

/* The query's statement on this connection, or NULL with the fault noted. */
static MYSQL_STMT *
find_statement(struct db *db, const struct db_query *query)
{
	for (size_t i = 0; i < db->nstatements; i++)
		if (db->statements[i].query == query)
			return db->statements[i].handle;
	return prepare_statement(db, query);
}

/* The driver's structure knows no const; it only reads. */
static void *
lend(const void *data)
{
	void *lent;

	memcpy(&lent, &data, sizeof(lent));
	return lent;
}

static void
bind_value(MYSQL_BIND *bind, const struct db_value *value)
{
	if (value->null) {
		bind->buffer_type = MYSQL_TYPE_NULL;
		return;
	}
	bind->buffer_type = wire[value->type].type;
	if (value->type == DB_I64) {
		bind->buffer = lend(&value->i64);
		return;
	}
	bind->buffer = lend(value->data);
	bind->buffer_length = value->n;
}

static enum db_result
execute(struct db *db, MYSQL_STMT *s, const struct db_value *values,
    size_t nvalues)
{
	MYSQL_BIND binds[VALUES];

	assert(nvalues <= VALUES && mysql_stmt_param_count(s) == nvalues);
	memset(binds, 0, sizeof(binds));
	for (size_t i = 0; i < nvalues; i++)
		bind_value(&binds[i], &values[i]);
	if (nvalues > 0 && mysql_stmt_bind_param(s, binds) != 0)
		return statement_failed(db, s);
	if (mysql_stmt_execute(s) != 0)
		return statement_failed(db, s);
	return DB_OK;
}

/* Send a query; its statement goes to *s when it is DB_OK. */
static enum db_result
send_query(struct db *db, const struct db_query *query,
    const struct db_value *values, size_t nvalues, MYSQL_STMT **s)
{
	enum db_result result = db_ready(db);

	if (result != DB_OK)
		return result;
	*s = find_statement(db, query);
	if (*s == NULL)
		return db_faulty(db);
	return execute(db, *s, values, nvalues);
}

enum db_result
db_exec(struct db *db, const struct db_query *query,
    const struct db_value *values, size_t nvalues, uint64_t *affected)
{
	MYSQL_STMT *s;
	enum db_result result = send_query(db, query, values, nvalues, &s);

	if (result == DB_OK && affected != NULL)
		*affected = mysql_stmt_affected_rows(s);
	return result;
}

static void
bind_columns(MYSQL_BIND *binds, struct slot *slots,
    const struct db_query *query)
{
	for (size_t i = 0; i < query->ncolumns; i++) {
		enum db_type type = query->columns[i].type;
		bool number = wire[type].type == MYSQL_TYPE_LONGLONG;

		binds[i].buffer_type = wire[type].type;
		binds[i].buffer = number ? (void *)&slots[i].i64 :
		    (void *)slots[i].bytes;
		binds[i].buffer_length = wire[type].size;
		binds[i].length = &slots[i].n;
		binds[i].is_null = &slots[i].null;
		binds[i].error = &slots[i].cut;
	}
}

/* The whole of a text or blob, with a NUL behind it. */
static uint8_t *
fetch_long(MYSQL_STMT *s, struct arena *arena, unsigned column,
    enum db_type type, unsigned long n)
{
	uint8_t *data = arena_alloc(arena, n + 1);
	my_bool null = 0, cut = 0;
	MYSQL_BIND bind = {
		.buffer_type = wire[type].type,
		.buffer = data,
		.buffer_length = n,
		.length = &n,
		.is_null = &null,
		.error = &cut,
	};

	if (n > 0 && mysql_stmt_fetch_column(s, &bind, column, 0) != 0)
		return NULL;
	return data;
}

static bool
store_long(MYSQL_STMT *s, struct arena *arena, unsigned column,
    enum db_type type, const struct slot *slot, void *member)
{
	struct db_blob blob = { NULL, 0 };

	if (!slot->null) {
		blob.data = fetch_long(s, arena, column, type, slot->n);
		blob.n = slot->n;
		if (blob.data == NULL)
			return false;
	}
	if (type == DB_TEXT)
		*(const char **)member = (const char *)blob.data;
	else
		*(struct db_blob *)member = blob;
	return true;
}

/* One column into its member; NULL became zeros when the row was cleared. */
static bool
store_column(MYSQL_STMT *s, struct arena *arena, unsigned column,
    enum db_type type, const struct slot *slot, void *member)
{
	switch (type) {
	case DB_I64:
		*(int64_t *)member = slot->null ? 0 : slot->i64;
		return true;
	case DB_BOOL:
		*(bool *)member = !slot->null && slot->i64 != 0;
		return true;
	case DB_U8:
		*(uint8_t *)member = slot->null ? 0 : (uint8_t)slot->i64;
		return true;
	case DB_UUID:
	case DB_DIGEST:
	case DB_BITS:
		memset(member, 0, wire[type].size);
		if (!slot->null)
			memcpy(member, slot->bytes, slot->n < wire[type].size ?
			    slot->n : wire[type].size);
		return true;
	case DB_TEXT:
	case DB_BLOB:
		break;
	}
	return store_long(s, arena, column, type, slot, member);
}

static bool
store_row(MYSQL_STMT *s, struct arena *arena, const struct db_query *query,
    const struct slot *slots, uint8_t *row)
{
	for (size_t i = 0; i < query->ncolumns; i++)
		if (!store_column(s, arena, (unsigned)i, query->columns[i].type,
		    &slots[i], row + query->columns[i].offset))
			return false;
	return true;
}

static enum db_result
fetch_rows(struct db *db, struct arena *arena, MYSQL_STMT *s,
    const struct db_query *query, uint8_t *rows, size_t size, size_t max,
    size_t *n)
{
	MYSQL_BIND binds[COLUMNS];
	struct slot slots[COLUMNS];
	int got;

	assert(query->ncolumns > 0 && query->ncolumns <= COLUMNS);
	memset(binds, 0, sizeof(binds));
	memset(slots, 0, sizeof(slots));
	bind_columns(binds, slots, query);
	if (mysql_stmt_bind_result(s, binds) != 0 ||
	    mysql_stmt_store_result(s) != 0)
		return statement_failed(db, s);
	for (*n = 0; *n < max; (*n)++) {
		got = mysql_stmt_fetch(s);
		if (got == MYSQL_NO_DATA)
			return DB_OK;
		/* Texts bound with no room are always "truncated". */
		if ((got != 0 && got != MYSQL_DATA_TRUNCATED) ||
		    !store_row(s, arena, query, slots, rows + *n * size))
			return statement_failed(db, s);
	}
	return DB_OK;
}

enum db_result
db_rows(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues, void *rows, size_t size,
    size_t max, size_t *n)
{
	MYSQL_STMT *s;
	enum db_result result;

	*n = 0;
	result = send_query(db, query, values, nvalues, &s);
	if (result != DB_OK)
		return result;
	result = fetch_rows(db, arena, s, query, rows, size, max, n);
	mysql_stmt_free_result(s);
	return result;
}

enum db_result
db_row(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues, void *row)
{
	size_t n;
	enum db_result result;

	result = db_rows(db, arena, query, values, nvalues, row, 0, 1, &n);
	return result == DB_OK && n == 0 ? DB_NONE : result;
}
