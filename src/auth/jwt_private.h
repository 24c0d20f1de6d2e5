/* SPDX-License-Identifier: ISC */
#ifndef AUTH_JWT_PRIVATE_H
#define AUTH_JWT_PRIVATE_H

/* What the files behind auth/jwt.h share. */

#include "auth/jwt.h"

/* Base64url, in the arena. */
const char	*jwt_encode(struct arena *, const void *data, size_t n);

/* The name of a live version's key. */
const char	*jwt_kid(struct arena *, const struct keyring *,
		    uint8_t version, enum crypto_algorithm);

#endif
