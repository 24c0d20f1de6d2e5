/* SPDX-License-Identifier: ISC */
#ifndef KEYS_KEYS_H
#define KEYS_KEYS_H

/* What the products' manners of making and ending keys share. */

#include "check/issue.h"
#include "serve/serve.h"

/* The members of a body that limit a new key. */
struct limits_input {
	struct json_texts scopes;
	bool		 says_scopes;
	struct json_texts workspaces;
	bool		 says_workspaces;
	int64_t		 expires_at;
	bool		 says_end;
};

#define LIMITS_FIELDS(struct_)						\
	{ .name = "scopes", .type = JSON_TEXTS, .max = PERMISSION_NAME,	\
	  .most = BITS, .nullable = true,				\
	  .offset = offsetof(struct_, limits.scopes),			\
	  .seen = offsetof(struct_, limits.says_scopes) + 1 },		\
	{ .name = "workspaces", .type = JSON_TEXTS, .max = 50,		\
	  .most = FACTS_WORKSPACES, .nullable = true,			\
	  .offset = offsetof(struct_, limits.workspaces),		\
	  .seen = offsetof(struct_, limits.says_workspaces) + 1 },	\
	{ .name = "expires_at", .type = JSON_TIME, .nullable = true,	\
	  .offset = offsetof(struct_, limits.expires_at),		\
	  .seen = offsetof(struct_, limits.says_end) + 1 }

/* Make a key of that kind for the user; it is named for the trail. */
enum problem	 keys_make(struct call *, struct issue *, enum kind,
		    const struct uuid *user, const char *label,
		    const struct limits_input *);

/*
 * End the user's key; a foreign one or one that has ended is not found.  put
 * shows it as the product does, for If-Match.
 */
enum problem	 keys_end(struct call *, enum kind, const struct uuid *user,
		    const struct uuid *id,
		    void (*put)(struct call *, struct json *, const void *));

/* Write a key's scopes: their names, or null when it has none of its own. */
void		 keys_put_scopes(struct call *, struct json *,
		    const struct key *);

/* Routes of the products. */
enum problem	 authentise_read(struct call *);
enum problem	 authentise_create(struct call *);
enum problem	 authentise_list(struct call *);
enum problem	 authentise_show(struct call *);
enum problem	 authentise_end(struct call *);
enum problem	 cutover_read(struct call *);
enum problem	 cutover_create(struct call *);
enum problem	 cutover_list(struct call *);
enum problem	 cutover_show(struct call *);
enum problem	 cutover_end(struct call *);

#endif
