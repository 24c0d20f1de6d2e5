/* SPDX-License-Identifier: ISC */
/* What may be obtained: who asks, and what of users and roles he may have. */

#include <string.h>

#include "check/obtain_private.h"

/* May a role that is given in the one place be given in the other? */
static bool
reaches(const char *place, const char *other)
{
	return place == NULL || (other != NULL && strcmp(place, other) == 0);
}

/* A role of workspaces is given in any of them, and never everywhere. */
static void
add_everywhere(struct maker *m, const struct role *role)
{
	if (role->in_workspaces)
		m->placed = bits_union(&m->placed, &role->permissions);
	else
		rights_add(&m->covers, &role->permissions, NULL);
}

/* What the roles that it may give contain, where it may give them. */
static void
add_givable(struct maker *m)
{
	const struct rights *own = &m->facts.rights;

	for (size_t i = 0; i < m->ngives; i++) {
		const struct role *role = &m->gives[i];

		if (reaches(role->place, NULL) &&
		    bits_has(&own->everywhere, PERMISSION_ROLES_GIVE))
			add_everywhere(m, role);
		for (size_t j = 0; j < own->n; j++)
			if (reaches(role->place, own->in[j].workspace) &&
			    bits_has(&own->in[j].bits, PERMISSION_ROLES_GIVE))
				rights_add(&m->covers, &role->permissions,
				    own->in[j].workspace);
	}
}

enum db_result
obtain_maker(struct maker *m, struct db *db, struct arena *arena,
    const struct facts *presented)
{
	enum db_result result;

	*m = (struct maker){ .facts = *presented };
	m->covers = presented->rights;
	if (!rights_hold_somewhere(&presented->rights, PERMISSION_ROLES_GIVE))
		return DB_OK;
	result = role_givable(db, arena, &presented->user_id, m->gives,
	    ROLE_GIVABLE, &m->ngives);
	if (result == DB_OK)
		add_givable(m);
	return result;
}

int64_t
obtain_end(const struct maker *m)
{
	if (m->is_operator || m->facts.kind == KIND_NONE)
		return 0;
	return m->facts.expires_at;
}

/*
 * What a user gets has no end, holds for every method, path and address, and
 * as often as he likes: only who is not limited in any of these may give it.
 */
static bool
is_lasting(const struct maker *m)
{
	return m->is_operator || (obtain_end(m) == 0 &&
	    m->facts.rules.n == 0 && m->facts.addresses.n == 0 &&
	    m->facts.rates.n == 0 && m->facts.quotas.n == 0);
}

bool
obtain_covers(const struct maker *m, const struct rights *wanted)
{
	struct rights rest = *wanted;

	rights_drop(&rest, &m->placed);
	rest.everywhere = wanted->everywhere;
	return m->is_operator || rights_cover(&m->covers, &rest);
}

/* What every user may does not count: a plain user can be managed by all. */
bool
obtain_rank(const struct maker *m, const struct facts *user)
{
	struct rights rank = user->owner;
	struct bits plain = { 0 };

	bits_add(&plain, PERMISSION_SELF);
	bits_add(&plain, PERMISSION_KEYS);
	rights_drop(&rank, &plain);
	return obtain_covers(m, &rank);
}

bool
obtain_user(const struct maker *m, const struct facts *user)
{
	return is_lasting(m) && obtain_covers(m, &user->owner);
}

static bool
is_giver_of(const struct maker *m, const struct uuid *role, const char *place)
{
	for (size_t i = 0; i < m->ngives; i++)
		if (uuid_equal(&m->gives[i].id, role) &&
		    reaches(m->gives[i].place, place))
			return true;
	return false;
}

enum db_result
obtain_giving(const struct maker *m, struct db *db, struct arena *arena,
    const struct facts *user, bool *covered)
{
	struct role gives[ROLE_GIVABLE];
	enum db_result result;
	size_t n;

	*covered = true;
	if (m->is_operator ||
	    uuid_equal(&m->facts.user_id, &user->user_id) ||
	    !rights_hold_somewhere(&user->owner, PERMISSION_ROLES_GIVE))
		return DB_OK;
	result = role_givable(db, arena, &user->user_id, gives, ROLE_GIVABLE,
	    &n);
	if (result != DB_OK)
		return result;
	/* of what did not fit nobody knows */
	*covered = n < ROLE_GIVABLE;
	for (size_t i = 0; i < n; i++)
		*covered &= is_giver_of(m, &gives[i].id, gives[i].place);
	return DB_OK;
}

bool
obtain_role(const struct maker *m, const struct uuid *role,
    const char *workspace)
{
	if (m->is_operator)
		return true;
	return is_lasting(m) &&
	    rights_hold(&m->facts.rights, PERMISSION_ROLES_GIVE, workspace) &&
	    is_giver_of(m, role, workspace);
}

bool
obtain_definition(const struct maker *m, const struct role *role)
{
	struct rights wanted = { .everywhere = role->permissions };

	if (role->in_workspaces)
		wanted.everywhere = bits_without(&wanted.everywhere,
		    &m->placed);
	return is_lasting(m) && obtain_covers(m, &wanted);
}
