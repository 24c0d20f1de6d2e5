/* SPDX-License-Identifier: ISC */
/* Every change tells whom it is about, in the transaction that makes it. */

#include "store/asked.h"
#include "store/generation_table.h"
#include "store/mutation.h"

#include "tale.h"

enum { GLOBAL, OBJECT, OWNER, ACCOUNT, STRANGER, PLACES };

/* Who has counters here. */
static struct uuid ids[PLACES];

static int
set_up_ids(void **state)
{
	for (int place = OBJECT; place < PLACES; place++)
		ids[place] = uuid_new();
	return set_up(state);
}

struct reading {
	struct db	*db;
	int64_t		 value[PLACES];
};

struct counting {
	struct db	*db;
	const struct db_query *query;
	int64_t		 number;
};

static enum db_result
count_once(void *context)
{
	struct counting *c = context;

	return db_count(c->db, c->query, NULL, 0, &c->number);
}

static enum db_result
read_once(void *context)
{
	struct reading *r = context;
	struct generation_told told;
	int64_t now;

	for (int place = GLOBAL; place < PLACES; place++) {
		assert_int_equal(generation_table_read(r->db,
		    generation_place(&ids[place]), &told, &now), DB_OK);
		r->value[place] = told.user;
	}
	return DB_OK;
}

static struct reading
read_all(const struct fixture *f)
{
	struct reading r = { .db = f->root };

	assert_int_equal(db_run(r.db, DB_READ, read_once, &r), DB_OK);
	return r;
}

/* -- changes --------------------------------------------------------------- */

/* What a change says of itself, and how it ends. */
struct deed {
	const char	*action;	/* NULL: nothing was changed */
	const char	*object_type;
	bool		 takes_away;
	bool		 owned;
	enum db_result	 result;
	int		 told;		/* PLACES: nobody */
};

static const struct deed deeds[] = {
	{ .action = "key.change", .object_type = "key", .owned = true,
	    .told = OWNER },
	{ .action = "session.end", .object_type = "session", .owned = true,
	    .told = OWNER },
	{ .action = "token.end", .object_type = "token", .owned = true,
	    .told = OWNER },
	{ .action = "user.change", .object_type = "user", .told = OBJECT },
	{ .action = "role.change", .object_type = "role", .told = GLOBAL },
	{ .action = "key.revoke", .object_type = "keys", .told = GLOBAL },
	{ .action = "account.create", .object_type = "account",
	    .told = GLOBAL },
	/* who forgets to say whose it is */
	{ .action = "key.change", .object_type = "key", .told = GLOBAL },
	/* what is new replaces something, or nothing */
	{ .action = "key.create", .object_type = "key", .takes_away = true,
	    .owned = true, .told = OWNER },
	{ .action = "key.create", .object_type = "key", .told = PLACES },
	{ .action = NULL, .told = PLACES },
	/* what did not happen */
	{ .action = "key.revoke", .object_type = "key", .told = PLACES,
	    .result = DB_REFUSED },
	{ .action = "key.revoke", .object_type = "key", .told = PLACES,
	    .result = DB_NONE },
};

struct doing {
	const struct deed *deed;
	struct mutation	 mutation;
};

static enum db_result
do_it(void *context)
{
	struct doing *d = context;

	d->mutation.event.action = d->deed->action;
	if (d->deed->owned)
		d->mutation.owner = ids[OWNER];
	return d->deed->result;
}

static enum db_result
commit(struct fixture *f, const struct deed *deed)
{
	struct doing d = { deed, {
		.db = f->db, .keyring = f->ring, .state = f->folder,
		.takes_away = deed->takes_away,
		.event = {
			.object_type = deed->object_type,
			.object_id = ids[OBJECT],
			.account_id = ids[ACCOUNT],
			.actor_user = ids[OWNER],
			.door = "cli", .address = "", .at = NOW,
		},
	} };

	return mutation_run(&d.mutation, do_it, &d);
}

static void
each_tells_whom_it_is_about_and_nobody_else(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < NITEMS(deeds); i++) {
		struct reading before = read_all(f), after;

		assert_int_equal(commit(f, &deeds[i]), deeds[i].result);
		after = read_all(f);
		for (int place = GLOBAL; place < PLACES; place++)
			if ((after.value[place] > before.value[place]) !=
			    (place == deeds[i].told))
				fail_msg("deed %zu, place %d", i, place);
	}
}

static int64_t
count_rows(struct fixture *f)
{
	static const struct db_query query = {
		.sql = "SELECT COUNT(*) FROM audit",
		.columns = db_number,
		.ncolumns = 1,
	};
	struct counting c = { f->root, &query, 0 };

	assert_int_equal(db_run(f->root, DB_READ, count_once, &c), DB_OK);
	return c.number;
}

static void
what_cannot_be_told_is_not_done(void **state)
{
	struct fixture *f = *state;
	int64_t rows = count_rows(f);

	as_root(f, "RENAME TABLE generations TO away");
	assert_int_equal(commit(f, &deeds[0]), DB_UNAVAILABLE);
	as_root(f, "RENAME TABLE away TO generations");
	assert_int_equal(count_rows(f), rows);
	assert_int_equal(commit(f, &deeds[0]), DB_OK);
	assert_int_equal(count_rows(f), rows + 1);
}

/* What was kept before must not seem to be so once more. */
static void
a_place_that_was_removed_does_not_begin_anew(void **state)
{
	struct fixture *f = *state;
	struct reading before = read_all(f), after;

	as_root(f, "DELETE FROM generations");
	after = read_all(f);
	assert_int_equal(after.value[OWNER], 0);
	assert_int_equal(commit(f, &deeds[0]), DB_OK);
	as_root(f, "INSERT INTO generations SELECT 0, 1");
	after = read_all(f);
	assert_true(after.value[OWNER] > before.value[OWNER]);
}

/* After a crash or from a backup: the change that is made then is another. */
static void
what_was_lost_does_not_come_again(void **state)
{
	struct fixture *f = *state;
	struct reading before = read_all(f), lost, after;

	assert_int_equal(commit(f, &deeds[0]), DB_OK);
	lost = read_all(f);
	assert_true(lost.value[OWNER] > before.value[OWNER]);
	as_root(f, "UPDATE generations SET value = value - 1");
	assert_int_equal(commit(f, &deeds[0]), DB_OK);
	after = read_all(f);
	assert_true(after.value[OWNER] > lost.value[OWNER]);
}

struct question {
	struct db	*db;
	int64_t		 since;
	enum asked	 answer;
};

static enum db_result
ask_once(void *context)
{
	struct question *q = context;

	return asked_lately(q->db, &ids[ACCOUNT], &ids[OWNER], q->since,
	    false, &q->answer);
}

/* Whoever was refused waits for what he did himself, and not for ever. */
static void
what_somebody_did_is_found_for_a_while(void **state)
{
	struct fixture *f = *state;
	struct question q = { .db = f->root, .since = NOW - 1 };

	assert_int_equal(commit(f, &deeds[0]), DB_OK);
	assert_int_equal(db_run(q.db, DB_READ, ask_once, &q), DB_OK);
	assert_int_not_equal(q.answer, ASKED_NOBODY);
	q.since = NOW;
	assert_int_equal(db_run(q.db, DB_READ, ask_once, &q), DB_OK);
	assert_int_equal(q.answer, ASKED_NOBODY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tells_whom_it_is_about_and_nobody_else),
		cmocka_unit_test(what_cannot_be_told_is_not_done),
		cmocka_unit_test(a_place_that_was_removed_does_not_begin_anew),
		cmocka_unit_test(what_was_lost_does_not_come_again),
		cmocka_unit_test(what_somebody_did_is_found_for_a_while),
	};

	return cmocka_run_group_tests(tests, set_up_ids, tear_down);
}
