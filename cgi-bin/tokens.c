/* SPDX-License-Identifier: ISC */
/* Short-lived tokens: sessions, JSON web tokens, and what verifies those. */

#include "base/nitems.h"

#include "tokens/tokens.h"

#define AUTHENTISE(path)						\
	.manner = MANNER_AUTHENTISE, .alias = { { path, MANNER_AUTHENTISE } }

static const struct route routes[] = {
	{ "POST", "/sessions", PERMISSION_PUBLIC, .forms = true,
	  .prepare = session_prove, .handle = session_create,
	  AUTHENTISE("/sessions") },
	{ "GET", "/sessions", PERMISSION_ANY, .handle = session_show,
	  AUTHENTISE("/sessions") },
	{ "DELETE", "/sessions", PERMISSION_ANY, .handle = session_end_own,
	  AUTHENTISE("/sessions") },

	{ "POST", "/auth/credentials", PERMISSION_PUBLIC,
	  .manner = MANNER_LOCCUS, .prepare = credentials_prove,
	  .handle = credentials_create },

	{ "POST", "/users/auth/key", PERMISSION_PUBLIC, .reads = true,
	  .manner = MANNER_TILLHUB, .prepare = exchange_read,
	  .handle = exchange_create,
	  .alias = { { "/api/v1/users/auth/key", MANNER_TILLHUB } } },
	{ "GET", "/users/logout", PERMISSION_ANY, .manner = MANNER_TILLHUB,
	  .changes = true, .handle = exchange_logout,
	  .alias = { { "/api/v0/users/logout", MANNER_TILLHUB } } },

	{ "POST", "/oauth/token", PERMISSION_PUBLIC, .reads = true,
	  .forms = true, .manner = MANNER_OAUTH, .prepare = oauth_read,
	  .handle = oauth_token },
	{ "POST", "/oauth/revoke", PERMISSION_PUBLIC, .forms = true,
	  .manner = MANNER_OAUTH, .prepare = oauth_read_revocation,
	  .handle = oauth_revoke },
	{ "GET", "/oauth/jwks", PERMISSION_PUBLIC, .handle = jwks_show,
	  .alias = { { "/.well-known/jwks.json", MANNER_OAUTH } } },
	{ "GET", "/oauth/metadata", PERMISSION_PUBLIC,
	  .handle = oauth_metadata,
	  .alias = { { "/.well-known/oauth-authorization-server",
	    MANNER_OAUTH } } },
};

int
main(void)
{
	return serve(&(struct resource){ "tokens", routes, NITEMS(routes),
	    .gate = NULL });
}
