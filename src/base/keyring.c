/* SPDX-License-Identifier: ISC */
/* The derived keys in memory. */

#include <sys/mman.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/keyring_file.h"

#include "base/keyring.h"

/* In pages of their own: read only, and in no core. */
struct secrets {
	enum keyring_state state[KEYRING_VERSIONS];
	uint8_t		 key[KEYRING_VERSIONS][KEYRING__MAX][CRYPTO_KEY];
	uint8_t		 fingerprint[KEYRING_VERSIONS][8];
	struct keyring_rsa rsa[KEYRING_LIVE];
};

/* Made when they are first asked for. */
struct signers {
	struct crypto_signer *of[KEYRING_VERSIONS][CRYPTO_ALGORITHMS];
};

struct keyring {
	struct secrets	*secrets;
	struct signers	*signers;
};

static const char *const purposes[KEYRING__MAX] = {
	[KEYRING_TOKEN] = "latchkey:token",
	[KEYRING_CHECKSUM] = "latchkey:checksum",
	[KEYRING_SESSION] = "latchkey:session",
	[KEYRING_PASSWORD] = "latchkey:password",
	[KEYRING_SEAL] = "latchkey:seal",
	[KEYRING_REPLAY] = "latchkey:replay",
	[KEYRING_SUBJECT] = "latchkey:subject",
	[KEYRING_AUDIT] = "latchkey:audit",
	[KEYRING_ES256] = "latchkey:es256",
	[KEYRING_EDDSA] = "latchkey:eddsa",
};

static void
derive_word(uint8_t out[static CRYPTO_KEY],
    const uint8_t master[static CRYPTO_KEY], const char *word)
{
	const struct crypto_part part = { word, strlen(word) };

	crypto_hmac(out, master, &part, 1);
}

void
keyring_derive(uint8_t out[static CRYPTO_KEY],
    const uint8_t master[static CRYPTO_KEY], enum keyring_purpose purpose)
{
	derive_word(out, master, purposes[purpose]);
}

static void
fill_version(struct secrets *s, size_t v, const struct keyring_file *file)
{
	uint8_t digest[CRYPTO_DIGEST];

	s->state[v] = file->state[v];
	if (file->state[v] == KEYRING_IS_RETIRED)
		memcpy(s->key[v][KEYRING_AUDIT], file->key[v], CRYPTO_KEY);
	if (file->state[v] != KEYRING_IS_LIVE)
		return;
	for (enum keyring_purpose p = 0; p < KEYRING__MAX; p++)
		keyring_derive(s->key[v][p], file->key[v], p);
	derive_word(digest, file->key[v], "latchkey:fingerprint");
	memcpy(s->fingerprint[v], digest, sizeof(s->fingerprint[v]));
}

/* NULL without memory. */
static struct keyring *
make_keyring(void)
{
	struct keyring *ring = calloc(1, sizeof(*ring));
	struct signers *signers = calloc(1, sizeof(*signers));
	struct secrets *secrets = mmap(NULL, sizeof(*secrets),
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (ring == NULL || signers == NULL || secrets == MAP_FAILED) {
		free(ring);
		free(signers);
		if (secrets != MAP_FAILED)
			munmap(secrets, sizeof(*secrets));
		return NULL;
	}
	(void)madvise(secrets, sizeof(*secrets), MADV_DONTDUMP);
	ring->secrets = secrets;
	ring->signers = signers;
	return ring;
}

static void
fill_keyring(struct keyring *ring, const struct keyring_file *file)
{
	struct secrets *secrets = ring->secrets;

	for (size_t v = 1; v < KEYRING_VERSIONS; v++)
		fill_version(secrets, v, file);
	memcpy(secrets->rsa, file->rsa, sizeof(secrets->rsa));
	(void)mprotect(secrets, sizeof(*secrets), PROT_READ);
}

const char *
keyring_load(const char *path, struct keyring **ring)
{
	struct keyring_file file;
	const char *fault = keyring_file_read(path, &file);
	struct keyring *made = NULL;

	if (fault == NULL) {
		made = make_keyring();
		if (made == NULL)
			fault = keyring_file_fault(path,
			    "no memory for the keyring");
		else
			fill_keyring(made, &file);
	}
	crypto_wipe(&file, sizeof(file));
	if (made != NULL)
		*ring = made;
	return fault;
}

void
keyring_free(struct keyring *ring)
{
	struct secrets *secrets;

	if (ring == NULL)
		return;
	secrets = ring->secrets;
	for (size_t v = 0; v < KEYRING_VERSIONS; v++)
		for (size_t i = 0; i < CRYPTO_ALGORITHMS; i++)
			crypto_signer_free(ring->signers->of[v][i]);
	if (mprotect(secrets, sizeof(*secrets), PROT_READ | PROT_WRITE) == 0)
		crypto_wipe(secrets, sizeof(*secrets));
	munmap(secrets, sizeof(*secrets));
	free(ring->signers);
	free(ring);
}

enum keyring_state
keyring_state(const struct keyring *ring, uint8_t version)
{
	return version < KEYRING_VERSIONS ? ring->secrets->state[version] :
	    KEYRING_UNKNOWN;
}

size_t
keyring_live(const struct keyring *ring, uint8_t out[static KEYRING_LIVE])
{
	size_t n = 0;

	for (uint8_t v = 1; v < KEYRING_VERSIONS && n < KEYRING_LIVE; v++)
		if (ring->secrets->state[v] == KEYRING_IS_LIVE)
			out[n++] = v;
	return n;
}

const uint8_t *
keyring_key(const struct keyring *ring, uint8_t version,
    enum keyring_purpose purpose)
{
	enum keyring_state state = keyring_state(ring, version);

	assert(purpose < KEYRING__MAX);
	if (state == KEYRING_UNKNOWN)
		return NULL;
	if (state == KEYRING_IS_RETIRED && purpose != KEYRING_AUDIT)
		return NULL;
	return ring->secrets->key[version][purpose];
}

static struct crypto_signer *
make_signer(const struct keyring *ring, uint8_t version,
    enum crypto_algorithm algorithm)
{
	static const enum keyring_purpose seeds[] = {
		[CRYPTO_ES256] = KEYRING_ES256,
		[CRYPTO_EDDSA] = KEYRING_EDDSA,
	};

	if (algorithm != CRYPTO_RS256)
		return crypto_signer_new(algorithm, keyring_key(ring, version,
		    seeds[algorithm]), CRYPTO_KEY);
	for (size_t i = 0; i < KEYRING_LIVE; i++) {
		const struct keyring_rsa *rsa = &ring->secrets->rsa[i];

		if (rsa->version == version)
			return crypto_signer_new(algorithm, rsa->der, rsa->n);
	}
	return NULL;
}

const struct crypto_signer *
keyring_signer(const struct keyring *ring, uint8_t version,
    enum crypto_algorithm algorithm)
{
	struct crypto_signer **kept;

	assert(algorithm < CRYPTO_ALGORITHMS);
	if (keyring_state(ring, version) != KEYRING_IS_LIVE)
		return NULL;
	kept = &ring->signers->of[version][algorithm];
	if (*kept == NULL)
		*kept = make_signer(ring, version, algorithm);
	return *kept;
}

void
keyring_fingerprint(const struct keyring *ring, uint8_t version,
    uint8_t out[static 8])
{
	assert(version < KEYRING_VERSIONS);
	memcpy(out, ring->secrets->fingerprint[version], 8);
}
