/* SPDX-License-Identifier: ISC */
/* All SQL on roles. */

#include "base/nitems.h"
#include "store/permission.h"
#include "store/role.h"

#define COLUMNS								\
	"r.id, r.account_id, r.slug, r.name, r.in_workspaces, r.permissions"

#define VISIBLE	"r.account_id IN (REPEAT(CHAR(0), 16), ?)"

/* The bit of PERMISSION_ROLES_GIVE among those of role h. */
#define MAY_GIVE	"ORD(SUBSTRING(h.permissions, 1, 1)) & 64 <> 0"

_Static_assert(PERMISSION_ROLES_GIVE == 6, "64 is another permission");

static const struct db_column columns[] = {
	DB_COLUMN(UUID, struct role, id),
	DB_COLUMN(UUID, struct role, account_id),
	DB_COLUMN(TEXT, struct role, slug),
	DB_COLUMN(TEXT, struct role, name),
	DB_COLUMN(BOOL, struct role, in_workspaces),
	DB_COLUMN(BITS, struct role, permissions),
};

static const struct db_column givable_columns[] = {
	DB_COLUMN(UUID, struct role, id),
	DB_COLUMN(UUID, struct role, account_id),
	DB_COLUMN(TEXT, struct role, slug),
	DB_COLUMN(TEXT, struct role, name),
	DB_COLUMN(BOOL, struct role, in_workspaces),
	DB_COLUMN(BITS, struct role, permissions),
	DB_COLUMN(TEXT, struct role, place),
};

static const struct db_column given_columns[] = {
	DB_COLUMN(UUID, struct role_given, role_id),
	DB_COLUMN(UUID, struct role_given, workspace_id),
	DB_COLUMN(TEXT, struct role_given, slug),
	DB_COLUMN(TEXT, struct role_given, workspace),
};

enum {
	LIST, FIND, GIVABLE, GIVES, HELD, OF_USER, CLEAR, GIVE, BUILT_IN, PERMIT
};

static const struct db_query queries[] = {
	[LIST] = {
		.sql = "SELECT " COLUMNS " FROM roles r WHERE " VISIBLE
		    " ORDER BY r.slug, r.account_id",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	/* A built-in role comes before one of the same name. */
	[FIND] = {
		.sql = "SELECT " COLUMNS " FROM roles r WHERE " VISIBLE
		    " AND r.slug = ? "
		    "ORDER BY r.account_id LIMIT 1",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[GIVABLE] = {
		.sql = "SELECT DISTINCT " COLUMNS ", w.handle FROM users u "
		    "JOIN user_roles g ON g.user_id = u.id "
		    "JOIN roles h ON h.id = g.role_id AND "
		    "h.account_id IN (REPEAT(CHAR(0), 16), u.account_id) "
		    "AND " MAY_GIVE " "
		    "JOIN role_gives v ON v.role_id = h.id "
		    "JOIN roles r ON r.id = v.gives_id AND "
		    "r.account_id IN (REPEAT(CHAR(0), 16), u.account_id) "
		    "LEFT JOIN workspaces w ON w.id = g.workspace_id AND "
		    "w.account_id = u.account_id "
		    "WHERE u.id = ? AND (w.id IS NOT NULL OR "
		    "g.workspace_id = REPEAT(CHAR(0), 16)) "
		    "ORDER BY w.handle, r.slug, r.account_id",
		.columns = givable_columns,
		.ncolumns = NITEMS(givable_columns),
	},
	[GIVES] = {
		.sql = "SELECT " COLUMNS " FROM role_gives v "
		    "JOIN roles r ON r.id = v.gives_id AND " VISIBLE
		    " WHERE v.role_id = ? ORDER BY r.slug, r.account_id",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[HELD] = {
		.sql = "SELECT " COLUMNS " FROM users u "
		    "JOIN user_roles g ON g.user_id = u.id AND "
		    "g.workspace_id = REPEAT(CHAR(0), 16) "
		    "JOIN roles r ON r.id = g.role_id AND "
		    "r.account_id IN (REPEAT(CHAR(0), 16), u.account_id) "
		    "WHERE u.id = ? ORDER BY r.slug, r.account_id",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[OF_USER] = {
		.sql = "SELECT g.role_id, g.workspace_id, r.slug, w.handle "
		    "FROM users u JOIN user_roles g ON g.user_id = u.id "
		    "JOIN roles r ON r.id = g.role_id AND "
		    "r.account_id IN (REPEAT(CHAR(0), 16), u.account_id) "
		    "LEFT JOIN workspaces w ON w.id = g.workspace_id AND "
		    "w.account_id = u.account_id "
		    "WHERE u.id = ? ORDER BY r.slug, w.handle",
		.columns = given_columns,
		.ncolumns = NITEMS(given_columns),
	},
	[CLEAR] = {
		.sql = "DELETE FROM user_roles WHERE user_id = ?",
	},
	[GIVE] = {
		.sql = "INSERT INTO user_roles (user_id, role_id, "
		    "workspace_id) VALUES (?, ?, ?) "
		    "ON DUPLICATE KEY UPDATE role_id = VALUES(role_id)",
	},
	[BUILT_IN] = {
		.sql = "SELECT " COLUMNS " FROM roles r WHERE "
		    "r.account_id = REPEAT(CHAR(0), 16) AND r.slug = ? "
		    "FOR UPDATE",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[PERMIT] = {
		.sql = "UPDATE roles SET permissions = ? WHERE id = ?",
	},
};

enum db_result
role_list(struct db *db, struct arena *arena, const struct uuid *account,
    struct role *roles, size_t max, size_t *n)
{
	const struct db_value v[] = { db_uuid(account) };

	return db_rows(db, arena, &queries[LIST], v, NITEMS(v), roles,
	    sizeof(*roles), max, n);
}

enum db_result
role_find(struct db *db, struct arena *arena, const struct uuid *account,
    const char *slug, struct role *role)
{
	const struct db_value v[] = { db_uuid(account), db_text(slug) };

	return db_row(db, arena, &queries[FIND], v, NITEMS(v), role);
}

enum db_result
role_gives(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *role, struct role *roles, size_t max, size_t *n)
{
	const struct db_value v[] = { db_uuid(account), db_uuid(role) };

	return db_rows(db, arena, &queries[GIVES], v, NITEMS(v), roles,
	    sizeof(*roles), max, n);
}

enum db_result
role_held(struct db *db, struct arena *arena, const struct uuid *user,
    struct role *roles, size_t max, size_t *n)
{
	const struct db_value v[] = { db_uuid(user) };

	return db_rows(db, arena, &queries[HELD], v, NITEMS(v), roles,
	    sizeof(*roles), max, n);
}

enum db_result
role_givable(struct db *db, struct arena *arena, const struct uuid *user,
    struct role *roles, size_t max, size_t *n)
{
	const struct db_value v[] = { db_uuid(user) };

	return db_rows(db, arena, &queries[GIVABLE], v, NITEMS(v), roles,
	    sizeof(*roles), max, n);
}

enum db_result
role_of_user(struct db *db, struct arena *arena, const struct uuid *user,
    struct role_given *given, size_t max, size_t *n)
{
	const struct db_value v[] = { db_uuid(user) };

	return db_rows(db, arena, &queries[OF_USER], v, NITEMS(v), given,
	    sizeof(*given), max, n);
}

enum db_result
role_set(struct db *db, const struct uuid *user,
    const struct role_given *given, size_t n)
{
	struct db_value v[] = {
		db_uuid(user), db_uuid(user), db_uuid(user),
	};
	enum db_result result;

	result = db_exec(db, &queries[CLEAR], v, 1, NULL);
	for (size_t i = 0; i < n && result == DB_OK; i++) {
		v[1] = db_uuid(&given[i].role_id);
		v[2] = db_uuid(&given[i].workspace_id);
		result = db_exec(db, &queries[GIVE], v, NITEMS(v), NULL);
	}
	return result;
}

enum db_result
role_permit(struct db *db, struct arena *arena, const char *slug,
    unsigned bit)
{
	const struct db_value find[] = { db_text(slug) };
	struct db_value v[2];
	struct role role;
	enum db_result result;

	result = db_row(db, arena, &queries[BUILT_IN], find, NITEMS(find),
	    &role);
	if (result != DB_OK)
		return result;
	bits_add(&role.permissions, bit);
	v[0] = db_blob(role.permissions.b, sizeof(role.permissions.b));
	v[1] = db_uuid(&role.id);
	return db_exec(db, &queries[PERMIT], v, NITEMS(v), NULL);
}
