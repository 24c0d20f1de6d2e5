/* SPDX-License-Identifier: ISC */
/* What this host has decided. */

#include "check/installation.h"
#include "check/metrics.h"

#include "audit.h"

/* Counters know no account: no account may see what others do. */
enum problem
metrics_show(struct call *c)
{
	struct site *site = c->site;
	struct installation i = { false };
	enum db_result result = DB_OK;

	if (!installation_recall(&i, &site->cache))
		result = installation_ask(&i, c->db, c->arena, &site->cache);
	if (result != DB_OK)
		return call_store(c, result);
	if (i.accounts_many) {
		call_refused(c, REASON_SCOPE);
		return call_refuse(c, PROBLEM_FORBIDDEN, "accounts",
		    "Several accounts are served here, and this is of all of"
		    " them together: ask latchkey metrics on the host");
	}
	c->text = metrics_text(c->arena, &site->config);
	return PROBLEM_NONE;
}
