/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_STORED_H
#define TESTS_UNIT_STORED_H

/* A database with one credential in it, and how that is presented. */

#include <string.h>

#include "auth/token.h"
#include "base/arena.h"
#include "base/nitems.h"
#include "check/facts.h"
#include "store/credential.h"
#include "store/version.h"

#include "answers.h"
#include "ring.h"
#include "spelled.h"

#define NOW	(1000 * (int64_t)1000)

static struct {
	struct credential_row	 rows[5];
	size_t			 n;
	bool			 any_digest;	/* gives its rows for each */
	struct version		 version;
	enum db_result		 result;
	unsigned		 asked;
	unsigned		 changes_after;	/* so many; 0: never */
	int64_t			 told[3];	/* global, others, time */
} database;

static inline bool
has_digest(const struct db_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (values[i].n == CRYPTO_DIGEST && memcmp(values[i].data,
		    database.rows[0].digest, CRYPTO_DIGEST) == 0)
			return true;
	return false;
}

/* A token's own id, half a digest, and the id of its key. */
static inline bool
has_secret(const struct db_value *values)
{
	return memcmp(values[1].data, database.rows[0].digest, 16) == 0 &&
	    memcmp(values[2].data, database.rows[0].id.b, 16) == 0;
}

/* Somebody revokes it on another host. */
static inline void
change_stored(void)
{
	database.rows[0].revoked = true;
	database.told[1]++;
}

static inline void
put_told(const struct db_query *query, void *row)
{
	assert_int_equal(query->ncolumns, NITEMS(database.told));
	for (size_t i = 0; i < query->ncolumns; i++)
		memcpy((uint8_t *)row + query->columns[i].offset,
		    &database.told[i], sizeof(database.told[i]));
}

static inline enum db_result
answer(const struct db_query *query, const struct db_value *values,
    size_t nvalues, void *rows, size_t size, size_t max, size_t *n)
{
	bool of_session = strstr(query->sql, "FROM sessions") != NULL;

	*n = 0;
	if (database.result != DB_OK)
		return database.result;
	if (strstr(query->sql, "FROM generations") != NULL) {
		put_told(query, rows);
		*n = 1;
		return DB_OK;
	}
	if (max == 1)
		return DB_OK;	/* a permission that nobody has heard of */
	assert_true(max >= NITEMS(database.rows));
	if (size == sizeof(struct version)) {
		memcpy(rows, &database.version, size);
		*n = 1;
	} else if (database.any_digest || nvalues == 2 ||
	    (nvalues == 3 && has_secret(values)) ||
	    (of_session == database.rows[0].is_session &&
	    has_digest(values, nvalues))) {
		assert_int_equal(size, sizeof(struct credential_row));
		/* with one behind them that must not be read */
		memcpy(rows, database.rows, (database.n + 1) * size);
		*n = database.n;
	}
	return DB_OK;
}

enum db_result
db_rows(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues, void *rows, size_t size,
    size_t max, size_t *n)
{
	enum db_result result;

	(void)db;
	(void)arena;
	result = answer(query, values, nvalues, rows, size, max, n);
	if (++database.asked == database.changes_after)
		change_stored();
	return result;
}

/* -- a stored key, and how it is presented --------------------------------- */

static struct keyring *ring;
static struct arena *arena;
static struct uuid id;
static char id_text[UUID_TEXT];
static char token[TOKEN_TEXT];
static uint8_t fingerprint[8];

static inline int
set_up(void **state)
{
	(void)state;
	ring = load_ring(RING_ONE RING_TWO);
	arena = arena_new(1024 * 1024);
	id = uuid_new();
	uuid_format(id_text, &id);
	return arena == NULL;
}

static inline int
tear_down(void **state)
{
	(void)state;
	keyring_free(ring);
	arena_free(arena);
	return 0;
}

/* A key of the kind, or with KIND_NONE a session, whose owner has a role. */
static inline void
store_credential(enum kind kind, const char *role)
{
	const struct kind_type *type = &kind_types[kind];
	const struct uuid *bound = kind == KIND_PAIR ? &id : NULL;
	struct credential_row row = {
		.id = id,
		.version = 1,
		.is_session = kind == KIND_NONE,
		.kind = (uint8_t)kind,
		.label = "label",
		.expires_at = NOW + 1,
		.user_id = { { 2 } },
		.account_id = { { 3 } },
		.user_type = USER_SERVICE,
		.username = "anna",
		.user_verified = true,
		.account_legacy_id = "acme",
		.account_active = true,
		.now = NOW,
		.role_id = { { 1 } },
		.permissions = bits_spelled(role),
	};

	if (kind == KIND_NONE)
		token_make(token, ring, 1, TOKEN_SESSION,
		    TOKEN_SESSION_LENGTH, NULL);
	else if (type->letter == '\0')
		uuid_format(token, &id);
	else
		token_make(token, ring, 1, type->letter, type->length, bound);
	token_digest(row.digest, ring, 1,
	    kind == KIND_NONE ? KEYRING_SESSION : KEYRING_TOKEN, token, bound);
	memset(&database, 0, sizeof(database));
	database.rows[0] = database.rows[1] = row;
	database.rows[1].permissions = bits_spelled("z");
	database.rows[1].username = "another";
	database.rows[1].is_session = !row.is_session;
	database.n = 1;
	database.version = (struct version){ .version = 1 };
	keyring_fingerprint(ring, 1, fingerprint);
	database.version.fingerprint.data = fingerprint;
	database.version.fingerprint.n = sizeof(fingerprint);
}

/* As its kind is meant to be presented. */
static inline struct credential
present(enum kind kind)
{
	if (kind == KIND_PAIR)
		return (struct credential){ CREDENTIAL_BASIC, id_text, token,
		    NULL };
	if (kind_types[kind].form == FORM_BASIC_USER)
		return (struct credential){ CREDENTIAL_BASIC, token, "",
		    NULL };
	return (struct credential){ CREDENTIAL_BEARER, NULL, token, NULL };
}

static inline enum db_result
find_out(struct facts *f, const struct credential *c)
{
	return facts_of_credential(f, NULL, arena, ring, c);
}

#endif
