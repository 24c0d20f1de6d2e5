/* SPDX-License-Identifier: ISC */
/* Introspection of another's token: RFC 7662. */

#include "serve/metering.h"

#include "check.h"

struct introspection {
	struct call		*call;
	struct credential	 credential;
	struct demand		 demand;
	struct address		 address;	/* of the token's bearer */
	struct facts		 facts;
	struct limits_told	 limits;
	bool			 active;
};

/* As the place knows who presented the token, and for what; else unknown. */
static enum problem
read_demand(struct call *c, const struct query *form, struct introspection *in)
{
	const char *address = query_get(form, "address");

	in->demand.method = query_get(form, "method");
	in->demand.target = query_get(form, "path");
	if (address == NULL)
		return PROBLEM_NONE;
	if (!address_parse(&in->address, address))
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "address must be one of IPv4 or IPv6");
	in->demand.address = &in->address;
	return PROBLEM_NONE;
}

/* A token alone does not say how it was presented: by Basic, some of them. */
static enum db_result
find_facts(void *context)
{
	struct introspection *in = context;
	struct call *c = in->call;
	struct facts *f = &in->facts;
	enum db_result result = facts_for_check(f, c->db, c->arena,
	    c->site->keyring, &c->site->cache, &in->credential);

	if (result != DB_OK || !f->well_formed || f->accepted)
		return result;
	in->credential.form = CREDENTIAL_HEADER;
	return facts_for_check(f, c->db, c->arena, c->site->keyring,
	    &c->site->cache, &in->credential);
}

/* Its limits are taken here, once, as handlers may be repeated. */
static enum problem
judge(struct introspection *in)
{
	struct call *c = in->call;
	const struct facts *f = &in->facts;
	enum reason reason = decision_make(f, &in->demand);

	/* another account's is counted as one that does not exist */
	if (f->known && !uuid_equal(&f->account_id, &c->who.account_id))
		reason = REASON_UNKNOWN;
	if (reason == REASON_NONE)
		reason = limits_take(c->site->config.state, c->db, f,
		    &in->limits);
	if (reason == REASON_FAULT)
		return call_store(c, DB_UNAVAILABLE);
	reason = metering_other(c, in->demand.address, reason, &in->limits);
	in->active = reason == REASON_NONE;
	if (in->active)
		call_used(c, f, in->demand.address);
	return PROBLEM_NONE;
}

enum problem
introspect_read(struct call *c)
{
	struct introspection *in = arena_alloc(c->arena, sizeof(*in));
	struct query *form = arena_alloc(c->arena, sizeof(*form));
	enum problem problem = call_form(c, form);

	if (problem != PROBLEM_NONE)
		return problem;
	c->input = in;
	in->call = c;
	in->credential = (struct credential){
		.form = CREDENTIAL_BEARER,
		.text = query_get(form, "token"),
		.issuer = call_issuer(c),
	};
	if (in->credential.text == NULL || *in->credential.text == '\0')
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "token is required");
	problem = read_demand(c, form, in);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, db_run(c->db, DB_READ, find_facts,
		    in));
	return problem == PROBLEM_NONE ? judge(in) : problem;
}

static void
put_seconds(struct json *json, const char *key, int64_t ms)
{
	if (ms != 0)
		json_integer(json, key, ms / 1000);
}

static void
put_token(struct call *c, const struct facts *f)
{
	json_text(c->json, "iss", call_issuer(c));
	json_text(c->json, "aud", call_issuer(c));
	json_uuid(c->json, "jti", &f->token_id);
	put_seconds(c->json, "iat", f->token_issued_at);
}

static enum problem
put_active(struct call *c, const struct facts *f)
{
	struct bits all = rights_all(&f->rights);
	const char *scope;
	enum db_result result = permission_names(c->db, c->arena, &all,
	    &scope);

	if (result != DB_OK)
		return call_store(c, result);
	json_text(c->json, "scope", scope);
	if (f->kind != KIND_NONE)
		json_uuid(c->json, "client_id", &f->id);
	json_text(c->json, "username", f->username);
	if (f->is_token || kind_types[f->kind].form == FORM_BEARER)
		json_text(c->json, "token_type", "Bearer");
	put_seconds(c->json, "exp", facts_end(f));
	json_uuid(c->json, "sub", &f->user_id);
	if (f->is_token)
		put_token(c, f);
	return PROBLEM_NONE;
}

enum problem
introspect_show(struct call *c)
{
	struct introspection *in = c->input;
	enum problem problem = PROBLEM_NONE;

	json_object(c->json, NULL);
	json_bool(c->json, "active", in->active);
	if (in->active)
		problem = put_active(c, &in->facts);
	/* a good token's bearer may come again, and so may who guessed */
	else if (in->limits.retry_after != 0)
		json_integer(c->json, "retry_after", in->limits.retry_after);
	if (problem == PROBLEM_NONE)
		json_end(c->json);
	return problem;
}
