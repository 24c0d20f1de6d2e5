/* SPDX-License-Identifier: ISC */
/* Making, changing and deleting users. */

#include <string.h>

#include "store/session.h"

#include "users.h"

static enum problem
not_covered(struct call *c, const char *detail)
{
	call_refused(c, REASON_COVER);
	return call_refuse(c, PROBLEM_NOT_COVERED, "not-covered", detail);
}

static enum problem
explain_duplicate(struct call *c, enum db_result result)
{
	if (result != DB_DUPLICATE)
		return call_store(c, result);
	return call_refuse(c, PROBLEM_CONFLICT, "taken",
	    "The e-mail address, user name or handle is another user's");
}

/* May this caller do that to this user, by what both may? */
static enum problem
check_rank(struct call *c, const struct maker *maker, const struct uuid *id,
    bool obtains)
{
	struct facts *user = arena_alloc(c->arena, sizeof(*user));
	bool covered = false;
	enum db_result result = facts_of_user(user, c->db, c->arena,
	    &c->who.account_id, id);

	if (result == DB_OK)
		result = obtain_giving(maker, c->db, c->arena, user, &covered);
	if (result != DB_OK)
		return call_store(c, result);
	if (!covered || !obtain_rank(maker, user) ||
	    (obtains && !obtain_user(maker, user)))
		return not_covered(c, "The user may more than the credential"
		    " that asks, or for longer");
	return PROBLEM_NONE;
}

/* -- making ---------------------------------------------------------------- */

static struct user
make_row(const struct call *c, const struct user_input *in)
{
	return (struct user){
		.id = in->id,
		.account_id = c->who.account_id,
		.type = in->type_value,
		.name = in->name,
		.username = in->username != NULL ? in->username : in->email,
		.email = in->email,
		.handle = in->handle,
		.address = in->address,
		.company = in->company,
		.rates = in->rates_row,
		.verified = in->verified,
		.created_at = c->who.now,
		.updated_at = c->who.now,
	};
}

/* What the trail says of a user: who he became, never his password. */
static const char *
describe(struct call *c, const struct user_view *view, bool password)
{
	struct json *json = json_new(c->arena);
	size_t n;

	json_object(json, NULL);
	json_text(json, "username", view->user.username);
	json_text_or_null(json, "email", view->user.email);
	json_text(json, "type", user_types[view->user.type]);
	json_bool(json, "verified", view->user.verified);
	json_bool(json, "blocked", view->user.blocked);
	json_bool(json, "password_set", password);
	json_text_or_null(json, "rates", view->user.rates);
	json_array(json, "roles");
	for (size_t i = 0; i < view->nroles; i++)
		json_text(json, NULL, view->roles[i].workspace == NULL ?
		    view->roles[i].slug : arena_printf(c->arena, "%s@%s",
		    view->roles[i].slug, view->roles[i].workspace));
	json_end(json);
	json_end(json);
	return json_done(json, &n);
}

enum problem
users_create(struct call *c)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	struct user_view *view = arena_alloc(c->arena, sizeof(*view));
	const struct user_input *in = c->input;
	enum problem problem;
	char id[UUID_TEXT];

	problem = call_maker(c, maker);
	if (problem != PROBLEM_NONE)
		return problem;
	view->user = make_row(c, in);
	problem = explain_duplicate(c, user_add(c->db, &view->user,
	    &in->hash));
	if (problem == PROBLEM_NONE && in->says_roles)
		problem = users_set_roles(c, maker, view, &in->roles);
	if (problem == PROBLEM_NONE && in->password != NULL)
		problem = check_rank(c, maker, &in->id, true);
	if (problem == PROBLEM_NONE)
		problem = users_view(c, &in->id, view);
	if (problem != PROBLEM_NONE)
		return problem;
	call_changed(c, "user.create", "user", &in->id,
	    describe(c, view, in->password != NULL), false);
	uuid_format(id, &in->id);
	c->status = 201;
	c->location = call_uri(c, "/users/%s/", id);
	users_put(c, c->json, view);
	return PROBLEM_NONE;
}

/* -- changing -------------------------------------------------------------- */

static enum problem
lock_user(struct call *c)
{
	return call_store(c, user_lock(c->db, &c->who.account_id, &c->id[0]));
}

/* Everybody may change these of his own; the rest is for administrators. */
static bool
is_personal(const struct user_input *in)
{
	return in->email == NULL && in->username == NULL &&
	    !in->says_handle && !in->says_verified && !in->says_blocked &&
	    !in->says_roles && !in->says_rates;
}

/* Does the change let somebody in who was out? */
static bool
obtains(const struct user_input *in, const struct user *user)
{
	return in->password != NULL ||
	    (in->says_blocked && !in->blocked && user->blocked) ||
	    (in->says_verified && in->verified && !user->verified);
}

static void
apply(struct user *user, const struct user_input *in, int64_t now)
{
	if (in->name != NULL)
		user->name = in->name;
	/* a user name that was the address goes with it */
	if (in->email != NULL && user->email != NULL &&
	    strcmp(user->username, user->email) == 0)
		user->username = in->email;
	if (in->email != NULL)
		user->email = in->email;
	if (in->username != NULL)
		user->username = in->username;
	if (in->says_handle)
		user->handle = in->handle;
	if (in->says_address)
		user->address = in->address;
	if (in->says_company)
		user->company = in->company;
	if (in->says_rates)
		user->rates = in->rates_row;
	if (in->says_verified)
		user->verified = in->verified;
	if (in->says_blocked)
		user->blocked = in->blocked;
	user->updated_at = now;
}

static enum problem
check_change(struct call *c, const struct maker *maker,
    const struct user_input *in, const struct user *user)
{
	bool himself = uuid_equal(&user->id, &c->who.user_id);

	if (himself && !is_personal(in) && !rights_hold(&c->who.rights,
	    PERMISSION_USERS_WRITE, NULL))
		return call_refused(c, REASON_SCOPE);
	if (user->type == USER_NON_INTERACTIVE && in->password != NULL)
		return call_fault(c, "/password", "cannot be given: a"
		    " non-interactive user never logs in");
	if (himself && ((in->says_blocked && in->blocked) ||
	    (in->says_verified && !in->verified)))
		return call_refuse(c, PROBLEM_STATE, "oneself",
		    "Nobody can lock himself out: ask another administrator");
	if (himself && is_personal(in) && !obtains(in, user))
		return PROBLEM_NONE;
	return check_rank(c, maker, &user->id, obtains(in, user));
}

static enum problem
change_password(struct call *c, const struct user_input *in, bool ends)
{
	bool himself = uuid_equal(&in->id, &c->who.user_id) &&
	    c->who.kind == KIND_NONE;
	enum db_result result = DB_OK;

	if (in->password != NULL)
		result = user_set_password(c->db, &c->who.account_id, &in->id,
		    &in->hash);
	if (result == DB_OK && ends)
		result = session_end_all(c->db, &in->id,
		    himself ? &c->who.id : &uuid_zero, c->who.now);
	return call_store(c, result);
}

enum problem
users_change(struct call *c)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	struct user_view *view = arena_alloc(c->arena, sizeof(*view));
	const struct user_input *in = c->input;
	bool ends = in->password != NULL || (in->says_blocked && in->blocked);
	enum problem problem = lock_user(c);

	/* the proof is of the password that stands now? */
	if (problem == PROBLEM_NONE && in->proof != NULL &&
	    login_confirm(in->proof, c->db, c->arena) != DB_OK)
		return call_fault(c, "/current_password", "does not match");
	if (problem == PROBLEM_NONE)
		problem = users_view(c, &c->id[0], view);
	if (problem == PROBLEM_NONE)
		problem = call_match(c, users_put, view);
	if (problem == PROBLEM_NONE)
		problem = call_maker(c, maker);
	if (problem == PROBLEM_NONE)
		problem = check_change(c, maker, in, &view->user);
	if (problem != PROBLEM_NONE)
		return problem;
	apply(&view->user, in, c->who.now);
	problem = explain_duplicate(c, user_change(c->db, &view->user));
	if (problem == PROBLEM_NONE && in->says_roles)
		problem = users_set_roles(c, maker, view, &in->roles);
	if (problem == PROBLEM_NONE)
		problem = change_password(c, in, ends);
	if (problem == PROBLEM_NONE)
		problem = users_view(c, &c->id[0], view);
	if (problem != PROBLEM_NONE)
		return problem;
	call_changed(c, "user.change", "user", &c->id[0],
	    describe(c, view, in->password != NULL), ends || in->says_roles ||
	    in->says_rates || (in->says_verified && !in->verified));
	users_put(c, c->json, view);
	return PROBLEM_NONE;
}

enum problem
users_remove(struct call *c)
{
	struct maker *maker = arena_alloc(c->arena, sizeof(*maker));
	struct user_view *view = arena_alloc(c->arena, sizeof(*view));
	enum problem problem = lock_user(c);

	if (problem == PROBLEM_NONE)
		problem = users_view(c, &c->id[0], view);
	if (problem == PROBLEM_NONE)
		problem = call_match(c, users_put, view);
	if (problem == PROBLEM_NONE && uuid_equal(&c->id[0], &c->who.user_id))
		return call_refuse(c, PROBLEM_STATE, "oneself",
		    "Nobody can delete himself: ask another administrator");
	if (problem == PROBLEM_NONE)
		problem = call_maker(c, maker);
	if (problem == PROBLEM_NONE)
		problem = check_rank(c, maker, &c->id[0], false);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, key_revoke_all(c->db,
		    &c->who.account_id, &c->id[0], 0, "user deleted",
		    c->who.now));
	if (problem == PROBLEM_NONE)
		problem = call_store(c, user_remove(c->db, &c->who.account_id,
		    &c->id[0], c->who.now));
	if (problem == PROBLEM_NONE)
		problem = call_store(c, session_end_all(c->db, &c->id[0],
		    &uuid_zero, c->who.now));
	if (problem != PROBLEM_NONE)
		return problem;
	call_changed(c, "user.delete", "user", &c->id[0],
	    describe(c, view, false), true);
	call_notify(c, notice_of_user(c->arena, &view->user, c->who.username,
	    call_client(c)));
	c->status = 204;
	return PROBLEM_NONE;
}
