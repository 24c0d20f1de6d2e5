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

/* One credential that is looked for. */
struct search {
	struct db		*db;
	struct arena		*arena;
	struct cache		*cache;
	uint8_t			 digest[CRYPTO_DIGEST];
	struct cache_told	 told;
};

/*
 * DB_NONE: it is not the same any more, or was not known yet.  The facts are of
 * the moment that the database told.
 */
static enum db_result
confirm(struct facts *f, struct search *s, const struct cache_entry *entry)
{
	enum db_result result;
	int64_t now;

	s->told = entry->told;
	result = generation_table_read(s->db, s->told.place, &s->told.told,
	    &now);
	if (result != DB_OK)
		return result;
	s->cache->global = s->told.told.global;
	if (!generation_same(&s->told.told, &entry->told.told) ||
	    !facts_unpack(f, s->arena, entry->body, entry->size, 0))
		return DB_NONE;
	f->now = now;
	return DB_OK;
}

/* With what facts_take_apart said of it; DB_NONE when it is not kept. */
static enum db_result
recall(struct facts *f, struct search *s)
{
	static struct cache_entry entry;
	bool found = cache_get(s->cache, &entry, s->digest);

	if (s->cache->confirms)
		return found ? confirm(f, s, &entry) : DB_NONE;
	if (found)
		found = facts_unpack(f, s->arena, entry.body, entry.size,
		    entry.age);
	else
		found = cache_is_unknown(s->cache, s->digest);
	return found ? DB_OK : DB_NONE;
}

static void
keep(const struct facts *f, const struct search *s,
    const struct cache_fill *fill)
{
	const struct uuid ids[GENERATION_IDS] = {
		f->id, f->token_id, [GENERATION_USER] = f->user_id,
		f->account_id,
	};
	static uint8_t body[CACHE_BODY];
	size_t n;

	if (!f->well_formed)
		return;
	if (!f->known) {
		if (!s->cache->confirms)
			cache_put_unknown(fill, s->digest);
		return;
	}
	n = facts_pack(f, s->arena, body, sizeof(body));
	if (n > 0)
		cache_put(fill, s->digest, ids, body, n);
}

enum db_result
facts_for_check(struct facts *f, struct db *db, struct arena *arena,
    const struct keyring *ring, struct cache *cache,
    const struct credential *c)
{
	struct search s = { .db = db, .arena = arena, .cache = cache };
	struct cache_fill fill;
	struct presented p;
	enum db_result result;

	*f = (struct facts){ 0 };
	f->well_formed = facts_take_apart(f, &p, ring, c);
	if (!f->well_formed || !f->accepted)
		return DB_OK;
	if (!cache_open(cache))
		return facts_of_credential(f, db, arena, ring, c);
	name_digest(s.digest, &p, ring, c);
	result = recall(f, &s);
	if (result != DB_NONE)
		return result;
	cache_begin(&fill);
	fill.told = s.told;
	result = facts_of_credential(f, db, arena, ring, c);
	if (result == DB_OK)
		keep(f, &s, &fill);
	return result;
}
