/* SPDX-License-Identifier: ISC */
/* Sessions, as Authentise's clients know them: /sessions/. */

#include <string.h>

#include "base/nitems.h"

#include "tokens.h"

#define COOKIE_SECONDS	86400

struct login_input {
	const char	*username;
	const char	*password;
	const char	*account;
};

static const struct json_field fields[] = {
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

enum problem
session_prove(struct call *c)
{
	struct login *login = arena_alloc(c->arena, sizeof(*login));
	struct login_input in = { NULL, NULL, NULL };
	enum problem problem = call_read(c, fields, NITEMS(fields), &in);

	if (problem != PROBLEM_NONE)
		return problem;
	login->username = in.username;
	login->password = in.password;
	c->input = login;
	return tokens_prove(c, login, in.account);
}

enum problem
session_create(struct call *c)
{
	struct login *login = c->input;
	struct session session;
	char token[TOKEN_TEXT];
	enum problem problem = tokens_session(c, login, &session, token);

	if (problem != PROBLEM_NONE)
		return problem;
	c->status = 201;
	c->location = call_uri(c, "/sessions/");
	c->cookie = make_cookie(c, token, COOKIE_SECONDS);
	put_session(c, &session.id, &session.user_id, login->user.username,
	    session.expires_at);
	return PROBLEM_NONE;
}

enum problem
session_show(struct call *c)
{
	if (c->who.kind != KIND_NONE)
		return call_refuse(c, PROBLEM_NOT_FOUND, NULL,
		    "This request was made with a key, not with a session");
	put_session(c, &c->who.id, &c->who.user_id, c->who.username,
	    c->who.expires_at);
	return PROBLEM_NONE;
}

enum problem
session_end_own(struct call *c)
{
	enum problem problem = tokens_end_session(c);

	if (problem == PROBLEM_NONE) {
		c->status = 204;
		c->cookie = make_cookie(c, "", 0);
	}
	return problem;
}
