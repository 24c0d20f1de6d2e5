/* SPDX-License-Identifier: ISC */
/* The budget of a network for secrets that fail. */

#include <string.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "store/budget.h"
#include "store/version.h"

#include "auth/miss.h"

struct miss {
	struct db	*db;
	struct arena	*arena;
	const struct keyring *ring;
	const struct address *client;
	int64_t		*wait;
};

static enum db_result
spend(void *context)
{
	static const char purpose[] = "miss";
	struct miss *m = context;
	struct address network = address_network(m->client);
	const struct crypto_part parts[] = {
		{ purpose, strlen(purpose) },
		{ &network, sizeof(network) },
	};
	uint8_t subject[CRYPTO_DIGEST], version;
	enum db_result result;

	result = version_active(m->db, m->arena, m->ring, &version);
	if (result != DB_OK)
		return result;
	crypto_hmac(subject, keyring_key(m->ring, version, KEYRING_SUBJECT),
	    parts, NITEMS(parts));
	return budget_spend(m->db, m->arena, subject, MISS_BUDGET,
	    MISS_WINDOW, clock_now(), m->wait);
}

enum db_result
miss_spend(struct db *db, struct arena *arena, const struct keyring *ring,
    const struct address *client, int64_t *wait)
{
	struct miss miss = { db, arena, ring, client, wait };

	return db_run(db, DB_CHANGE, spend, &miss);
}
