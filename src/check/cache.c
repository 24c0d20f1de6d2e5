/* SPDX-License-Identifier: ISC */
/* A ring of entries in a shared file. */

#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/shared.h"

#include "check/cache.h"

#define BUCKETS		32768
#define WAYS		8		/* a bucket is one line of the CPU's */
#define UNKNOWN		4096
#define UNKNOWN_AGE	2000		/* ms */
#define RING		((uint64_t)60 << 20)
#define PLACE		(((uint64_t)1 << 48) - 1)
#define LOOK_EVERY	1000		/* ms between looks for the file */

struct stored {
	uint64_t	 checksum;	/* of everything behind it */
	uint64_t	 size;		/* of the body */
	int64_t		 at;		/* since boot, ms */
	uint8_t		 digest[CRYPTO_DIGEST];
	struct generation_told told;
	struct generation_stamp stamp;
};

/* What a bucket holds: 16 bits of the digest, 48 of the place, plus one. */
struct file {
	struct shared_head	 head;
	_Atomic uint64_t	 next;	/* bytes ever reserved in the ring */
	_Atomic uint64_t	 bucket[BUCKETS][WAYS]
				    __attribute__((aligned(64)));
	struct stored		 unknown[UNKNOWN];
	uint8_t			 ring[RING] __attribute__((aligned(64)));
};

static struct shared shared = {
	.name = "cache-2",
	.magic = 0x322d65686361636bu,
	.size = sizeof(struct file),
};

static struct file *file;

/*
 * The generations are looked for with each request; this file only now and
 * then: what stands in one that is gone still counts by them.
 */
bool
cache_open(struct cache *c)
{
	static int64_t looked_at;
	int64_t now = clock_boot();

	if (c->open)
		return true;
	file = NULL;
	c->global = 0;
	if (c->max_age <= 0 || !generation_open(c->state))
		return false;
	if (shared.map == NULL || shared.map->magic != shared.magic ||
	    now - looked_at >= LOOK_EVERY) {
		looked_at = now;
		shared_open(&shared, c->state);
	}
	file = (struct file *)(void *)shared.map;
	c->open = file != NULL;
	return c->open;
}

static uint64_t
checksum(const struct stored *s, const void *body)
{
	uint64_t hash = hash_add(HASH_START, &s->size,
	    sizeof(*s) - offsetof(struct stored, size));

	return hash_add(hash, body, s->size);
}

static uint64_t
prefix(const uint8_t digest[static CRYPTO_DIGEST])
{
	uint64_t value;

	memcpy(&value, digest, sizeof(value));
	return value;
}

static _Atomic uint64_t *
find_bucket(const uint8_t digest[static CRYPTO_DIGEST])
{
	return file->bucket[prefix(digest) % BUCKETS];
}

/* Padded, so that every entry is aligned. */
static uint64_t
length(uint64_t body)
{
	return (sizeof(struct stored) + body + 7) & ~(uint64_t)7;
}

static bool
is_young(int64_t age, int64_t max_age)
{
	return age >= 0 && age < max_age;
}

/* Is it what was written under that digest, and has nothing changed? */
static bool
is_good(const struct stored *s, const void *body,
    const uint8_t digest[static CRYPTO_DIGEST])
{
	return memcmp(s->digest, digest, CRYPTO_DIGEST) == 0 &&
	    s->checksum == checksum(s, body) && generation_holds(&s->stamp);
}

static bool
read_entry(const struct cache *c, uint64_t place, struct cache_entry *out,
    const uint8_t digest[static CRYPTO_DIGEST])
{
	uint64_t at = place % RING;
	struct stored s;

	if (at % 8 != 0 || at + sizeof(s) > RING)
		return false;
	memcpy(&s, file->ring + at, sizeof(s));
	if (s.size > CACHE_BODY || at + sizeof(s) + s.size > RING)
		return false;
	memcpy(out->body, file->ring + at + sizeof(s), s.size);
	out->size = s.size;
	out->age = clock_boot() - s.at;
	out->told.told = s.told;
	out->told.place = s.stamp.place[GENERATION_USER];
	return is_good(&s, out->body, digest) &&
	    is_young(out->age, c->max_age);
}

bool
cache_get(const struct cache *c, struct cache_entry *out,
    const uint8_t digest[static CRYPTO_DIGEST])
{
	_Atomic uint64_t *bucket = find_bucket(digest);
	uint64_t tag = prefix(digest) >> 48;

	for (size_t i = 0; i < WAYS; i++) {
		uint64_t slot = atomic_load_explicit(&bucket[i],
		    memory_order_acquire);

		if (slot != 0 && slot >> 48 == tag &&
		    read_entry(c, (slot & PLACE) - 1, out, digest))
			return true;
	}
	return false;
}

void
cache_begin(struct cache_fill *fill)
{
	memset(fill, 0, sizeof(*fill));
	fill->at = clock_boot();
	fill->begun = generation_begin();
}

static bool
stamp_entry(struct stored *s, const struct cache_fill *fill,
    const uint8_t digest[static CRYPTO_DIGEST],
    const struct uuid ids[static GENERATION_IDS], size_t size)
{
	memset(s, 0, sizeof(*s));
	s->size = size;
	s->at = fill->at;
	memcpy(s->digest, digest, sizeof(s->digest));
	if (!generation_stamp(&s->stamp, fill->begun, ids))
		return false;
	/* of others nothing was told */
	if (fill->told.place == s->stamp.place[GENERATION_USER])
		s->told = fill->told.told;
	return true;
}

/* A piece of the ring that does not run over its end. */
static uint64_t
reserve(uint64_t n)
{
	uint64_t place;

	do
		place = atomic_fetch_add(&file->next, n) & PLACE & ~(uint64_t)7;
	while (place % RING + n > RING);
	return place;
}

/* Its own old slot, or a free one, or the one written longest ago. */
static _Atomic uint64_t *
choose_slot(uint64_t place, const uint8_t digest[static CRYPTO_DIGEST])
{
	_Atomic uint64_t *bucket = find_bucket(digest), *chosen = bucket;
	uint64_t tag = prefix(digest) >> 48, oldest = 0;

	for (size_t i = 0; i < WAYS; i++) {
		uint64_t slot = atomic_load(&bucket[i]);
		uint64_t age = (place - (slot & PLACE)) & PLACE;

		if (slot != 0 && slot >> 48 == tag)
			return &bucket[i];
		if (slot == 0)
			age = PLACE;
		if (age > oldest) {
			oldest = age;
			chosen = &bucket[i];
		}
	}
	return chosen;
}

void
cache_put(const struct cache_fill *fill,
    const uint8_t digest[static CRYPTO_DIGEST],
    const struct uuid ids[static GENERATION_IDS], const void *body,
    size_t size)
{
	struct stored s;
	uint64_t place;

	if (size > CACHE_BODY || !stamp_entry(&s, fill, digest, ids, size))
		return;
	s.checksum = checksum(&s, body);
	place = reserve(length(size));
	memcpy(file->ring + place % RING, &s, sizeof(s));
	memcpy(file->ring + place % RING + sizeof(s), body, size);
	atomic_store_explicit(choose_slot(place, digest),
	    prefix(digest) >> 48 << 48 | (place + 1), memory_order_release);
}

void
cache_put_unknown(const struct cache_fill *fill,
    const uint8_t digest[static CRYPTO_DIGEST])
{
	static const struct uuid nobody[GENERATION_IDS];
	struct stored s;

	if (!stamp_entry(&s, fill, digest, nobody, 0))
		return;
	s.checksum = checksum(&s, "");
	memcpy(&file->unknown[prefix(digest) % UNKNOWN], &s, sizeof(s));
}

bool
cache_is_unknown(const struct cache *c,
    const uint8_t digest[static CRYPTO_DIGEST])
{
	int64_t max_age = c->max_age < UNKNOWN_AGE ? c->max_age : UNKNOWN_AGE;
	struct stored s;

	memcpy(&s, &file->unknown[prefix(digest) % UNKNOWN], sizeof(s));
	return s.size == 0 && is_good(&s, "", digest) &&
	    is_young(clock_boot() - s.at, max_age);
}
