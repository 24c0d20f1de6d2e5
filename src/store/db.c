/* SPDX-License-Identifier: ISC */
/* Running work: transactions, faults, repeats. */

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/nitems.h"
#include "store/db_private.h"
#include "store/db.h"

#define ATTEMPTS	3
#define ALWAYS		INT_MAX
#define PATIENCE	2000	/* ms in which a run may begin again */
#define IDLE		5000	/* ms after which a connection is closed */

static const struct {
	unsigned	 error;
	enum db_fault	 fault;
} faults[] = {
	{ 1062, DB_FAULT_DUPLICATE },
	{ 2006, DB_FAULT_LOST },
	{ 2013, DB_FAULT_LOST },
	{ 2055, DB_FAULT_LOST },
	{ 4031, DB_FAULT_LOST },	/* MySQL: closed while idle */
	{ 1927, DB_FAULT_LOST },	/* killed */
	{ 1053, DB_FAULT_LOST },	/* shutting down */
	{ 1047, DB_FAULT_HOST },	/* a cluster node without quorum */
	{ 1243, DB_FAULT_LOST },	/* it has forgotten our statements */
	{ 1615, DB_FAULT_LOST },	/* the schema moved under them */
	{ 1040, DB_FAULT_FULL },
	{ 1203, DB_FAULT_FULL },
	{ 1226, DB_FAULT_FULL },
	{ 1213, DB_FAULT_CONFLICT },
	{ 1205, DB_FAULT_CONFLICT },
	{ 1020, DB_FAULT_CONFLICT },
	{ 1290, DB_FAULT_READ_ONLY },
	{ 1836, DB_FAULT_READ_ONLY },
	{ 1792, DB_FAULT_READ_ONLY },
};

static const struct {
	enum db_result	 result;
	int		 attempts;
} outcomes[DB_FAULT__MAX] = {
	[DB_FAULT_NONE]      = { DB_OK, 1 },
	[DB_FAULT_DUPLICATE] = { DB_DUPLICATE, 1 },
	[DB_FAULT_LOST]      = { DB_UNAVAILABLE, ATTEMPTS },
	[DB_FAULT_HOST]      = { DB_UNAVAILABLE, ATTEMPTS },
	[DB_FAULT_FULL]      = { DB_UNAVAILABLE, ALWAYS },
	[DB_FAULT_CONFLICT]  = { DB_UNAVAILABLE, ATTEMPTS },
	[DB_FAULT_READ_ONLY] = { DB_READ_ONLY, 1 },
	[DB_FAULT_OTHER]     = { DB_UNAVAILABLE, 1 },
};

/* Errors whose text repeats a value. */
static const unsigned telling[] = { 1062, 1292, 1366, 1411 };

struct db *
db_new(const struct db_options *options)
{
	struct db *db;

	if (mysql_library_init(0, NULL, NULL) != 0)
		return NULL;
	db = calloc(1, sizeof(*db));
	if (db != NULL)
		db->options = *options;
	return db;
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	db_drop(db);
	free(db);
}

/* Here it can be done; src/quick cannot. */
void
db_expect(struct db *db)
{
	(void)db;
}

void
db_release(struct db *db)
{
	db->logged = false;
	if (db->options.shared)
		db_drop(db);
}

void
db_idle(struct db *db)
{
	db->logged = false;
	if (db->link != NULL && clock_boot() - db->used_at >= IDLE)
		db_drop(db);
}

static enum db_fault
classify_error(unsigned error)
{
	for (size_t i = 0; i < NITEMS(faults); i++)
		if (faults[i].error == error)
			return faults[i].fault;
	return DB_FAULT_OTHER;
}

static bool
is_telling(unsigned error)
{
	for (size_t i = 0; i < NITEMS(telling); i++)
		if (telling[i] == error)
			return true;
	return false;
}

enum db_result
db_failed(struct db *db, unsigned error, const char *message)
{
	enum db_fault fault = classify_error(error);

	if (fault == DB_FAULT_DUPLICATE)
		return DB_DUPLICATE;
	db->fault = fault;
	db->error = error;
	snprintf(db->message, sizeof(db->message), "%s",
	    is_telling(error) ? "a value was not accepted" : message);
	return outcomes[fault].result;
}

enum db_result
db_faulty(const struct db *db)
{
	return outcomes[db->fault].result;
}

enum db_result
db_ready(struct db *db)
{
	assert(db->running);
	if (db->fault != DB_FAULT_NONE)
		return db_faulty(db);
	if (db->run_at == 0)
		db->run_at = clock_boot();
	if (db->link == NULL && !db_connect(db))
		return db_faulty(db);
	db->used_at = clock_boot();
	if (db->mode == DB_READ || db->begun)
		return DB_OK;
	if (mysql_query(db->link, "START TRANSACTION") != 0)
		return db_failed(db, mysql_errno(db->link),
		    mysql_error(db->link));
	db->begun = true;
	return DB_OK;
}

static void
undo_work(struct db *db)
{
	if (db->link == NULL)
		return;
	if (db->fault == DB_FAULT_HOST)
		db->host++;
	/* an unknown error leaves a session in an unknown state */
	if (db->fault == DB_FAULT_LOST || db->fault == DB_FAULT_HOST ||
	    db->fault == DB_FAULT_OTHER ||
	    (db->begun && mysql_rollback(db->link) != 0))
		db_drop(db);
}

/*
 * An error at COMMIT leaves open what happened, unless it says itself that the
 * server took nothing.
 */
static enum db_result
commit_work(struct db *db)
{
	enum db_result result;

	if (mysql_commit(db->link) == 0)
		return DB_OK;
	result = db_failed(db, mysql_errno(db->link), mysql_error(db->link));
	undo_work(db);
	if (db->fault == DB_FAULT_CONFLICT || db->fault == DB_FAULT_READ_ONLY)
		return result;
	db->fault = DB_FAULT_OTHER;
	db_drop(db);
	return DB_UNKNOWN;
}

static enum db_result
attempt_work(struct db *db, enum db_result (*work)(void *), void *context)
{
	enum db_result result;

	db->fault = DB_FAULT_NONE;
	db->begun = false;
	result = work(context);
	if (db->fault != DB_FAULT_NONE)
		result = db_faulty(db);
	if (result == DB_OK && db->begun)
		return commit_work(db);
	undo_work(db);
	return result;
}

/* 20 to 80 ms, so that those who met do not meet again. */
static void
wait_a_little(void)
{
	uint8_t random;
	struct timespec pause = { 0, 0 };

	crypto_random(&random, sizeof(random));
	pause.tv_nsec = (20 + random % 61) * 1000000L;
	nanosleep(&pause, NULL);
}

static void
log_fault(struct db *db)
{
	if (db->fault == DB_FAULT_NONE || db->logged)
		return;
	log_line(LOG_ERROR, "database: error %u: %s", db->error, db->message);
	db->logged = true;
}

enum db_result
db_run(struct db *db, enum db_mode mode, enum db_result (*work)(void *),
    void *context)
{
	enum db_result result;

	assert(!db->running);
	db->running = true;
	db->run_at = 0;
	db->mode = mode;
	for (int attempt = 1;; attempt++) {
		result = attempt_work(db, work, context);
		if (attempt >= outcomes[db->fault].attempts)
			break;
		/* This ends repeats after a timeout, too: those take longer. */
		if (clock_boot() - db->run_at >= PATIENCE)
			break;
		wait_a_little();
	}
	db->running = false;
	log_fault(db);
	return result;
}
