/* SPDX-License-Identifier: ISC */
/* Values to bind, and results in their simplest form. */

#include <string.h>

#include "store/db.h"

struct db_value
db_i64(int64_t n)
{
	return (struct db_value){ .type = DB_I64, .i64 = n };
}

struct db_value
db_i64_or_null(int64_t n)
{
	return (struct db_value){ .type = DB_I64, .i64 = n, .null = n == 0 };
}

struct db_value
db_text(const char *text)
{
	return (struct db_value){
		.type = DB_TEXT,
		.null = text == NULL,
		.data = text,
		.n = text == NULL ? 0 : strlen(text),
	};
}

struct db_value
db_blob(const void *data, size_t n)
{
	return (struct db_value){ .type = DB_BLOB, .data = data, .n = n };
}

struct db_value
db_blob_or_null(const void *data, size_t n)
{
	return (struct db_value){
		.type = DB_BLOB, .null = data == NULL, .data = data, .n = n,
	};
}

struct db_value
db_uuid(const struct uuid *id)
{
	return db_blob(id->b, sizeof(id->b));
}

struct db_value
db_uuid_or_null(const struct uuid *id)
{
	struct db_value value = db_uuid(id);

	value.null = uuid_is_zero(id);
	return value;
}

enum db_result
db_change(struct db *db, const struct db_query *query,
    const struct db_value *values, size_t nvalues)
{
	uint64_t affected = 0;
	enum db_result result;

	result = db_exec(db, query, values, nvalues, &affected);
	return result == DB_OK && affected == 0 ? DB_NONE : result;
}

const struct db_column db_number[1] = { { DB_I64, 0 } };

enum db_result
db_count(struct db *db, const struct db_query *query,
    const struct db_value *values, size_t nvalues, int64_t *number)
{
	return db_row(db, NULL, query, values, nvalues, number);
}
