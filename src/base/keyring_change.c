/* SPDX-License-Identifier: ISC */
/* The life of a version: made, and retired. */

#include <sys/stat.h>

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/keyring_file.h"
#include "base/keyring_text.h"

#include "base/keyring.h"

/* A file that its next writer would take from its owner is left alone. */
static const char *
check_owner(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && st.st_uid != geteuid())
		return keyring_file_fault(path, "the keyring belongs to "
		    "another user; run this as its owner");
	return NULL;
}

/* Change the file as a whole while other writers wait. */
static const char *
change_file(const char *path, const char *(*change)(const char *,
    struct keyring_file *, uint8_t *version), uint8_t *version)
{
	struct keyring_file file = { 0 };
	const char *fault;
	int lock;

	fault = keyring_file_lock(path, &lock);
	if (fault != NULL)
		return fault;
	fault = check_owner(path);
	if (fault == NULL)
		fault = change(path, &file, version);
	if (fault == NULL)
		fault = keyring_file_write(path, &file);
	crypto_wipe(&file, sizeof(file));
	close(lock);
	return fault;
}

static const char *
add_version(const char *path, struct keyring_file *file, uint8_t *version)
{
	const char *fault = NULL;
	uint8_t next = KEYRING_VERSIONS;
	struct keyring_rsa *rsa;

	if (access(path, F_OK) == 0 || errno != ENOENT)
		fault = keyring_file_read(path, file);
	if (fault != NULL)
		return fault;
	if (keyring_file_live(file) >= KEYRING_LIVE)
		return keyring_file_fault(path, "%d versions are live "
		    "already; retire one first", KEYRING_LIVE);
	while (next > 1 && file->state[next - 1] == KEYRING_UNKNOWN)
		next--;
	if (next == KEYRING_VERSIONS)
		return keyring_file_fault(path, "all versions are used up");
	file->state[next] = KEYRING_IS_LIVE;
	crypto_random(file->key[next], CRYPTO_KEY);
	rsa = keyring_text_rsa(file, 0);
	assert(rsa != NULL);
	rsa->version = next;
	rsa->n = crypto_rsa_make(rsa->der);
	*version = next;
	return NULL;
}

const char *
keyring_add(const char *path, uint8_t *version)
{
	return change_file(path, add_version, version);
}

static const char *
retire_version(const char *path, struct keyring_file *file, uint8_t *version)
{
	const char *fault = keyring_file_read(path, file);
	uint8_t v = *version, audit[CRYPTO_KEY];
	struct keyring_rsa *rsa;

	if (fault != NULL)
		return fault;
	if (v >= KEYRING_VERSIONS || file->state[v] != KEYRING_IS_LIVE)
		return keyring_file_fault(path, "version %u is not live", v);
	keyring_derive(audit, file->key[v], KEYRING_AUDIT);
	memcpy(file->key[v], audit, sizeof(audit));
	crypto_wipe(audit, sizeof(audit));
	rsa = keyring_text_rsa(file, v);
	if (rsa != NULL)
		crypto_wipe(rsa, sizeof(*rsa));
	file->state[v] = KEYRING_IS_RETIRED;
	return NULL;
}

const char *
keyring_retire(const char *path, uint8_t version)
{
	return change_file(path, retire_version, &version);
}
