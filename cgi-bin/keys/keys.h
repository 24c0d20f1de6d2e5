/* SPDX-License-Identifier: ISC */
#ifndef KEYS_KEYS_H
#define KEYS_KEYS_H

/* What the products' manners of making and ending keys share. */

#include "check/issue.h"
#include "serve/metering.h"

struct quota_input {
	const char	*name;
	int64_t		 limit;
	const char	*period;
	bool		 strict;
};

#define QUOTA_FIELDS	4
extern const struct json_field quota_fields[QUOTA_FIELDS];

/* The members of a body that limit a new key. */
struct limits_input {
	struct json_texts scopes;
	bool		 says_scopes;
	struct json_texts workspaces;
	bool		 says_workspaces;
	struct json_texts rules;
	bool		 says_rules;
	struct json_texts addresses;
	bool		 says_addresses;
	struct json_objects rates;	/* of struct rate_input */
	bool		 says_rates;
	struct json_objects quotas;	/* of struct quota_input */
	bool		 says_quotas;
	int64_t		 starts_at;
	bool		 says_start;
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
	{ .name = "rules", .type = JSON_TEXTS, .max = RULES_TEXT,	\
	  .most = RULES, .nullable = true,				\
	  .offset = offsetof(struct_, limits.rules),			\
	  .seen = offsetof(struct_, limits.says_rules) + 1 },		\
	{ .name = "addresses", .type = JSON_TEXTS,			\
	  .max = ADDRESSES_TEXT, .most = ADDRESSES, .nullable = true,	\
	  .offset = offsetof(struct_, limits.addresses),		\
	  .seen = offsetof(struct_, limits.says_addresses) + 1 },	\
	METERING_FIELD(struct_, limits.rates, limits.says_rates),	\
	{ .name = "quotas", .type = JSON_OBJECTS,			\
	  .fields = quota_fields, .nfields = QUOTA_FIELDS,		\
	  .most = QUOTAS, .size = sizeof(struct quota_input),		\
	  .nullable = true,						\
	  .offset = offsetof(struct_, limits.quotas),			\
	  .seen = offsetof(struct_, limits.says_quotas) + 1 },		\
	{ .name = "starts_at", .type = JSON_TIME, .nullable = true,	\
	  .offset = offsetof(struct_, limits.starts_at),		\
	  .seen = offsetof(struct_, limits.says_start) + 1 },		\
	{ .name = "expires_at", .type = JSON_TIME, .nullable = true,	\
	  .offset = offsetof(struct_, limits.expires_at),		\
	  .seen = offsetof(struct_, limits.says_end) + 1 }

/* Make a key of that kind for the user; it is named for the trail. */
struct keys_new {
	enum kind	 kind;
	const struct uuid *user;
	const char	*label;
	const char	*handle;		/* or NULL */
	const struct limits_input *limits;	/* NULL: nothing was said */
};

enum problem	 keys_make(struct call *, struct issue *,
		    const struct keys_new *);

/*
 * What a body says of limits as check/obtain.h takes it; looks up scopes and
 * workspaces in the account.
 */
enum problem	 keys_wish(struct call *, const struct limits_input *,
		    struct wish *);

/* What came of issue_key or issue_rotate, as a client is told it. */
enum problem	 keys_explain(struct call *, enum issue_result,
		    enum db_result);

/* The key as an object for the trail. */
const char	*keys_describe(struct call *, const struct key *);

/*
 * The token again, if the caller covers all of the key (obtain_whole);
 * PROBLEM_NOT_COVERED otherwise.
 */
enum problem	 keys_reveal(struct call *, const struct key *,
		    const char **token);

/*
 * End the user's key; a foreign one or one that has ended is not found.  put
 * shows it as the product does, for If-Match.
 */
enum problem	 keys_end(struct call *, enum kind, const struct uuid *user,
		    const struct uuid *id,
		    void (*put)(struct call *, struct json *, const void *));

/*
 * The caller has no such key now.  PROBLEM_NOT_FOUND, whether or not he ever
 * had one, which is what call_asked is told; handle may be NULL.
 */
enum problem	 keys_missed(struct call *, enum kind, const char *handle);

/* Have the one told who keeps the key: see notice.h. */
enum db_result	 keys_tell(struct call *, enum notice_event,
		    const struct key *);

/* The same of keys that end together, each keeper once. */
enum db_result	 keys_tell_ended(struct call *, const struct key *, size_t n);

/* Write a key's scopes: their names, or null when it has none of its own. */
void		 keys_put_scopes(struct call *, struct json *,
		    const struct key *);

/*
 * A named key as an object, with its token or NULL; and may he read that who
 * owns the key: does his credential cover all of it?
 */
void		 loccus_put(struct json *, const struct key *,
		    const char *token);
bool		 loccus_covers(struct call *, const struct maker *,
		    const struct key *);

/* A time as Bitsight has it: no fractions of seconds. */
void		 keys_put_date(struct json *, const char *name, int64_t ms);

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
enum problem	 loccus_list(struct call *);
enum problem	 loccus_read_new(struct call *);
enum problem	 loccus_create(struct call *);
enum problem	 loccus_show(struct call *);
enum problem	 loccus_read_change(struct call *);
enum problem	 loccus_change(struct call *);
enum problem	 loccus_end(struct call *);
enum problem	 tillhub_read(struct call *);
enum problem	 tillhub_create(struct call *);
enum problem	 personal_show(struct call *);
enum problem	 personal_read(struct call *);
enum problem	 personal_create(struct call *);
enum problem	 personal_end(struct call *);
enum problem	 company_list(struct call *);
enum problem	 company_read(struct call *);
enum problem	 company_create(struct call *);
enum problem	 company_show(struct call *);
enum problem	 company_end(struct call *);
enum problem	 uniform_list(struct call *);
enum problem	 uniform_read_filter(struct call *);
enum problem	 uniform_revoke(struct call *);
enum problem	 uniform_show(struct call *);
enum problem	 uniform_read_change(struct call *);
enum problem	 uniform_change(struct call *);
enum problem	 uniform_read_end(struct call *);
enum problem	 uniform_end(struct call *);
enum problem	 uniform_read_rotation(struct call *);
enum problem	 uniform_rotate(struct call *);

#endif
