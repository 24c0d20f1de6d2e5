/* SPDX-License-Identifier: ISC */
#ifndef STORE_DB_H
#define STORE_DB_H

/*
 * The one door to the database.  SQL is literal text in tables of queries,
 * values are only ever bound, rows land in structs by tables of columns.
 *
 * All work runs inside db_run, which connects, repeats the work as a whole
 * where that is right, and ends the transaction.  The work must therefore have
 * no effect but on the database and on memory that a repeat sets anew.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bits.h"
#include "base/uuid.h"

struct db;

enum db_result {
	DB_OK,
	DB_NONE,	/* no such row */
	DB_DUPLICATE,	/* a unique key is taken */
	DB_REFUSED,	/* the work itself said no: rolled back */
	DB_READ_ONLY,	/* the server takes no changes: rolled back */
	DB_UNAVAILABLE,	/* cannot be asked now: rolled back, or never begun */
	DB_UNTOLD,	/* others could not be told (mutation.h): never begun */
	DB_UNKNOWN,	/* COMMIT was sent and its answer lost */
};

enum db_mode {
	DB_READ,	/* each statement for itself */
	DB_CHANGE,	/* one transaction */
};

struct db_options {
	const char	*my_cnf;	/* file and group: how to log in */
	const char	*group;
	const char	*hosts;		/* "h1:3306,h2"; NULL: my_cnf's */
	bool		 shared;	/* close at the end of each request */
};

/* No connection is made before the first statement.  Options are kept. */
struct db	*db_new(const struct db_options *);
void		 db_free(struct db *);

/*
 * Run the work; DB_OK from it commits a change, anything else rolls back and is
 * returned.  After a deadlock, a lock wait or a lost connection the whole work
 * runs again, up to three times within two seconds, and as often as fits in
 * them while no connection is to be had; a timeout is not repeated.
 * A statement that failed so makes every later statement and the commit fail,
 * so work need only pass results on.
 */
enum db_result	 db_run(struct db *, enum db_mode,
		    enum db_result (*work)(void *), void *context);

/*
 * Work that changes something may follow, and as yet nothing was taken or
 * counted: who cannot do it must not go on.
 */
void		 db_expect(struct db *);

/* At the end of a request: closes a shared connection. */
void		 db_release(struct db *);

/* On the idle tick: closes a connection unused for five seconds. */
void		 db_idle(struct db *);

/* -- statements ------------------------------------------------------------ */

enum db_type {
	DB_I64,		/* int64_t; NULL is 0 */
	DB_BOOL,	/* bool */
	DB_U8,		/* uint8_t */
	DB_TEXT,	/* const char *, in the arena; NULL is NULL */
	DB_BLOB,	/* struct db_blob, in the arena; NULL is { NULL, 0 } */
	DB_UUID,	/* struct uuid; NULL is zero */
	DB_DIGEST,	/* uint8_t[32]; NULL is zeros */
	DB_BITS,	/* struct bits; NULL is empty */
};

struct db_blob {
	const uint8_t	*data;
	size_t		 n;
};

struct db_column {
	enum db_type	 type;
	size_t		 offset;
};

#define DB_COLUMN(type_, struct_, member_)				\
	{ DB_##type_, offsetof(struct_, member_) }

struct db_query {
	const char		*sql;
	const struct db_column	*columns;
	size_t			 ncolumns;
};

struct db_value {
	enum db_type	 type;		/* DB_TEXT, DB_BLOB or DB_I64 */
	bool		 null;
	const void	*data;
	size_t		 n;
	int64_t		 i64;
};

struct db_value	 db_i64(int64_t);
struct db_value	 db_i64_or_null(int64_t);	/* 0 is NULL */
struct db_value	 db_text(const char *);		/* NULL is NULL */
struct db_value	 db_blob(const void *, size_t n);
struct db_value	 db_blob_or_null(const void *, size_t n); /* NULL is NULL */
struct db_value	 db_uuid(const struct uuid *);
struct db_value	 db_uuid_or_null(const struct uuid *);	/* zero is NULL */

/* affected may be NULL; it counts rows matched, changed or not. */
enum db_result	 db_exec(struct db *, const struct db_query *,
		    const struct db_value *, size_t nvalues,
		    uint64_t *affected);

/* A change that must meet a row: DB_NONE when it met none. */
enum db_result	 db_change(struct db *, const struct db_query *,
		    const struct db_value *, size_t nvalues);

/* One row into *row, or DB_NONE. */
enum db_result	 db_row(struct db *, struct arena *, const struct db_query *,
		    const struct db_value *, size_t nvalues, void *row);

/* One row of one number: the columns of such a query, and asking it. */
extern const struct db_column db_number[1];
enum db_result	 db_count(struct db *, const struct db_query *,
		    const struct db_value *, size_t nvalues, int64_t *number);

/* At most max rows of the given size; *n is how many.  No row is DB_OK. */
enum db_result	 db_rows(struct db *, struct arena *, const struct db_query *,
		    const struct db_value *, size_t nvalues,
		    void *rows, size_t size, size_t max, size_t *n);

/* The database's clock, in ms: by it expiry is judged. */
enum db_result	 db_now(struct db *, int64_t *ms);

/*
 * One statement of the migrator's, as text: schema files only.  Errors that
 * say that the change stands already (table, column, key exists) are DB_OK.
 */
enum db_result	 db_migrate(struct db *, const char *sql);

#endif
