/* SPDX-License-Identifier: ISC */
#ifndef BASE_KEYRING_FILE_H
#define BASE_KEYRING_FILE_H

/* The keyring's file as it stands, for keyring.c and keyring_change.c. */

#include "base/keyring.h"

/* A live version's private key for RSA; version 0: none. */
struct keyring_rsa {
	uint8_t		 version;
	uint8_t		 der[CRYPTO_RSA];
	size_t		 n;
};

/* Index 0 is never used; whoever holds one wipes it. */
struct keyring_file {
	enum keyring_state state[KEYRING_VERSIONS];
	uint8_t		 key[KEYRING_VERSIONS][CRYPTO_KEY];
	struct keyring_rsa rsa[KEYRING_LIVE];	/* in any order */
};

/* NULL, or a sentence in static storage. */
const char	*keyring_file_read(const char *path, struct keyring_file *);

/* Under keyring_file_lock only. */
const char	*keyring_file_write(const char *path,
		    const struct keyring_file *);

/*
 * Hold the file's folder so that writers take turns: NULL with *fd, which the
 * caller closes, or a sentence.
 */
const char	*keyring_file_lock(const char *path, int *fd);

/* A sentence about this file, in static storage. */
const char	*keyring_file_fault(const char *path, const char *format, ...)
		    __attribute__((format(printf, 2, 3)));

size_t		 keyring_file_live(const struct keyring_file *);

/* A live version's key for a purpose, from its line's. */
void		 keyring_derive(uint8_t out[static CRYPTO_KEY],
		    const uint8_t master[static CRYPTO_KEY],
		    enum keyring_purpose);

#endif
