/* SPDX-License-Identifier: ISC */
#ifndef KEYS_COMPANY_H
#define KEYS_COMPANY_H

/* Company tokens and the users made with them, for company*.c alone. */

#include "store/workspace.h"

#include "keys.h"

struct company_input {
	const char		*description;
	const char		*group;		/* NULL: none */
	struct json_texts	 roles;		/* no item: nothing was said */
	struct limits_input	 limits;
};

/*
 * Make the user to whom a new company token belongs, with the roles that the
 * body names, or else those of the maker's own that he may give; roles of
 * workspaces hold in the group.  PROBLEM_NOT_COVERED: one is not his to give.
 */
enum problem	 company_add_user(struct call *, const struct company_input *,
		    const struct workspace *group, struct uuid *user);

#endif
