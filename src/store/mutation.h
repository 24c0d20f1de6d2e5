/* SPDX-License-Identifier: ISC */
#ifndef STORE_MUTATION_H
#define STORE_MUTATION_H

/*
 * Every change to what the decision reads ends here: commit, and only then may
 * it be answered.  What other processes or hosts must learn before the answer
 * leaves has its place here, too; every check asks the database, so that there
 * is nothing of the kind.
 */

#include "store/audit.h"
#include "store/db.h"

struct mutation {
	struct db		*db;
	const struct keyring	*keyring;
	bool			 takes_away;	/* somebody loses by it */
	struct audit_event	 event;		/* the work fills it; id too */
};

/*
 * Run the work in a transaction (see db_run; it may run several times), write
 * the audit event that it filled, and commit.  The work fills event.action;
 * leaving it NULL says that nothing was changed: no row then.
 */
enum db_result	 mutation_run(struct mutation *,
		    enum db_result (*work)(void *), void *context);

#endif
