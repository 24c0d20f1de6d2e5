/* SPDX-License-Identifier: ISC */
/* Users, the roles they can have, and the workspaces of an account. */

#include "base/nitems.h"

#include "users/users.h"

#define USERS	"/users"
#define WORK	"/workspaces"
#define PRODUCT(path)	.alias = { { path, MANNER_AUTHENTISE } }

static const struct route routes[] = {
	{ "GET", USERS, PERMISSION_USERS_READ, .handle = users_list,
	  PRODUCT(USERS) },
	{ "POST", USERS, PERMISSION_USERS_WRITE, .creates = true,
	  .forms = true, .prepare = users_read_new, .handle = users_create,
	  PRODUCT(USERS) },
	{ "GET", USERS "/{id}", PERMISSION_USERS_READ, .own = PERMISSION_SELF,
	  .handle = users_show, PRODUCT(USERS "/{id}") },
	{ "PATCH", USERS "/{id}", PERMISSION_USERS_WRITE,
	  .own = PERMISSION_SELF, .prepare = users_read_change,
	  .handle = users_change, PRODUCT(USERS "/{id}") },
	{ "DELETE", USERS "/{id}", PERMISSION_USERS_WRITE,
	  .handle = users_remove, PRODUCT(USERS "/{id}") },

	/* as Loccus' clients know users, and as Tillhub's know themselves */
	{ "GET", USERS "/{word}", PERMISSION_SELF, .manner = MANNER_LOCCUS,
	  .handle = user_show },
	{ "GET", "/user", PERMISSION_ANY, .manner = MANNER_LOCCUS,
	  .handle = user_own },
	{ "GET", "/me", PERMISSION_ANY, .manner = MANNER_TILLHUB,
	  .handle = me_show, .alias = { { "/api/v0/me", MANNER_TILLHUB } } },

	{ "GET", "/account", PERMISSION_SELF, .handle = account_show },

	{ "GET", "/roles", PERMISSION_SELF, .handle = roles_list },
	{ "POST", "/roles", PERMISSION_ROLES_WRITE, .creates = true,
	  .prepare = roles_read_new, .handle = roles_create },
	{ "GET", "/roles/{word}", PERMISSION_SELF, .handle = roles_show },
	{ "PATCH", "/roles/{word}", PERMISSION_ROLES_WRITE,
	  .prepare = roles_read_change, .handle = roles_change },
	{ "DELETE", "/roles/{word}", PERMISSION_ROLES_WRITE,
	  .handle = roles_remove },

	{ "GET", WORK, PERMISSION_WORKSPACES_READ, .in_workspaces = true,
	  .handle = workspaces_list },
	{ "POST", WORK, PERMISSION_WORKSPACES_WRITE, .creates = true,
	  .prepare = workspaces_read_new, .handle = workspaces_create },
	{ "GET", WORK "/{id}", PERMISSION_WORKSPACES_READ,
	  .in_workspaces = true, .handle = workspaces_show },
	{ "PATCH", WORK "/{id}", PERMISSION_WORKSPACES_WRITE,
	  .in_workspaces = true, .prepare = workspaces_read_change,
	  .handle = workspaces_change },
};

int
main(void)
{
	return serve(&(struct resource){ "users", routes, NITEMS(routes),
	    .notices = true });
}
