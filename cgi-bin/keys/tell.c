/* SPDX-License-Identifier: ISC */
/* Telling people what became of their keys. */

#include "keys.h"

/* Of a keeper who was deleted there is nothing to tell. */
static enum db_result
find_keeper(struct call *c, const struct key *key, struct user *keeper)
{
	enum db_result result = user_get(c->db, c->arena, &c->who.account_id,
	    notice_keeper(key), keeper);

	if (result == DB_NONE)
		keeper->email = NULL;
	return result == DB_NONE ? DB_OK : result;
}

enum db_result
keys_tell(struct call *c, enum notice_event event, const struct key *key)
{
	struct user keeper;
	enum db_result result;

	if (c->site->config.sendmail == NULL)
		return DB_OK;
	result = find_keeper(c, key, &keeper);
	if (result == DB_OK && keeper.email != NULL)
		call_notify(c, notice_of_key(c->arena, event, &keeper, key,
		    c->who.username, call_client(c)));
	return result;
}

/* Those of the keys from the first on that have its keeper. */
static size_t
gather(const struct key *keys, size_t first, size_t n, const struct key **own)
{
	const struct uuid *keeper = notice_keeper(&keys[first]);
	size_t found = 0;

	for (size_t i = first; i < n; i++)
		if (uuid_equal(notice_keeper(&keys[i]), keeper))
			own[found++] = &keys[i];
	return found;
}

static bool
was_told(const struct key *keys, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (uuid_equal(notice_keeper(&keys[i]),
		    notice_keeper(&keys[at])))
			return true;
	return false;
}

enum db_result
keys_tell_ended(struct call *c, const struct key *keys, size_t n)
{
	const struct key **own = arena_alloc(c->arena, n * sizeof(void *));
	enum db_result result = DB_OK;
	struct user keeper;

	if (c->site->config.sendmail == NULL)
		return DB_OK;
	for (size_t i = 0; result == DB_OK && i < n; i++) {
		if (was_told(keys, i))
			continue;
		result = find_keeper(c, &keys[i], &keeper);
		if (result == DB_OK && keeper.email != NULL)
			call_notify(c, notice_of_ended(c->arena, &keeper, own,
			    gather(keys, i, n, own), c->who.username,
			    call_client(c)));
	}
	return result;
}
