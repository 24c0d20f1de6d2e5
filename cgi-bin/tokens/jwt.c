/* SPDX-License-Identifier: ISC */
/* Making a JSON web token for a key. */

#include "base/log.h"
#include "store/version.h"

#include "tokens.h"

#define SECOND	((int64_t)1000)

/* Verifiers have asked for our keys again before any is used. */
_Static_assert(TOKENS_JWKS_AGE * SECOND < VERSION_SETTLES, "kept too long");

static int64_t
whole_second(int64_t at)
{
	return at - at % SECOND;
}

/* What the settings say, but never longer than key and secret. */
static int64_t
choose_end(const struct call *c, const struct facts *f)
{
	int64_t end = f->now + c->site->config.jwt_lifetime * SECOND;

	if (f->expires_at != 0 && f->expires_at < end)
		end = f->expires_at;
	return whole_second(end);
}

static enum problem
sign(struct call *c, const struct jwt *jwt, int64_t now, const char **text)
{
	enum crypto_algorithm algorithm = c->site->config.jwt_algorithm;
	enum db_result result;
	uint8_t version;

	result = version_settled(c->db, c->arena, c->site->keyring, now,
	    &version);
	if (result != DB_OK)
		return call_store(c, DB_UNAVAILABLE);
	*text = jwt_make(c->arena, c->site->keyring, version, algorithm, jwt);
	if (*text != NULL)
		return PROBLEM_NONE;
	log_line(LOG_ERROR, "version %u of the keyring signs no %s: run"
	    " latchkey keyring add, copy the file to every host, and activate"
	    " the version", version, crypto_algorithms[algorithm]);
	return call_refuse(c, PROBLEM_UNAVAILABLE, "misconfigured",
	    "No token can be signed now; the log says what to mend");
}

enum problem
tokens_jwt(struct call *c, const struct facts *f, const char *scope,
    struct jwt *jwt, const char **text)
{
	*jwt = (struct jwt){
		.issuer = call_issuer(c),
		.id = uuid_new(),
		.key_id = f->id,
		.secret = f->secret,
		.user_id = f->user_id,
		.account_id = f->account_id,
		.issued_at = whole_second(f->now),
		.expires_at = choose_end(c, f),
		.scope = scope,
	};
	if (*jwt->issuer == '\0')
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "The request names no host");
	/* a key in its last second is over */
	if (jwt->expires_at <= f->now)
		return PROBLEM_UNAUTHENTICATED;
	return sign(c, jwt, f->now, text);
}
