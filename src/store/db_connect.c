/* SPDX-License-Identifier: ISC */
/* Making a connection and making sure that it is as we need it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "store/db_private.h"

#define NO_SUCH_VARIABLE	1193
#define PATIENCE		5000	/* ms within which to try one more */

/* Errors of our own making, outside the server's and the driver's numbers. */
#define NOT_STRICT		90001
#define NOT_ENCRYPTED		90002
#define NO_MEMORY		90003

static const struct {
	const char	*sql;
	unsigned	 tolerated;
} settings[] = {
	{ "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,"
	  "NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', "
	  "time_zone = '+00:00', innodb_lock_wait_timeout = 1", 0 },
	{ "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", 0 },
	{ "SET SESSION wsrep_sync_wait = 1", NO_SUCH_VARIABLE },
	/* who stops with locks in his hand is not waited for */
	{ "SET SESSION idle_transaction_timeout = 10", NO_SUCH_VARIABLE },
};

static void
set_options(struct db *db)
{
	static const unsigned connect = 2, transfer = 3, no = 0;
	static const my_bool off = 0;
	const struct db_options *o = &db->options;

	if (o->my_cnf != NULL)
		mysql_options(db->link, MYSQL_READ_DEFAULT_FILE, o->my_cnf);
	if (o->group != NULL)
		mysql_options(db->link, MYSQL_READ_DEFAULT_GROUP, o->group);
	mysql_options(db->link, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
	mysql_options(db->link, MYSQL_OPT_READ_TIMEOUT, &transfer);
	mysql_options(db->link, MYSQL_OPT_WRITE_TIMEOUT, &transfer);
	mysql_options(db->link, MYSQL_OPT_LOCAL_INFILE, &no);
	mysql_options(db->link, MYSQL_OPT_RECONNECT, &off);
	mysql_options(db->link, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	/* Drivers differ in the default: the file alone switches it on. */
	mysql_options(db->link, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &off);
}

/* The file's settings are known once the driver has read it: on connecting. */
static bool
wants_encryption(MYSQL *link)
{
	my_bool enforce = 0, verify = 0;
	char *ca = NULL;

	mysql_get_optionv(link, MYSQL_OPT_SSL_ENFORCE, &enforce);
	mysql_get_optionv(link, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
	mysql_get_optionv(link, MYSQL_OPT_SSL_CA, &ca);
	return enforce || verify || ca != NULL;
}

/* The driver goes on in clear text where a server offers no TLS. */
static bool
is_private(MYSQL *link)
{
	const char *host = mysql_get_host_info(link);

	return strstr(host, "via UNIX socket") != NULL ||
	    !wants_encryption(link) || mysql_get_ssl_cipher(link) != NULL;
}

static bool
is_strict(MYSQL *link)
{
	MYSQL_RES *answer;
	MYSQL_ROW row;
	bool strict = false;

	if (mysql_query(link, "SELECT @@SESSION.sql_mode") != 0)
		return false;
	answer = mysql_store_result(link);
	if (answer == NULL)
		return false;
	row = mysql_fetch_row(answer);
	if (row != NULL && row[0] != NULL)
		strict = strstr(row[0], "STRICT_TRANS_TABLES") != NULL;
	mysql_free_result(answer);
	return strict;
}

/* True, or false with the driver's or our own fault noted. */
static bool
apply_settings(struct db *db)
{
	MYSQL *link = db->link;

	for (size_t i = 0; i < NITEMS(settings); i++)
		if (mysql_query(link, settings[i].sql) != 0 &&
		    mysql_errno(link) != settings[i].tolerated) {
			db_failed(db, mysql_errno(link), mysql_error(link));
			return false;
		}
	if (is_strict(link))
		return true;
	if (mysql_errno(link) != 0)
		db_failed(db, mysql_errno(link), mysql_error(link));
	else
		db_failed(db, NOT_STRICT, "the server keeps no strict mode");
	return false;
}

struct host {
	char		 name[256];	/* empty: my.cnf's */
	unsigned	 port;		/* 0: my.cnf's */
};

static size_t
count_hosts(const char *hosts)
{
	size_t n = 1;

	for (; hosts != NULL && *hosts != '\0'; hosts++)
		n += *hosts == ',';
	return n;
}

/*
 * One of "name", "name:port", "[address]:port" …  The driver knows such lists
 * too, but stays with a host that takes a connection and then says nothing.
 */
static void
read_host(const char *hosts, size_t index, struct host *host)
{
	const char *at = hosts == NULL ? "" : hosts, *end, *colon;
	size_t n;

	for (; index > 0; index--)
		at += strcspn(at, ",") + 1;
	at += strspn(at, " [");
	n = strcspn(at, ", ]");
	end = at + n + (at[n] == ']');
	colon = memchr(at, ':', n);
	host->port = 0;
	if (at[n] == ']' && *end == ':') {
		host->port = (unsigned)strtoul(end + 1, NULL, 10);
	} else if (colon != NULL && memchr(colon + 1, ':',
	    (size_t)(at + n - colon - 1)) == NULL) {
		host->port = (unsigned)strtoul(colon + 1, NULL, 10);
		n = (size_t)(colon - at);
	}
	snprintf(host->name, sizeof(host->name), "%.*s", (int)n, at);
}

static bool
open_link(struct db *db, const struct host *host)
{
	static const my_bool off = 0;

	if (mysql_real_connect(db->link, *host->name == '\0' ? NULL :
	    host->name, NULL, NULL, NULL, host->port, NULL,
	    CLIENT_FOUND_ROWS) == NULL) {
		db_failed(db, mysql_errno(db->link), mysql_error(db->link));
		return false;
	}
	/* The file must not have switched this on. */
	mysql_options(db->link, MYSQL_OPT_RECONNECT, &off);
	if (!is_private(db->link)) {
		db_failed(db, NOT_ENCRYPTED, "my.cnf asks for TLS, which the "
		    "server does not offer");
		return false;
	}
	return apply_settings(db);
}

static bool
connect_host(struct db *db, size_t index)
{
	struct host host;

	db->link = mysql_init(NULL);
	if (db->link == NULL) {
		db_failed(db, NO_MEMORY, "no memory for a connection");
		return false;
	}
	set_options(db);
	read_host(db->options.hosts, index, &host);
	if (open_link(db, &host))
		return true;
	db_drop(db);
	return false;
}

bool
db_connect(struct db *db)
{
	const size_t n = count_hosts(db->options.hosts);
	const int64_t start = clock_boot();

	for (size_t tried = 0; tried < n; tried++) {
		if (tried > 0 && clock_boot() - start >= PATIENCE)
			break;
		if (connect_host(db, db->host % n)) {
			db->fault = DB_FAULT_NONE;
			return true;
		}
		db->host++;
	}
	return false;
}

void
db_drop(struct db *db)
{
	for (size_t i = 0; i < db->nstatements; i++)
		mysql_stmt_close(db->statements[i].handle);
	db->nstatements = 0;
	if (db->link != NULL)
		mysql_close(db->link);
	db->link = NULL;
	db->begun = false;
}
