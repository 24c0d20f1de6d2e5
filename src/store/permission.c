/* SPDX-License-Identifier: ISC */
/* All SQL on the catalogue, and what this process has met of it. */

#include <stdio.h>
#include <string.h>

#include "base/nitems.h"
#include "store/permission.h"
#include "store/role.h"

const struct permission_row permission_own[PERMISSION__OWN] = {
	[PERMISSION_DENY] = {
		PERMISSION_DENY, "latchkey:deny",
		"held by nobody" },
	[PERMISSION_SELF] = {
		PERMISSION_SELF, "latchkey:self",
		"one's own user and sessions" },
	[PERMISSION_KEYS] = {
		PERMISSION_KEYS, "latchkey:keys",
		"one's own keys" },
	[PERMISSION_KEYS_ALL] = {
		PERMISSION_KEYS_ALL, "latchkey:keys:all",
		"the keys of all users of the account" },
	[PERMISSION_USERS_READ] = {
		PERMISSION_USERS_READ, "latchkey:users:read",
		"see the account's users" },
	[PERMISSION_USERS_WRITE] = {
		PERMISSION_USERS_WRITE, "latchkey:users:write",
		"make, change and remove users" },
	[PERMISSION_ROLES_GIVE] = {
		PERMISSION_ROLES_GIVE, "latchkey:roles:give",
		"give the roles that one's own roles may give" },
	[PERMISSION_WORKSPACES_READ] = {
		PERMISSION_WORKSPACES_READ, "latchkey:workspaces:read",
		"see workspaces" },
	[PERMISSION_WORKSPACES_WRITE] = {
		PERMISSION_WORKSPACES_WRITE, "latchkey:workspaces:write",
		"make and change workspaces" },
	[PERMISSION_DEVELOP] = {
		PERMISSION_DEVELOP, "latchkey:develop",
		"have and use app tokens" },
	[PERMISSION_CHECK] = {
		PERMISSION_CHECK, "latchkey:check",
		"ask about other people's credentials" },
	[PERMISSION_AUDIT] = {
		PERMISSION_AUDIT, "latchkey:audit",
		"read the audit trail" },
	[PERMISSION_COMPANY] = {
		PERMISSION_COMPANY, "latchkey:company-tokens",
		"make, see and end company tokens" },
	[PERMISSION_ROLES_WRITE] = {
		PERMISSION_ROLES_WRITE, "latchkey:roles:write",
		"define roles of the account" },
};

#define COLUMNS	"bit, name, description"

static const struct db_column columns[] = {
	DB_COLUMN(I64,  struct permission_row, bit),
	DB_COLUMN(TEXT, struct permission_row, name),
	DB_COLUMN(TEXT, struct permission_row, description),
};

enum { ALL, LOCK, LAST, BY_NAME, BY_BIT, ADD, SEED };

static const struct db_query queries[] = {
	[ALL] = {
		.sql = "SELECT " COLUMNS " FROM permissions ORDER BY bit",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	/* Those who add queue here: two must not choose the same bit. */
	[LOCK] = {
		.sql = "SELECT " COLUMNS " FROM permissions WHERE bit = 0 "
		    "FOR UPDATE",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[LAST] = {
		.sql = "SELECT " COLUMNS " FROM permissions "
		    "ORDER BY bit DESC LIMIT 1",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[BY_NAME] = {
		.sql = "SELECT " COLUMNS " FROM permissions WHERE "
		    "name = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[BY_BIT] = {
		.sql = "SELECT " COLUMNS " FROM permissions WHERE bit = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[ADD] = {
		.sql = "INSERT INTO permissions (bit, name, description, "
		    "created_at) VALUES (?, ?, ?, ?)",
	},
	[SEED] = {
		.sql = "INSERT INTO permissions (bit, name, description, "
		    "created_at) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
		    "name = VALUES(name), description = VALUES(description)",
	},
};

/* Names by bit that the database has told; "" is not met yet. */
static char met[BITS][PERMISSION_NAME + 1];

struct bits
permission_own_bits(void)
{
	struct bits own = { { 0 } };

	for (unsigned i = PERMISSION_DENY + 1; i < PERMISSION__OWN; i++)
		bits_add(&own, i);
	return own;
}

bool
permission_name_valid(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	static const char ours[] = "latchkey";
	const char *p = name;
	size_t n;

	if (strlen(name) > PERMISSION_NAME)
		return false;
	n = strcspn(name, ":");
	if (n == sizeof(ours) - 1 && strncmp(name, ours, n) == 0)
		return false;
	for (;;) {
		n = strspn(p, letters);
		if (n == 0)
			return false;
		p += n;
		if (*p == '\0')
			return true;
		if (*p++ != ':')
			return false;
	}
}

static enum db_result
choose_bit(struct db *db, struct arena *arena, int64_t *bit)
{
	struct permission_row row;
	enum db_result result;

	result = db_row(db, arena, &queries[LOCK], NULL, 0, &row);
	if (result == DB_OK)
		result = db_row(db, arena, &queries[LAST], NULL, 0, &row);
	if (result != DB_OK)	/* not even our own: the migrator never ran */
		return result == DB_NONE ? DB_UNAVAILABLE : result;
	*bit = row.bit < PERMISSION_FIRST ? PERMISSION_FIRST : row.bit + 1;
	return *bit < BITS ? DB_OK : DB_NONE;
}

enum db_result
permission_add(struct db *db, struct arena *arena, const char *name,
    const char *description, int64_t now, unsigned *bit)
{
	struct db_value v[] = {
		db_i64(0), db_text(name), db_text(description), db_i64(now),
	};
	enum db_result result;

	result = choose_bit(db, arena, &v[0].i64);
	if (result != DB_OK)
		return result;
	result = db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
	if (result != DB_OK)
		return result;
	*bit = (unsigned)v[0].i64;
	result = role_permit(db, arena, "owner", *bit);
	return result == DB_NONE ? DB_UNAVAILABLE : result;
}

enum db_result
permission_all(struct db *db, struct arena *arena,
    struct permission_row out[static BITS], size_t *n)
{
	return db_rows(db, arena, &queries[ALL], NULL, 0, out, sizeof(out[0]),
	    BITS, n);
}

void
permission_meet(unsigned bit, const char *name)
{
	if (bit < BITS && met[bit][0] == '\0')
		snprintf(met[bit], sizeof(met[bit]), "%s", name);
}

static void
meet_own(void)
{
	if (met[0][0] != '\0')
		return;
	for (size_t i = 0; i < NITEMS(permission_own); i++)
		permission_meet((unsigned)i, permission_own[i].name);
}

/* Ask for one row and remember it; DB_NONE also for what no set can hold. */
static enum db_result
meet_row(struct db *db, struct arena *arena, const struct db_query *query,
    const struct db_value *value, unsigned *bit)
{
	struct permission_row row;
	enum db_result result;

	result = db_row(db, arena, query, value, 1, &row);
	if (result != DB_OK)
		return result;
	if (row.bit < 0 || row.bit >= BITS ||
	    strlen(row.name) > PERMISSION_NAME)
		return DB_NONE;
	*bit = (unsigned)row.bit;
	permission_meet(*bit, row.name);
	return DB_OK;
}

enum db_result
permission_bit(struct db *db, struct arena *arena, const char *name,
    unsigned *bit)
{
	const struct db_value v = db_text(name);

	meet_own();
	for (unsigned i = 0; i < BITS && *name != '\0'; i++)
		if (strcmp(met[i], name) == 0) {
			*bit = i;
			return DB_OK;
		}
	return meet_row(db, arena, &queries[BY_NAME], &v, bit);
}

enum db_result
permission_name(struct db *db, struct arena *arena, unsigned bit,
    const char **name)
{
	const struct db_value v = db_i64(bit);
	enum db_result result;

	if (bit >= BITS)
		return DB_NONE;
	meet_own();
	if (met[bit][0] == '\0') {
		result = meet_row(db, arena, &queries[BY_BIT], &v, &bit);
		if (result != DB_OK)
			return result;
	}
	*name = met[bit];
	return DB_OK;
}

enum db_result
permission_names(struct db *db, struct arena *arena, const struct bits *set,
    const char **names)
{
	char *text = arena_alloc(arena, 1);
	size_t n = 0, k;

	for (unsigned bit = bits_next(set, 0); bit < BITS;
	    bit = bits_next(set, bit + 1)) {
		const char *name;
		enum db_result result = permission_name(db, arena, bit, &name);

		if (result == DB_NONE)
			continue;
		if (result != DB_OK)
			return result;
		k = strlen(name);
		text = arena_grow(arena, text, n + 1, n + k + 2);
		if (n > 0)
			text[n++] = ' ';
		memcpy(text + n, name, k + 1);
		n += k;
	}
	*names = text;
	return DB_OK;
}

enum db_result
permission_seed(struct db *db, int64_t now)
{
	enum db_result result = DB_OK;

	for (size_t i = 0; i < NITEMS(permission_own) && result == DB_OK; i++) {
		const struct db_value v[] = {
			db_i64(permission_own[i].bit),
			db_text(permission_own[i].name),
			db_text(permission_own[i].description),
			db_i64(now),
		};

		result = db_exec(db, &queries[SEED], v, NITEMS(v), NULL);
	}
	return result;
}
