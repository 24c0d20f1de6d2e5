/* SPDX-License-Identifier: ISC */
#ifndef KEYS_UNIFORM_H
#define KEYS_UNIFORM_H

/* The view over all kinds: what its handlers share. */

#include "store/secret.h"

#include "keys.h"

/* A key with what is shown beside it. */
struct uniform_view {
	struct key	 key;
	const char	*username;	/* NULL: the owner was deleted */
	struct secret	 secrets[SECRET_MOST];
	size_t		 nsecrets;
};

/*
 * A key that the caller may manage.  PROBLEM_FORBIDDEN for a caller who may
 * manage none, PROBLEM_NOT_FOUND for a key that he may not know of.
 */
enum problem	 uniform_find(struct call *, const struct uuid *id,
		    struct uniform_view *);

/* The same with its owner locked, so that nobody else changes it meanwhile. */
enum problem	 uniform_lock(struct call *, const struct uuid *id,
		    struct uniform_view *);

/* Fill the rest of a view whose key is there. */
enum db_result	 uniform_load(struct call *, struct uniform_view *);

/* A view as an object; its members alone, for one that has more. */
void		 uniform_put(struct call *, struct json *, const void *view);
void		 uniform_put_members(struct call *, struct json *,
		    const struct uniform_view *);

/* May the caller manage that key? */
bool		 uniform_may(const struct call *, const struct key *);

/* Which keys are meant, in a query or in a body. */
struct filter_input {
	const char	*owner;		/* "me", or a user's id */
	const char	*kind;
	const char	*state;
	const char	*handle;
	int64_t		 last_used_before;
	int64_t		 expiring_before;
};

#define FILTER_TEXT(struct_, member_, most_)				\
	{ .name = #member_, .type = JSON_TEXT, .min = 1, .max = most_,	\
	  .offset = offsetof(struct_, filter.member_) }
#define FILTER_FIELDS(struct_)						\
	FILTER_TEXT(struct_, owner, 36),				\
	FILTER_TEXT(struct_, kind, 20),					\
	FILTER_TEXT(struct_, state, 20),				\
	FILTER_TEXT(struct_, handle, KEY_HANDLE),			\
	{ .name = "last_used_before", .type = JSON_TIME,		\
	  .offset = offsetof(struct_, filter.last_used_before) },	\
	{ .name = "expiring_before", .type = JSON_TIME,			\
	  .offset = offsetof(struct_, filter.expiring_before) }

/*
 * As the store takes it, confined to what the caller may manage; faults and
 * PROBLEM_FORBIDDEN when it asks for more.
 */
enum problem	 uniform_filter(struct call *, const struct filter_input *,
		    struct key_filter *);

/* Refuse for want of the permission. */
enum problem	 uniform_lacks(struct call *, enum permission);

#endif
