/* SPDX-License-Identifier: ISC */
/* Credentials, as Loccus' clients know them: /auth/credentials. */

#include "base/nitems.h"

#include "tokens.h"

struct credentials_input {
	const char	*handle;
	const char	*password;
	const char	*account;
};

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct credentials_input, handle, .min = 1,
	    .max = 50, .required = true),
	JSON_FIELD(TEXT, struct credentials_input, password, .min = 8,
	    .max = 50, .required = true),
	JSON_FIELD(TEXT, struct credentials_input, account, .min = 1,
	    .max = 64),
};

enum problem
credentials_prove(struct call *c)
{
	struct login *login = arena_alloc(c->arena, sizeof(*login));
	struct credentials_input in = { NULL, NULL, NULL };
	enum problem problem = call_read(c, fields, NITEMS(fields), &in);

	if (problem != PROBLEM_NONE)
		return problem;
	login->username = in.handle;
	login->by_handle = true;
	login->password = in.password;
	c->input = login;
	return tokens_prove(c, login, in.account);
}

enum problem
credentials_create(struct call *c)
{
	struct session session;
	char token[TOKEN_TEXT];
	enum problem problem = tokens_session(c, c->input, &session, token);

	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_text(c->json, "token", token);
	json_micros(c->json, "issuedAt", session.created_at);
	json_micros(c->json, "expiresAt", session.expires_at);
	json_end(c->json);
	return PROBLEM_NONE;
}
