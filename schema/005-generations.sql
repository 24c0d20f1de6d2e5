-- SPDX-License-Identifier: ISC
-- Counters of changes, advanced in the transaction of each: what was read from
-- these tables before counts while they stand.

CREATE TABLE generations (
	place SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
	value BIGINT NOT NULL
) ENGINE=InnoDB;

-- All 4096 places: 16 times 16 times 16.
INSERT INTO generations (place, value) VALUES (0, 0), (1, 0), (2, 0), (3, 0),
	(4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 0),
	(12, 0), (13, 0), (14, 0), (15, 0)
	ON DUPLICATE KEY UPDATE place = VALUES(place);
INSERT INTO generations (place, value)
	SELECT 256 * a.place + 16 * b.place + c.place, 0
	FROM generations a JOIN generations b JOIN generations c
	WHERE a.place < 16 AND b.place < 16 AND c.place < 16
	ON DUPLICATE KEY UPDATE place = VALUES(place);

-- From the time on: those of a database made anew are others.
UPDATE generations
	SET value = CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)
	WHERE value = 0;

-- What somebody did lately is looked for when he is refused a change.
ALTER TABLE audit ADD KEY audit_actor (account_id, actor_user, id);
