/* SPDX-License-Identifier: ISC */
/* What may be obtained: keys, and the limits of new ones. */

#include <string.h>

#include "check/obtain_private.h"

static bool
ends_within(const struct maker *m, int64_t end)
{
	int64_t most = obtain_end(m);

	return most == 0 || (end != 0 && end <= most);
}

static bool
choose_end(const struct maker *m, const struct wish *wish, int64_t *end)
{
	*end = wish->says_end ? wish->ends_at : obtain_end(m);
	return ends_within(m, *end);
}

static bool
is_listed(const char *workspace, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(workspace, list[i]) == 0)
			return true;
	return false;
}

static bool
choose_workspaces(const struct maker *m, const struct wish *wish,
    struct limits *out)
{
	const struct facts *f = &m->facts;
	const char *const *from = wish->says_workspaces ?
	    wish->workspaces : f->workspaces;
	size_t n = wish->says_workspaces ? wish->nworkspaces : f->nworkspaces;

	if (f->nworkspaces > 0 && n == 0)
		return false;
	if (n > FACTS_WORKSPACES)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (f->nworkspaces > 0 &&
		    !is_listed(from[i], f->workspaces, f->nworkspaces))
			return false;
		out->workspaces[i] = from[i];
	}
	out->nworkspaces = n;
	return true;
}

static void
choose_rules(const struct maker *m, const struct wish *wish,
    struct limits *out)
{
	static const struct addresses anywhere;
	static const struct rules anything;

	out->rules = m->facts.rules;
	if (wish->says_rules)
		out->rules = wish->rules == NULL ? anything : *wish->rules;
	out->addresses = m->facts.addresses;
	if (wish->says_addresses)
		out->addresses = wish->addresses == NULL ? anywhere :
		    *wish->addresses;
	out->rates = wish->says_rates ? wish->rates : m->facts.rates;
	out->quotas = wish->says_quotas ? wish->quotas : m->facts.quotas;
}

/* Where and when, as far as the maker is limited in that himself. */
static bool
is_fenced(const struct maker *m, const struct rules *rules,
    const struct addresses *addresses)
{
	return m->is_operator || (rules_within(rules, &m->facts.rules) &&
	    addresses_within(addresses, &m->facts.addresses));
}

/* How often and how much, alike. */
static bool
is_metered(const struct maker *m, const struct rates *rates,
    const struct quotas *quotas)
{
	return m->is_operator || (rates_within(rates, &m->facts.rates) &&
	    quotas_within(quotas, &m->facts.quotas));
}

/* What of the rights a key of the kind can have, within its workspaces. */
static struct rights
confine(struct rights rights, enum kind kind, const struct limits *limits,
    bool with_own)
{
	struct bits own = permission_own_bits();

	if (!with_own && !kind_types[kind].carries_own)
		rights_drop(&rights, &own);
	if (limits->nworkspaces > 0)
		rights_limit(&rights, limits->workspaces, limits->nworkspaces);
	return rights;
}

/* The permissions that the maker covers wherever the key would have them. */
static struct bits
covered_part(const struct maker *m, const struct rights *wanted)
{
	struct bits all = rights_all(wanted), out = { 0 };

	for (unsigned bit = 0; bit < BITS; bit++) {
		struct rights one = *wanted;
		struct bits only = { 0 };

		if (!bits_has(&all, bit))
			continue;
		bits_add(&only, bit);
		rights_keep(&one, &only);
		if (obtain_covers(m, &one))
			bits_add(&out, bit);
	}
	return out;
}

static bool
is_own(const struct maker *m, const struct facts *owner)
{
	return m->is_operator ||
	    uuid_equal(&m->facts.user_id, &owner->user_id);
}

static struct rights
everything(void)
{
	struct rights all = { 0 };

	memset(&all.everywhere, 0xff, sizeof(all.everywhere));
	return all;
}

/* All that such a credential could hold if its owner held everything. */
static struct bits
most_of(enum kind kind, bool limited, const struct bits *scopes)
{
	struct rights all = everything();
	struct bits own = permission_own_bits();

	if (limited)
		return *scopes;
	if (kind != KIND_NONE && !kind_types[kind].carries_own)
		rights_drop(&all, &own);
	return all.everywhere;
}

/*
 * What the owner of a key with such scopes holds, and what he may yet come to
 * hold, anywhere, where the maker could not.  Somebody else may come to hold
 * anything: his key may grow as far as its maker covers, and no further.
 */
static struct rights
reach(const struct maker *m, enum kind kind, const struct facts *owner,
    const struct bits *scopes)
{
	struct bits most = most_of(m->facts.kind, m->facts.limited,
	    &m->facts.scopes);
	struct bits beyond = bits_without(scopes, &most);
	struct rights out = owner->owner;

	if (!is_own(m, owner) && kind != KIND_COMPANY)
		return everything();
	rights_add(&out, &beyond, NULL);
	return out;
}

/* A key without scopes grows with its owner. */
static bool
choose_scopes(const struct maker *m, enum kind kind,
    const struct facts *owner, const struct wish *wish, struct limits *out)
{
	const bool named = wish->says_scopes && wish->scopes != NULL;
	struct bits held = rights_all(&owner->owner);
	struct rights wanted = confine(reach(m, kind, owner,
	    named ? wish->scopes : &held), kind, out, named);
	struct bits all = rights_all(&m->covers);

	all = bits_union(&all, &m->placed);
	if (named) {
		rights_keep(&wanted, wish->scopes);
		out->limited = true;
		out->scopes = *wish->scopes;
		return m->is_operator || (obtain_covers(m, &wanted) &&
		    bits_within(wish->scopes, &all));
	}
	if (!m->facts.limited && obtain_covers(m, &wanted) &&
	    (is_own(m, owner) || kind == KIND_COMPANY))
		return true;
	if (wish->says_scopes)
		return false;
	out->limited = true;
	out->scopes = covered_part(m, &wanted);
	return true;
}

static void
drop_giving(struct maker *m)
{
	struct bits give = { 0 };

	bits_add(&give, PERMISSION_ROLES_GIVE);
	rights_drop(&m->covers, &give);
	m->placed = bits_without(&m->placed, &give);
}

bool
obtain_key(const struct maker *m, enum kind kind, const struct facts *owner,
    const struct wish *wish, struct limits *out)
{
	struct maker bounded = *m;

	*out = (struct limits){ 0 };
	if (!is_own(m, owner)) {
		if (!obtain_rank(m, owner))
			return false;
		/*
		 * Which roles it gives would be the owner's matter, not ours;
		 * a company's user has no will of his own.
		 */
		if (kind != KIND_COMPANY)
			drop_giving(&bounded);
	}
	choose_rules(m, wish, out);
	out->starts_at = wish->starts_at;
	return choose_end(&bounded, wish, &out->ends_at) &&
	    choose_workspaces(&bounded, wish, out) &&
	    is_fenced(m, &out->rules, &out->addresses) &&
	    is_metered(m, &out->rates, &out->quotas) &&
	    choose_scopes(&bounded, kind, owner, wish, out);
}

static bool
has_workspaces_of(const struct maker *m, const struct facts *key)
{
	if (m->facts.nworkspaces == 0)
		return true;
	for (size_t i = 0; i < key->nworkspaces; i++)
		if (!is_listed(key->workspaces[i], m->facts.workspaces,
		    m->facts.nworkspaces))
			return false;
	return key->nworkspaces > 0;
}

/* All that the key does, and comes to do where its maker would not. */
static struct rights
whole_of(const struct maker *m, const struct facts *key)
{
	struct bits most = most_of(key->kind, key->limited, &key->scopes);
	struct rights out = key->limited || is_own(m, key) ?
	    reach(m, key->kind, key, &most) : key->owner;

	rights_keep(&out, &most);
	if (key->nworkspaces > 0)
		rights_limit(&out, key->workspaces, key->nworkspaces);
	return out;
}

bool
obtain_whole(const struct maker *m, const struct facts *key)
{
	struct maker bounded = *m;
	struct rights whole = whole_of(m, key);

	if (!is_own(m, key)) {
		if (!obtain_rank(m, key))
			return false;
		if (key->kind != KIND_COMPANY)
			drop_giving(&bounded);
	}
	/* what has no scopes grows with its owner, and its maker would not */
	if (!key->limited && m->facts.limited)
		return false;
	return ends_within(m, key->expires_at) && has_workspaces_of(m, key) &&
	    is_fenced(m, &key->rules, &key->addresses) &&
	    is_metered(m, &key->rates, &key->quotas) &&
	    obtain_covers(&bounded, &whole);
}
