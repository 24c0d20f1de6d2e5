/* SPDX-License-Identifier: ISC */
/* Comparing the limits of a key before and after a change. */

#include <string.h>

#include "check/change.h"

/* Without scopes it has its owner's, less Latchkey's where the kind says so. */
static bool
scopes_within(const struct facts *narrow, const struct facts *wide)
{
	struct bits own = permission_own_bits();
	struct bits beyond = bits_common(&narrow->scopes, &own);

	if (wide->limited)
		return narrow->limited &&
		    bits_within(&narrow->scopes, &wide->scopes);
	return !narrow->limited || kind_types[wide->kind].carries_own ||
	    bits_empty(&beyond);
}

static bool
has_workspace(const struct facts *f, const char *workspace)
{
	for (size_t i = 0; i < f->nworkspaces; i++)
		if (strcmp(f->workspaces[i], workspace) == 0)
			return true;
	return false;
}

static bool
workspaces_within(const struct facts *narrow, const struct facts *wide)
{
	if (wide->nworkspaces == 0)
		return true;
	for (size_t i = 0; i < narrow->nworkspaces; i++)
		if (!has_workspace(wide, narrow->workspaces[i]))
			return false;
	return narrow->nworkspaces > 0;
}

/* A start that is over is over, however long. */
static bool
times_within(const struct facts *narrow, const struct facts *wide)
{
	if (narrow->starts_at < wide->starts_at && wide->starts_at > wide->now)
		return false;
	return wide->expires_at == 0 || (narrow->expires_at != 0 &&
	    narrow->expires_at <= wide->expires_at);
}

static bool
is_within(const struct facts *narrow, const struct facts *wide)
{
	return scopes_within(narrow, wide) &&
	    workspaces_within(narrow, wide) &&
	    rules_within(&narrow->rules, &wide->rules) &&
	    addresses_within(&narrow->addresses, &wide->addresses) &&
	    rates_within(&narrow->rates, &wide->rates) &&
	    quotas_within(&narrow->quotas, &wide->quotas) &&
	    times_within(narrow, wide) &&
	    (narrow->disabled || !wide->disabled);
}

struct change
change_compare(const struct facts *before, const struct facts *after)
{
	return (struct change){
		.widens = !is_within(after, before),
		.narrows = !is_within(before, after),
	};
}
