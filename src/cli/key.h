/* SPDX-License-Identifier: ISC */
#ifndef CLI_KEY_H
#define CLI_KEY_H

/* What the commands on keys share. */

#include "check/notice.h"
#include "store/key.h"

#include "cli/cli.h"

/* The audit trail's detail; reason may be NULL. */
const char	*key_detail(struct arena *, const struct key *,
		    const char *reason);

/* After the answer: mail the key's keeper that the operator did it. */
void		 key_tell(struct cli *, enum notice_event,
		    const struct user *keeper, const struct key *);

#endif
