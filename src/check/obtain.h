/* SPDX-License-Identifier: ISC */
#ifndef CHECK_OBTAIN_H
#define CHECK_OBTAIN_H

/*
 * What a credential may obtain.  Making, revealing, rotating, regenerating,
 * re-enabling, lengthening or widening a key, and setting a password or a
 * role, all count as obtaining the result.  A credential covers what it may do
 * itself and, only if it carries the permission to give roles, what the roles
 * it may give contain; and nothing lasts longer than itself.
 */

#include "check/facts.h"

/* Who asks. */
struct maker {
	bool		 is_operator;	/* command line: covers everything */
	struct facts	 facts;		/* of the presented credential */
	struct rights	 covers;
	struct bits	 placed;	/* and these in any single workspace */
	struct role	 gives[ROLE_GIVABLE];
	size_t		 ngives;
};

/* What a new key shall be limited to, as far as something was said. */
struct wish {
	bool		 says_scopes;
	const struct bits *scopes;	/* NULL: said to be none */
	bool		 says_workspaces;
	const char	**workspaces;	/* handles; none: said to be none */
	size_t		 nworkspaces;
	bool		 says_rules;
	const struct rules *rules;
	bool		 says_addresses;
	const struct addresses *addresses;
	bool		 says_rates;
	struct rates	 rates;		/* none: said to be none */
	bool		 says_quotas;
	struct quotas	 quotas;
	int64_t		 starts_at;	/* 0: at once */
	bool		 says_end;
	int64_t		 ends_at;	/* 0: said to be never */
};

/* What it will be limited to. */
struct limits {
	bool		 limited;
	struct bits	 scopes;
	const char	*workspaces[FACTS_WORKSPACES];
	size_t		 nworkspaces;
	struct rules	 rules;
	struct addresses addresses;
	struct rates	 rates;
	struct quotas	 quotas;
	int64_t		 starts_at;
	int64_t		 ends_at;
};

enum db_result	 obtain_maker(struct maker *, struct db *, struct arena *,
		    const struct facts *presented);

/*
 * May the maker make a key of that kind for the owner, and with which limits?
 * For somebody else only if it may manage him, for a key acts in his name, and
 * never one that gives roles, for those would be the ones that he may give.
 * A limit of the maker's is copied when nothing was said, and may not be left
 * out on purpose.  The caller has checked that scopes and workspaces exist.
 */
bool		 obtain_key(const struct maker *, enum kind,
		    const struct facts *owner, const struct wish *,
		    struct limits *);

/*
 * May the maker have the whole of a key as it stands, or as it would be after
 * a change: reveal, rotate, regenerate, re-enable, lengthen, widen it?
 */
bool		 obtain_whole(const struct maker *, const struct facts *key);

/*
 * May the maker act as that user without end: set a password, unblock?
 */
bool		 obtain_user(const struct maker *, const struct facts *user);

/* May the maker manage that user at all: change, block, delete? */
bool		 obtain_rank(const struct maker *, const struct facts *user);

/*
 * The third condition of being, managing or having the keys of somebody else:
 * that he may give no role which the maker may not.  The permission to give
 * alone does not tell, for everybody gives other roles with it.
 */
enum db_result	 obtain_giving(const struct maker *, struct db *,
		    struct arena *, const struct facts *user, bool *covered);

/* May the maker give or take the role, in a workspace or (NULL) everywhere? */
bool		 obtain_role(const struct maker *, const struct uuid *role,
		    const char *workspace);

/*
 * May the maker define a role with these permissions, or take them out of one?
 * Whoever gets the role has them without end and everywhere, or in any of the
 * workspaces.  Which roles it gives are for obtain_role to say.
 */
bool		 obtain_definition(const struct maker *, const struct role *);

#endif
