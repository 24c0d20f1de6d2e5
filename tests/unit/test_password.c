/* SPDX-License-Identifier: ISC */
/* Good passwords, bound hashes, bounded slots. */

#include <string.h>

#include "auth/password.h"
#include "base/arena.h"
#include "base/nitems.h"
#include "base/uuid.h"

#include "ring.h"

#define A16	"AbCdEfGhIjKlMnOp"
#define A64	A16 "qR" A16 "sT" A16 "uVwXyZ012345"

static const struct {
	const char	*password;
	int64_t		 min;
	const char	*fault;		/* how it starts, or NULL */
} cases[] = {
	{ "correct horse battery", 15, NULL },
	{ "seven words and 1", 15, NULL },
	{ "12345678901234", 15, "is too short" },
	{ "h\xc3\xa9h\xc3\xa9h\xc3\xa9 xyz", 10, NULL },
	{ "h\xc3\xa9h\xc3\xa9h\xc3\xa9 xyz", 11, "is too short" },
	{ "", 8, "is too short" },
	{ "aaaaaaaaaaaaaaaa", 15, "is one of the most common" },
	{ "abababababababab", 15, "is one of the most common" },
	{ "abcabcabcabcabcabc", 15, "is one of the most common" },
	{ "abcdabcdabcdabcd", 15, "is one of the most common" },
	{ "abcdeabcdeabcdeabcde", 15, NULL },
	{ "aaaaaaaaaaaaaaab", 15, NULL },
	{ "password", 8, "is one of the most common" },
	{ "PassWord", 8, "is one of the most common" },
	{ "bad\xff""bytes are here", 15, "must be UTF-8" },
	{ A64 A64 A64 A64, 15, NULL },
	{ A64 A64 A64 A64 "x", 15, "is too long" },
};

static void
weak_passwords_are_refused_and_told_why(void **state)
{
	(void)state;
	assert_int_equal(strlen(A64 A64 A64 A64), PASSWORD_MAX);
	for (size_t i = 0; i < NITEMS(cases); i++) {
		const char *fault = password_fault(cases[i].password,
		    cases[i].min);

		if ((fault == NULL) != (cases[i].fault == NULL))
			fail_msg("case %zu: %s", i, fault);
		if (fault != NULL && strncmp(fault, cases[i].fault,
		    strlen(cases[i].fault)) != 0)
			fail_msg("case %zu: %s", i, fault);
	}
}

static void
a_hash_counts_for_its_user_and_its_words_alone(void **state)
{
	static const char password[] = "correct horse battery";
	struct keyring *ring = load_ring(RING_ONE RING_TWO);
	struct arena *arena = arena_new(65536);
	struct uuid user = uuid_new(), other = uuid_new();
	struct user_password stored, changed;

	(void)state;
	assert_true(password_set(&stored, arena, ring, 1, &user, password));
	assert_true(password_verify(&stored, ring, &user, password));
	assert_false(password_verify(&stored, ring, &user, "Correct horse"));
	assert_false(password_verify(&stored, ring, &other, password));

	changed = stored;
	changed.mac[31] ^= 1;
	assert_false(password_verify(&changed, ring, &user, password));
	changed = stored;
	changed.version = 2;
	assert_false(password_verify(&changed, ring, &user, password));
	changed.version = 3;
	assert_false(password_verify(&changed, ring, &user, password));
	password_bind(&changed, ring, 2, &user);
	assert_true(password_verify(&changed, ring, &user, password));

	/* A hash of his own making, under a MAC that was another row's. */
	changed = stored;
	assert_true(password_set(&changed, arena, ring, 1, &user, "mine"));
	memcpy(changed.mac, stored.mac, sizeof(changed.mac));
	assert_false(password_verify(&changed, ring, &user, "mine"));

	changed = (struct user_password){ 0 };
	assert_false(password_verify(&changed, ring, &user, password));
	assert_false(password_verify(&changed, ring, &user, ""));
	arena_free(arena);
	keyring_free(ring);
}

#define MANY	1024

static size_t
take_all(const char *folder, bool favoured, int slots[static MANY])
{
	size_t n = 0;

	while (n < MANY) {
		slots[n] = password_slot(folder, favoured);
		if (slots[n] == -1)
			break;
		n++;
	}
	return n;
}

static void
slots_are_bounded_and_half_are_for_the_favoured(void **state)
{
	char folder[] = "/tmp/latchkey-test-XXXXXX";
	char path[sizeof(folder) + 16];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t want = cores < 4 ? 1 : (size_t)(cores / 2);
	int slots[MANY], more[MANY];
	size_t n;

	(void)state;
	assert_non_null(mkdtemp(folder));
	n = take_all(folder, false, slots);
	assert_int_equal(n, want - want / 2);
	assert_int_equal(take_all(folder, true, more), want / 2);
	for (size_t i = 0; i < want / 2; i++)
		password_slot_release(more[i]);
	for (size_t i = 0; i < n; i++)
		password_slot_release(slots[i]);
	n = take_all(folder, true, slots);
	assert_int_equal(n, want);
	assert_int_equal(password_slot(folder, false), -1);
	while (n > 0)
		password_slot_release(slots[--n]);
	snprintf(path, sizeof(path), "%s/login.slots", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(password_slot(folder, true), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weak_passwords_are_refused_and_told_why),
		cmocka_unit_test(
		    a_hash_counts_for_its_user_and_its_words_alone),
		cmocka_unit_test(
		    slots_are_bounded_and_half_are_for_the_favoured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
