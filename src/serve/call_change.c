/* SPDX-License-Identifier: ISC */
/* What a request changes: on which condition, and as the trail names it. */

#include <string.h>

#include "http/tag.h"

#include "serve/serve.h"

void
call_begin_mutation(struct call *c)
{
	c->mutation = (struct mutation){
		.db = c->db,
		.keyring = c->site->keyring,
		.state = c->site->config.state,
		.hold_back = config_hold_back(&c->site->config),
		.event = {
			.account_id = c->who.account_id,
			.door = "http",
			.actor_user = c->who.user_id,
			.request_id = c->request_id,
			.address = call_client(c),
			.at = c->who.now,
		},
	};
	if (c->who.kind != KIND_NONE)
		c->mutation.event.actor_key = c->who.id;
}

/* What is asked about is named last: /users/{id}/…/{id}. */
void
call_asked_by_path(struct call *c)
{
	c->mutation.knows_asked = false;
	for (size_t i = 0; i < PATH_CAPTURES; i++)
		if (!uuid_is_zero(&c->id[i]))
			call_asked(c, &c->id[i]);
}

void
call_asked(struct call *c, const struct uuid *about)
{
	c->mutation.knows_asked = true;
	c->mutation.asked = *about;
}

void
call_changed(struct call *c, const char *action, const char *object_type,
    const struct uuid *object, const char *detail, bool takes_away)
{
	struct audit_event *event = &c->mutation.event;

	event->action = action;
	event->object_type = object_type;
	event->object_id = *object;
	event->detail = detail == NULL ? "{}" : detail;
	c->mutation.takes_away = takes_away;
}

enum problem
call_match(struct call *c,
    void (*put)(struct call *, struct json *, const void *),
    const void *object)
{
	const char *wanted = gateway_param(c->gateway, "HTTP_IF_MATCH");
	struct json *json;
	const char *body;
	size_t n;

	if (wanted == NULL && !gateway_param_empty(c->gateway,
	    "HTTP_IF_MATCH"))
		return PROBLEM_NONE;
	if (wanted == NULL || wanted[strspn(wanted, ", \t")] == '\0')
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "If-Match names no tag: send the ETag of what you read,"
		    " or leave it out");
	json = json_new(c->arena);
	put(c, json, object);
	body = json_done(json, &n);
	if (!tag_listed(wanted, tag_of(c->arena, body, n), false))
		return PROBLEM_PRECONDITION;
	return PROBLEM_NONE;
}
