/* SPDX-License-Identifier: ISC */
/* What was done: the rows of the trail. */

#include <string.h>

#include "store/audit_page.h"

#include "audit.h"

#define DETAILS_MOST	(1 << 20)	/* bytes of details in one page */

static void
put_uuid_or_null(struct json *json, const char *member, const struct uuid *id)
{
	if (uuid_is_zero(id))
		json_null(json, member);
	else
		json_uuid(json, member, id);
}

static void
put_entry(struct call *c, const struct audit_entry *entry)
{
	const struct audit_event *event = &entry->event;

	json_object(c->json, NULL);
	json_uuid(c->json, "id", &event->id);
	json_time(c->json, "at", event->at);
	json_text(c->json, "door", event->door);
	json_object(c->json, "actor");
	put_uuid_or_null(c->json, "user", &event->actor_user);
	put_uuid_or_null(c->json, "key", &event->actor_key);
	json_end(c->json);
	json_text(c->json, "action", event->action);
	json_object(c->json, "object");
	json_text(c->json, "type", event->object_type);
	put_uuid_or_null(c->json, "id", &event->object_id);
	json_end(c->json);
	json_document(c->json, "detail", event->detail);
	json_text(c->json, "address", event->address);
	put_uuid_or_null(c->json, "request_id", &event->request_id);
	if (entry->seq == 0)
		json_null(c->json, "seq");
	else
		json_integer(c->json, "seq", entry->seq);
	json_end(c->json);
}

static enum problem
read_filter(struct call *c, struct audit_filter *filter)
{
	filter->action = query_get(&c->query, "action");
	audit_read_uuid(c, "actor", &filter->actor);
	audit_read_uuid(c, "key", &filter->key);
	audit_read_uuid(c, "object", &filter->object);
	audit_read_time(c, "from", &filter->from);
	audit_read_time(c, "to", &filter->to);
	return c->detail.nfaults == 0 ? PROBLEM_NONE : PROBLEM_INVALID_FIELD;
}

/* As many as fit into one answer; returns how many. */
static size_t
put_entries(struct call *c, const struct audit_entry *entries, size_t n)
{
	size_t bytes = 0, i;

	for (i = 0; i < n && bytes < DETAILS_MOST; i++) {
		put_entry(c, &entries[i]);
		bytes += strlen(entries[i].event.detail);
	}
	return i;
}

enum problem
trail_list(struct call *c)
{
	struct audit_entry *entries = arena_alloc(c->arena,
	    CALL_ROWS * sizeof(*entries));
	struct audit_filter filter = { .action = NULL };
	struct uuid before;
	size_t limit, n, shown;
	enum problem problem = call_query(c, "action actor key object from"
	    " to limit cursor");

	if (problem == PROBLEM_NONE)
		problem = call_page(c, &limit, &before);
	if (problem == PROBLEM_NONE)
		problem = read_filter(c, &filter);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, audit_page(c->db, c->arena,
		    &c->who.account_id, &filter, &before, entries, limit + 1,
		    &n));
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_array(c->json, "items");
	shown = put_entries(c, entries, n < limit ? n : limit);
	json_end(c->json);
	call_next(c, "next", n > shown ? &entries[shown - 1].event.id : NULL,
	    limit);
	json_end(c->json);
	return PROBLEM_NONE;
}

enum problem
trail_show(struct call *c)
{
	struct audit_entry entry;
	enum problem problem = call_store(c, audit_get(c->db, c->arena,
	    &c->who.account_id, &c->id[0], &entry));

	if (problem == PROBLEM_NONE)
		put_entry(c, &entry);
	return problem;
}
