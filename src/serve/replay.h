/* SPDX-License-Identifier: ISC */
#ifndef SERVE_REPLAY_H
#define SERVE_REPLAY_H

/*
 * Idempotency-Key: a repeated creation gets the answer of the first again.
 * The answer is sealed under a key made from the keyring and the header's
 * value, of which only a keyed digest is kept: keyring and database together
 * do not open it.
 */

#include "serve/serve.h"

enum replay_state {
	REPLAY_NONE,		/* no such header: nothing to keep */
	REPLAY_NEW,		/* keep the answer */
	REPLAY_ANSWERED,	/* it was answered from what is kept */
	REPLAY_PROBLEM,		/* see *problem */
};

/* Before the work.  Answers itself when the answer is there. */
enum replay_state replay_begin(struct call *, enum problem *problem);

/* In the work's transaction, when the answer is complete. */
enum db_result	 replay_keep(struct call *);

#endif
