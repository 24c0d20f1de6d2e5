/* SPDX-License-Identifier: ISC */
/* Arithmetic of rights. */

#include <string.h>

#include "check/rights.h"

struct bits
rights_in(const struct rights *r, const char *workspace)
{
	struct bits out = r->everywhere;

	for (size_t i = 0; workspace != NULL && i < r->n; i++)
		if (strcmp(r->in[i].workspace, workspace) == 0)
			out = bits_union(&out, &r->in[i].bits);
	return out;
}

void
rights_add(struct rights *r, const struct bits *bits, const char *workspace)
{
	if (bits_empty(bits))
		return;
	if (workspace == NULL) {
		r->everywhere = bits_union(&r->everywhere, bits);
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->in[i].workspace, workspace) == 0) {
			r->in[i].bits = bits_union(&r->in[i].bits, bits);
			return;
		}
	}
	if (r->n == ROLE_GIVEN)
		return;		/* less, never more */
	r->in[r->n].workspace = workspace;
	r->in[r->n].bits = *bits;
	r->n++;
}

static void
forget_empty(struct rights *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (!bits_empty(&r->in[i].bits))
			r->in[n++] = r->in[i];
	r->n = n;
}

void
rights_keep(struct rights *r, const struct bits *scopes)
{
	r->everywhere = bits_common(&r->everywhere, scopes);
	for (size_t i = 0; i < r->n; i++)
		r->in[i].bits = bits_common(&r->in[i].bits, scopes);
	forget_empty(r);
}

void
rights_drop(struct rights *r, const struct bits *bits)
{
	r->everywhere = bits_without(&r->everywhere, bits);
	for (size_t i = 0; i < r->n; i++)
		r->in[i].bits = bits_without(&r->in[i].bits, bits);
	forget_empty(r);
}

void
rights_limit(struct rights *r, const char *const *workspaces, size_t n)
{
	struct rights out = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct bits bits = rights_in(r, workspaces[i]);

		rights_add(&out, &bits, workspaces[i]);
	}
	*r = out;
}

bool
rights_hold(const struct rights *r, unsigned bit, const char *workspace)
{
	struct bits bits = rights_in(r, workspace);

	return bits_has(&bits, bit);
}

bool
rights_hold_somewhere(const struct rights *r, unsigned bit)
{
	struct bits all = rights_all(r);

	return bits_has(&all, bit);
}

bool
rights_cover(const struct rights *a, const struct rights *b)
{
	if (!bits_within(&b->everywhere, &a->everywhere))
		return false;
	for (size_t i = 0; i < b->n; i++) {
		struct bits bits = rights_in(a, b->in[i].workspace);

		if (!bits_within(&b->in[i].bits, &bits))
			return false;
	}
	return true;
}

struct bits
rights_all(const struct rights *r)
{
	struct bits out = r->everywhere;

	for (size_t i = 0; i < r->n; i++)
		out = bits_union(&out, &r->in[i].bits);
	return out;
}
