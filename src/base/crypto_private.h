/* SPDX-License-Identifier: ISC */
#ifndef BASE_CRYPTO_PRIVATE_H
#define BASE_CRYPTO_PRIVATE_H

/* What the files behind base/crypto.h share. */

#include "base/crypto.h"

/* Abort, with a line that names what failed, unless good. */
void	 crypto_require(bool good, const char *what);

#define CRYPTO_SCALAR	32	/* bytes of P-256's r, s, x, y */

struct crypto_signer {
	enum crypto_algorithm algorithm;
	struct evp_pkey_st *key;
};

#endif
