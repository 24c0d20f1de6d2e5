/* SPDX-License-Identifier: ISC */
#ifndef STORE_ROLE_H
#define STORE_ROLE_H

/* Roles, what they permit, which roles their holders may give, who has them. */

#include "store/db.h"

#define ROLE_GIVEN	32	/* roles × workspaces that one user may have */
#define ROLE_PAGE	64	/* roles that an account sees */
#define ROLE_GIVABLE	128	/* roles × places where one gives them */

struct role {
	struct uuid	 id;
	struct uuid	 account_id;	/* zero: built in */
	const char	*slug;
	const char	*name;
	bool		 in_workspaces;	/* is given together with workspaces */
	struct bits	 permissions;
	const char	*place;		/* of givable ones: the workspace in
					   which; NULL: everywhere */
};

/* One role of one user, everywhere (zero) or in one workspace. */
struct role_given {
	struct uuid	 role_id;
	struct uuid	 workspace_id;
	const char	*slug;
	const char	*workspace;	/* its handle, or NULL */
};

/* The built-in roles and the account's own, by slug. */
enum db_result	 role_list(struct db *, struct arena *,
		    const struct uuid *account, struct role *, size_t max,
		    size_t *n);
enum db_result	 role_find(struct db *, struct arena *,
		    const struct uuid *account, const char *slug,
		    struct role *);

/* The roles that holders of the role may give, as the account sees them. */
enum db_result	 role_gives(struct db *, struct arena *,
		    const struct uuid *account, const struct uuid *role,
		    struct role *, size_t max, size_t *n);

/* The roles that the user has everywhere in his account. */
enum db_result	 role_held(struct db *, struct arena *,
		    const struct uuid *user, struct role *, size_t max,
		    size_t *n);

/*
 * The roles that the user may give, and in which places: a role of his gives
 * others only if it permits giving itself, and where he has it, whatever his
 * other roles permit.  Those that may be given everywhere come first.
 */
enum db_result	 role_givable(struct db *, struct arena *,
		    const struct uuid *user, struct role *, size_t max,
		    size_t *n);

enum db_result	 role_of_user(struct db *, struct arena *,
		    const struct uuid *user, struct role_given *, size_t max,
		    size_t *n);

/* Replaces all roles of the user. */
enum db_result	 role_set(struct db *, const struct uuid *user,
		    const struct role_given *, size_t n);

/*
 * -- defining roles of an account ------------------------------------------
 * The caller holds account_lock: who may give a role depends on the others.
 */

/* DB_DUPLICATE: the account has one of that slug. */
enum db_result	 role_add(struct db *, const struct role *);

/* Its name and permissions. */
enum db_result	 role_change(struct db *, const struct role *);

/* From everybody who has it, too. */
enum db_result	 role_remove(struct db *, struct arena *,
		    const struct role *);

/* Replaces all roles that holders of the role may give. */
enum db_result	 role_set_gives(struct db *, const struct uuid *role,
		    const struct role *gives, size_t n);

/* No other role gives this one any more. */
enum db_result	 role_forget_givers(struct db *, struct arena *,
		    const struct uuid *role);

/* Holders of the giver may give that role from now on. */
enum db_result	 role_let_give(struct db *, const struct uuid *giver,
		    const struct uuid *role);

/* -- built-in ones --------------------------------------------------------- */

/* Add a permission to a built-in role, for all accounts; DB_NONE: no such. */
enum db_result	 role_permit(struct db *, struct arena *, const char *slug,
		    unsigned bit);

/* Insert or update the built-in roles, keeping what the operator added. */
enum db_result	 role_seed(struct db *);

#endif
