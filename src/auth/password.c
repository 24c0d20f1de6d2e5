/* SPDX-License-Identifier: ISC */
/* Password rules, hash slots, setting and verifying. */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/nitems.h"
#include "base/utf8.h"

#include "auth/password.h"

/* The hash of a password nobody has, for names nobody has. */
static const char nobody[] =
    "$argon2id$v=19$m=19456,t=2,p=1$bGF0Y2hrZXktbm9ib2R5IQ"
    "$Zk0Qv1cZ3c0m8m4C1x3mN3m9wCq3Yl1nqk7l1h9v3jQ";

/* The whole password is compared, in lower case. */
static const char *const common[] = {
#include "auth/password_frequent.inc"
};

static bool
is_common(const char *password)
{
	for (size_t i = 0; i < NITEMS(common); i++)
		if (strcasecmp(password, common[i]) == 0)
			return true;
	return false;
}

/* One character over and over, or a short run repeated. */
static bool
is_repetition(const char *password, size_t n)
{
	for (size_t period = 1; period <= 4 && period < n; period++)
		if (memcmp(password, password + period, n - period) == 0)
			return true;
	return false;
}

const char *
password_fault(const char *password, int64_t min)
{
	size_t n = strlen(password);

	if (!utf8_valid(password, n))
		return "must be UTF-8";
	if (n > PASSWORD_MAX)
		return "is too long: 256 bytes are the most";
	if ((int64_t)utf8_length(password, n) < min)
		return "is too short: a few unrelated words make a good one";
	if (is_repetition(password, n) || is_common(password))
		return "is one of the most common: choose another";
	return NULL;
}

static int
count_slots(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 4 ? 1 : (int)(cores / 2);
}

static bool
take_slot(int fd, int slot)
{
	struct flock lock = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = slot,
		.l_len = 1,
	};

	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

int
password_slot(const char *state, bool favoured)
{
	int n = count_slots(), first = favoured ? 0 : n / 2;
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/login.slots", state) >=
	    (int)sizeof(path))
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1) {
		log_line(LOG_ERROR, "%s cannot be written: logins are refused"
		    " until it can (%s)", path, strerror(errno));
		return -1;
	}
	for (int slot = n - 1; slot >= first; slot--)
		if (take_slot(fd, slot))
			return fd;
	close(fd);
	return -1;
}

void
password_slot_release(int slot)
{
	close(slot);
}

static void
compute_mac(uint8_t out[static CRYPTO_DIGEST], const uint8_t *key,
    const struct uuid *user, const char *encoded)
{
	const struct crypto_part parts[] = {
		{ "users.password", 14 },
		{ user, sizeof(*user) },
		{ encoded, strlen(encoded) },
	};

	crypto_hmac(out, key, parts, NITEMS(parts));
}

void
password_bind(struct user_password *password, const struct keyring *ring,
    uint8_t version, const struct uuid *user)
{
	password->version = version;
	compute_mac(password->mac, keyring_key(ring, version,
	    KEYRING_PASSWORD), user, password->encoded);
}

bool
password_set(struct user_password *out, struct arena *arena,
    const struct keyring *ring, uint8_t version, const struct uuid *user,
    const char *password)
{
	char *encoded = arena_alloc(arena, CRYPTO_PASSWORD);

	if (!crypto_password_hash(encoded, password))
		return false;
	out->encoded = encoded;
	password_bind(out, ring, version, user);
	return true;
}

bool
password_verify(const struct user_password *stored, const struct keyring *ring,
    const struct uuid *user, const char *password)
{
	const uint8_t *key = keyring_key(ring, stored->version,
	    KEYRING_PASSWORD);
	uint8_t mac[CRYPTO_DIGEST];
	bool ours = false;

	if (stored->encoded != NULL && key != NULL) {
		compute_mac(mac, key, user, stored->encoded);
		ours = crypto_equal(mac, stored->mac, sizeof(mac));
	}
	return crypto_password_verify(ours ? stored->encoded : nobody,
	    password) && ours;
}
