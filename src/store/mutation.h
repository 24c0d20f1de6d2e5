/* SPDX-License-Identifier: ISC */
#ifndef STORE_MUTATION_H
#define STORE_MUTATION_H

/*
 * Every change to what the decision reads ends here: commit, and with it tell
 * whoever asks the database (store/generation_table.h), tell the processes of
 * this host (store/generation.h), wait out what other hosts may still hold for
 * true, and only then may it be answered.
 */

#include "store/audit.h"
#include "store/db.h"

struct mutation {
	struct db		*db;
	const struct keyring	*keyring;
	const char		*state;		/* folder of the generations */
	int64_t			 hold_back;	/* ms; 0: there is one host */
	bool			 takes_away;	/* somebody loses by it */
	bool			 found_done;	/* refused: it is so already */
	bool			 knows_asked;	/* it was about this alone: */
	struct uuid		 asked;		/* zero: about nobody */
	struct uuid		 owner;		/* whose key, session, token */
	struct audit_event	 event;		/* the work fills it; id too */
};

/*
 * Run the work in a transaction (see db_run; it may run several times), write
 * the audit event that it filled, and commit.  The work fills event.action;
 * leaving it NULL says that nothing was changed: no row then.  It says who the
 * owner is, where one alone is concerned; else everybody is told.
 *
 * All but a definite rollback is told: a change, a commit whose answer was
 * lost, and a repeat that finds nothing to change, since whoever changed it
 * may have been killed before he could tell.  Where it is known what such a
 * repeat asks about, that alone is told, and nothing when there never was such
 * a thing: then it is no repeat.  DB_UNTOLD: it cannot be told, and nothing was
 * done; generation_fault says what to mend.
 */
enum db_result	 mutation_run(struct mutation *,
		    enum db_result (*work)(void *), void *context);

/*
 * Who would change something (event.actor_user) is refused: perhaps by what he
 * did himself less than max_age ms ago, making what replaces him among it, and
 * was killed before he could tell.  DB_OK: whatever he did is told.
 */
enum db_result	 mutation_refused(const struct mutation *, int64_t max_age,
		    bool replaced);

/*
 * An answer is about to be given once more: whoever gave it first may have been
 * killed before he could tell.  DB_UNTOLD, DB_UNKNOWN: it must not be given.
 */
enum db_result	 mutation_repeat(const struct mutation *);

#endif
