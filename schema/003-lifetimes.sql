-- SPDX-License-Identifier: ISC
-- A step of its own: the one before reads this column, and may be repeated.

ALTER TABLE accounts DROP COLUMN app_lifetime;
