/* SPDX-License-Identifier: ISC */
/* All SQL on keyring versions. */

#include <string.h>

#include "base/log.h"
#include "base/nitems.h"
#include "store/version.h"

#define FINGERPRINT	8
#define DAY		(24 * 60 * 60 * (int64_t)1000)

static const struct db_column columns[] = {
	DB_COLUMN(U8,   struct version, version),
	DB_COLUMN(BLOB, struct version, fingerprint),
	DB_COLUMN(I64,  struct version, activated_at),
	DB_COLUMN(I64,  struct version, retired_at),
};

enum { LIST, ACTIVATE, RETIRE, SIGNED };

static const struct db_query queries[] = {
	[LIST] = {
		.sql = "SELECT version, fingerprint, activated_at, retired_at "
		    "FROM keyring_versions ORDER BY version",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[ACTIVATE] = {
		.sql = "INSERT INTO keyring_versions "
		    "(version, fingerprint, activated_at) VALUES (?, ?, ?)",
	},
	[RETIRE] = {
		.sql = "UPDATE keyring_versions SET retired_at = ? "
		    "WHERE version = ? AND retired_at IS NULL",
	},
	[SIGNED] = {
		.sql = "SELECT COUNT(*) FROM `keys` WHERE kind = ? AND "
		    "revoked_at IS NULL AND COALESCE(expires_at > ?, 1) AND "
		    "? < (SELECT MIN(activated_at) FROM keyring_versions "
		    "WHERE version > ? AND retired_at IS NULL)",
		.columns = db_number,
		.ncolumns = NITEMS(db_number),
	},
};

enum db_result
version_list(struct db *db, struct arena *arena,
    struct version out[static KEYRING_VERSIONS], size_t *n)
{
	return db_rows(db, arena, &queries[LIST], NULL, 0, out,
	    sizeof(out[0]), KEYRING_VERSIONS, n);
}

enum db_result
version_activate(struct db *db, uint8_t version,
    const uint8_t fingerprint[static FINGERPRINT], int64_t now)
{
	const struct db_value v[] = {
		db_i64(version), db_blob(fingerprint, FINGERPRINT),
		db_i64(now),
	};

	return db_exec(db, &queries[ACTIVATE], v, NITEMS(v), NULL);
}

enum db_result
version_retire(struct db *db, uint8_t version, int64_t now)
{
	const struct db_value v[] = { db_i64(now), db_i64(version) };

	return db_change(db, &queries[RETIRE], v, NITEMS(v));
}

static bool
is_here(const struct keyring *ring, const struct version *v)
{
	uint8_t mine[FINGERPRINT];

	if (keyring_state(ring, v->version) != KEYRING_IS_LIVE ||
	    v->fingerprint.n != sizeof(mine))
		return false;
	keyring_fingerprint(ring, v->version, mine);
	return memcmp(mine, v->fingerprint.data, sizeof(mine)) == 0;
}

/* The highest activated by that time, or else the lowest. */
static enum db_result
find_version(struct db *db, struct arena *arena, const struct keyring *ring,
    int64_t by, uint8_t *version)
{
	struct version *list;
	size_t n;
	uint8_t found = 0;
	enum db_result result;

	list = arena_alloc(arena, KEYRING_VERSIONS * sizeof(*list));
	result = version_list(db, arena, list, &n);
	if (result != DB_OK)
		return result;
	for (size_t i = 0; i < n; i++) {
		if (list[i].retired_at != 0)
			continue;
		if (!is_here(ring, &list[i])) {
			log_line(LOG_ERROR, "keyring: version %u of the "
			    "database is not live in this host's file, or "
			    "another", list[i].version);
			return DB_UNAVAILABLE;
		}
		if (found == 0 || list[i].activated_at <= by)
			found = list[i].version;
	}
	if (found == 0) {
		log_line(LOG_ERROR, "keyring: no version is activated");
		return DB_UNAVAILABLE;
	}
	*version = found;
	return DB_OK;
}

enum db_result
version_active(struct db *db, struct arena *arena,
    const struct keyring *ring, uint8_t *version)
{
	return find_version(db, arena, ring, INT64_MAX, version);
}

enum db_result
version_settled(struct db *db, struct arena *arena,
    const struct keyring *ring, int64_t now, uint8_t *version)
{
	return find_version(db, arena, ring, now - VERSION_SETTLES, version);
}

enum db_result
version_signed(struct db *db, uint8_t version, uint8_t kind, int64_t now,
    int64_t *count)
{
	const struct db_value v[] = {
		db_i64(kind), db_i64(now), db_i64(now - VERSION_SETTLES - DAY),
		db_i64(version),
	};

	return db_count(db, &queries[SIGNED], v, NITEMS(v), count);
}
