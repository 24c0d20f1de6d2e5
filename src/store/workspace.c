/* SPDX-License-Identifier: ISC */
/* All SQL on workspaces but the hot query. */

#include "base/nitems.h"
#include "store/workspace.h"

#define COLUMNS	"id, account_id, handle, name, created_at, updated_at"

static const struct db_column columns[] = {
	DB_COLUMN(UUID, struct workspace, id),
	DB_COLUMN(UUID, struct workspace, account_id),
	DB_COLUMN(TEXT, struct workspace, handle),
	DB_COLUMN(TEXT, struct workspace, name),
	DB_COLUMN(I64,  struct workspace, created_at),
	DB_COLUMN(I64,  struct workspace, updated_at),
};

enum { ADD, GET, LOCK, FIND, NAMED, PAGE, CHANGE };

static const struct db_query queries[] = {
	[ADD] = {
		.sql = "INSERT INTO workspaces (" COLUMNS ") "
		    "VALUES (?, ?, ?, ?, ?, ?)",
	},
	[GET] = {
		.sql = "SELECT " COLUMNS " FROM workspaces WHERE id = ? AND "
		    "account_id = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[LOCK] = {
		.sql = "SELECT " COLUMNS " FROM workspaces WHERE id = ? AND "
		    "account_id = ? FOR UPDATE",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[FIND] = {
		.sql = "SELECT " COLUMNS " FROM workspaces WHERE "
		    "account_id = ? AND handle = ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[NAMED] = {
		.sql = "SELECT " COLUMNS " FROM workspaces WHERE "
		    "account_id = ? AND name = ? ORDER BY id LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[PAGE] = {
		.sql = "SELECT " COLUMNS " FROM workspaces WHERE "
		    "account_id = ? AND id > ? ORDER BY id LIMIT ?",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[CHANGE] = {
		.sql = "UPDATE workspaces SET handle = ?, name = ?, "
		    "updated_at = ? WHERE id = ? AND account_id = ?",
	},
};

enum db_result
workspace_add(struct db *db, const struct workspace *w)
{
	const struct db_value v[] = {
		db_uuid(&w->id), db_uuid(&w->account_id), db_text(w->handle),
		db_text(w->name), db_i64(w->created_at), db_i64(w->updated_at),
	};

	return db_exec(db, &queries[ADD], v, NITEMS(v), NULL);
}

enum db_result
workspace_get(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *id, struct workspace *workspace)
{
	const struct db_value v[] = { db_uuid(id), db_uuid(account) };

	return db_row(db, arena, &queries[GET], v, NITEMS(v), workspace);
}

enum db_result
workspace_lock(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *id, struct workspace *workspace)
{
	const struct db_value v[] = { db_uuid(id), db_uuid(account) };

	return db_row(db, arena, &queries[LOCK], v, NITEMS(v), workspace);
}

enum db_result
workspace_find(struct db *db, struct arena *arena, const struct uuid *account,
    const char *handle, struct workspace *workspace)
{
	const struct db_value v[] = { db_uuid(account), db_text(handle) };

	return db_row(db, arena, &queries[FIND], v, NITEMS(v), workspace);
}

enum db_result
workspace_named(struct db *db, struct arena *arena,
    const struct uuid *account, const char *name, struct workspace *out,
    size_t max, size_t *n)
{
	const struct db_value v[] = {
		db_uuid(account), db_text(name), db_i64((int64_t)max),
	};

	return db_rows(db, arena, &queries[NAMED], v, NITEMS(v), out,
	    sizeof(*out), max, n);
}

enum db_result
workspace_page(struct db *db, struct arena *arena, const struct uuid *account,
    const struct uuid *after, struct workspace *out, size_t max, size_t *n)
{
	const struct db_value v[] = {
		db_uuid(account), db_uuid(after), db_i64((int64_t)max),
	};

	return db_rows(db, arena, &queries[PAGE], v, NITEMS(v), out,
	    sizeof(*out), max, n);
}

enum db_result
workspace_change(struct db *db, const struct workspace *w)
{
	const struct db_value v[] = {
		db_text(w->handle), db_text(w->name), db_i64(w->updated_at),
		db_uuid(&w->id), db_uuid(&w->account_id),
	};

	return db_change(db, &queries[CHANGE], v, NITEMS(v));
}
