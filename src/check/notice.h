/* SPDX-License-Identifier: ISC */
#ifndef CHECK_NOTICE_H
#define CHECK_NOTICE_H

/* Mails to the owner of a key about what became of it. */

#include "base/config.h"
#include "store/key.h"
#include "store/user.h"

struct notice {
	const char	*to;		/* NULL: nobody to tell */
	const char	*subject;
	const char	*text;
	const struct notice *next;	/* that goes with it, or NULL */
};

enum notice_event {
	NOTICE_MADE,
	NOTICE_ROTATED,
	NOTICE_ENDED,
};

/*
 * The user to tell about a key: its owner, or of a company token, to whose
 * user no mail can be sent, the one who made it.
 */
const struct uuid *notice_keeper(const struct key *);

/* Compose; by and address say who did it and from where, for people. */
struct notice	 notice_of_key(struct arena *, enum notice_event,
		    const struct user *keeper, const struct key *,
		    const char *by, const char *address);

/* Several that the same user keeps end at once: one mail names them all. */
struct notice	 notice_of_ended(struct arena *, const struct user *keeper,
		    const struct key *const *, size_t n, const char *by,
		    const char *address);

/* All keys of a user end, as he is deleted. */
struct notice	 notice_of_user(struct arena *, const struct user *,
		    const char *by, const char *address);

/* After commit and answer: a failure is logged, and false. */
bool		 notice_send(const struct config *, const struct notice *);

#endif
