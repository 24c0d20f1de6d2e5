/* SPDX-License-Identifier: ISC */
/* Facts as a row of bytes, and back. */

#include <stddef.h>
#include <string.h>

#include "check/facts_private.h"

/* Everything of one size; texts and workspaces follow. */
struct packed {
	struct uuid	 id, secret, token_id, user_id, account_id;
	int64_t		 starts_at, expires_at, now;
	int64_t		 token_issued_at, token_expires_at;
	struct bits	 scopes;
	uint8_t		 kind, user_type, equal, revoked, disabled, limited;
	uint8_t		 is_token, token_ended;
	uint8_t		 user_active, account_active;
	uint8_t		 zero[6];	/* what padding would hold is chance */
};

_Static_assert(sizeof(struct packed) ==
    offsetof(struct packed, zero) + sizeof((struct packed){ 0 }.zero),
    "nothing lies between the members or behind them");

/* -- writing --------------------------------------------------------------- */

struct writer {
	uint8_t	*at;
	size_t	 left;
	bool	 full;
};

static void
put(struct writer *w, const void *data, size_t n)
{
	if (n > w->left)
		w->full = true;
	if (w->full)
		return;
	memcpy(w->at, data, n);
	w->at += n;
	w->left -= n;
}

/* With its NUL behind it; NULL is one byte that no text begins with. */
static void
put_text(struct writer *w, const char *text)
{
	static const uint8_t none = 0xff;

	if (text == NULL)
		put(w, &none, sizeof(none));
	else
		put(w, text, strlen(text) + 1);
}

static void
put_rights(struct writer *w, const struct rights *rights)
{
	uint8_t n = (uint8_t)rights->n;

	put(w, &rights->everywhere, sizeof(rights->everywhere));
	put(w, &n, sizeof(n));
	for (size_t i = 0; i < rights->n; i++) {
		put(w, &rights->in[i].bits, sizeof(rights->in[i].bits));
		put_text(w, rights->in[i].workspace);
	}
}

size_t
facts_pack(const struct facts *f, struct arena *arena, uint8_t *out,
    size_t max)
{
	struct writer w = { .at = out, .left = max };
	const struct packed p = {
		.id = f->id,
		.secret = f->secret,
		.token_id = f->token_id,
		.user_id = f->user_id,
		.account_id = f->account_id,
		.starts_at = f->starts_at,
		.expires_at = f->expires_at,
		.now = f->now,
		.token_issued_at = f->token_issued_at,
		.token_expires_at = f->token_expires_at,
		.scopes = f->scopes,
		.kind = (uint8_t)f->kind,
		.user_type = (uint8_t)f->user_type,
		.equal = f->equal,
		.revoked = f->revoked,
		.disabled = f->disabled,
		.limited = f->limited,
		.is_token = f->is_token,
		.token_ended = f->token_ended,
		.user_active = f->user_active,
		.account_active = f->account_active,
	};

	put(&w, &p, sizeof(p));
	put_text(&w, f->label);
	put_text(&w, f->username);
	put_text(&w, f->account_legacy_id);
	put_text(&w, facts_join(arena, f->workspaces, f->nworkspaces));
	put_text(&w, rules_row(&f->rules, arena));
	put_text(&w, addresses_row(&f->addresses, arena));
	put_text(&w, rates_row(&f->rates, arena));
	put_text(&w, quotas_row(&f->quotas, arena));
	put_text(&w, rates_row(&f->user_rates, arena));
	put_rights(&w, &f->owner);
	put_rights(&w, &f->rights);
	return w.full ? 0 : max - w.left;
}

/* -- reading --------------------------------------------------------------- */

struct reader {
	const char	*at;
	size_t		 left;
	bool		 bad;
};

static void
take(struct reader *r, void *out, size_t n)
{
	if (n > r->left)
		r->bad = true;
	if (r->bad)
		return;
	memcpy(out, r->at, n);
	r->at += n;
	r->left -= n;
}

static const char *
take_text(struct reader *r)
{
	const char *text = r->at;
	bool none = r->left > 0 && (uint8_t)*text == 0xff;
	size_t n = none ? 0 : strnlen(text, r->left);

	if (r->bad || n >= r->left) {
		r->bad = true;
		return NULL;
	}
	r->at += n + 1;
	r->left -= n + 1;
	return none ? NULL : text;
}

static void
take_rights(struct reader *r, struct rights *rights)
{
	uint8_t n = 0;

	take(r, &rights->everywhere, sizeof(rights->everywhere));
	take(r, &n, sizeof(n));
	if (n > ROLE_GIVEN)
		r->bad = true;
	for (size_t i = 0; i < n && !r->bad; i++) {
		take(r, &rights->in[i].bits, sizeof(rights->in[i].bits));
		rights->in[i].workspace = take_text(r);
		if (rights->in[i].workspace == NULL)
			r->bad = true;
	}
	rights->n = r->bad ? 0 : n;
}

static void
fill_facts(struct facts *f, const struct packed *p, int64_t age)
{
	f->known = true;
	f->id = p->id;
	f->secret = p->secret;
	f->token_id = p->token_id;
	f->user_id = p->user_id;
	f->account_id = p->account_id;
	f->starts_at = p->starts_at;
	f->expires_at = p->expires_at;
	f->now = p->now + age;
	f->token_issued_at = p->token_issued_at;
	f->token_expires_at = p->token_expires_at;
	f->scopes = p->scopes;
	f->kind = (enum kind)p->kind;
	f->user_type = (enum user_type)p->user_type;
	f->equal = p->equal != 0;
	f->revoked = p->revoked != 0;
	f->disabled = p->disabled != 0;
	f->limited = p->limited != 0;
	f->is_token = p->is_token != 0;
	f->token_ended = p->token_ended != 0;
	f->user_active = p->user_active != 0;
	f->account_active = p->account_active != 0;
}

bool
facts_unpack(struct facts *f, struct arena *arena, const uint8_t *bytes,
    size_t n, int64_t age)
{
	struct reader r = { .left = n };
	struct packed p = { .kind = KIND__MAX };
	const char *workspaces, *rules, *addresses;
	const char *rates, *quotas, *user_rates;

	r.at = arena_copy(arena, (const char *)bytes, n);
	take(&r, &p, sizeof(p));
	f->label = take_text(&r);
	f->username = take_text(&r);
	f->account_legacy_id = take_text(&r);
	workspaces = take_text(&r);
	rules = take_text(&r);
	addresses = take_text(&r);
	rates = take_text(&r);
	quotas = take_text(&r);
	user_rates = take_text(&r);
	take_rights(&r, &f->owner);
	take_rights(&r, &f->rights);
	if (r.bad || f->username == NULL || p.kind >= KIND__MAX ||
	    p.user_type >= USER__MAX)
		return false;
	fill_facts(f, &p, age);
	f->nworkspaces = facts_split(arena, workspaces, f->workspaces,
	    FACTS_WORKSPACES);
	return f->nworkspaces <= FACTS_WORKSPACES &&
	    rules_load(&f->rules, arena, rules) &&
	    addresses_load(&f->addresses, arena, addresses) &&
	    rates_load(&f->rates, rates) && quotas_load(&f->quotas, quotas) &&
	    rates_load(&f->user_rates, user_rates);
}
