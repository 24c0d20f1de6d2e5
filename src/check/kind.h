/* SPDX-License-Identifier: ISC */
#ifndef CHECK_KIND_H
#define CHECK_KIND_H

/* The kinds of key.  What differs between them is one row of this table. */

#include <stdbool.h>
#include <stddef.h>

#include "auth/credential.h"
#include "store/permission.h"

enum kind {
	KIND_NONE,		/* a session, in facts */
	KIND_PAIR,
	KIND_NAMED,
	KIND_EXCHANGE,
	KIND_PERSONAL,
	KIND_COMPANY,
	KIND_APP,
	KIND__MAX
};

/* How a token is presented. */
enum kind_form {
	FORM_NEVER,		/* only exchanged for another credential */
	FORM_BEARER,
	FORM_BASIC_PAIR,	/* id as user name, token as password */
	FORM_BASIC_USER,	/* token as user name, empty password */
};

struct kind_type {
	const char	*word;
	char		 letter;	/* in the token; 0: not our format */
	size_t		 length;	/* of the token */
	enum kind_form	 form;
	bool		 readable;	/* again, later: kept sealed */
	bool		 single;	/* one a user: making one replaces it */
	bool		 carries_own;	/* its owner's latchkey: ones */
	enum permission	 needs;		/* of its owner, to have and to use */

	/* who may make, see and end it: the owner, and anybody else */
	enum permission	 own;
	enum permission	 others;
};

extern const struct kind_type kind_types[KIND__MAX];

/* KIND_NONE for a letter that names none. */
enum kind	 kind_by_letter(char);

/* KIND_NONE for a word that names none. */
enum kind	 kind_by_word(const char *);

/* Is the kind's token accepted when presented so? */
bool		 kind_accepts(enum kind, const struct credential *);

#endif
