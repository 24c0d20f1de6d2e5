/* SPDX-License-Identifier: ISC */
/* The check: is this credential good, and for what? */

#include "base/nitems.h"
#include "check/requirement.h"

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

static enum problem
read_check(struct call *c)
{
	struct check_input *in = arena_alloc(c->arena, sizeof(*in));

	c->input = in;
	return call_read(c, fields, NITEMS(fields), in);
}

static enum problem
read_requirement(struct call *c, struct requirement *r)
{
	const struct check_input *in = c->input;
	enum db_result result;
	const char *wrong;

	wrong = requirement_parse(r, c->db, c->arena,
	    in->require == NULL ? "any" : in->require, &result);
	if (result != DB_OK)
		return call_store(c, result);
	return wrong == NULL ? PROBLEM_NONE : call_fault(c, "/require", wrong);
}

/* What was told of the request; what was not is not known. */
static enum problem
read_told(struct call *c, struct demand *demand, struct address *address)
{
	const struct check_input *in = c->input;

	demand->method = in->method;
	demand->target = in->path;
	if (in->address == NULL)
		return PROBLEM_NONE;
	if (!address_parse(address, in->address))
		return call_fault(c, "/address", "must be an IP address");
	demand->address = address;
	return PROBLEM_NONE;
}

/* What another account's credential is, is nobody's business here. */
static enum reason
judge(struct call *c, const struct facts *f, const struct requirement *r)
{
	if (f->known && !uuid_equal(&f->account_id, &c->who.account_id))
		return REASON_UNKNOWN;
	return decision_make(f, &r->demand);
}

static enum problem
check_other(struct call *c)
{
	const struct check_input *in = c->input;
	struct facts *f = arena_alloc(c->arena, sizeof(*f));
	struct requirement requirement;
	struct credential credential;
	struct address address;
	enum problem problem;
	enum reason reason;

	problem = read_requirement(c, &requirement);
	if (problem == PROBLEM_NONE)
		problem = read_told(c, &requirement.demand, &address);
	if (problem != PROBLEM_NONE)
		return problem;
	credential_parse(&credential, c->arena, in->credential);
	problem = call_store(c, facts_for_check(f, c->db, c->arena,
	    c->site->keyring, &c->site->cache, &credential));
	if (problem != PROBLEM_NONE)
		return problem;
	reason = judge(c, f, &requirement);
	if (reason == REASON_NONE)
		call_used(c, f, requirement.demand.address);
	json_object(c->json, NULL);
	json_bool(c->json, "allowed", reason == REASON_NONE);
	json_text_or_null(c->json, "reason",
	    reason == REASON_NONE ? NULL : reason_types[reason].word);
	if (f->known && f->equal && reason != REASON_UNKNOWN)
		put_facts(c, f);
	json_end(c->json);
	return PROBLEM_NONE;
}

static const struct route routes[] = {
	{ "GET", "/check", PERMISSION_ANY, .handle = check_own },
	{ "POST", "/check", PERMISSION_CHECK, .reads = true,
	  .prepare = read_check, .handle = check_other },
	{ "GET", "/check/gate", .gate = true },
	{ "GET", "/check/gate/{word}", .gate = true },
	{ "POST", "/oauth/introspect", PERMISSION_CHECK, .reads = true,
	  .forms = true, .manner = MANNER_OAUTH,
	  .prepare = introspect_read, .handle = introspect_show },
};

int
main(void)
{
	return serve(&(struct resource){ "check", routes, NITEMS(routes),
	    .gate = gate_answer });
}
