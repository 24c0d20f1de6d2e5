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
};

enum notice_event {
	NOTICE_MADE,
	NOTICE_ROTATED,
	NOTICE_ENDED,
};

/* Compose; by and address say who did it and from where, for people. */
struct notice	 notice_of_key(struct arena *, enum notice_event,
		    const struct user *owner, const struct key *,
		    const char *by, const char *address);

/* All keys of a user end, as he is deleted. */
struct notice	 notice_of_user(struct arena *, const struct user *,
		    const char *by, const char *address);

/* After commit and answer: a failure is logged, and false. */
bool		 notice_send(const struct config *, const struct notice *);

#endif
