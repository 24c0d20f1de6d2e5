/* SPDX-License-Identifier: ISC */
/* The hot query: a credential with its owner, account and roles. */

#include <string.h>

#include "base/nitems.h"
#include "store/credential.h"

#define DIGESTS	4

static const struct db_column columns[] = {
	DB_COLUMN(UUID,   struct credential_row, id),
	DB_COLUMN(DIGEST, struct credential_row, digest),
	DB_COLUMN(U8,     struct credential_row, version),
	DB_COLUMN(BOOL,   struct credential_row, is_session),
	DB_COLUMN(U8,     struct credential_row, kind),
	DB_COLUMN(TEXT,   struct credential_row, label),
	DB_COLUMN(BOOL,   struct credential_row, limited),
	DB_COLUMN(BITS,   struct credential_row, scopes),
	DB_COLUMN(TEXT,   struct credential_row, workspaces),
	DB_COLUMN(TEXT,   struct credential_row, rules),
	DB_COLUMN(TEXT,   struct credential_row, addresses),
	DB_COLUMN(TEXT,   struct credential_row, rates),
	DB_COLUMN(TEXT,   struct credential_row, quotas),
	DB_COLUMN(BOOL,   struct credential_row, disabled),
	DB_COLUMN(I64,    struct credential_row, starts_at),
	DB_COLUMN(I64,    struct credential_row, expires_at),
	DB_COLUMN(BOOL,   struct credential_row, revoked),
	DB_COLUMN(BOOL,   struct credential_row, token_ended),
	DB_COLUMN(UUID,   struct credential_row, user_id),
	DB_COLUMN(U8,     struct credential_row, user_type),
	DB_COLUMN(TEXT,   struct credential_row, username),
	DB_COLUMN(BOOL,   struct credential_row, user_blocked),
	DB_COLUMN(BOOL,   struct credential_row, user_verified),
	DB_COLUMN(BOOL,   struct credential_row, user_deleted),
	DB_COLUMN(TEXT,   struct credential_row, user_rates),
	DB_COLUMN(UUID,   struct credential_row, account_id),
	DB_COLUMN(TEXT,   struct credential_row, account_legacy_id),
	DB_COLUMN(BOOL,   struct credential_row, account_active),
	DB_COLUMN(I64,    struct credential_row, now),
	DB_COLUMN(UUID,   struct credential_row, role_id),
	DB_COLUMN(BITS,   struct credential_row, permissions),
	DB_COLUMN(UUID,   struct credential_row, workspace_id),
	DB_COLUMN(TEXT,   struct credential_row, workspace),
};

#define OWNER								\
	"u.id, u.type, u.username, u.blocked, u.verified, "		\
	"u.deleted_at IS NOT NULL, u.rates, "				\
	"a.id, a.legacy_id, a.active, "					\
	"CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED), "		\
	"r.id, r.permissions, g.workspace_id, w.handle "

/* Roles of another account, should a row name one, permit nothing. */
#define OWNER_ROLES							\
	"LEFT JOIN user_roles g ON g.user_id = u.id "			\
	"LEFT JOIN roles r ON r.id = g.role_id AND "			\
	"r.account_id IN (a.id, X'00000000000000000000000000000000') "	\
	"LEFT JOIN workspaces w ON w.id = g.workspace_id AND "		\
	"w.account_id = a.id "

/* A key with its secret s; what ends either ends both. */
#define KEY								\
	"k.id, s.digest, s.version, 0, k.kind, k.label, "		\
	"k.scopes IS NOT NULL, k.scopes, k.workspaces, k.rules, "	\
	"k.addresses, k.rates, k.quotas, k.disabled, "			\
	"GREATEST(COALESCE(k.starts_at, 0), s.starts_at), "		\
	"LEAST(COALESCE(k.expires_at, s.ends_at), "			\
	"COALESCE(s.ends_at, k.expires_at)), k.revoked_at IS NOT NULL, "

#define KEY_OWNER							\
	"JOIN users u ON u.id = k.user_id AND "				\
	"u.account_id = k.account_id "					\
	"JOIN accounts a ON a.id = k.account_id " OWNER_ROLES

enum { OF_KEY, OF_ONLY_KEY, OF_TOKEN, OF_KEY_ID, OF_SESSION, OF_USER };

static const struct db_query queries[] = {
	[OF_KEY] = {
		.sql = "SELECT " KEY "0, " OWNER
		    "FROM key_secrets s JOIN `keys` k ON k.id = s.key_id "
		    KEY_OWNER
		    "WHERE s.digest IN (?, ?, ?, ?) AND s.algorithm = 0",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	/* read while the query is planned: it costs the server half */
	[OF_ONLY_KEY] = {
		.sql = "SELECT " KEY "0, " OWNER
		    "FROM key_secrets s JOIN `keys` k ON k.id = s.key_id "
		    KEY_OWNER
		    "WHERE s.digest = ? AND s.algorithm = 0",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[OF_TOKEN] = {
		.sql = "SELECT " KEY "EXISTS (SELECT 1 FROM ended_tokens e "
		    "WHERE e.id = ?), " OWNER
		    "FROM `keys` k JOIN key_secrets s ON s.key_id = k.id "
		    "AND LEFT(s.digest, 16) = ? "
		    KEY_OWNER
		    "WHERE k.id = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[OF_KEY_ID] = {
		.sql = "SELECT k.id, NULL, 0, 0, k.kind, k.label, "
		    "k.scopes IS NOT NULL, k.scopes, k.workspaces, k.rules, "
		    "k.addresses, k.rates, k.quotas, k.disabled, "
		    "COALESCE(k.starts_at, 0), "
		    "k.expires_at, k.revoked_at IS NOT NULL, 0, " OWNER
		    "FROM `keys` k " KEY_OWNER
		    "WHERE k.id = ? AND k.account_id = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[OF_SESSION] = {
		.sql = "SELECT s.id, s.digest, s.version, 1, 0, NULL, 0, NULL, "
		    "NULL, NULL, NULL, NULL, NULL, 0, s.created_at, "
		    "s.expires_at, "
		    "s.ended_at IS NOT NULL, 0, " OWNER
		    "FROM sessions s JOIN users u ON u.id = s.user_id AND "
		    "u.account_id = s.account_id "
		    "JOIN accounts a ON a.id = s.account_id " OWNER_ROLES
		    "WHERE s.digest IN (?, ?, ?, ?)",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[OF_USER] = {
		.sql = "SELECT NULL, NULL, 0, 0, 0, NULL, 0, NULL, NULL, "
		    "NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, " OWNER
		    "FROM users u JOIN accounts a ON a.id = u.account_id "
		    OWNER_ROLES
		    "WHERE u.id = ? AND u.account_id = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
};

static enum db_result
find_rows(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *values, size_t nvalues,
    struct credential_row *rows, size_t *n)
{
	enum db_result result;

	result = db_rows(db, arena, query, values, nvalues, rows,
	    sizeof(*rows), ROLE_GIVEN, n);
	return result == DB_OK && *n == 0 ? DB_NONE : result;
}

static enum db_result
find_digests(struct db *db, struct arena *arena, const struct db_query *query,
    uint8_t digests[static DIGESTS][32], struct credential_row *rows,
    size_t *n)
{
	struct db_value v[DIGESTS];

	for (size_t i = 0; i < DIGESTS; i++)
		v[i] = db_blob(digests[i], sizeof(digests[i]));
	return find_rows(db, arena, query, v, NITEMS(v), rows, n);
}

/* With one live version the digests are one digest four times. */
static bool
is_one(uint8_t digests[static DIGESTS][32])
{
	for (size_t i = 1; i < DIGESTS; i++)
		if (memcmp(digests[i], digests[0], sizeof(digests[0])) != 0)
			return false;
	return true;
}

enum db_result
credential_of_key(struct db *db, struct arena *arena,
    uint8_t digests[static DIGESTS][32],
    struct credential_row rows[static ROLE_GIVEN], size_t *n)
{
	const struct db_value only = db_blob(digests[0], sizeof(digests[0]));

	if (is_one(digests))
		return find_rows(db, arena, &queries[OF_ONLY_KEY], &only, 1,
		    rows, n);
	return find_digests(db, arena, &queries[OF_KEY], digests, rows, n);
}

enum db_result
credential_of_token(struct db *db, struct arena *arena,
    const struct uuid *key, const struct uuid *half_digest,
    const struct uuid *token,
    struct credential_row rows[static ROLE_GIVEN], size_t *n)
{
	const struct db_value v[] = {
		db_uuid(token), db_uuid(half_digest), db_uuid(key),
	};

	return find_rows(db, arena, &queries[OF_TOKEN], v, NITEMS(v), rows, n);
}

enum db_result
credential_of_key_id(struct db *db, struct arena *arena,
    const struct uuid *account, const struct uuid *key,
    struct credential_row rows[static ROLE_GIVEN], size_t *n)
{
	const struct db_value v[] = { db_uuid(key), db_uuid(account) };

	return find_rows(db, arena, &queries[OF_KEY_ID], v, NITEMS(v), rows,
	    n);
}

enum db_result
credential_of_session(struct db *db, struct arena *arena,
    uint8_t digests[static DIGESTS][32],
    struct credential_row rows[static ROLE_GIVEN], size_t *n)
{
	return find_digests(db, arena, &queries[OF_SESSION], digests, rows, n);
}

enum db_result
credential_of_user(struct db *db, struct arena *arena,
    const struct uuid *account, const struct uuid *user,
    struct credential_row rows[static ROLE_GIVEN], size_t *n)
{
	const struct db_value v[] = { db_uuid(user), db_uuid(account) };

	return find_rows(db, arena, &queries[OF_USER], v, NITEMS(v), rows, n);
}
