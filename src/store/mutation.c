/* SPDX-License-Identifier: ISC */
/* The one end of every change. */

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/nitems.h"
#include "store/asked.h"
#include "store/generation.h"
#include "store/generation_table.h"

#include "store/mutation.h"

/* ms from the time of a change, as the trail has it, to its commit */
#define COMMIT	(10 * (int64_t)1000)

struct attempt {
	struct mutation		*mutation;
	enum db_result		(*work)(void *);
	void			*context;
};

/*
 * Whom a change of such an object is about: those who have its id, or else
 * everybody in its account, or everybody.
 */
static const struct {
	const char	*object_type;
	enum { OF_ACCOUNT, OF_OBJECT, OF_ALL } about;
} reaches[] = {
	{ "key", OF_OBJECT },
	{ "session", OF_OBJECT },
	{ "token", OF_OBJECT },
	{ "user", OF_OBJECT },
	{ "account", OF_ALL },
	{ "keyring", OF_ALL },
	{ "permission", OF_ALL },
};

/* Zero is everybody. */
static const struct uuid *
find_reach(const struct mutation *m)
{
	const struct audit_event *event = &m->event;

	if (event->action == NULL)
		return &event->account_id;
	for (size_t i = 0; i < NITEMS(reaches); i++) {
		if (strcmp(reaches[i].object_type, event->object_type) != 0)
			continue;
		if (reaches[i].about == OF_OBJECT)
			return &event->object_id;
		return &uuid_zero;
	}
	return &event->account_id;
}

/* What is new is known to nobody yet, unless it replaces something. */
static const struct uuid *
find_told(const struct mutation *m)
{
	const char *action = m->event.action;
	const char *verb = action == NULL ? NULL : strchr(action, '.');
	const struct uuid *reach = find_reach(m);

	/* nothing was done, by nobody whom we know */
	if (action == NULL && uuid_is_zero(reach))
		return NULL;
	if (verb == NULL || strcmp(verb, ".create") != 0 ||
	    uuid_is_zero(reach))
		return reach;
	return m->takes_away ? &m->event.account_id : NULL;
}

/* The database counts by users; zero is everybody. */
static const struct uuid *
find_user(const struct mutation *m)
{
	return strcmp(m->event.object_type, "user") == 0 ?
	    &m->event.object_id : &m->owner;
}

/* The work, its audit row, and that others hear of it: one transaction. */
static enum db_result
attempt_once(void *context)
{
	struct attempt *a = context;
	struct mutation *m = a->mutation;
	enum db_result result;

	m->event.action = NULL;
	m->event.detail = "{}";
	m->found_done = false;
	m->owner = uuid_zero;
	result = a->work(a->context);
	if (result != DB_OK || m->event.action == NULL)
		return result;
	m->event.id = uuid_new();
	result = audit_add(m->db, m->keyring, &m->event);
	if (result != DB_OK || find_told(m) == NULL)
		return result;
	return generation_table_advance(m->db, find_user(m));
}

struct question {
	const struct mutation	*mutation;
	int64_t			 since;
	bool			 creations;
	enum asked		 answer;
};

static enum db_result
ask_what(void *context)
{
	struct question *q = context;
	const struct mutation *m = q->mutation;

	return asked_find(m->db, &m->event.account_id, &m->asked, &q->answer);
}

static enum db_result
ask_lately(void *context)
{
	struct question *q = context;
	const struct audit_event *event = &q->mutation->event;

	return asked_lately(q->mutation->db, &event->account_id,
	    &event->actor_user, q->since, q->creations, &q->answer);
}

/* Who may still count on what somebody else took; anybody, if in doubt. */
static const struct uuid *
find_asked(const struct mutation *m)
{
	struct question q = { .mutation = m };

	if (uuid_is_zero(&m->asked))
		return NULL;
	if (db_run(m->db, DB_READ, ask_what, &q) != DB_OK)
		q.answer = ASKED_ACCOUNT;
	if (q.answer == ASKED_NOBODY)
		return NULL;
	return q.answer == ASKED_ITSELF ? &m->asked : &m->event.account_id;
}

/* With no transaction, lock or shared connection held. */
static void
hold_back(const struct mutation *m)
{
	struct timespec left = {
		.tv_sec = (time_t)(m->hold_back / 1000),
		.tv_nsec = (long)(m->hold_back % 1000) * 1000000,
	};

	db_release(m->db);
	while (nanosleep(&left, &left) == -1 && errno == EINTR)
		continue;
}

enum db_result
mutation_run(struct mutation *m, enum db_result (*work)(void *), void *context)
{
	struct attempt a = { m, work, context };
	const struct uuid *told;
	enum db_result result;

	if (!generation_open(m->state))
		return DB_UNTOLD;
	result = db_run(m->db, DB_CHANGE, attempt_once, &a);
	if (result != DB_OK && result != DB_UNKNOWN && !m->found_done)
		return result;
	told = m->event.action == NULL && m->knows_asked ? find_asked(m) :
	    find_told(m);
	if (told != NULL && !generation_advance(m->state, told))
		return DB_UNKNOWN;
	if (m->hold_back > 0 && told != NULL &&
	    (m->takes_away || m->event.action == NULL || m->found_done))
		hold_back(m);
	return result;
}

/* What is done already, perhaps, is told once more. */
static enum db_result
tell_again(const struct mutation *m, const struct uuid *told)
{
	if (!generation_open(m->state))
		return DB_UNTOLD;
	if (!generation_advance(m->state, told))
		return DB_UNKNOWN;
	if (m->hold_back > 0)
		hold_back(m);
	return DB_OK;
}

enum db_result
mutation_refused(const struct mutation *m, int64_t max_age, bool replaced)
{
	struct question q = {
		.mutation = m,
		.since = m->event.at - max_age - COMMIT,
		.creations = replaced,
	};
	enum db_result result;

	result = db_run(m->db, DB_READ, ask_lately, &q);
	if (result != DB_OK || q.answer == ASKED_NOBODY)
		return result;
	return tell_again(m, q.answer == ASKED_ITSELF ?
	    &m->event.actor_user : &m->event.account_id);
}

/* Whatever it was that was answered, it was in that account. */
enum db_result
mutation_repeat(const struct mutation *m)
{
	return tell_again(m, &m->event.account_id);
}
