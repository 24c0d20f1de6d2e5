/* SPDX-License-Identifier: ISC */
#ifndef BASE_KEYRING_TEXT_H
#define BASE_KEYRING_TEXT_H

/* The lines of the keyring's file, for keyring_change.c and keyring_file.c. */

#include "base/keyring_file.h"

/* More than any file; its holder wipes it. */
#define KEYRING_TEXT	(KEYRING_VERSIONS * 80 + \
			    KEYRING_LIVE * (2 * CRYPTO_RSA + 16))

/*
 * Into an empty file; the text is cut at its line ends.  The number of the
 * first bad line, or 0.
 */
size_t		 keyring_text_parse(struct keyring_file *, char *text);

/* Returns the length; there is a NUL behind it. */
size_t		 keyring_text_write(char out[static KEYRING_TEXT],
		    const struct keyring_file *);

/* The place of a version, or with 0 one that is free; NULL: there is none. */
struct keyring_rsa *keyring_text_rsa(struct keyring_file *, uint8_t version);

#endif
