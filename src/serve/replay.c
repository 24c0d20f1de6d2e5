/* SPDX-License-Identifier: ISC */
/* Keeping and repeating answers. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "store/replay.h"
#include "store/version.h"
#include "serve/reply.h"

#include "serve/replay.h"

#define TOKEN_CHARACTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
    "abcdefghijklmnopqrstuvwxyz0123456789-_"

/* A UUID, or 22 random characters and more: it guards a secret. */
static bool
is_strong(const char *value)
{
	size_t n = strlen(value);

	return n >= 22 && n <= 128 && value[strspn(value,
	    TOKEN_CHARACTERS)] == '\0';
}

static void
compute(uint8_t out[static CRYPTO_DIGEST], struct call *c, uint8_t version,
    const char *purpose, const char *value)
{
	/* a session counts as its user: he may have logged in anew since */
	const struct uuid *caller = c->who.kind == KIND_NONE ?
	    &c->who.user_id : &c->who.id;
	/* a token that may less than its key is not told what that was told */
	const struct crypto_part parts[] = {
		{ purpose, strlen(purpose) },
		{ caller, sizeof(*caller) },
		{ value, strlen(value) },
		{ &c->who.scopes, c->who.limited ? sizeof(c->who.scopes) : 0 },
	};

	crypto_hmac(out, keyring_key(c->site->keyring, version,
	    KEYRING_REPLAY), parts, NITEMS(parts));
}

static void
digest_request(uint8_t out[static CRYPTO_DIGEST], const struct call *c)
{
	const char *uri = gateway_param(c->gateway, "REQUEST_URI");
	const char *type = gateway_param(c->gateway, "CONTENT_TYPE");
	const struct crypto_part parts[] = {
		{ c->method, strlen(c->method) + 1 },
		{ uri, uri == NULL ? 0 : strlen(uri) + 1 },
		{ type, type == NULL ? 0 : strlen(type) + 1 },
		{ c->body, c->body_size },
	};

	crypto_sha256(out, parts, 4);
}

struct search {
	struct call	*call;
	const char	*value;
	struct replay	 found;
};

/* Under each live version: one may have been activated since. */
static enum db_result
find(void *context)
{
	struct search *s = context;
	uint8_t versions[KEYRING_LIVE], digest[CRYPTO_DIGEST];
	size_t n = keyring_live(s->call->site->keyring, versions);
	enum db_result result = DB_NONE;

	for (size_t i = 0; i < n && result == DB_NONE; i++) {
		compute(digest, s->call, versions[i], "digest", s->value);
		result = replay_get(s->call->db, s->call->arena, digest,
		    clock_now(), &s->found);
	}
	return result;
}

/* The kept text is the status, a line with the location, and the body. */
static bool
repeat(struct call *c, const struct search *s)
{
	const struct db_blob *sealed = &s->found.answer;
	uint8_t key[CRYPTO_KEY];
	char *text, *location, *body;
	size_t n;
	bool opened;

	if (sealed->n < CRYPTO_SEALED)
		return false;
	n = sealed->n - CRYPTO_SEALED;
	text = arena_alloc(c->arena, n + 1);
	compute(key, c, s->found.version, "seal", s->value);
	opened = crypto_open((uint8_t *)text, key, s->found.digest,
	    CRYPTO_DIGEST, sealed->data, sealed->n);
	crypto_wipe(key, sizeof(key));
	if (!opened)
		return false;
	location = strchr(text, ' ');
	body = location == NULL ? NULL : strchr(location, '\n');
	if (body == NULL)
		return false;
	*location++ = '\0';
	*body++ = '\0';
	reply_replayed(c, (int)strtol(text, NULL, 10),
	    *location == '\0' ? NULL : location, body,
	    n - (size_t)(body - text));
	return true;
}

static enum replay_state
judge(struct call *c, const struct search *s, enum problem *problem)
{
	uint8_t request[CRYPTO_DIGEST];
	enum db_result result;

	digest_request(request, c);
	if (memcmp(request, s->found.request, sizeof(request)) != 0) {
		*problem = call_refuse(c, PROBLEM_REPLAY, NULL,
		    "This Idempotency-Key was used for another request");
		return REPLAY_PROBLEM;
	}
	result = mutation_repeat(&c->mutation);
	if (result != DB_OK) {
		*problem = call_store(c, result);
		return REPLAY_PROBLEM;
	}
	if (s->found.key_ended) {
		*problem = call_refuse(c, PROBLEM_STATE, "revoked",
		    "The key that this request made has been revoked since");
		return REPLAY_PROBLEM;
	}
	if (repeat(c, s))
		return REPLAY_ANSWERED;
	*problem = call_refuse(c, PROBLEM_UNAVAILABLE, "keyring",
	    "The kept answer cannot be opened");
	return REPLAY_PROBLEM;
}

enum replay_state
replay_begin(struct call *c, enum problem *problem)
{
	struct search s = { .call = c };
	enum db_result result;

	s.value = gateway_param(c->gateway, "HTTP_IDEMPOTENCY_KEY");
	if (!c->route->creates || s.value == NULL)
		return REPLAY_NONE;
	if (!is_strong(s.value)) {
		*problem = call_refuse(c, PROBLEM_MALFORMED, "idempotency-key",
		    "Idempotency-Key must be a UUID, or 22 to 128 random"
		    " letters, digits, hyphens or underscores");
		return REPLAY_PROBLEM;
	}
	result = db_run(c->db, DB_READ, find, &s);
	if (result == DB_NONE)
		return REPLAY_NEW;
	if (result == DB_OK)
		return judge(c, &s, problem);
	*problem = call_store(c, result);
	return REPLAY_PROBLEM;
}

enum db_result
replay_keep(struct call *c)
{
	const char *value = gateway_param(c->gateway, "HTTP_IDEMPOTENCY_KEY");
	struct replay replay = { .key_id = c->made_key };
	uint8_t key[CRYPTO_KEY], *sealed;
	enum db_result result;
	const char *body, *text;
	size_t n;

	/* not the file's newest: hosts differ in that while one is added */
	result = version_active(c->db, c->arena, c->site->keyring,
	    &replay.version);
	if (result != DB_OK)
		return result;
	replay.created_at = clock_now();
	compute(replay.digest, c, replay.version, "digest", value);
	digest_request(replay.request, c);
	body = json_done(c->json, &n);
	text = arena_printf(c->arena, "%d %s\n%.*s", c->status,
	    c->location == NULL ? "" : c->location, (int)n, body);
	n = strlen(text);
	sealed = arena_alloc(c->arena, n + CRYPTO_SEALED);
	compute(key, c, replay.version, "seal", value);
	crypto_seal(sealed, key, replay.digest, CRYPTO_DIGEST, text, n);
	crypto_wipe(key, sizeof(key));
	replay.answer = (struct db_blob){ sealed, n + CRYPTO_SEALED };
	return replay_add(c->db, &replay);
}
