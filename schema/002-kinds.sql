-- SPDX-License-Identifier: ISC
-- What the other kinds of key need.  A key's handle stays to be read when the
-- key has ended; handle_key is what is unique, and NULL from then on.

ALTER TABLE `keys` ADD COLUMN handle_key VARBINARY(50) NULL AFTER handle;

UPDATE `keys` SET handle_key = handle WHERE revoked_at IS NULL;

ALTER TABLE `keys` DROP KEY keys_handle;

ALTER TABLE `keys` ADD UNIQUE KEY keys_handle_key (user_id, handle_key);

ALTER TABLE `keys` MODIFY COLUMN last_used_address VARBINARY(45) NULL;

ALTER TABLE key_secrets ADD COLUMN last_used_at BIGINT NULL;

ALTER TABLE key_secrets ADD COLUMN last_used_address VARBINARY(45) NULL;

ALTER TABLE key_secrets ADD COLUMN last_used_agent VARCHAR(200) NULL;

-- How long keys of a kind live when nothing is said, and at most; in ms.
CREATE TABLE lifetimes (
	account_id BINARY(16) NOT NULL,
	kind TINYINT NOT NULL,
	initial BIGINT NULL,
	most BIGINT NULL,
	PRIMARY KEY (account_id, kind)
) ENGINE=InnoDB;

INSERT INTO lifetimes (account_id, kind, initial, most)
	SELECT id, 6, app_lifetime, app_lifetime FROM accounts
	WHERE app_lifetime IS NOT NULL
	ON DUPLICATE KEY UPDATE kind = VALUES(kind);

-- JSON web tokens that were ended before their time, until it has come.
CREATE TABLE ended_tokens (
	id BINARY(16) NOT NULL PRIMARY KEY,
	expires_at BIGINT NOT NULL,
	KEY ended_tokens_expires_at (expires_at)
) ENGINE=InnoDB;
