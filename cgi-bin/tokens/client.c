/* SPDX-License-Identifier: ISC */
/* Who asks as an OAuth client, and may he? */

#include <string.h>

#include "serve/metering.h"

#include "tokens.h"

const char *
tokens_parameter(const struct query *form, const char *name)
{
	const char *value = query_get(form, name);

	return value == NULL || *value == '\0' ? NULL : value;
}

/*
 * By one way only: RFC 6749, 2.3.  A cookie is no way: browsers add it to what
 * others make them send.
 */
static enum problem
read_client(struct call *c, const struct query *form,
    struct credential *credential)
{
	const char *id = tokens_parameter(form, "client_id");
	const char *secret = tokens_parameter(form, "client_secret");

	*credential = c->credential;
	if (credential->form == CREDENTIAL_COOKIE)
		credential->form = CREDENTIAL_NONE;
	if (credential->form == CREDENTIAL_NONE && id != NULL &&
	    secret != NULL) {
		credential->form = CREDENTIAL_BASIC;
		credential->user = id;
		credential->text = secret;
	} else if (secret != NULL)
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "Send the client's secret once: by Basic or in the form,"
		    " with client_id");
	if (id != NULL && credential->form == CREDENTIAL_BASIC &&
	    strcmp(id, credential->user) != 0)
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "client_id is not the client that Basic names");
	return PROBLEM_NONE;
}

struct client_search {
	struct call		*call;
	const struct credential	*credential;
};

static enum db_result
find_client(void *context)
{
	struct client_search *s = context;
	struct call *c = s->call;

	return facts_of_credential(&c->who, c->db, c->arena, c->site->keyring,
	    s->credential);
}

/* A JSON web token is no client: it would live for ever by being exchanged. */
static enum reason
judge_client(const struct call *c, bool sessions)
{
	const struct demand demand = {
		.account = gateway_param(c->gateway, "LATCHKEY_ACCOUNT"),
		.method = c->method,
		.target = c->path,
		.address = c->client,
	};
	const struct facts *f = &c->who;
	bool may = f->kind == KIND_PAIR || (f->kind == KIND_NONE && sessions);
	enum reason reason = decision_make(f, &demand);

	if (reason == REASON_NONE && (f->is_token || !may))
		return REASON_FORM;
	return reason;
}

enum problem
tokens_client(struct call *c, const struct query *form, bool sessions)
{
	struct credential credential;
	struct client_search search = { c, &credential };
	enum db_result result;
	enum problem problem;
	enum reason reason;

	problem = read_client(c, form, &credential);
	if (problem != PROBLEM_NONE)
		return problem;
	result = db_run(c->db, DB_READ, find_client, &search);
	if (result != DB_OK) {
		call_refused(c, REASON_FAULT);
		return call_store(c, DB_UNAVAILABLE);
	}
	c->credential = credential;
	reason = judge_client(c, sessions);
	if (reason == REASON_NONE)
		reason = metering_take(c);
	if (reason == REASON_NONE) {
		call_used(c, &c->who, c->client);
		return PROBLEM_NONE;
	}
	problem = call_refused(c, reason);
	return problem == PROBLEM_FORBIDDEN ? PROBLEM_CLIENT : problem;
}
