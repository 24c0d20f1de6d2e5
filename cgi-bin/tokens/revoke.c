/* SPDX-License-Identifier: ISC */
/* Ending a token before its time: RFC 7009. */

#include "store/ended.h"

#include "tokens.h"

enum problem
oauth_read_revocation(struct call *c)
{
	struct query *form = arena_alloc(c->arena, sizeof(*form));
	enum problem problem = call_form(c, form);

	if (problem != PROBLEM_NONE)
		return problem;
	c->input = form;
	if (tokens_parameter(form, "token") == NULL)
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "token is required");
	return tokens_client(c, form, true);
}

/* Nothing is left to end, or nothing that the caller may know of. */
static bool
is_over(const struct call *c, const struct facts *f)
{
	return !f->known || !f->equal || f->revoked || f->token_ended ||
	    (f->is_token && f->token_expires_at <= f->now) ||
	    !uuid_equal(&f->account_id, &c->who.account_id);
}

/* The client that got the token; or a session, for whatever its user got. */
static bool
is_own(const struct facts *who, const struct facts *f)
{
	if (who->kind == KIND_NONE)
		return uuid_equal(&f->user_id, &who->user_id);
	return f->is_token && uuid_equal(&f->id, &who->id);
}

static enum problem
end_token(struct call *c, const struct facts *f)
{
	enum db_result result = f->is_token ?
	    ended_add(c->db, &f->token_id, f->token_expires_at, f->now) :
	    session_end(c->db, &f->id, f->now);

	if (result != DB_OK && result != DB_NONE)
		return call_store(c, result);
	c->mutation.owner = f->user_id;
	if (f->is_token)
		call_changed(c, "token.revoke", "token", &f->token_id, NULL,
		    true);
	else
		call_changed(c, "session.end", "session", &f->id, NULL, true);
	return PROBLEM_NONE;
}

enum problem
oauth_revoke(struct call *c)
{
	const struct credential credential = {
		.form = CREDENTIAL_BEARER,
		.text = tokens_parameter(c->input, "token"),
		.issuer = call_issuer(c),
	};
	struct facts *f = arena_alloc(c->arena, sizeof(*f));
	enum db_result result = facts_of_credential(f, c->db, c->arena,
	    c->site->keyring, &credential);

	if (result != DB_OK)
		return call_store(c, result);
	if (f->well_formed && f->kind != KIND_NONE && !f->is_token)
		return PROBLEM_TOKEN_TYPE;
	if (is_over(c, f)) {
		call_asked(c, f->known && uuid_equal(&f->account_id,
		    &c->who.account_id) ? &f->id : &uuid_zero);
		return PROBLEM_NONE;
	}
	if (!is_own(&c->who, f)) {
		call_refused(c, REASON_COVER);
		return call_refuse(c, PROBLEM_CLIENT, NULL,
		    "The token was given to somebody else");
	}
	return end_token(c, f);
}
