/* SPDX-License-Identifier: ISC */
#ifndef CHECK_RIGHTS_H
#define CHECK_RIGHTS_H

/*
 * What somebody may do: permissions that hold everywhere in his account, and
 * permissions that hold in single workspaces.  A workspace is named by its
 * handle, which never changes; NULL is everywhere.  A workspace in which
 * nothing is held is not among them.
 */

#include "store/role.h"

struct rights {
	struct bits	 everywhere;
	struct {
		const char	*workspace;
		struct bits	 bits;
	}		 in[ROLE_GIVEN];
	size_t		 n;
};

/* Add permissions.  The handle is kept, not copied. */
void	 rights_add(struct rights *, const struct bits *,
	    const char *workspace);

/* Keep only what the scopes name too. */
void	 rights_keep(struct rights *, const struct bits *scopes);

/* Take permissions away, wherever they hold. */
void	 rights_drop(struct rights *, const struct bits *);

/*
 * Keep only what holds in these workspaces: what held everywhere then holds in
 * each of them.
 */
void	 rights_limit(struct rights *, const char *const *workspaces, size_t n);

/* What holds in that workspace, what holds everywhere included. */
struct bits	 rights_in(const struct rights *, const char *workspace);

bool	 rights_hold(const struct rights *, unsigned bit,
	    const char *workspace);

/* In at least one place. */
bool	 rights_hold_somewhere(const struct rights *, unsigned bit);

/* Has a everything that b has, wherever b has it? */
bool	 rights_cover(const struct rights *a, const struct rights *b);

/* Every permission that holds somewhere. */
struct bits	 rights_all(const struct rights *);

#endif
