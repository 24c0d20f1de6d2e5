/* SPDX-License-Identifier: ISC */
#ifndef STORE_AUDIT_PRIVATE_H
#define STORE_AUDIT_PRIVATE_H

/* What the writer, the sealer and the verifier of the trail share. */

#include "store/audit.h"

struct audit_row {
	struct audit_event	 event;
	uint8_t			 version;
	uint8_t			 mac[32];
	int64_t			 seq;		/* 0: not sealed */
	uint8_t			 chain[32];
};

/* False when the keyring lacks the version. */
bool	 audit_mac(const struct keyring *, uint8_t version,
	    const struct audit_event *, uint8_t mac[static 32]);

/* The link after chain; in place. */
bool	 audit_link(const struct keyring *, const struct audit_row *,
	    int64_t seq, uint8_t chain[static 32]);

#endif
