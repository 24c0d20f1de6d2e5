-- SPDX-License-Identifier: ISC
-- How often a key may be used, all keys of a user together, and how much of it
-- was given out to the hosts.

ALTER TABLE `keys` ADD COLUMN rates TEXT NULL;
ALTER TABLE `keys` ADD COLUMN quotas TEXT NULL;
ALTER TABLE users ADD COLUMN rates TEXT NULL;

-- Never more than the limit; another period begins with nothing.
CREATE TABLE key_quotas (
	key_id BINARY(16) NOT NULL,
	name VARBINARY(32) NOT NULL,
	period_at BIGINT NOT NULL,
	used BIGINT NOT NULL,
	PRIMARY KEY (key_id, name)
) ENGINE=InnoDB;
