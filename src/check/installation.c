/* SPDX-License-Identifier: ISC */
/* Facts that are the same for every request. */

#include <string.h>

#include "base/nitems.h"
#include "store/account.h"
#include "store/permission.h"
#include "store/schema.h"

#include "check/installation.h"

/* Permissions: bit, name and its NUL, one behind the other. */
struct kept {
	uint8_t		 accounts_many;
	uint8_t		 names[CACHE_BODY - 1];
};

static uint8_t digest[CRYPTO_DIGEST];

/*
 * Another program may want another schema; and whoever kept it was ready with
 * these keys, not with others.
 */
void
installation_name(const struct keyring *ring)
{
	static const uint8_t versions[] = { SCHEMA_OLDEST, SCHEMA_NEWEST };
	uint8_t live[KEYRING_LIVE];
	size_t n = keyring_live(ring, live);
	const struct crypto_part parts[] = {
		{ "installation", 12 }, { versions, sizeof(versions) },
		{ live, n },
	};

	crypto_hmac(digest, keyring_key(ring, live[0], KEYRING_TOKEN), parts,
	    NITEMS(parts));
}

static bool
meet_names(const uint8_t *names, size_t n)
{
	while (n > 1) {
		const char *name = (const char *)names + 1;
		size_t length = strnlen(name, n - 1);

		if (length == n - 1 || length > PERMISSION_NAME)
			return false;
		permission_meet(names[0], name);
		names += length + 2;
		n -= length + 2;
	}
	return n == 0;
}

/* By what this request was told, if it was: not worth another query. */
static bool
is_confirmed(const struct cache *cache, const struct cache_entry *entry)
{
	return cache->global != 0 && cache->global == entry->told.told.global;
}

bool
installation_recall(struct installation *i, struct cache *cache)
{
	static struct cache_entry entry;

	if (!cache_open(cache) || !cache_get(cache, &entry, digest) ||
	    entry.size < 1 ||
	    (cache->confirms && !is_confirmed(cache, &entry)))
		return false;
	i->accounts_many = entry.body[0] != 0;
	return meet_names(entry.body + 1, entry.size - 1);
}

static void
keep(const struct kept *kept, size_t n, const struct cache_fill *fill)
{
	static const struct uuid nobody[GENERATION_IDS];

	cache_put(fill, digest, nobody, kept, 1 + n);
}

/* False when they are too many for an entry: then each process asks itself. */
static bool
put_names(struct kept *kept, const struct permission_row *rows, size_t nrows,
    size_t *n)
{
	bool fits = true;

	*n = 0;
	for (size_t i = 0; i < nrows; i++) {
		size_t length = strlen(rows[i].name);

		permission_meet((unsigned)rows[i].bit, rows[i].name);
		fits = fits && *n + length + 2 <= sizeof(kept->names);
		if (!fits)
			continue;
		kept->names[(*n)++] = (uint8_t)rows[i].bit;
		memcpy(kept->names + *n, rows[i].name, length + 1);
		*n += length + 1;
	}
	return fits;
}

enum db_result
installation_ask(struct installation *i, struct db *db, struct arena *arena,
    struct cache *cache)
{
	struct permission_row *rows = arena_alloc(arena, BITS * sizeof(*rows));
	static struct kept kept;
	struct cache_fill fill;
	struct account only;
	bool keeps = cache_open(cache);
	enum db_result result;
	size_t nrows, n;

	if (keeps) {
		cache_begin(&fill);
		fill.told.told.global = cache->global;
	}
	result = permission_all(db, arena, rows, &nrows);
	if (result != DB_OK)
		return result;
	result = account_only(db, arena, &only);
	if (result != DB_OK && result != DB_NONE)
		return result;
	i->accounts_many = result == DB_NONE;
	kept.accounts_many = i->accounts_many;
	if (put_names(&kept, rows, nrows, &n) && keeps)
		keep(&kept, n, &fill);
	return DB_OK;
}
