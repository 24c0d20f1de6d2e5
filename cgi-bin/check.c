/* SPDX-License-Identifier: ISC */
/* The check: is this credential good, and for what? */

#include "base/nitems.h"
#include "check/requirement.h"

#include "check/check.h"

/* -- writing --------------------------------------------------------------- */

static void
put_names(struct call *c, const struct facts *f)
{
	struct bits all = rights_all(&f->rights);

	json_array(c->json, "permissions");
	for (unsigned bit = 0; bit < BITS; bit++) {
		const char *name;

		if (bits_has(&all, bit) && permission_name(c->db, c->arena,
		    bit, &name) == DB_OK)
			json_text(c->json, NULL, name);
	}
	json_end(c->json);
	json_array(c->json, "workspaces");
	for (size_t i = 0; i < f->rights.n; i++)
		json_text(c->json, NULL, f->rights.in[i].workspace);
	json_end(c->json);
}

static const char *
user_type(enum user_type type)
{
	static const char *const words[USER__MAX] = {
		[USER_NONE] = "none",
		[USER_INTERACTIVE] = "interactive",
		[USER_SERVICE] = "service",
		[USER_NON_INTERACTIVE] = "non_interactive",
		[USER_COMPANY] = "company",
	};

	return words[type < USER__MAX ? type : USER_NONE];
}

static void
put_facts(struct call *c, const struct facts *f)
{
	json_object(c->json, "account");
	json_uuid(c->json, "id", &f->account_id);
	json_text_or_null(c->json, "legacy_id", f->account_legacy_id);
	json_end(c->json);
	json_object(c->json, "user");
	json_uuid(c->json, "id", &f->user_id);
	json_text(c->json, "username", f->username);
	json_text(c->json, "type", user_type(f->user_type));
	json_end(c->json);
	json_object(c->json, "credential");
	json_uuid(c->json, "id", &f->id);
	json_text(c->json, "kind", kind_types[f->kind].word);
	json_text_or_null(c->json, "label", f->label);
	json_end(c->json);
	put_names(c, f);
	json_time_or_null(c->json, "expires_at", f->expires_at);
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
};

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct check_input, credential, .min = 1,
	    .max = 4096, .required = true),
	JSON_FIELD(TEXT, struct check_input, require, .min = 1, .max = 2048),
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
	enum problem problem;
	enum reason reason;

	problem = read_requirement(c, &requirement);
	if (problem != PROBLEM_NONE)
		return problem;
	credential_parse(&credential, c->arena, in->credential);
	problem = call_store(c, facts_of_credential(f, c->db, c->arena,
	    c->site->keyring, &credential));
	if (problem != PROBLEM_NONE)
		return problem;
	reason = judge(c, f, &requirement);
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
};

int
main(void)
{
	return serve(&(struct resource){ "check", routes, NITEMS(routes),
	    gate_answer });
}
