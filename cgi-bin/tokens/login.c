/* SPDX-License-Identifier: ISC */
/* From a name and a password to a session, in every manner. */

#include "check/refusals.h"
#include "store/account.h"
#include "store/version.h"

#include "tokens.h"

#define SESSION_LIFETIME	(86400 * (int64_t)1000)

struct account_search {
	struct call		*call;
	const char		*named;		/* NULL: the only one */
	struct account		 account;
};

static enum db_result
find_account(void *context)
{
	struct account_search *s = context;

	if (s->named == NULL)
		return account_only(s->call->db, s->call->arena, &s->account);
	return account_find(s->call->db, s->call->arena, s->named,
	    &s->account);
}

/*
 * The account is the place's; else the body's; else the only one.  An account
 * that does not exist fails like a wrong password, and takes as long.
 */
static enum problem
choose_account(struct call *c, const char *named, struct uuid *account)
{
	const char *place = gateway_param(c->gateway, "LATCHKEY_ACCOUNT");
	struct account_search s = { .call = c };
	struct account_search other = { .call = c, .named = named };
	enum db_result result;

	s.named = place != NULL ? place : named;
	*account = uuid_zero;
	result = db_run(c->db, DB_READ, find_account, &s);
	if (result == DB_NONE && s.named == NULL)
		return call_fault(c, "/account",
		    "is required: there are several");
	if (result != DB_OK && result != DB_NONE)
		return call_store(c, result);
	if (result == DB_OK)
		*account = s.account.id;
	if (place != NULL && named != NULL) {
		result = db_run(c->db, DB_READ, find_account, &other);
		if (result != DB_OK && result != DB_NONE)
			return call_store(c, result);
		if (result == DB_NONE ||
		    !uuid_equal(&other.account.id, &s.account.id))
			*account = uuid_zero;
	}
	return PROBLEM_NONE;
}

static enum problem
explain_login(struct call *c, const struct login *login,
    enum login_result result)
{
	switch (result) {
	case LOGIN_OK:
		return PROBLEM_NONE;
	case LOGIN_FAILED:
		refusals_count(c->site->config.state, "login", NULL,
		    &c->address);
		return call_refuse(c, PROBLEM_LOGIN, NULL,
		    "User name and password do not match, or may not log in");
	case LOGIN_SPENT:
		refusals_count(c->site->config.state, "login-budget", NULL,
		    &c->address);
		c->retry_after = login->wait / 1000 + 1;
		return call_refuse(c, PROBLEM_RATE, NULL,
		    "Too many failed logins; wait as Retry-After says");
	case LOGIN_BUSY:
		c->retry_after = 1;
		return PROBLEM_BUSY;
	case LOGIN_DB:
		break;
	}
	return call_store(c, login->db);
}

enum problem
tokens_prove(struct call *c, struct login *login, const char *account)
{
	enum problem problem = choose_account(c, account, &login->account_id);

	if (problem != PROBLEM_NONE)
		return problem;
	login->client = c->address;
	login->state = c->site->config.state;
	return explain_login(c, login, login_prove(login, c->db, c->arena,
	    c->site->keyring));
}

/* A hash under an older keyring version is bound to the newest one. */
static enum db_result
rebind_password(struct call *c, struct user_login *user, uint8_t version)
{
	if (user->password.version == version)
		return DB_OK;
	password_bind(&user->password, c->site->keyring, version, &user->id);
	return user_set_password(c->db, &user->account_id, &user->id,
	    &user->password);
}

static enum db_result
add_session(struct call *c, struct user_login *user, struct session *session,
    char token[static TOKEN_TEXT])
{
	enum db_result result;
	uint8_t version;

	result = version_active(c->db, c->arena, c->site->keyring, &version);
	if (result == DB_OK)
		result = db_now(c->db, &session->created_at);
	if (result == DB_OK)
		result = rebind_password(c, user, version);
	if (result != DB_OK)
		return result;
	token_make(token, c->site->keyring, version, TOKEN_SESSION,
	    TOKEN_SESSION_LENGTH, NULL);
	token_digest(session->digest, c->site->keyring, version,
	    KEYRING_SESSION, token, NULL);
	session->version = version;
	session->expires_at = session->created_at + SESSION_LIFETIME;
	return session_add(c->db, session);
}

enum problem
tokens_session(struct call *c, struct login *login, struct session *session,
    char token[static TOKEN_TEXT])
{
	struct user_login *user = &login->user;
	enum db_result result;

	*session = (struct session){
		.id = uuid_new(),
		.user_id = user->id,
		.account_id = user->account_id,
	};
	result = login_confirm(login, c->db, c->arena);
	if (result == DB_NONE)
		return explain_login(c, login, LOGIN_FAILED);
	if (result == DB_OK)
		result = add_session(c, user, session, token);
	if (result != DB_OK)
		return call_store(c, result);
	c->mutation.event.account_id = user->account_id;
	c->mutation.event.actor_user = user->id;
	c->mutation.event.at = session->created_at;
	call_changed(c, "session.create", "session", &session->id, NULL,
	    false);
	return PROBLEM_NONE;
}

enum problem
tokens_end_session(struct call *c)
{
	enum db_result result;

	if (c->who.kind != KIND_NONE) {
		call_asked(c, &uuid_zero);
		return call_refuse(c, PROBLEM_NOT_FOUND, NULL,
		    "This request was made with a key, not with a session");
	}
	result = session_end(c->db, &c->who.id, c->who.now);
	if (result != DB_OK && result != DB_NONE)
		return call_store(c, result);
	c->mutation.owner = c->who.user_id;
	call_changed(c, "session.end", "session", &c->who.id, NULL, true);
	return PROBLEM_NONE;
}
