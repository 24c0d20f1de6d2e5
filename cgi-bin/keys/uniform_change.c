/* SPDX-License-Identifier: ISC */
/* Changing what a key of any kind is limited to. */

#include <string.h>

#include "auth/name.h"
#include "base/nitems.h"
#include "base/utf8.h"
#include "check/change.h"

#include "uniform.h"

struct change_input {
	const char		*label;
	bool			 says_label;
	bool			 disabled;
	bool			 says_disabled;
	struct limits_input	 limits;
};

static const struct json_field fields[] = {
	JSON_FIELD(TEXT, struct change_input, label, .min = 1, .max = 200,
	    .nullable = true, JSON_SEEN(struct change_input, says_label)),
	JSON_FIELD(BOOL, struct change_input, disabled,
	    JSON_SEEN(struct change_input, says_disabled)),
	LIMITS_FIELDS(struct change_input),
};

/* The labels that a kind's own paths would take: characters, and if any. */
static const struct {
	size_t	 most;
	bool	 required;
} labels[KIND__MAX] = {
	[KIND_PAIR] = { 200, true },
	[KIND_NAMED] = { 100, false },
	[KIND_EXCHANGE] = { 200, false },
	[KIND_PERSONAL] = { 200, false },
	[KIND_COMPANY] = { 200, true },
	[KIND_APP] = { 200, true },
};

/* A change as it is worked out. */
struct changing {
	const struct change_input *in;
	struct key	 key;		/* as it will be */
	struct facts	 before;
	struct facts	 after;
};

enum problem
uniform_read_change(struct call *c)
{
	struct change_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem = call_read(c, fields, NITEMS(fields), in);

	c->input = in;
	if (problem == PROBLEM_NONE && in->label != NULL &&
	    name_text_fault(in->label) != NULL)
		return call_fault(c, "/label", name_text_fault(in->label));
	return problem;
}

static enum problem
set_label(struct call *c, struct changing *ch)
{
	const char *label = ch->in->label;

	if (!ch->in->says_label)
		return PROBLEM_NONE;
	if (label == NULL && labels[ch->key.kind].required)
		return call_fault(c, "/label", "is required");
	if (label != NULL &&
	    utf8_length(label, strlen(label)) > labels[ch->key.kind].most)
		return call_fault(c, "/label", "is too long");
	ch->key.label = label == NULL ? "" : label;
	return PROBLEM_NONE;
}

/* What the wish says; a limit of which it says nothing stays. */
static void
set_limits(struct facts *f, const struct wish *wish)
{
	static const struct bits no_scopes;
	static const struct rules no_rules;
	static const struct addresses no_addresses;

	if (wish->says_scopes) {
		f->limited = wish->scopes != NULL;
		f->scopes = f->limited ? *wish->scopes : no_scopes;
	}
	if (wish->says_workspaces) {
		f->nworkspaces = wish->nworkspaces;
		for (size_t i = 0; i < wish->nworkspaces; i++)
			f->workspaces[i] = wish->workspaces[i];
	}
	if (wish->says_rules)
		f->rules = wish->rules == NULL ? no_rules : *wish->rules;
	if (wish->says_addresses)
		f->addresses = wish->addresses == NULL ? no_addresses :
		    *wish->addresses;
	if (wish->says_rates)
		f->rates = wish->rates;
	if (wish->says_quotas)
		f->quotas = wish->quotas;
}

static enum problem
set_times(struct call *c, struct changing *ch)
{
	const struct limits_input *in = &ch->in->limits;
	struct facts *f = &ch->after;
	enum db_result result;

	if (in->says_start)
		f->starts_at = in->starts_at;
	if (in->says_end) {
		f->expires_at = in->expires_at;
		result = issue_cap(c->db, &ch->key.account_id, f->kind,
		    ch->key.created_at, &f->expires_at);
		if (result != DB_OK)
			return call_store(c, result);
		if (f->expires_at != 0 && f->expires_at <= f->now)
			return keys_explain(c, ISSUE_PAST, DB_OK);
	}
	if ((in->says_start || in->says_end) && f->expires_at != 0 &&
	    f->expires_at <= f->starts_at)
		return call_fault(c, in->says_end ? "/expires_at" :
		    "/starts_at", "must leave time between starts_at and"
		    " expires_at");
	return PROBLEM_NONE;
}

static enum problem
work_out(struct call *c, struct changing *ch)
{
	struct wish wish;
	enum problem problem = keys_wish(c, &ch->in->limits, &wish);

	if (problem == PROBLEM_NONE)
		problem = set_label(c, ch);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, facts_of_key(&ch->before, c->db,
		    c->arena, &ch->key.account_id, &ch->key.id));
	if (problem != PROBLEM_NONE)
		return problem;
	ch->after = ch->before;
	set_limits(&ch->after, &wish);
	if (ch->in->says_disabled)
		ch->after.disabled = ch->in->disabled;
	return set_times(c, ch);
}

static void
set_row(struct call *c, struct changing *ch)
{
	const struct facts *f = &ch->after;
	struct key *key = &ch->key;

	key->limited = f->limited;
	key->scopes = f->scopes;
	key->workspaces = facts_join(c->arena, f->workspaces, f->nworkspaces);
	key->rules = rules_row(&f->rules, c->arena);
	key->addresses = addresses_row(&f->addresses, c->arena);
	key->rates = rates_row(&f->rates, c->arena);
	key->quotas = quotas_row(&f->quotas, c->arena);
	key->disabled = f->disabled;
	key->starts_at = f->starts_at;
	key->expires_at = f->expires_at;
	key->updated_at = f->now;
}

/* Whoever takes away may; whoever gives more obtains the whole key. */
static enum problem
judge(struct call *c, const struct changing *ch, const struct change *change)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	bool covered = false;
	enum problem problem;

	if (!change->widens)
		return PROBLEM_NONE;
	problem = call_maker(c, maker);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, obtain_giving(maker, c->db, c->arena,
		    &ch->after, &covered));
	if (problem == PROBLEM_NONE && (!covered ||
	    !obtain_whole(maker, &ch->after)))
		return keys_explain(c, ISSUE_NOT_COVERED, DB_OK);
	return problem;
}

static enum problem
change_key(struct call *c, struct uniform_view *view)
{
	struct changing *ch = arena_alloc(c->arena, sizeof(*ch));
	struct change change;
	enum problem problem;

	ch->in = c->input;
	ch->key = view->key;
	problem = work_out(c, ch);
	if (problem != PROBLEM_NONE)
		return problem;
	change = change_compare(&ch->before, &ch->after);
	problem = judge(c, ch, &change);
	if (problem != PROBLEM_NONE)
		return problem;
	set_row(c, ch);
	problem = call_store(c, key_change(c->db, &ch->key));
	if (problem != PROBLEM_NONE)
		return problem;
	view->key = ch->key;
	c->mutation.owner = ch->key.user_id;
	call_changed(c, "key.change", "key", &ch->key.id,
	    keys_describe(c, &ch->key), change.narrows);
	return PROBLEM_NONE;
}

enum problem
uniform_change(struct call *c)
{
	struct uniform_view *view = arena_alloc(c->arena, sizeof(*view));
	enum key_state state;
	enum problem problem = uniform_lock(c, &c->id[0], view);

	if (problem == PROBLEM_NONE)
		problem = call_match(c, uniform_put, view);
	if (problem != PROBLEM_NONE)
		return problem;
	state = key_state(&view->key, c->who.now);
	if (state == KEY_REVOKED || state == KEY_EXPIRED)
		return keys_explain(c, ISSUE_ENDED, DB_OK);
	problem = change_key(c, view);
	if (problem == PROBLEM_NONE)
		uniform_put(c, c->json, view);
	return problem;
}
