/* SPDX-License-Identifier: ISC */
/* What needs no library: random bytes, forgetting, names. */

#include <sys/random.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/log.h"

#include "base/crypto_private.h"

const char *const crypto_algorithms[CRYPTO_ALGORITHMS] = {
	[CRYPTO_ES256] = "ES256",
	[CRYPTO_EDDSA] = "EdDSA",
	[CRYPTO_RS256] = "RS256",
};

void
crypto_require(bool good, const char *what)
{
	if (good)
		return;
	log_line(LOG_ERROR, "crypto: %s failed; is OpenSSL installed whole?",
	    what);
	abort();
}

/* The kernel's generator: no provider to start, nothing shared by a fork. */
void
crypto_random(void *out, size_t n)
{
	uint8_t *at = out;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		crypto_require(got > 0, "getrandom");
		at += got;
		n -= (size_t)got;
	}
}

void
crypto_random_base62(char *out, size_t n)
{
	uint8_t bytes[64];
	size_t at = 0;

	while (at < n) {
		crypto_random(bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(bytes) && at < n; i++)
			if (bytes[i] < 4 * 62)
				out[at++] = encode_base62[bytes[i] % 62];
	}
	out[n] = '\0';
	crypto_wipe(bytes, sizeof(bytes));
}

void
crypto_wipe(void *p, size_t n)
{
	explicit_bzero(p, n);
}
