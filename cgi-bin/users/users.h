/* SPDX-License-Identifier: ISC */
#ifndef USERS_USERS_H
#define USERS_USERS_H

/* The parts of the users resource. */

#include "auth/login.h"
#include "serve/metering.h"
#include "store/user.h"

/* A user as a body describes him. */
struct user_input {
	const char	*name, *email, *username, *type, *handle;
	const char	*address, *company, *password, *current_password;
	bool		 verified, blocked;
	struct json_objects roles;	/* of struct role_input */
	struct json_objects rates;	/* of struct rate_input */
	bool		 says_verified, says_blocked, says_roles;
	bool		 says_handle, says_address, says_company, says_rates;

	struct uuid	 id;		/* chosen while preparing */
	uint8_t		 type_value;	/* enum user_type */
	const char	*rates_row;	/* as a row has them */
	struct user_password hash;
	struct login	*proof;		/* of one's own password before */
};

struct role_input {
	const char	*role;
	struct json_texts workspaces;
};

/* A user with the roles he has, as he is shown. */
struct user_view {
	struct user	 user;
	struct role_given roles[ROLE_GIVEN];
	size_t		 nroles;
};

/* A role as a body describes it. */
struct definition_input {
	const char	*slug, *name;
	struct json_texts permissions, gives;
	bool		 in_workspaces;
	bool		 says_permissions, says_gives;
};

/* A role with those that it gives, as it is shown. */
struct role_view {
	struct role	 role;
	struct role	 gives[ROLE_PAGE];
	size_t		 ngives;
};

/* Load, and write as an object. */
enum problem	 roles_view(struct call *, struct role_view *);
void		 roles_put(struct call *, struct json *, const void *view);

/* What the body says of the role's permissions and of those that it gives. */
enum problem	 roles_resolve(struct call *, const struct definition_input *,
		    struct role_view *);

/* Is the role among those that it gives? */
bool		 roles_give(const struct role_view *, const struct uuid *);

/*
 * Those who gave what it was made of may give it, and owners.  Whoever made it
 * may have other roles, whose other holders gave nothing of it.
 */
enum db_result	 roles_let_give(struct call *, const struct role_view *);

/* Who could give it gave less: what is wider now is given as if it were new. */
enum db_result	 roles_give_anew(struct call *, const struct role_view *);

/* Load, and write as an object. */
enum problem	 users_view(struct call *, const struct uuid *,
		    struct user_view *);
void		 users_put(struct call *, struct json *, const void *view);

/*
 * Replace the user's roles by those of the body; each one given or taken must
 * be the maker's to give.
 */
enum problem	 users_set_roles(struct call *, const struct maker *,
		    const struct user_view *, const struct json_objects *);

/* Handlers. */
enum problem	 users_read_new(struct call *);
enum problem	 users_create(struct call *);
enum problem	 users_list(struct call *);
enum problem	 users_show(struct call *);
enum problem	 users_read_change(struct call *);
enum problem	 users_change(struct call *);
enum problem	 users_remove(struct call *);
enum problem	 roles_list(struct call *);
enum problem	 user_own(struct call *);
enum problem	 user_show(struct call *);
enum problem	 me_show(struct call *);
enum problem	 account_show(struct call *);
enum problem	 roles_show(struct call *);
enum problem	 roles_read_new(struct call *);
enum problem	 roles_create(struct call *);
enum problem	 roles_read_change(struct call *);
enum problem	 roles_change(struct call *);
enum problem	 roles_remove(struct call *);
enum problem	 workspaces_read_new(struct call *);
enum problem	 workspaces_create(struct call *);
enum problem	 workspaces_list(struct call *);
enum problem	 workspaces_show(struct call *);
enum problem	 workspaces_read_change(struct call *);
enum problem	 workspaces_change(struct call *);

#endif
