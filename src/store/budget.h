/* SPDX-License-Identifier: ISC */
#ifndef STORE_BUDGET_H
#define STORE_BUDGET_H

/*
 * Budgets of login attempts, by keyed digest of what they limit.  Sliding by
 * leaking: what was spent drains evenly over the window.
 */

#include "store/db.h"

/*
 * Spend one of most per window (ms).  DB_NONE when nothing is left: *wait is
 * then the ms until something is.
 */
enum db_result	 budget_spend(struct db *, struct arena *,
		    const uint8_t subject[static 32], int64_t most,
		    int64_t window, int64_t now, int64_t *wait);

/* Note a success, and give the spent one back. */
enum db_result	 budget_succeeded(struct db *,
		    const uint8_t subject[static 32], int64_t now);

/* Give one back without a success. */
enum db_result	 budget_refund(struct db *,
		    const uint8_t subject[static 32]);

/* When the subject last succeeded; 0 is never. */
enum db_result	 budget_last_success(struct db *, struct arena *,
		    const uint8_t subject[static 32], int64_t *at);

#endif
