/* SPDX-License-Identifier: ISC */
/* Taking of rates and quotas. */

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "check/counters.h"
#include "check/lease.h"
#include "check/window.h"

#include "check/limits.h"

#define GUESS_PER	60		/* seconds */
#define NEVER		86400		/* what is told of it: ask tomorrow */

/* One rate as it is counted. */
struct taken {
	const struct rate *rate;
	struct counter	*slot;
	uint64_t	 index;
};

struct taking {
	const struct facts *facts;
	struct counters	*counters;
	struct limits_told *told;
	struct taken	 rate[2 * RATES];
	size_t		 nrates;
	struct lease	 lease[QUOTAS];
	size_t		 nleases;
};

static int64_t
seconds_of(int64_t ms)
{
	return (ms + 999) / 1000;
}

/* -- rates ----------------------------------------------------------------- */

static bool
add_rates(struct taking *t, const struct rates *rates, const struct uuid *whose,
    const char *prefix)
{
	struct {
		struct uuid	 id;
		int64_t		 per;
		char		 name[RATES_NAME + 8];
	} what;

	for (size_t i = 0; i < rates->n; i++) {
		const struct rate *rate = &rates->rate[i];
		struct taken *taken = &t->rate[t->nrates];

		memset(&what, 0, sizeof(what));
		what.id = *whose;
		what.per = rate->per;
		snprintf(what.name, sizeof(what.name), "%s%s", prefix,
		    rate->name);
		taken->rate = rate;
		taken->slot = counters_rate(t->counters, &what, sizeof(what),
		    rate->per);
		if (taken->slot == NULL)
			return false;
		memcpy(t->told->limit[t->nrates++].name, what.name,
		    sizeof(what.name));
		t->told->n = t->nrates;
	}
	return true;
}

static bool
tell_rate(struct taking *t, size_t i, const struct window_view *view)
{
	const struct rate *rate = t->rate[i].rate;
	int64_t wait = seconds_of(view->wait);

	t->told->limit[i].limit = rate->limit;
	t->told->limit[i].window = rate->per;
	t->told->limit[i].rest = view->rest;
	t->told->limit[i].wait = wait;
	if (!view->taken && view->rest == 0 && wait > t->told->retry_after)
		t->told->retry_after = wait;
	return view->taken || view->rest > 0;
}

static bool
look_at_rates(struct taking *t, int64_t now)
{
	bool room = true;

	for (size_t i = 0; i < t->nrates; i++) {
		const struct taken *taken = &t->rate[i];
		struct window_view view = window_look(&taken->slot->value,
		    taken->rate->limit, taken->rate->per, now);

		room &= tell_rate(t, i, &view);
	}
	return room;
}

static void
give_back_rates(struct taking *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		window_give_back(&t->rate[i].slot->value, t->rate[i].index);
}

static bool
take_rates(struct taking *t, int64_t now)
{
	for (size_t i = 0; i < t->nrates; i++) {
		struct taken *taken = &t->rate[i];
		struct window_view view = window_take(&taken->slot->value,
		    taken->rate->limit, taken->rate->per, now);

		if (!view.taken)
			give_back_rates(t, i);
		taken->index = view.index;
		(void)tell_rate(t, i, &view);
		if (!view.taken) {
			/* the others have what they had */
			(void)look_at_rates(t, now);
			return false;
		}
	}
	return true;
}

/* -- quotas ---------------------------------------------------------------- */

static void
tell_quota(struct taking *t, const struct lease *lease, bool taken)
{
	const struct quota *quota = lease->quota;
	int64_t begin = quota_begin(quota->period, lease->now);
	int64_t end = quota_end(quota->period, lease->now);
	size_t i = t->told->n++;

	memcpy(t->told->limit[i].name, quota->name, sizeof(quota->name));
	t->told->limit[i].limit = quota->limit;
	t->told->limit[i].window = (end - begin) / 1000;
	t->told->limit[i].rest = taken ? lease->rest : 0;
	t->told->limit[i].wait = end == 0 ? 0 : seconds_of(end - lease->now);
	if (!taken)
		t->told->retry_after = end == 0 ? NEVER :
		    t->told->limit[i].wait;
}

static struct lease
lease_of(const struct taking *t, struct db *db, size_t i)
{
	return (struct lease){
		.counters = t->counters, .db = db, .key_id = &t->facts->id,
		.quota = &t->facts->quotas.quota[i], .now = t->facts->now,
	};
}

static void
give_back_quotas(struct taking *t)
{
	for (size_t i = 0; i < t->nleases; i++) {
		lease_give_back(&t->lease[i]);
		t->told->limit[t->nrates + i].rest++;
	}
}

/* Before anything is taken: another program would take it once more. */
static void
expect_asking(const struct taking *t, struct db *db)
{
	for (size_t i = 0; i < t->facts->quotas.n; i++) {
		struct lease lease = lease_of(t, db, i);

		if (!lease_at_hand(&lease))
			db_expect(db);
	}
}

/* The first that has nothing left ends it. */
static enum db_result
take_quotas(struct taking *t, struct db *db)
{
	enum db_result result = DB_OK;

	for (size_t i = 0; i < t->facts->quotas.n && result == DB_OK; i++) {
		t->lease[i] = lease_of(t, db, i);
		result = lease_take(&t->lease[i]);
		if (result == DB_OK || result == DB_NONE)
			tell_quota(t, &t->lease[i], result == DB_OK);
		t->nleases += result == DB_OK;
	}
	if (result == DB_OK)
		return DB_OK;
	give_back_quotas(t);
	return result;
}

/* -- all of them ----------------------------------------------------------- */

static bool
is_limited(const struct facts *f)
{
	return f->rates.n != 0 || f->user_rates.n != 0 || f->quotas.n != 0;
}

static bool
begin(struct taking *t, const char *state)
{
	const struct facts *f = t->facts;

	t->counters = counters_open(state);
	return t->counters != NULL &&
	    add_rates(t, &f->rates, &f->id, "") &&
	    add_rates(t, &f->user_rates, &f->user_id, "user:");
}

enum reason
limits_look(const char *state, struct db *db, const struct facts *f)
{
	struct limits_told told = { .n = 0 };
	struct taking t = { .facts = f, .told = &told };
	enum db_result result = DB_OK;

	if (!is_limited(f))
		return REASON_NONE;
	if (!begin(&t, state))
		return REASON_FAULT;
	if (!look_at_rates(&t, clock_boot()))
		return REASON_RATE;
	for (size_t i = 0; i < f->quotas.n && result == DB_OK; i++) {
		t.lease[i] = lease_of(&t, db, i);
		result = lease_look(&t.lease[i]);
	}
	if (result == DB_OK)
		return REASON_NONE;
	return result == DB_NONE ? REASON_QUOTA : REASON_FAULT;
}

enum reason
limits_take(const char *state, struct db *db, const struct facts *f,
    struct limits_told *told)
{
	struct taking t = { .facts = f, .told = told };
	int64_t now = clock_boot();
	enum db_result result;

	told->n = 0;
	told->retry_after = 0;
	if (!is_limited(f))
		return REASON_NONE;
	if (!begin(&t, state))
		return REASON_FAULT;
	if (!look_at_rates(&t, now))
		return REASON_RATE;
	expect_asking(&t, db);
	result = take_quotas(&t, db);
	if (result != DB_OK)
		return result == DB_NONE ? REASON_QUOTA : REASON_FAULT;
	if (take_rates(&t, now))
		return REASON_NONE;
	give_back_quotas(&t);
	return REASON_RATE;
}

int64_t
limits_rest(const struct limits_told *told)
{
	int64_t least = -1;

	for (size_t i = 0; i < told->n; i++)
		if (least == -1 || told->limit[i].rest < least)
			least = told->limit[i].rest;
	return least;
}

bool
limits_guess(const char *state, const struct address *client, int64_t most,
    struct limits_told *told)
{
	struct counters *counters = counters_open(state);
	struct address network = address_network(client);
	struct counter *slot = counters == NULL ? NULL :
	    counters_guess(counters, &network, GUESS_PER);
	struct window_view view;

	if (slot == NULL)
		return true;
	view = window_take(&slot->value, most, GUESS_PER, clock_boot());
	if (view.taken)
		return true;
	*told = (struct limits_told){ .n = 1, .limit = { {
		.name = "guesses", .limit = most, .window = GUESS_PER,
		.wait = seconds_of(view.wait) } },
		.retry_after = seconds_of(view.wait) };
	return false;
}
