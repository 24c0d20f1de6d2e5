/* SPDX-License-Identifier: ISC */
#ifndef STORE_DB_PRIVATE_H
#define STORE_DB_PRIVATE_H

/* What the parts of the door share; nobody else includes this. */

#include <mysql.h>

#include "store/db.h"

#define DB_STATEMENTS	160	/* more than the store has queries */

enum db_fault {
	DB_FAULT_NONE,
	DB_FAULT_DUPLICATE,	/* the statement's own; the work may go on */
	DB_FAULT_LOST,		/* the connection is gone */
	DB_FAULT_HOST,		/* this host is no use now; another may be */
	DB_FAULT_FULL,		/* no connection to be had just now */
	DB_FAULT_CONFLICT,	/* deadlock, lock wait, certification */
	DB_FAULT_READ_ONLY,
	DB_FAULT_OTHER,
	DB_FAULT__MAX
};

struct db_statement {
	const struct db_query	*query;
	MYSQL_STMT		*handle;
};

struct db {
	struct db_options	 options;
	MYSQL			*link;		/* NULL: not connected */
	size_t			 host;		/* of the list: tried first */
	struct db_statement	 statements[DB_STATEMENTS];
	size_t			 nstatements;
	int64_t			 used_at;	/* clock_boot */
	int64_t			 run_at;	/* used first by it; 0: not */
	bool			 running;	/* inside db_run */
	enum db_mode		 mode;
	bool			 begun;		/* a transaction is open */
	enum db_fault		 fault;		/* of this attempt; sticky */
	unsigned		 error;		/* the server's */
	char			 message[256];
	bool			 logged;	/* once per request is enough */
};

/* Note what went wrong, and the result that the statement has by it. */
enum db_result	 db_failed(struct db *, unsigned error, const char *message);

/* The result of statements after a fault. */
enum db_result	 db_faulty(const struct db *);

/* Have a connection and, for a change, an open transaction. */
enum db_result	 db_ready(struct db *);

/*
 * Make a connection, to the first host from db->host on that takes one; false
 * with the last one's fault noted.
 */
bool		 db_connect(struct db *);

/* Close connection and statements. */
void		 db_drop(struct db *);

#endif
