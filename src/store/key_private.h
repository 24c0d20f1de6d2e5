/* SPDX-License-Identifier: ISC */
#ifndef STORE_KEY_PRIVATE_H
#define STORE_KEY_PRIVATE_H

/* A key's row, for those who select it. */

#include "store/key.h"

#define KEY_COLUMNS							\
	"id, account_id, user_id, kind, handle, label, "		\
	"scopes IS NOT NULL, scopes, workspaces, rules, addresses, "	\
	"rates, quotas, "						\
	"disabled, starts_at, expires_at, revoked_at, "			\
	"revoked_reason, made_by_user, made_by_key, created_at, "	\
	"updated_at, uses, last_used_at, last_used_address, "		\
	"last_used_agent"
#define KEY_COLUMNS_N	26

extern const struct db_column key_columns[KEY_COLUMNS_N];

#endif
