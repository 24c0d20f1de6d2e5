/* SPDX-License-Identifier: ISC */
/* The one end of every change. */

#include "store/mutation.h"

struct attempt {
	struct mutation		*mutation;
	enum db_result		(*work)(void *);
	void			*context;
};

/* The work and its audit row, in one transaction. */
static enum db_result
attempt_once(void *context)
{
	struct attempt *a = context;
	struct mutation *m = a->mutation;
	enum db_result result;

	m->event.action = NULL;
	m->event.detail = "{}";
	result = a->work(a->context);
	if (result != DB_OK || m->event.action == NULL)
		return result;
	m->event.id = uuid_new();
	return audit_add(m->db, m->keyring, &m->event);
}

enum db_result
mutation_run(struct mutation *m, enum db_result (*work)(void *), void *context)
{
	struct attempt a = { m, work, context };

	return db_run(m->db, DB_CHANGE, attempt_once, &a);
}
