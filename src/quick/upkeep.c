/* SPDX-License-Identifier: ISC */
/* In the place of the upkeep: once it is due, the full program must run. */

#include "check/uses.h"
#include "quick/hand_over.h"
#include "serve/upkeep.h"

void
upkeep_look(const struct site *site)
{
	if (uses_due(site->config.state))
		hand_over();
}

void
upkeep_do(struct site *site)
{
	(void)site;
}
