/* SPDX-License-Identifier: ISC */
/* The audit trail of an account: what was done, and what was refused. */

#include "base/clock.h"
#include "base/nitems.h"

#include "audit/audit.h"

enum problem
audit_read_uuid(struct call *c, const char *name, struct uuid *id)
{
	const char *text = query_get(&c->query, name);

	if (text == NULL || uuid_parse(id, text))
		return PROBLEM_NONE;
	return call_fault(c, NULL, arena_printf(c->arena, "%s must be a UUID",
	    name));
}

enum problem
audit_read_time(struct call *c, const char *name, int64_t *at)
{
	const char *text = query_get(&c->query, name);

	if (text == NULL || clock_parse(text, at))
		return PROBLEM_NONE;
	return call_fault(c, NULL, arena_printf(c->arena, "%s must be a time"
	    " like 2026-11-22T10:00:00Z", name));
}

static const struct route routes[] = {
	{ "GET", "/audit", PERMISSION_AUDIT, .handle = trail_list },
	{ "GET", "/audit/refusals", PERMISSION_AUDIT,
	  .handle = refusals_list },
	{ "GET", "/audit/{id}", PERMISSION_AUDIT, .handle = trail_show },
	{ "GET", "/metrics", PERMISSION_AUDIT, .handle = metrics_show },
};

int
main(void)
{
	return serve(&(struct resource){ .name = "audit", .routes = routes,
	    .nroutes = NITEMS(routes) });
}
