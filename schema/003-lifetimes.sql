-- SPDX-License-Identifier: ISC
-- A step of its own: the one before reads this column, and may be repeated.

ALTER TABLE accounts DROP COLUMN app_lifetime;

-- Lists of keys of every kind are by account and id, as those of users are.
ALTER TABLE `keys` ADD KEY keys_page (account_id, id);
