/* SPDX-License-Identifier: ISC */
/* OAuth 2.0: client credentials (RFC 6749), metadata (RFC 8414). */

#include <string.h>

#include "tokens.h"

/* -- POST /oauth/token ----------------------------------------------------- */

enum problem
oauth_read(struct call *c)
{
	struct query *form = arena_alloc(c->arena, sizeof(*form));
	enum problem problem = call_form(c, form);
	const char *grant;

	if (problem != PROBLEM_NONE)
		return problem;
	grant = tokens_parameter(form, "grant_type");
	if (grant == NULL)
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "grant_type is required");
	if (strcmp(grant, "client_credentials") != 0)
		return PROBLEM_GRANT;
	c->input = form;
	return tokens_client(c, form, false);
}

/* Every name must be held, somewhere at least. */
static enum problem
read_scope(struct call *c, const char *scope, struct bits *bits)
{
	const char *names[BITS];
	size_t n = facts_split(c->arena, scope, names, BITS);

	if (n == 0 || n > BITS)
		return PROBLEM_SCOPE;
	for (size_t i = 0; i < n; i++) {
		enum db_result result;
		unsigned bit;

		result = permission_bit(c->db, c->arena, names[i], &bit);
		if (result != DB_OK && result != DB_NONE)
			return call_store(c, result);
		if (result == DB_NONE ||
		    !rights_hold_somewhere(&c->who.rights, bit)) {
			call_refused(c, REASON_COVER);
			return PROBLEM_SCOPE;
		}
		bits_add(bits, bit);
	}
	return PROBLEM_NONE;
}

static void
put_token(struct call *c, const struct jwt *jwt, const char *text,
    const char *scope)
{
	json_object(c->json, NULL);
	json_text(c->json, "access_token", text);
	json_text(c->json, "token_type", "Bearer");
	json_integer(c->json, "expires_in",
	    (jwt->expires_at - c->who.now) / 1000);
	json_text(c->json, "scope", scope);
	json_end(c->json);
	call_header(c, "Pragma", "no-cache");
}

enum problem
oauth_token(struct call *c)
{
	const char *asked = tokens_parameter(c->input, "scope");
	struct bits bits = rights_all(&c->who.rights);
	enum problem problem = PROBLEM_NONE;
	const char *scope, *text;
	struct jwt jwt;

	if (asked != NULL) {
		bits = (struct bits){ { 0 } };
		problem = read_scope(c, asked, &bits);
	}
	if (problem == PROBLEM_NONE)
		problem = call_store(c, permission_names(c->db, c->arena,
		    &bits, &scope));
	if (problem == PROBLEM_NONE)
		problem = tokens_jwt(c, &c->who, asked == NULL ? NULL : scope,
		    &jwt, &text);
	if (problem == PROBLEM_NONE)
		put_token(c, &jwt, text, scope);
	return problem;
}

/* -- GET /.well-known/oauth-authorization-server --------------------------- */

static void
put_texts(struct json *json, const char *key, const char *const *texts)
{
	json_array(json, key);
	for (; *texts != NULL; texts++)
		json_text(json, NULL, *texts);
	json_end(json);
}

enum problem
oauth_metadata(struct call *c)
{
	static const char *const grants[] = { "client_credentials", NULL };
	static const char *const none[] = { NULL };
	static const char *const basic[] = { "client_secret_basic", NULL };
	static const char *const methods[] = { "client_secret_basic",
	    "client_secret_post", NULL };
	struct json *json = c->json;

	if (*call_issuer(c) == '\0')
		return call_refuse(c, PROBLEM_MALFORMED, NULL,
		    "The request names no host");
	/* asked at the root, what it names is below the base all the same */
	c->prefix = c->site->config.base;
	json_object(json, NULL);
	json_text(json, "issuer", call_issuer(c));
	json_text(json, "token_endpoint", call_uri(c, "/oauth/token"));
	json_text(json, "jwks_uri", call_uri(c, "/oauth/jwks"));
	json_text(json, "revocation_endpoint", call_uri(c, "/oauth/revoke"));
	json_text(json, "introspection_endpoint",
	    call_uri(c, "/oauth/introspect"));
	put_texts(json, "grant_types_supported", grants);
	put_texts(json, "response_types_supported", none);
	put_texts(json, "token_endpoint_auth_methods_supported", methods);
	put_texts(json, "revocation_endpoint_auth_methods_supported", methods);
	put_texts(json, "introspection_endpoint_auth_methods_supported",
	    basic);
	json_end(json);
	return PROBLEM_NONE;
}
