/* SPDX-License-Identifier: ISC */
/* What the trail records and the owner is told of a change to a key. */

#include <stdio.h>

#include "check/kind.h"

#include "cli/key.h"

const char *
key_detail(struct arena *arena, const struct key *key, const char *reason)
{
	struct json *json = json_new(arena);
	size_t n;

	json_object(json, NULL);
	json_text(json, "kind", kind_types[key->kind].word);
	json_text(json, "label", key->label);
	json_uuid(json, "user", &key->user_id);
	json_time_or_null(json, "expires_at", key->expires_at);
	if (reason != NULL)
		json_text(json, "reason", reason);
	json_end(json);
	return json_done(json, &n);
}

void
key_tell(struct cli *c, enum notice_event event,
    const struct user *keeper, const struct key *key)
{
	struct notice notice;

	(void)fflush(stdout);
	notice = notice_of_key(c->arena, event, keeper, key, "the operator",
	    NULL);
	notice_send(&c->config, &notice);
}
