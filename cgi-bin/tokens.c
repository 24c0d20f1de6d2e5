/* SPDX-License-Identifier: ISC */
/* Short-lived tokens: password sessions. */

#include <string.h>

#include "auth/login.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/nitems.h"
#include "check/refusals.h"
#include "serve/serve.h"
#include "store/account.h"
#include "store/session.h"
#include "store/version.h"

#define SESSION_SECONDS	86400

struct login_input {
	const char	*username;
	const char	*password;
	const char	*account;
};

static const struct json_field login_fields[] = {
	JSON_FIELD(TEXT, struct login_input, username, .min = 1, .max = 254,
	    .required = true),
	JSON_FIELD(TEXT, struct login_input, password, .min = 1, .max = 1024,
	    .required = true),
	JSON_FIELD(TEXT, struct login_input, account, .min = 1, .max = 64),
};

static void
put_session(struct call *c, const struct uuid *session,
    const struct uuid *user, const char *username, int64_t expires_at)
{
	char id[UUID_TEXT];

	uuid_format(id, user);
	json_object(c->json, NULL);
	json_text(c->json, "uri", call_uri(c, "/sessions/"));
	json_uuid(c->json, "uuid", session);
	json_text(c->json, "username", username);
	json_text(c->json, "user", call_uri(c, "/users/%s/", id));
	json_time(c->json, "expires_at", expires_at);
	json_end(c->json);
}

/* -- logging in ------------------------------------------------------------ */

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

static enum problem
prove_login(struct call *c)
{
	struct login *login = arena_alloc(c->arena, sizeof(*login));
	struct login_input in = { NULL, NULL, NULL };
	enum problem problem;

	problem = call_read(c, login_fields, NITEMS(login_fields), &in);
	if (problem == PROBLEM_NONE)
		problem = choose_account(c, in.account, &login->account_id);
	if (problem != PROBLEM_NONE)
		return problem;
	login->username = in.username;
	login->password = in.password;
	login->client = c->address;
	login->state = c->site->config.state;
	c->input = login;
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

/* For the base where the login came to it; by another path, for all. */
static const char *
make_cookie(struct call *c, const char *token, int seconds)
{
	const char *base = c->site->config.base;
	bool below = *base != '\0' && strcmp(c->prefix, base) == 0;

	return arena_printf(c->arena, "session=%s; Path=%s; Max-Age=%d;"
	    " Secure; HttpOnly; SameSite=Strict", token, below ? base : "/",
	    seconds);
}

static enum problem
create_session(struct call *c)
{
	struct login *login = c->input;
	struct user_login *user = &login->user;
	struct session session = { .id = uuid_new(), .user_id = user->id };
	char token[TOKEN_TEXT];
	enum db_result result;
	uint8_t version;

	result = login_confirm(login, c->db, c->arena);
	if (result == DB_NONE)
		return explain_login(c, login, LOGIN_FAILED);
	if (result == DB_OK)
		result = version_active(c->db, c->arena, c->site->keyring,
		    &version);
	if (result == DB_OK)
		result = db_now(c->db, &session.created_at);
	if (result == DB_OK)
		result = rebind_password(c, user, version);
	if (result != DB_OK)
		return call_store(c, result);
	token_make(token, c->site->keyring, version, TOKEN_SESSION,
	    TOKEN_SESSION_LENGTH, NULL);
	token_digest(session.digest, c->site->keyring, version,
	    KEYRING_SESSION, token, NULL);
	session.version = version;
	session.account_id = user->account_id;
	session.expires_at = session.created_at + SESSION_SECONDS * 1000;
	result = session_add(c->db, &session);
	if (result != DB_OK)
		return call_store(c, result);
	c->mutation.event.account_id = user->account_id;
	c->mutation.event.actor_user = user->id;
	c->mutation.event.at = session.created_at;
	call_changed(c, "session.create", "session", &session.id, NULL, false);
	c->status = 201;
	c->location = call_uri(c, "/sessions/");
	c->cookie = make_cookie(c, token, SESSION_SECONDS);
	put_session(c, &session.id, &user->id, user->username,
	    session.expires_at);
	return PROBLEM_NONE;
}

/* -- the session that asks ------------------------------------------------- */

static enum problem
show_session(struct call *c)
{
	if (c->who.kind != KIND_NONE)
		return call_refuse(c, PROBLEM_NOT_FOUND, NULL,
		    "This request was made with a key, not with a session");
	put_session(c, &c->who.id, &c->who.user_id, c->who.username,
	    c->who.expires_at);
	return PROBLEM_NONE;
}

static enum problem
end_session(struct call *c)
{
	enum db_result result;

	if (c->who.kind != KIND_NONE)
		return call_refuse(c, PROBLEM_NOT_FOUND, NULL,
		    "This request was made with a key, not with a session");
	result = session_end(c->db, &c->who.id, c->who.now);
	if (result != DB_OK && result != DB_NONE)
		return call_store(c, result);
	call_changed(c, "session.end", "session", &c->who.id, NULL, true);
	c->status = 204;
	c->cookie = make_cookie(c, "", 0);
	return PROBLEM_NONE;
}

static const struct route routes[] = {
	{ "POST", "/sessions", PERMISSION_PUBLIC, .forms = true,
	  .manner = MANNER_AUTHENTISE, .prepare = prove_login,
	  .handle = create_session,
	  .alias = { { "/sessions", MANNER_AUTHENTISE } } },
	{ "GET", "/sessions", PERMISSION_ANY, .manner = MANNER_AUTHENTISE,
	  .handle = show_session,
	  .alias = { { "/sessions", MANNER_AUTHENTISE } } },
	{ "DELETE", "/sessions", PERMISSION_ANY, .manner = MANNER_AUTHENTISE,
	  .handle = end_session,
	  .alias = { { "/sessions", MANNER_AUTHENTISE } } },
};

int
main(void)
{
	return serve(&(struct resource){ "tokens", routes, NITEMS(routes),
	    .gate = NULL });
}
