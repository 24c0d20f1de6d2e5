/* SPDX-License-Identifier: ISC */
/* Reading what a body says of a user. */

#include <string.h>

#include "auth/login.h"
#include "auth/name.h"
#include "base/nitems.h"
#include "store/version.h"

#include "users.h"

static const struct json_field role_fields[] = {
	JSON_FIELD(TEXT, struct role_input, role, .min = 1, .max = 50,
	    .required = true),
	JSON_FIELD(TEXTS, struct role_input, workspaces, .max = 50,
	    .most = ROLE_GIVEN),
};

#define TEXT(...)	JSON_FIELD(TEXT, struct user_input, __VA_ARGS__)
#define BOOL(...)	JSON_FIELD(BOOL, struct user_input, __VA_ARGS__)
#define SAID(member)	JSON_SEEN(struct user_input, says_##member)

/* Of a new user and of a change alike. */
#define DETAILS								\
	TEXT(address, SAID(address), .max = 200, .nullable = true),	\
	TEXT(company, SAID(company), .max = 200, .nullable = true),	\
	TEXT(handle, SAID(handle), .max = 50, .nullable = true),	\
	BOOL(verified, SAID(verified)),					\
	METERING_FIELD(struct user_input, rates, says_rates),		\
	JSON_FIELD(OBJECTS, struct user_input, roles, SAID(roles),	\
	    .fields = role_fields, .nfields = NITEMS(role_fields),	\
	    .size = sizeof(struct role_input), .most = ROLE_GIVEN)

static const struct json_field new_fields[] = {
	TEXT(name, .min = 1, .max = 200, .required = true),
	TEXT(email, .min = 3, .max = 254, .required = true),
	TEXT(username, .min = 1, .max = 254),
	TEXT(password, .max = 1024),
	TEXT(type, .max = 20),
	DETAILS,
};

static const struct json_field change_fields[] = {
	TEXT(name, .min = 1, .max = 200),
	TEXT(email, .min = 3, .max = 254),
	TEXT(username, .min = 1, .max = 254),
	TEXT(password, .max = 1024),
	TEXT(current_password, .max = 1024),
	BOOL(blocked, SAID(blocked)),
	DETAILS,
};

static enum problem
check_text(struct call *c, const char *pointer, const char *text,
    const char *(*fault)(const char *))
{
	const char *wrong = text == NULL ? NULL : fault(text);

	return wrong == NULL ? PROBLEM_NONE : call_fault(c, pointer, wrong);
}

static enum problem
check_names(struct call *c, const struct user_input *in)
{
	check_text(c, "/name", in->name, name_text_fault);
	check_text(c, "/email", in->email, name_email_fault);
	check_text(c, "/username", in->username, name_username_fault);
	check_text(c, "/handle", in->handle, name_handle_fault);
	check_text(c, "/address", in->address, name_text_fault);
	check_text(c, "/company", in->company, name_text_fault);
	return c->detail.nfaults == 0 ? PROBLEM_NONE : PROBLEM_INVALID_FIELD;
}

static enum problem
read_rates(struct call *c, struct user_input *in)
{
	struct rates rates = { .n = 0 };
	enum problem problem = metering_read(c, &in->rates, &rates);

	in->rates_row = rates_row(&rates, c->arena);
	return problem;
}

struct version_search {
	struct call	*call;
	uint8_t		 version;
};

static enum db_result
find_version(void *context)
{
	struct version_search *s = context;

	return version_active(s->call->db, s->call->arena,
	    s->call->site->keyring, &s->version);
}

/* What the password will be stored as; waits for no slot: PROBLEM_BUSY. */
static enum problem
hash_password(struct call *c, struct user_input *in)
{
	const char *wrong = password_fault(in->password,
	    c->site->config.password_min);
	struct version_search search = { c, 0 };
	enum db_result result;
	bool made;
	int slot;

	if (wrong != NULL)
		return call_fault(c, "/password", wrong);
	result = db_run(c->db, DB_READ, find_version, &search);
	if (result != DB_OK)
		return call_store(c, result);
	slot = password_slot(c->site->config.state, true);
	if (slot == -1)
		return PROBLEM_BUSY;
	made = password_set(&in->hash, c->arena, c->site->keyring,
	    search.version, &in->id, in->password);
	password_slot_release(slot);
	return made ? PROBLEM_NONE : call_store(c, DB_UNAVAILABLE);
}

static enum problem
read_type(struct call *c, struct user_input *in)
{
	in->type_value = USER_INTERACTIVE;
	if (in->type != NULL) {
		in->type_value = USER_NONE;
		for (int i = USER_INTERACTIVE; i < USER_COMPANY; i++)
			if (strcmp(in->type, user_types[i]) == 0)
				in->type_value = (uint8_t)i;
	}
	if (in->type_value == USER_NONE)
		return call_fault(c, "/type", "must be interactive, service"
		    " or non_interactive");
	if (in->type_value == USER_NON_INTERACTIVE && in->password != NULL)
		return call_fault(c, "/password", "cannot be given: a"
		    " non-interactive user never logs in");
	return PROBLEM_NONE;
}

enum problem
users_read_new(struct call *c)
{
	struct user_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem;

	c->input = in;
	in->id = uuid_new();
	in->verified = true;
	problem = call_read(c, new_fields, NITEMS(new_fields), in);
	if (problem == PROBLEM_NONE)
		problem = check_names(c, in);
	if (problem == PROBLEM_NONE)
		problem = read_rates(c, in);
	if (problem == PROBLEM_NONE)
		problem = read_type(c, in);
	if (problem == PROBLEM_NONE && in->password != NULL)
		problem = hash_password(c, in);
	return problem;
}

/* Whoever sets his own password proves that he knows the one before. */
static enum problem
prove_current(struct call *c, struct user_input *in)
{
	struct login *login = arena_alloc(c->arena, sizeof(*login));

	if (in->current_password == NULL)
		return call_fault(c, "/current_password", "is required");
	login->account_id = c->who.account_id;
	login->username = c->who.username;
	login->password = in->current_password;
	login->client = c->address;
	login->state = c->site->config.state;
	in->proof = login;
	switch (login_prove(login, c->db, c->arena, c->site->keyring)) {
	case LOGIN_OK:
		return PROBLEM_NONE;
	case LOGIN_FAILED:
		call_refused(c, REASON_SECRET);
		return call_fault(c, "/current_password", "does not match");
	case LOGIN_SPENT:
		c->retry_after = login->wait / 1000 + 1;
		return PROBLEM_RATE;
	case LOGIN_BUSY:
		return PROBLEM_BUSY;
	case LOGIN_DB:
		break;
	}
	return call_store(c, login->db);
}

enum problem
users_read_change(struct call *c)
{
	struct user_input *in = arena_alloc(c->arena, sizeof(*in));
	enum problem problem;

	c->input = in;
	in->id = c->id[0];
	problem = call_read(c, change_fields, NITEMS(change_fields), in);
	if (problem == PROBLEM_NONE)
		problem = check_names(c, in);
	if (problem == PROBLEM_NONE)
		problem = read_rates(c, in);
	if (problem != PROBLEM_NONE || in->password == NULL)
		return problem;
	if (uuid_equal(&c->id[0], &c->who.user_id))
		problem = prove_current(c, in);
	return problem == PROBLEM_NONE ? hash_password(c, in) : problem;
}
