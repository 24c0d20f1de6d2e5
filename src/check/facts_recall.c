/* SPDX-License-Identifier: ISC */
/* Facts from the cache, and into it. */

#include <string.h>

#include "auth/token.h"

#include "check/facts_private.h"

static void
name_digest(uint8_t out[static CRYPTO_DIGEST], const struct presented *p,
    const struct keyring *ring, const struct credential *c)
{
	if (p->is_jwt)
		jwt_digest(out, ring, p->token, c->issuer);
	else
		token_digest_named(out, ring, p->is_session ?
		    KEYRING_SESSION : KEYRING_TOKEN, p->token,
		    p->is_pair ? &p->bound : NULL);
}

/* With what facts_take_apart said of it. */
static bool
recall(struct facts *f, struct arena *arena, const struct cache *cache,
    const uint8_t digest[static CRYPTO_DIGEST])
{
	static struct cache_entry entry;

	if (cache_get(cache, &entry, digest))
		return facts_unpack(f, arena, entry.body, entry.size,
		    entry.age);
	return cache_is_unknown(cache, digest);
}

static void
keep(const struct facts *f, struct arena *arena,
    const struct cache_fill *fill, const uint8_t digest[static CRYPTO_DIGEST])
{
	const struct uuid ids[GENERATION_IDS] = {
		f->id, f->token_id, f->user_id, f->account_id,
	};
	static uint8_t body[CACHE_BODY];
	size_t n;

	if (!f->well_formed)
		return;
	if (!f->known) {
		cache_put_unknown(fill, digest);
		return;
	}
	n = facts_pack(f, arena, body, sizeof(body));
	if (n > 0)
		cache_put(fill, digest, ids, body, n);
}

enum db_result
facts_for_check(struct facts *f, struct db *db, struct arena *arena,
    const struct keyring *ring, struct cache *cache,
    const struct credential *c)
{
	uint8_t digest[CRYPTO_DIGEST];
	struct cache_fill fill;
	struct presented p;
	enum db_result result;

	*f = (struct facts){ 0 };
	f->well_formed = facts_take_apart(f, &p, ring, c);
	if (!f->well_formed || !f->accepted)
		return DB_OK;
	if (!cache_open(cache))
		return facts_of_credential(f, db, arena, ring, c);
	name_digest(digest, &p, ring, c);
	if (recall(f, arena, cache, digest))
		return DB_OK;
	cache_begin(&fill);
	result = facts_of_credential(f, db, arena, ring, c);
	if (result == DB_OK)
		keep(f, arena, &fill, digest);
	return result;
}
