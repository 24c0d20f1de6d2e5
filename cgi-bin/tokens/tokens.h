/* SPDX-License-Identifier: ISC */
#ifndef TOKENS_TOKENS_H
#define TOKENS_TOKENS_H

/* What the products' manners of getting short-lived tokens share. */

#include "auth/jwt.h"
#include "auth/login.h"
#include "auth/token.h"
#include "serve/serve.h"
#include "store/session.h"

/*
 * Prove name and password, which login has already.  The account is the
 * place's; else the one that the body names; else the only one.
 */
enum problem	 tokens_prove(struct call *, struct login *,
		    const char *account);

/* In the transaction: a session for whom login proved; its token is told. */
enum problem	 tokens_session(struct call *, struct login *,
		    struct session *, char token[static TOKEN_TEXT]);

/* End the session that asks; a key that asks finds nothing to end. */
enum problem	 tokens_end_session(struct call *);

/* Seconds for which verifiers may keep our public keys. */
#define TOKENS_JWKS_AGE	300

/*
 * A JSON web token for the key that the facts are about, already judged; it
 * lives as long as the settings say, and no longer than key and secret.  scope
 * may be NULL.
 */
enum problem	 tokens_jwt(struct call *, const struct facts *,
		    const char *scope, struct jwt *, const char **text);

/*
 * Outside the transaction: find out who asks as an OAuth client, and judge
 * him: a pair by Basic or, without Authorization, by client_id and
 * client_secret in the form; with sessions, also a session as Bearer.
 */
enum problem	 tokens_client(struct call *, const struct query *form,
		    bool sessions);

/* A parameter of the form; NULL for one without a value: RFC 6749, 3.1. */
const char	*tokens_parameter(const struct query *form, const char *name);

/* Handlers, a file each. */
enum problem	 session_prove(struct call *);		/* authentise.c */
enum problem	 session_create(struct call *);
enum problem	 session_show(struct call *);
enum problem	 session_end_own(struct call *);
enum problem	 credentials_prove(struct call *);	/* loccus.c */
enum problem	 credentials_create(struct call *);
enum problem	 exchange_read(struct call *);		/* tillhub.c */
enum problem	 exchange_create(struct call *);
enum problem	 exchange_logout(struct call *);
enum problem	 oauth_read(struct call *);		/* oauth.c */
enum problem	 oauth_token(struct call *);
enum problem	 oauth_metadata(struct call *);
enum problem	 oauth_read_revocation(struct call *);	/* revoke.c */
enum problem	 oauth_revoke(struct call *);
enum problem	 jwks_show(struct call *);		/* jwks.c */

#endif
