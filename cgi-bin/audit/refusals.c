/* SPDX-License-Identifier: ISC */
/* What was refused: counts by minute, reason and subject. */

#include <string.h>

#include "store/audit_page.h"

#include "audit.h"

static void
put_refusal(struct call *c, const struct audit_refusal *refusal)
{
	struct address address;
	struct uuid id;
	char text[ADDRESS_TEXT];

	memcpy(id.b, refusal->subject, sizeof(id.b));
	memcpy(address.b, refusal->subject, sizeof(address.b));
	json_object(c->json, NULL);
	json_time(c->json, "at", refusal->window_at);
	json_text(c->json, "reason", refusal->reason);
	json_object(c->json, "subject");
	json_text(c->json, "type", refusal->subject_type);
	if (strcmp(refusal->subject_type, "address") == 0) {
		address_format(text, &address);
		json_text(c->json, "id", text);
	} else
		json_uuid(c->json, "id", &id);
	json_end(c->json);
	json_integer(c->json, "times", refusal->times);
	json_end(c->json);
}

static enum problem
read_filter(struct call *c, struct audit_refusal_filter *filter)
{
	filter->reason = query_get(&c->query, "reason");
	audit_read_uuid(c, "subject", &filter->subject);
	audit_read_time(c, "from", &filter->from);
	audit_read_time(c, "to", &filter->to);
	return c->detail.nfaults == 0 ? PROBLEM_NONE : PROBLEM_INVALID_FIELD;
}

enum problem
refusals_list(struct call *c)
{
	struct audit_refusal *rows = arena_alloc(c->arena,
	    CALL_ROWS * sizeof(*rows));
	struct audit_refusal_filter filter = { .reason = NULL };
	struct uuid after, next = uuid_zero;
	size_t limit, n;
	enum problem problem = call_query(c, "reason subject from to limit"
	    " cursor");

	if (problem == PROBLEM_NONE)
		problem = call_page(c, &limit, &after);
	if (problem == PROBLEM_NONE)
		problem = read_filter(c, &filter);
	if (problem == PROBLEM_NONE)
		problem = call_store(c, audit_refusal_page(c->db, c->arena,
		    &c->who.account_id, &filter, &after, rows, limit + 1, &n));
	if (problem != PROBLEM_NONE)
		return problem;
	json_object(c->json, NULL);
	json_array(c->json, "items");
	for (size_t i = 0; i < n && i < limit; i++)
		put_refusal(c, &rows[i]);
	json_end(c->json);
	if (n > limit)
		next = audit_refusal_cursor(&after, rows, limit);
	call_next(c, "next", n > limit ? &next : NULL, limit);
	json_end(c->json);
	return PROBLEM_NONE;
}
