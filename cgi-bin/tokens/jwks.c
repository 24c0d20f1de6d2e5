/* SPDX-License-Identifier: ISC */
/* The public keys of our JSON web tokens, for whoever verifies them. */

#include "base/nitems.h"

#include "tokens.h"

static void
put_key(struct json *json, const struct jwt_key *key)
{
	const struct {
		const char *name, *value;
	} members[] = {
		{ "kid", key->kid }, { "kty", key->kty }, { "alg", key->alg },
		{ "crv", key->crv }, { "x", key->x }, { "y", key->y },
		{ "n", key->n }, { "e", key->e },
	};

	json_object(json, NULL);
	json_text(json, "use", "sig");
	for (size_t i = 0; i < NITEMS(members); i++)
		if (members[i].value != NULL)
			json_text(json, members[i].name, members[i].value);
	json_end(json);
}

enum problem
jwks_show(struct call *c)
{
	struct jwt_key *keys = arena_alloc(c->arena, JWT_KEYS * sizeof(*keys));
	size_t n = jwt_keys(c->arena, c->site->keyring, keys);

	json_object(c->json, NULL);
	json_array(c->json, "keys");
	for (size_t i = 0; i < n; i++)
		put_key(c->json, &keys[i]);
	json_end(c->json);
	json_end(c->json);
	c->cache = arena_printf(c->arena, "public, max-age=%d",
	    TOKENS_JWKS_AGE);
	return PROBLEM_NONE;
}
