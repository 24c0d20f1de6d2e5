/* SPDX-License-Identifier: ISC */
/* The built-in roles. */

#include "base/nitems.h"
#include "store/permission.h"
#include "store/role.h"

#define BIT(permission)	(1u << (permission))
#define OWN		(BIT(PERMISSION__OWN) - BIT(PERMISSION_DENY + 1))

enum {
	OWNER, USER_ADMIN, WORKSPACE_MANAGER, DEVELOPER, VRM_ADMIN,
	SERVICE_ACCOUNT, AUDITOR, VIEWER, BUILT_INS
};

/* Sets of our own permissions fit into a word: they lie below FIRST. */
static const struct {
	const char	*slug;
	const char	*name;
	bool		 in_workspaces;
	uint32_t	 permissions;
	uint32_t	 gives;		/* of the enum above */
} built_in[BUILT_INS] = {
	[OWNER] = {
		.slug = "owner",
		.name = "Owner",
		.permissions = OWN,
		.gives = BIT(BUILT_INS) - 1,
	},
	[USER_ADMIN] = {
		.slug = "global-user-admin",
		.name = "Global User Admin",
		.permissions = BIT(PERMISSION_SELF) | BIT(PERMISSION_KEYS) |
		    BIT(PERMISSION_KEYS_ALL) | BIT(PERMISSION_USERS_READ) |
		    BIT(PERMISSION_USERS_WRITE) | BIT(PERMISSION_ROLES_GIVE) |
		    BIT(PERMISSION_WORKSPACES_READ) |
		    BIT(PERMISSION_WORKSPACES_WRITE) |
		    BIT(PERMISSION_ROLES_WRITE),
		.gives = BIT(USER_ADMIN) | BIT(WORKSPACE_MANAGER) |
		    BIT(DEVELOPER) | BIT(SERVICE_ACCOUNT) | BIT(VIEWER),
	},
	[WORKSPACE_MANAGER] = {
		.slug = "workspace-manager",
		.name = "Workspace manager",
		.in_workspaces = true,
		.permissions = BIT(PERMISSION_WORKSPACES_READ) |
		    BIT(PERMISSION_WORKSPACES_WRITE),
	},
	[DEVELOPER] = {
		.slug = "developer",
		.name = "Developer",
		.permissions = BIT(PERMISSION_DEVELOP),
	},
	[VRM_ADMIN] = {
		.slug = "vrm-admin",
		.name = "VRM admin",
		.permissions = BIT(PERMISSION_SELF) | BIT(PERMISSION_KEYS) |
		    BIT(PERMISSION_COMPANY) | BIT(PERMISSION_ROLES_GIVE),
		.gives = BIT(VRM_ADMIN) | BIT(VIEWER),
	},
	[SERVICE_ACCOUNT] = {
		.slug = "serviceaccount",
		.name = "Service account",
		.permissions = BIT(PERMISSION_SELF),
	},
	[AUDITOR] = {
		.slug = "auditor",
		.name = "Auditor",
		.permissions = BIT(PERMISSION_SELF) | BIT(PERMISSION_AUDIT) |
		    BIT(PERMISSION_USERS_READ) |
		    BIT(PERMISSION_WORKSPACES_READ),
	},
	[VIEWER] = {
		.slug = "viewer",
		.name = "Viewer",
		.permissions = BIT(PERMISSION_SELF) |
		    BIT(PERMISSION_USERS_READ) |
		    BIT(PERMISSION_WORKSPACES_READ),
	},
};

static const struct db_column columns[] = {
	DB_COLUMN(BITS, struct role, permissions),
};

enum { FIND, ADD, CHANGE, GIVES };

static const struct db_query queries[] = {
	[FIND] = {
		.sql = "SELECT permissions FROM roles WHERE id = ? FOR UPDATE",
		.columns = columns,
		.ncolumns = NITEMS(columns),
	},
	[ADD] = {
		.sql = "INSERT INTO roles (slug, name, in_workspaces, "
		    "permissions, id, account_id) VALUES (?, ?, ?, ?, ?, ?)",
	},
	[CHANGE] = {
		.sql = "UPDATE roles SET slug = ?, name = ?, "
		    "in_workspaces = ?, permissions = ? WHERE id = ? AND "
		    "account_id = ?",
	},
	[GIVES] = {
		.sql = "INSERT INTO role_gives (role_id, gives_id) "
		    "VALUES (?, ?) ON DUPLICATE KEY UPDATE "
		    "gives_id = VALUES(gives_id)",
	},
};

/* 00000000-0000-7000-8000-00000000000N, N from 1. */
static struct uuid
built_in_id(unsigned role)
{
	struct uuid id = uuid_zero;

	id.b[6] = 0x70;
	id.b[8] = 0x80;
	id.b[15] = (uint8_t)(role + 1);
	return id;
}

static enum db_result
seed_gives(struct db *db, unsigned role)
{
	const struct uuid id = built_in_id(role);
	enum db_result result = DB_OK;

	for (unsigned i = 0; i < BUILT_INS && result == DB_OK; i++) {
		const struct uuid gives = built_in_id(i);
		const struct db_value v[] = { db_uuid(&id), db_uuid(&gives) };

		if ((built_in[role].gives & BIT(i)) != 0)
			result = db_exec(db, &queries[GIVES], v, NITEMS(v),
			    NULL);
	}
	return result;
}

static enum db_result
seed_role(struct db *db, unsigned role)
{
	const struct uuid id = built_in_id(role);
	struct role stored = { 0 };
	struct db_value v[] = {
		db_text(built_in[role].slug), db_text(built_in[role].name),
		db_i64(built_in[role].in_workspaces),
		db_blob(stored.permissions.b, sizeof(stored.permissions.b)),
		db_uuid(&id), db_uuid(&uuid_zero),
	};
	enum db_result result;
	bool known;

	result = db_row(db, NULL, &queries[FIND], &v[4], 1, &stored);
	if (result != DB_OK && result != DB_NONE)
		return result;
	known = result == DB_OK;
	for (unsigned bit = 0; bit < PERMISSION__OWN; bit++)
		if ((built_in[role].permissions & BIT(bit)) != 0)
			bits_add(&stored.permissions, bit);
	result = db_exec(db, &queries[known ? CHANGE : ADD], v, NITEMS(v),
	    NULL);
	return result == DB_OK ? seed_gives(db, role) : result;
}

enum db_result
role_seed(struct db *db)
{
	enum db_result result = DB_OK;

	for (unsigned i = 0; i < BUILT_INS && result == DB_OK; i++)
		result = seed_role(db, i);
	return result;
}
