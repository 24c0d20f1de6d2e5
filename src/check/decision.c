/* SPDX-License-Identifier: ISC */
/* The decision and its reasons. */

#include <string.h>

#include "check/decision.h"

#define TOKEN_SKEW	(60 * (int64_t)1000)	/* between hosts' clocks */

const struct reason_type reason_types[REASON__MAX] = {
	[REASON_NONE] = { "allowed", 200, .real = true },
	[REASON_MALFORMED] = { "malformed", 401, .guess = true },
	[REASON_FORM] = { "form", 401, .guess = true },
	[REASON_UNKNOWN] = { "unknown", 401, .guess = true },
	[REASON_SECRET] = { "secret", 401, .guess = true },
	[REASON_REVOKED] = { "revoked", 401, .real = true },
	[REASON_DISABLED] = { "disabled", 401, .real = true },
	[REASON_EARLY] = { "early", 401, .real = true },
	[REASON_EXPIRED] = { "expired", 401, .real = true },
	[REASON_OWNER] = { "owner", 401, .real = true },
	[REASON_ACCOUNT] = { "account", 401, .real = true },
	/* told apart, it would say which accounts exist elsewhere */
	[REASON_PLACE] = { "place", 401, .real = false },
	[REASON_KIND] = { "kind", 403, .real = true },
	[REASON_SCOPE] = { "scope", 403, .real = true },
	[REASON_RULE] = { "rule", 403, .real = true },
	[REASON_ADDRESS] = { "address", 403, .real = true },
	[REASON_RATE] = { "rate", 429, .real = true },
	[REASON_QUOTA] = { "quota", 429, .real = true },
	[REASON_GUESSES] = { "guesses", 429, .real = false },
	[REASON_COVER] = { "cover", 403, .real = true },
	[REASON_ORIGIN] = { "origin", 403, .real = true },
	[REASON_HTTPS] = { "https", 403, .real = true },
	[REASON_GATE] = { "gate", 500, .real = true },
	[REASON_FAULT] = { "fault", 503, .real = true },
};

/* Does the account's id or legacy_id read so? */
static bool
is_account(const struct facts *f, const char *named)
{
	char id[UUID_TEXT];

	uuid_format(id, &f->account_id);
	return strcmp(named, id) == 0 || (f->account_legacy_id != NULL &&
	    strcmp(named, f->account_legacy_id) == 0);
}

static bool
holds_needed(const struct facts *f)
{
	enum permission needs = kind_types[f->kind].needs;

	return f->kind == KIND_NONE || needs == PERMISSION_ANY ||
	    rights_hold_somewhere(&f->owner, needs);
}

static bool
holds_demanded(const struct facts *f, const struct demand *d)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->somewhere ?
		    !rights_hold_somewhere(&f->rights, d->permissions[i]) :
		    !rights_hold(&f->rights, d->permissions[i], d->workspace))
			return false;
	}
	return true;
}

/* A token from the future is no better than one whose time is over. */
static enum reason
judge_token(const struct facts *f)
{
	if (f->token_ended)
		return REASON_REVOKED;
	if (f->token_issued_at > f->now + TOKEN_SKEW)
		return REASON_EARLY;
	if (f->token_expires_at <= f->now)
		return REASON_EXPIRED;
	return REASON_NONE;
}

/* Is the credential good, whatever is asked of it? */
static enum reason
judge_credential(const struct facts *f)
{
	if (!f->well_formed)
		return REASON_MALFORMED;
	if (!f->accepted)
		return REASON_FORM;
	if (!f->known)
		return REASON_UNKNOWN;
	if (!f->equal)
		return REASON_SECRET;
	if (f->revoked)
		return REASON_REVOKED;
	if (f->disabled)
		return REASON_DISABLED;
	if (f->starts_at > f->now)
		return REASON_EARLY;
	if (f->expires_at != 0 && f->expires_at <= f->now)
		return REASON_EXPIRED;
	return f->is_token ? judge_token(f) : REASON_NONE;
}

enum reason
decision_make(const struct facts *f, const struct demand *d)
{
	enum reason reason = judge_credential(f);

	if (reason != REASON_NONE)
		return reason;
	if (!f->user_active)
		return REASON_OWNER;
	if (!f->account_active)
		return REASON_ACCOUNT;
	if (d->account != NULL && !is_account(f, d->account))
		return REASON_PLACE;
	if (!holds_needed(f))
		return REASON_KIND;
	if (!holds_demanded(f, d))
		return REASON_SCOPE;
	if (!rules_allow(&f->rules, d->method, d->target))
		return REASON_RULE;
	if (!addresses_allow(&f->addresses, d->address))
		return REASON_ADDRESS;
	return REASON_NONE;
}
