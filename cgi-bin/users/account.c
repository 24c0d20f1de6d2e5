/* SPDX-License-Identifier: ISC */
/* The account: its names, and how long its keys live. */

#include "store/account.h"
#include "store/lifetime.h"

#include "users.h"

static void
put_seconds(struct json *json, const char *member, int64_t ms)
{
	if (ms == 0)
		json_null(json, member);
	else
		json_integer(json, member, ms / 1000);
}

static enum problem
put_lifetime(struct call *c, enum kind kind)
{
	struct lifetime lifetime;
	enum problem problem = call_store(c, lifetime_get(c->db,
	    &c->who.account_id, (uint8_t)kind, &lifetime));

	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, kind_types[kind].word);
	put_seconds(c->json, "default", lifetime.initial);
	put_seconds(c->json, "most", lifetime.most);
	json_end(c->json);
	return PROBLEM_NONE;
}

enum problem
account_show(struct call *c)
{
	struct account account;
	enum problem problem = call_store(c, account_get(c->db, c->arena,
	    &c->who.account_id, &account));

	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_uuid(c->json, "id", &account.id);
	json_text_or_null(c->json, "legacy_id", account.legacy_id);
	json_text(c->json, "name", account.name);
	json_object(c->json, "lifetimes");
	for (enum kind kind = KIND_PAIR; kind < KIND__MAX; kind++) {
		problem = put_lifetime(c, kind);
		if (problem != PROBLEM_NONE)
			return problem;
	}
	json_end(c->json);
	json_end(c->json);
	return PROBLEM_NONE;
}
