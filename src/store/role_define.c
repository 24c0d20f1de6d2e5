/* SPDX-License-Identifier: ISC */
/* All SQL that defines the roles of an account. */

#include "base/nitems.h"
#include "store/role.h"

static const struct db_column giver_columns[] = {
	{ DB_UUID, 0 },
};

enum {
	ADD, CHANGE, REMOVE, TAKE, GIVERS, CLEAR_GIVES, GIVES, NO_LONGER_GIVES
};

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO roles (id, account_id, slug, name, "
		    "in_workspaces, permissions) VALUES (?, ?, ?, ?, ?, ?)",
	},
	[CHANGE] = {
		.sql = "UPDATE roles SET name = ?, permissions = ? "
		    "WHERE id = ? AND account_id = ?",
	},
	[REMOVE] = {
		.sql = "DELETE FROM roles WHERE id = ? AND account_id = ?",
	},
	[TAKE] = {
		.sql = "DELETE FROM user_roles WHERE role_id = ?",
	},
	/* read first: a DELETE by gives_id would lock the whole table */
	[GIVERS] = {
		.sql = "SELECT role_id FROM role_gives WHERE gives_id = ? "
		    "ORDER BY role_id LIMIT ?",
		.columns = giver_columns,
		.ncolumns = NITEMS(giver_columns),
	},
	[CLEAR_GIVES] = {
		.sql = "DELETE FROM role_gives WHERE role_id = ?",
	},
	[GIVES] = {
		.sql = "INSERT INTO role_gives (role_id, gives_id) "
		    "VALUES (?, ?) ON DUPLICATE KEY UPDATE "
		    "gives_id = VALUES(gives_id)",
	},
	[NO_LONGER_GIVES] = {
		.sql = "DELETE FROM role_gives WHERE role_id = ? AND "
		    "gives_id = ?",
	},
};

enum db_result
role_add(struct db *db, const struct role *role)
{
	const struct db_value v[] = {
		db_uuid(&role->id), db_uuid(&role->account_id),
		db_text(role->slug), db_text(role->name),
		db_i64(role->in_workspaces),
		db_blob(role->permissions.b, sizeof(role->permissions.b)),
	};

	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
}

enum db_result
role_change(struct db *db, const struct role *role)
{
	const struct db_value v[] = {
		db_text(role->name),
		db_blob(role->permissions.b, sizeof(role->permissions.b)),
		db_uuid(&role->id), db_uuid(&role->account_id),
	};

	return db_change(db, &queries[CHANGE], v, NITEMS(v));
}

enum db_result
role_forget_givers(struct db *db, struct arena *arena,
    const struct uuid *role)
{
	const struct db_value find[] = {
		db_uuid(role), db_i64(ROLE_PAGE),
	};
	struct uuid giver[ROLE_PAGE];
	enum db_result result;
	size_t n;

	result = db_rows(db, arena, &queries[GIVERS], find, NITEMS(find),
	    giver, sizeof(giver[0]), ROLE_PAGE, &n);
	for (size_t i = 0; i < n && result == DB_OK; i++) {
		const struct db_value v[] = {
			db_uuid(&giver[i]), db_uuid(role),
		};

		result = db_exec(db, &queries[NO_LONGER_GIVES], v, NITEMS(v),
		    NULL);
	}
	return result;
}

enum db_result
role_remove(struct db *db, struct arena *arena, const struct role *role)
{
	const struct db_value v[] = {
		db_uuid(&role->id), db_uuid(&role->account_id),
	};
	enum db_result result;

	result = db_change(db, &queries[REMOVE], v, NITEMS(v));
	if (result == DB_OK)
		result = db_exec(db, &queries[TAKE], v, 1, NULL);
	if (result == DB_OK)
		result = db_exec(db, &queries[CLEAR_GIVES], v, 1, NULL);
	return result == DB_OK ? role_forget_givers(db, arena, &role->id) :
	    result;
}

enum db_result
role_let_give(struct db *db, const struct uuid *giver,
    const struct uuid *role)
{
	const struct db_value v[] = { db_uuid(giver), db_uuid(role) };

	return db_exec(db, &queries[GIVES], v, NITEMS(v), NULL);
}

enum db_result
role_set_gives(struct db *db, const struct uuid *role,
    const struct role *gives, size_t n)
{
	const struct db_value v[] = { db_uuid(role) };
	enum db_result result;

	result = db_exec(db, &queries[CLEAR_GIVES], v, NITEMS(v), NULL);
	for (size_t i = 0; i < n && result == DB_OK; i++)
		result = role_let_give(db, role, &gives[i].id);
	return result;
}
