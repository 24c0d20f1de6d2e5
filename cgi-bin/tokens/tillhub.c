/* SPDX-License-Identifier: ISC */
/* A key for a JSON web token, as Tillhub's clients know it. */

#include "base/nitems.h"
#include "check/refusals.h"
#include "serve/metering.h"
#include "serve/tillhub.h"
#include "store/account.h"
#include "store/ended.h"

#include "tokens.h"

struct exchange_input {
	const char	*id;
	const char	*api_key;
};

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct exchange_input, id, .min = 1, .max = 64,
	    .required = true),
	JSON_FIELD(TEXT, struct exchange_input, api_key, .min = 1, .max = 256,
	    .required = true),
};

/* -- judging --------------------------------------------------------------- */

struct judging {
	struct call	*call;
	const struct exchange_input *in;
	enum reason	 reason;
};

/* For the account that the body names, and for the place's if it names one. */
static enum reason
judge(struct call *c, const char *account)
{
	const char *place = gateway_param(c->gateway, "LATCHKEY_ACCOUNT");
	struct demand demand = {
		.account = account,
		.address = c->client,
	};
	enum reason reason = decision_make(&c->who, &demand);

	if (reason != REASON_NONE || place == NULL)
		return reason;
	demand.account = place;
	return decision_make(&c->who, &demand);
}

static enum db_result
judge_once(void *context)
{
	struct judging *j = context;
	struct call *c = j->call;
	enum db_result result;

	result = facts_of_exchange(&c->who, c->db, c->arena,
	    c->site->keyring, j->in->api_key);
	if (result != DB_OK)
		return result;
	/* the key goes nowhere but here: its rules are about its tokens */
	c->who.rules.n = 0;
	j->reason = judge(c, j->in->id);
	return DB_OK;
}

/*
 * Every failure is the same, whatever was wrong, and may be a guess.  How often
 * is said to whoever has the key.
 */
static enum problem
refuse(struct call *c, enum reason reason)
{
	if (reason == REASON_RATE || reason == REASON_QUOTA ||
	    reason == REASON_FAULT)
		return call_refused(c, reason);
	if (!metering_guess(c))
		return call_refused(c, REASON_GUESSES);
	refusals_count(c->site->config.state, reason_types[reason].word,
	    &c->who, &c->address);
	return call_refuse(c, PROBLEM_UNAUTHENTICATED, NULL,
	    "Account and key do not match, or may not be used");
}

enum problem
exchange_read(struct call *c)
{
	struct exchange_input *in = arena_alloc(c->arena, sizeof(*in));
	struct judging judging = { c, in, REASON_NONE };
	enum problem problem = call_read(c, fields, NITEMS(fields), in);
	enum db_result result;

	c->input = in;
	if (problem != PROBLEM_NONE)
		return problem;
	result = db_run(c->db, DB_READ, judge_once, &judging);
	if (result != DB_OK)
		return call_store(c, DB_UNAVAILABLE);
	if (judging.reason == REASON_NONE)
		judging.reason = metering_take(c);
	if (judging.reason != REASON_NONE)
		return refuse(c, judging.reason);
	call_used(c, &c->who, c->client);
	return PROBLEM_NONE;
}

/* -- answering ------------------------------------------------------------- */

static void
put_exchange(struct call *c, const struct account *account,
    const struct tillhub_user *user, const struct jwt *jwt, const char *token)
{
	const struct exchange_input *in = c->input;

	tillhub_open(c, "Authentication was good.");
	json_object(c->json, "user");
	json_uuid(c->json, "id", &account->id);
	json_text(c->json, "name", account->name);
	json_text_or_null(c->json, "legacy_id", account->legacy_id);
	json_end(c->json);
	json_text(c->json, "token", token);
	json_text(c->json, "token_type", "Bearer");
	tillhub_put_user(c, "sub_user", user, in->api_key, false);
	json_time(c->json, "expires_at", jwt->expires_at);
	json_end(c->json);
}

enum problem
exchange_create(struct call *c)
{
	struct tillhub_user user;
	struct account account;
	enum problem problem;
	const char *token;
	struct jwt jwt;

	problem = call_store(c, account_get(c->db, c->arena,
	    &c->who.account_id, &account));
	if (problem == PROBLEM_NONE)
		problem = tillhub_load(c, &c->who.account_id, &c->who.user_id,
		    &user);
	/* gone since it was judged */
	if (problem == PROBLEM_NOT_FOUND)
		return PROBLEM_UNAUTHENTICATED;
	if (problem == PROBLEM_NONE)
		problem = tokens_jwt(c, &c->who, NULL, &jwt, &token);
	if (problem == PROBLEM_NONE)
		put_exchange(c, &account, &user, &jwt, token);
	return problem;
}

/* -- ending ---------------------------------------------------------------- */

static enum problem
end_token(struct call *c)
{
	enum problem problem = call_store(c, ended_add(c->db,
	    &c->who.token_id, c->who.token_expires_at, c->who.now));

	if (problem != PROBLEM_NONE)
		return problem;
	c->mutation.owner = c->who.user_id;
	call_changed(c, "token.end", "token", &c->who.token_id, NULL, true);
	return PROBLEM_NONE;
}

enum problem
exchange_logout(struct call *c)
{
	enum problem problem = c->who.is_token ? end_token(c) :
	    tokens_end_session(c);

	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_text(c->json, "msg", "Logout successful.");
	json_end(c->json);
	return PROBLEM_NONE;
}
