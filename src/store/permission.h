/* SPDX-License-Identifier: ISC */
#ifndef STORE_PERMISSION_H
#define STORE_PERMISSION_H

/*
 * The installation's catalogue of permissions.  Each has a number, its bit in
 * struct bits, given once and never again.  Latchkey's own come first; the
 * operator's start at PERMISSION_FIRST.
 */

#include "store/db.h"

#define PERMISSION_NAME		100	/* bytes at most */
#define PERMISSION_FIRST	32

enum permission {
	PERMISSION_DENY,	/* a route that names none: held by nobody */
	PERMISSION_SELF,	/* one's own user and sessions; every user's */
	PERMISSION_KEYS,	/* one's own keys; every user's */
	PERMISSION_KEYS_ALL,	/* the keys of all users of the account */
	PERMISSION_USERS_READ,
	PERMISSION_USERS_WRITE,
	PERMISSION_ROLES_GIVE,
	PERMISSION_WORKSPACES_READ,
	PERMISSION_WORKSPACES_WRITE,
	PERMISSION_DEVELOP,	/* have and use app tokens */
	PERMISSION_CHECK,	/* ask about other people's credentials */
	PERMISSION_AUDIT,	/* read the audit trail */
	PERMISSION_COMPANY,	/* make, see and end company tokens */
	PERMISSION_ROLES_WRITE,	/* define roles of the account */
	PERMISSION__OWN,	/* how many Latchkey has */

	PERMISSION_PUBLIC = 1000,	/* routes only: no credential needed */
	PERMISSION_ANY,			/* routes only: any that is accepted */
};

struct permission_row {
	int64_t		 bit;
	const char	*name;
	const char	*description;
};

/* Latchkey's own, by enum permission: "latchkey:self" … */
extern const struct permission_row permission_own[PERMISSION__OWN];

/* All of Latchkey's own as a set. */
struct bits	 permission_own_bits(void);

/* word(:word)*, words of [a-z0-9._-]; no word may be latchkey at the start. */
bool		 permission_name_valid(const char *);

/* DB_DUPLICATE: the name stands already.  DB_NONE: the catalogue is full. */
enum db_result	 permission_add(struct db *, struct arena *, const char *name,
		    const char *description, int64_t now, unsigned *bit);
enum db_result	 permission_all(struct db *, struct arena *,
		    struct permission_row out[static BITS], size_t *n);

/*
 * The bit of a name.  Asked of the database only when this process has not met
 * the name: a bit, once given, never changes.
 */
enum db_result	 permission_bit(struct db *, struct arena *, const char *name,
		    unsigned *bit);

/* The name of a bit, likewise; DB_NONE for a bit that was never given. */
enum db_result	 permission_name(struct db *, struct arena *, unsigned bit,
		    const char **name);

/* Remember what the database said elsewhere: as if this process had asked. */
void		 permission_meet(unsigned bit, const char *name);

/* The names of a set, blanks between; a bit that was never given has none. */
enum db_result	 permission_names(struct db *, struct arena *,
		    const struct bits *, const char **names);

/* Insert or rename Latchkey's own rows: the migrator's. */
enum db_result	 permission_seed(struct db *, int64_t now);

#endif
