/* SPDX-License-Identifier: ISC */
/* Writing what was counted, and sealing the trail. */

#include "base/clock.h"
#include "check/refusals.h"
#include "check/uses.h"
#include "store/audit.h"

#include "serve/upkeep.h"

#define EVERY	(10 * (int64_t)1000)	/* ms */

void
upkeep_look(const struct site *site)
{
	(void)site;
}

void
upkeep_do(struct site *site)
{
	int64_t now = clock_boot();
	size_t sealed;

	if (site->db == NULL || !site->ready ||
	    (site->upkeep_at != 0 && now - site->upkeep_at < EVERY))
		return;
	site->upkeep_at = now;
	refusals_flush(site->config.state, site->db, false);
	uses_flush(site->config.state, site->db);
	if (!site->sealed && audit_seal(site->db, site->arena, site->keyring,
	    &sealed) == DB_OK)
		site->sealed = sealed == 0;
}
