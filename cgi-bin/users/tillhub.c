/* SPDX-License-Identifier: ISC */
/* Who am I, as Tillhub's clients ask it: /me. */

#include "serve/tillhub.h"
#include "store/account.h"

#include "users.h"

static void
put_account(struct json *json, const struct account *account)
{
	json_object(json, "account");
	json_uuid(json, "id", &account->id);
	json_text(json, "name", account->name);
	json_text_or_null(json, "legacy_id", account->legacy_id);
	json_end(json);
}

enum problem
me_show(struct call *c)
{
	struct bits held = rights_all(&c->who.rights);
	struct tillhub_user me;
	struct account account;
	enum problem problem;

	problem = tillhub_load(c, &c->who.account_id, &c->who.user_id, &me);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, account_get(c->db, c->arena,
		    &c->who.account_id, &account));
	if (problem != PROBLEM_NONE)
		return problem;
	tillhub_open(c, "User found.");
	json_integer(c->json, "count", 1);
	json_array(c->json, "results");
	json_object(c->json, NULL);
	json_uuid(c->json, "id", &me.user.id);
	json_text(c->json, "name", me.user.name);
	json_text(c->json, "role", me.role);
	call_put_permissions(c, c->json, "scopes", &held);
	put_account(c->json, &account);
	json_end(c->json);
	json_end(c->json);
	json_end(c->json);
	return PROBLEM_NONE;
}
