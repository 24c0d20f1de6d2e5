/* SPDX-License-Identifier: ISC */
#ifndef STORE_MUTATION_H
#define STORE_MUTATION_H

/*
 * Every change to what the decision reads ends here, in this order: commit,
 * advance the generations, hold back, and only then may it be answered.
 */

#include "store/audit.h"
#include "store/db.h"

struct mutation {
	struct db		*db;
	const struct keyring	*keyring;
	bool			 takes_away;	/* it is held back then */
	struct audit_event	 event;		/* the work fills it; id too */
};

/*
 * Run the work in a transaction (see db_run; it may run several times), write
 * the audit event that it filled, commit, advance, hold back.  The work fills
 * event.action; leaving it NULL says that nothing was changed: no row then.
 */
enum db_result	 mutation_run(struct mutation *,
		    enum db_result (*work)(void *), void *context);

#endif
