/* SPDX-License-Identifier: ISC */
/* The check: is this credential good, and for what? */

#include "base/nitems.h"
#include "check/requirement.h"
#include "serve/metering.h"

#include "check/check.h"

/* -- writing --------------------------------------------------------------- */

static void
put_facts(struct call *c, const struct facts *f)
{
	struct bits all = rights_all(&f->rights);

	json_object(c->json, "account");
	json_uuid(c->json, "id", &f->account_id);
	json_text_or_null(c->json, "legacy_id", f->account_legacy_id);
	json_end(c->json);
	json_object(c->json, "user");
	json_uuid(c->json, "id", &f->user_id);
	json_text(c->json, "username", f->username);
	json_text(c->json, "type", user_types[f->user_type]);
	json_end(c->json);
	json_object(c->json, "credential");
	json_uuid(c->json, "id", &f->id);
	json_text(c->json, "kind", kind_types[f->kind].word);
	json_text_or_null(c->json, "label", f->label);
	json_end(c->json);
	call_put_permissions(c, c->json, "permissions", &all);
	json_array(c->json, "workspaces");
	for (size_t i = 0; i < f->rights.n; i++)
		json_text(c->json, NULL, f->rights.in[i].workspace);
	json_end(c->json);
	json_time_or_null(c->json, "expires_at", facts_end(f));
}

/* -- one's own credential -------------------------------------------------- */

static enum problem
check_own(struct call *c)
{
	json_object(c->json, NULL);
	json_bool(c->json, "active", true);
	put_facts(c, &c->who);
	json_end(c->json);
	return PROBLEM_NONE;
}

/* -- another's ------------------------------------------------------------- */

struct check_input {
	const char	*credential;
	const char	*require;

	/* of the request that it came with, as its verifier tells it */
	const char	*method;
	const char	*path;
	const char	*address;
};

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct check_input, credential, .min = 1,
	    .max = 4096, .required = true),
	JSON_FIELD(TEXT, struct check_input, require, .min = 1, .max = 2048),
	JSON_FIELD(TEXT, struct check_input, method, .min = 1, .max = 20),
	JSON_FIELD(TEXT, struct check_input, path, .min = 1,
	    .max = RULES_PATH),
	JSON_FIELD(TEXT, struct check_input, address, .min = 1,
	    .max = ADDRESS_TEXT),
};

/* What is found out before it is answered. */
struct other {
	struct call		*call;
	struct check_input	 in;
	struct requirement	 requirement;
	struct credential	 credential;
	struct address		 address;
	struct facts		 facts;
	struct limits_told	 limits;
	enum problem		 problem;
	enum reason		 reason;
};

static enum problem
read_requirement(struct other *o)
{
	struct call *c = o->call;
	enum db_result result;
	const char *wrong;

	wrong = requirement_parse(&o->requirement, c->db, c->arena,
	    o->in.require == NULL ? "any" : o->in.require, &result);
	if (result != DB_OK)
		return call_store(c, result);
	return wrong == NULL ? PROBLEM_NONE : call_fault(c, "/require", wrong);
}

/* What was told of the request; what was not is not known. */
static enum problem
read_told(struct other *o)
{
	struct demand *demand = &o->requirement.demand;

	demand->method = o->in.method;
	demand->target = o->in.path;
	if (o->in.address == NULL)
		return PROBLEM_NONE;
	if (!address_parse(&o->address, o->in.address))
		return call_fault(o->call, "/address", "must be an IP address");
	demand->address = &o->address;
	return PROBLEM_NONE;
}

/* What another account's credential is, is nobody's business here. */
static enum reason
judge(const struct other *o)
{
	const struct facts *f = &o->facts;

	if (f->known && !uuid_equal(&f->account_id,
	    &o->call->who.account_id))
		return REASON_UNKNOWN;
	return decision_make(f, &o->requirement.demand);
}

static enum db_result
find_other(void *context)
{
	struct other *o = context;
	struct call *c = o->call;

	o->problem = read_requirement(o);
	if (o->problem == PROBLEM_NONE)
		o->problem = read_told(o);
	if (o->problem == PROBLEM_NONE)
		o->problem = call_store(c, facts_for_check(&o->facts, c->db,
		    c->arena, c->site->keyring, &c->site->cache,
		    &o->credential));
	o->reason = judge(o);
	return o->problem == PROBLEM_NONE ? DB_OK : DB_REFUSED;
}

/* The other's limits are taken here, once, as handlers may be repeated. */
static enum problem
read_check(struct call *c)
{
	struct other *o = arena_alloc(c->arena, sizeof(*o));
	enum problem problem = call_read(c, fields, NITEMS(fields), &o->in);
	enum db_result result;

	c->input = o;
	o->call = c;
	if (problem != PROBLEM_NONE)
		return problem;
	credential_parse(&o->credential, c->arena, o->in.credential);
	result = db_run(c->db, DB_READ, find_other, o);
	if (result != DB_OK)
		return result == DB_REFUSED ? o->problem :
		    call_store(c, result);
	if (o->reason == REASON_NONE)
		o->reason = limits_take(c->site->config.state, c->db,
		    &o->facts, &o->limits);
	if (o->reason == REASON_FAULT)
		return call_store(c, DB_UNAVAILABLE);
	o->reason = metering_other(c, o->requirement.demand.address, o->reason,
	    &o->limits);
	if (o->reason == REASON_NONE)
		call_used(c, &o->facts, o->requirement.demand.address);
	return PROBLEM_NONE;
}

static void
put_limits(struct json *json, const struct limits_told *told)
{
	json_array(json, "limits");
	for (size_t i = 0; i < told->n; i++) {
		json_object(json, NULL);
		json_text(json, "name", told->limit[i].name);
		json_integer(json, "limit", told->limit[i].limit);
		json_integer(json, "remaining", told->limit[i].rest);
		json_integer(json, "reset", told->limit[i].wait);
		json_end(json);
	}
	json_end(json);
	if (told->retry_after != 0)
		json_integer(json, "retry_after", told->retry_after);
}

/* Only of a credential of the same account, and to who has its secret. */
static bool
is_told(const struct other *o)
{
	const struct facts *f = &o->facts;

	return f->known && f->equal && uuid_equal(&f->account_id,
	    &o->call->who.account_id);
}

static enum problem
check_other(struct call *c)
{
	const struct other *o = c->input;

	json_object(c->json, NULL);
	json_bool(c->json, "allowed", o->reason == REASON_NONE);
	json_text_or_null(c->json, "reason", o->reason == REASON_NONE ? NULL :
	    reason_types[o->reason].word);
	if (is_told(o))
		put_facts(c, &o->facts);
	if (o->limits.n != 0)
		put_limits(c->json, &o->limits);
	json_end(c->json);
	return PROBLEM_NONE;
}

static const struct route routes[] = {
	{ "GET", "/check", PERMISSION_ANY, .fleeting = true,
	  .handle = check_own },
	{ "POST", "/check", PERMISSION_CHECK, .reads = true, .fleeting = true,
	  .prepare = read_check, .handle = check_other },
	{ "GET", "/check/gate", .gate = true },
	{ "GET", "/check/gate/{word}", .gate = true },
	{ "POST", "/oauth/introspect", PERMISSION_CHECK, .reads = true,
	  .fleeting = true, .forms = true, .manner = MANNER_OAUTH,
	  .prepare = introspect_read, .handle = introspect_show },
};

int
main(void)
{
	return serve(&(struct resource){ "check", routes, NITEMS(routes),
	    .gate = gate_answer });
}
