-- SPDX-License-Identifier: ISC
-- Identifiers are BINARY(16) made by the application, times BIGINT milliseconds
-- of UTC, words for machines VARBINARY (collations fold and pad: only bytes
-- compare as bytes), texts for people utf8mb4_bin.  No triggers,
-- events, procedures, views or foreign keys: a hoster's database user has none,
-- and a cluster needs none.  One change per statement.

CREATE TABLE accounts (
	id BINARY(16) NOT NULL PRIMARY KEY,
	legacy_id VARBINARY(64) NULL,
	name VARCHAR(200) NOT NULL,
	active TINYINT NOT NULL DEFAULT 1,
	app_lifetime BIGINT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE KEY accounts_legacy_id (legacy_id)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- email_key and username_key are what is unique: folded to lower case, and NULL
-- once the user is deleted, so that the address is free again.
CREATE TABLE users (
	id BINARY(16) NOT NULL PRIMARY KEY,
	account_id BINARY(16) NOT NULL,
	type TINYINT NOT NULL,
	name VARCHAR(200) NOT NULL,
	username VARCHAR(254) NOT NULL,
	username_key VARBINARY(254) NULL,
	email VARCHAR(254) NULL,
	email_key VARBINARY(254) NULL,
	handle VARBINARY(50) NULL,
	address VARCHAR(200) NULL,
	company VARCHAR(200) NULL,
	password VARBINARY(200) NULL,
	password_version TINYINT NOT NULL DEFAULT 0,
	password_mac BINARY(32) NULL,
	verified TINYINT NOT NULL DEFAULT 1,
	blocked TINYINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT NULL,
	UNIQUE KEY users_username (account_id, username_key),
	UNIQUE KEY users_email (account_id, email_key),
	UNIQUE KEY users_handle (account_id, handle),
	KEY users_page (account_id, id),
	KEY users_password_version (password_version)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE workspaces (
	id BINARY(16) NOT NULL PRIMARY KEY,
	account_id BINARY(16) NOT NULL,
	handle VARBINARY(50) NOT NULL,
	name VARCHAR(200) NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	UNIQUE KEY workspaces_handle (account_id, handle),
	KEY workspaces_page (account_id, id)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A permission's bit is its place in every BINARY(32) set below; given once.
CREATE TABLE permissions (
	bit SMALLINT NOT NULL PRIMARY KEY,
	name VARBINARY(100) NOT NULL,
	description VARCHAR(200) NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE KEY permissions_name (name)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Roles of account zero are built in, the same for every account.
CREATE TABLE roles (
	id BINARY(16) NOT NULL PRIMARY KEY,
	account_id BINARY(16) NOT NULL,
	slug VARBINARY(50) NOT NULL,
	name VARCHAR(200) NOT NULL,
	in_workspaces TINYINT NOT NULL,
	permissions BINARY(32) NOT NULL,
	UNIQUE KEY roles_slug (account_id, slug)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE role_gives (
	role_id BINARY(16) NOT NULL,
	gives_id BINARY(16) NOT NULL,
	PRIMARY KEY (role_id, gives_id)
) ENGINE=InnoDB;

-- Workspace zero: the role holds everywhere in the account.
CREATE TABLE user_roles (
	user_id BINARY(16) NOT NULL,
	role_id BINARY(16) NOT NULL,
	workspace_id BINARY(16) NOT NULL,
	PRIMARY KEY (user_id, role_id, workspace_id),
	KEY user_roles_role (role_id)
) ENGINE=InnoDB;

-- scopes NULL: what the owner may, less Latchkey's own permissions.
CREATE TABLE `keys` (
	id BINARY(16) NOT NULL PRIMARY KEY,
	account_id BINARY(16) NOT NULL,
	user_id BINARY(16) NOT NULL,
	kind TINYINT NOT NULL,
	handle VARBINARY(50) NULL,
	label VARCHAR(200) NOT NULL,
	scopes BINARY(32) NULL,
	workspaces VARBINARY(2000) NULL,
	rules TEXT NULL,
	addresses TEXT NULL,
	disabled TINYINT NOT NULL DEFAULT 0,
	starts_at BIGINT NULL,
	expires_at BIGINT NULL,
	revoked_at BIGINT NULL,
	revoked_reason VARCHAR(200) NULL,
	made_by_user BINARY(16) NOT NULL,
	made_by_key BINARY(16) NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	uses BIGINT NOT NULL DEFAULT 0,
	last_used_at BIGINT NULL,
	last_used_address VARBINARY(16) NULL,
	last_used_agent VARCHAR(200) NULL,
	UNIQUE KEY keys_handle (user_id, handle),
	KEY keys_of_user (user_id, kind, id),
	KEY keys_of_account (account_id, kind, id)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- algorithm 0 is ours (HMAC-SHA-256 under keyring version); imported digests
-- have others, and a MAC that binds them to the keyring.
CREATE TABLE key_secrets (
	digest BINARY(32) NOT NULL PRIMARY KEY,
	key_id BINARY(16) NOT NULL,
	version TINYINT NOT NULL,
	algorithm TINYINT NOT NULL DEFAULT 0,
	imported VARBINARY(200) NULL,
	mac BINARY(32) NULL,
	sealed VARBINARY(200) NULL,
	hint BINARY(4) NOT NULL,
	starts_at BIGINT NOT NULL,
	ends_at BIGINT NULL,
	KEY key_secrets_key (key_id),
	KEY key_secrets_version (version)
) ENGINE=InnoDB;

CREATE TABLE sessions (
	digest BINARY(32) NOT NULL PRIMARY KEY,
	id BINARY(16) NOT NULL,
	version TINYINT NOT NULL,
	account_id BINARY(16) NOT NULL,
	user_id BINARY(16) NOT NULL,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	ended_at BIGINT NULL,
	UNIQUE KEY sessions_id (id),
	KEY sessions_user (user_id),
	KEY sessions_expires_at (expires_at)
) ENGINE=InnoDB;

CREATE TABLE replays (
	digest BINARY(32) NOT NULL PRIMARY KEY,
	request BINARY(32) NOT NULL,
	version TINYINT NOT NULL,
	key_id BINARY(16) NULL,
	answer BLOB NOT NULL,
	created_at BIGINT NOT NULL,
	KEY replays_created_at (created_at)
) ENGINE=InnoDB;

CREATE TABLE login_budgets (
	subject BINARY(32) NOT NULL PRIMARY KEY,
	spent BIGINT NOT NULL,
	window_at BIGINT NOT NULL,
	succeeded_at BIGINT NULL,
	KEY login_budgets_window_at (window_at)
) ENGINE=InnoDB;

-- seq and chain are the seal, written later; everything else never changes.
CREATE TABLE audit (
	id BINARY(16) NOT NULL PRIMARY KEY,
	account_id BINARY(16) NOT NULL,
	at BIGINT NOT NULL,
	door VARBINARY(16) NOT NULL,
	actor_user BINARY(16) NULL,
	actor_key BINARY(16) NULL,
	action VARBINARY(40) NOT NULL,
	object_type VARBINARY(20) NOT NULL,
	object_id BINARY(16) NOT NULL,
	detail TEXT NOT NULL,
	request_id BINARY(16) NOT NULL,
	address VARBINARY(45) NOT NULL,
	version TINYINT NOT NULL,
	mac BINARY(32) NOT NULL,
	seq BIGINT NULL,
	chain BINARY(32) NULL,
	UNIQUE KEY audit_seq (account_id, seq),
	KEY audit_unsealed (seq, account_id, id),
	KEY audit_page (account_id, id)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE audit_heads (
	account_id BINARY(16) NOT NULL PRIMARY KEY,
	seq BIGINT NOT NULL,
	version TINYINT NOT NULL,
	chain BINARY(32) NOT NULL
) ENGINE=InnoDB;

CREATE TABLE audit_refusals (
	account_id BINARY(16) NOT NULL,
	window_at BIGINT NOT NULL,
	reason VARBINARY(20) NOT NULL,
	subject_type VARBINARY(10) NOT NULL,
	subject BINARY(16) NOT NULL,
	times BIGINT NOT NULL,
	PRIMARY KEY (account_id, window_at, reason, subject_type, subject),
	KEY audit_refusals_window_at (window_at)
) ENGINE=InnoDB;

CREATE TABLE leases (
	name VARBINARY(20) NOT NULL PRIMARY KEY,
	holder BINARY(16) NOT NULL,
	until_at BIGINT NOT NULL
) ENGINE=InnoDB;

CREATE TABLE keyring_versions (
	version TINYINT NOT NULL PRIMARY KEY,
	fingerprint BINARY(8) NOT NULL,
	activated_at BIGINT NOT NULL,
	retired_at BIGINT NULL
) ENGINE=InnoDB;
