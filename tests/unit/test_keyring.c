/* SPDX-License-Identifier: ISC */
/* The keyring: its file, its versions, its keys. */

#include <sys/wait.h>

#include "base/keyring.h"
#include "base/nitems.h"

#include "folder.h"
#include "rfc7515.h"

#define HEX	"00112233445566778899aabbccddeeff" \
		"00112233445566778899aabbccddeeff"

#define OTHER	"ffeeddccbbaa99887766554433221100" \
		"ffeeddccbbaa99887766554433221100"

/* Making a version takes a while, for its RSA key. */
#define TWO	"1 live " HEX "\n2 live " OTHER "\n"

/* As long as an RSA key may be. */
#define HEX_8	HEX HEX HEX HEX HEX HEX HEX HEX
#define LONGEST	HEX_8 HEX_8 HEX_8 HEX_8 HEX_8

static const struct {
	const char	*text;
	mode_t		 mode;
	const char	*fault;		/* a part of the sentence, or NULL */
} files[] = {
	{ "1 live " HEX "\n", 0600, NULL },
	{ "1 live " HEX "\n", 0400, NULL },
	{ "1 retired " HEX "\n61 live " HEX "\n", 0600, NULL },
	{ "3 live " HEX, 0600, NULL },
	{ "1 live " HEX "\n1 rsa 3000\n2 live " HEX "\n", 0600, NULL },
	{ "1 live " HEX "\n2 live " HEX "\n1 rsa " LONGEST, 0600, NULL },
	{ "1 live " HEX "\n1 rsa " LONGEST "00\n", 0600, "line 2" },
	{ "1 live " HEX "\n1 rsa 300\n", 0600, "line 2" },
	{ "1 live " HEX "\n1 rsa 3x\n", 0600, "line 2" },
	{ "1 live " HEX "\n1 rsa \n", 0600, "line 2" },
	{ "1 live " HEX "\n1 rsa\n", 0600, "line 2" },
	{ "1 live " HEX "\n1 rsa 30\n1 rsa 30\n", 0600, "line 3" },
	{ "1 live " HEX "\n2 rsa 30\n", 0600, "line 2" },
	{ "1 rsa 30\n1 live " HEX "\n", 0600, "line 1" },
	{ "1 retired " HEX "\n1 rsa 30\n", 0600, "line 2" },
	{ "1 live " HEX "\n", 0640, "chmod 600" },
	{ "1 live " HEX "\n", 0604, "chmod 600" },
	{ "1 live " HEX "\n", 0610, "chmod 600" },
	{ "0 live " HEX "\n", 0600, "line 1" },
	{ "62 live " HEX "\n", 0600, "line 1" },
	{ "01 live " HEX "\n", 0600, "line 1" },
	{ "-1 live " HEX "\n", 0600, "line 1" },
	{ "4294967297 live " HEX "\n", 0600, "line 1" },
	{ "1 dead " HEX "\n", 0600, "line 1" },
	{ "1 live  " HEX "\n", 0600, "line 1" },
	{ "1 live " HEX "0\n", 0600, "line 1" },
	{ "1 live " HEX " \n", 0600, "line 1" },
	{ "1 live 00112233\n", 0600, "line 1" },
	{ "1 live\n", 0600, "line 1" },
	{ "1\n", 0600, "line 1" },
	{ "\n", 0600, "line 1" },
	{ "1 live " HEX "\n1 live " HEX "\n", 0600, "line 2" },
	{ "1 live " HEX "\n1 retired " HEX "\n", 0600, "line 2" },
	{ "1 live " HEX "\n2 live " HEX "\n3 live " HEX "\n4 live " HEX
	    "\n5 live " HEX "\n", 0600, "more than 4" },
};

static void
a_file_is_read_strictly_and_only_when_private(void **state)
{
	(void)state;
	make_folder("keyring");
	for (size_t i = 0; i < NITEMS(files); i++) {
		struct keyring *ring = NULL;
		const char *fault;

		write_file(files[i].text, files[i].mode);
		fault = keyring_load(path, &ring);
		if ((fault == NULL) != (files[i].fault == NULL))
			fail_msg("case %zu: %s", i, fault);
		if (fault != NULL) {
			assert_non_null(strstr(fault, path));
			if (strstr(fault, files[i].fault) == NULL)
				fail_msg("case %zu: %s", i, fault);
			assert_null(strstr(fault, "0011"));
		}
		keyring_free(ring);
		unlink(path);
	}
	remove_folder();
}

static void
what_is_no_regular_file_is_refused(void **state)
{
	struct keyring *ring;

	(void)state;
	make_folder("keyring");
	assert_non_null(strstr(keyring_load(path, &ring), "opened"));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_non_null(strstr(keyring_load(path, &ring), "regular"));
	assert_non_null(strstr(keyring_load(folder, &ring), "regular"));
	remove_folder();
}

static void
purposes_and_versions_have_keys_of_their_own(void **state)
{
	const uint8_t *keys[2 * KEYRING__MAX];
	struct keyring *ring;
	uint8_t live[KEYRING_LIVE];
	uint8_t one[8], two[8];
	size_t n = 0;

	(void)state;
	make_folder("keyring");
	write_file(TWO, 0600);
	assert_null(keyring_load(path, &ring));
	assert_int_equal(keyring_live(ring, live), 2);
	assert_int_equal(live[0], 1);
	assert_int_equal(live[1], 2);
	for (uint8_t v = 1; v <= 2; v++)
		for (enum keyring_purpose p = 0; p < KEYRING__MAX; p++)
			keys[n++] = keyring_key(ring, v, p);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(keys[i], keys[k], CRYPTO_KEY);
	keyring_fingerprint(ring, 1, one);
	keyring_fingerprint(ring, 2, two);
	assert_memory_not_equal(one, two, sizeof(one));
	keyring_free(ring);
	remove_folder();
}

static void
unknown_versions_have_no_key(void **state)
{
	static const uint8_t versions[] = { 0, 2, 61, 62, 255 };
	struct keyring *ring;

	(void)state;
	make_folder("keyring");
	write_file("1 live " HEX "\n", 0600);
	assert_null(keyring_load(path, &ring));
	for (size_t i = 0; i < NITEMS(versions); i++) {
		assert_int_equal(keyring_state(ring, versions[i]),
		    KEYRING_UNKNOWN);
		assert_null(keyring_key(ring, versions[i], KEYRING_AUDIT));
	}
	keyring_free(ring);
	remove_folder();
}

static void
a_retired_version_keeps_its_audit_key_alone(void **state)
{
	uint8_t token[CRYPTO_KEY], audit[CRYPTO_KEY];
	struct keyring *ring;
	uint8_t live[KEYRING_LIVE];

	(void)state;
	make_folder("keyring");
	write_file(TWO, 0600);
	assert_null(keyring_load(path, &ring));
	memcpy(token, keyring_key(ring, 1, KEYRING_TOKEN), sizeof(token));
	memcpy(audit, keyring_key(ring, 1, KEYRING_AUDIT), sizeof(audit));
	keyring_free(ring);

	assert_null(keyring_retire(path, 1));
	assert_null(keyring_load(path, &ring));
	assert_int_equal(keyring_state(ring, 1), KEYRING_IS_RETIRED);
	assert_int_equal(keyring_live(ring, live), 1);
	assert_int_equal(live[0], 2);
	assert_memory_equal(keyring_key(ring, 1, KEYRING_AUDIT), audit,
	    sizeof(audit));
	for (enum keyring_purpose p = 0; p < KEYRING__MAX; p++)
		if (p != KEYRING_AUDIT)
			assert_null(keyring_key(ring, 1, p));
	keyring_free(ring);
	assert_non_null(strstr(keyring_retire(path, 1), "not live"));
	assert_non_null(strstr(keyring_retire(path, 9), "not live"));
	assert_non_null(strstr(keyring_retire(path, 255), "not live"));
	remove_folder();
}

static void
read_public(const struct keyring *ring, uint8_t version,
    enum crypto_algorithm algorithm, struct crypto_public *public)
{
	const struct crypto_signer *signer = keyring_signer(ring, version,
	    algorithm);

	assert_non_null(signer);
	assert_ptr_equal(keyring_signer(ring, version, algorithm), signer);
	crypto_public(signer, public);
}

static void
versions_have_signers_of_their_own_that_last(void **state)
{
	struct crypto_public one[CRYPTO_ALGORITHMS], two[CRYPTO_ALGORITHMS];
	struct crypto_public again;
	struct keyring *ring;
	uint8_t version;

	(void)state;
	make_folder("keyring");
	assert_null(keyring_add(path, &version));
	assert_int_equal(version, 1);
	assert_null(keyring_add(path, &version));
	assert_int_equal(version, 2);
	assert_null(keyring_load(path, &ring));
	for (enum crypto_algorithm a = 0; a < CRYPTO_ALGORITHMS; a++) {
		read_public(ring, 1, a, &one[a]);
		read_public(ring, 2, a, &two[a]);
		assert_memory_not_equal(&one[a], &two[a], sizeof(one[a]));
		assert_null(keyring_signer(ring, 0, a));
		assert_null(keyring_signer(ring, 3, a));
		assert_null(keyring_signer(ring, 255, a));
	}
	keyring_free(ring);

	assert_null(keyring_retire(path, 1));
	assert_null(keyring_load(path, &ring));
	for (enum crypto_algorithm a = 0; a < CRYPTO_ALGORITHMS; a++) {
		assert_null(keyring_signer(ring, 1, a));
		read_public(ring, 2, a, &again);
		assert_memory_equal(&again, &two[a], sizeof(again));
	}
	keyring_free(ring);
	remove_folder();
}

/* From files before RSA, from a damaged line, and from a good one. */
static const struct {
	const char	*text;
	bool		 has_rsa;
} rsa_files[] = {
	{ "1 live " HEX "\n", false },
	{ "1 live " HEX "\n1 rsa 3000\n", false },
	{ "1 live " HEX "\n1 rsa " RFC7515_DER "00\n", false },
	{ "1 live " HEX "\n1 rsa " RFC7515_DER "\n", true },
};

static void
only_a_readable_line_gives_rsa(void **state)
{
	struct crypto_public public, first = { 0 };

	(void)state;
	make_folder("keyring");
	for (size_t i = 0; i < NITEMS(rsa_files); i++) {
		struct keyring *ring;

		write_file(rsa_files[i].text, 0600);
		assert_null(keyring_load(path, &ring));
		assert_int_equal(keyring_signer(ring, 1, CRYPTO_RS256) !=
		    NULL, rsa_files[i].has_rsa);
		read_public(ring, 1, CRYPTO_ES256, &public);
		if (i == 0)
			first = public;
		assert_memory_equal(&public, &first, sizeof(public));
		keyring_free(ring);
	}
	remove_folder();
}

static void
a_retired_version_leaves_no_rsa_in_the_file(void **state)
{
	char text[1024] = { 0 };
	FILE *file;

	(void)state;
	make_folder("keyring");
	write_file(rsa_files[3].text, 0600);
	assert_null(keyring_retire(path, 1));
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, file),
	    strlen("1 retired " HEX "\n"));
	fclose(file);
	assert_memory_equal(text, "1 retired ", 10);
	remove_folder();
}

static void
versions_rise_and_at_most_four_are_live(void **state)
{
	struct stat st;
	uint8_t version;

	(void)state;
	make_folder("keyring");
	write_file(TWO "3 live " HEX "\n", 0600);
	assert_null(keyring_add(path, &version));
	assert_int_equal(version, 4);
	assert_non_null(strstr(keyring_add(path, &version), "retire one"));
	assert_null(keyring_retire(path, 4));
	assert_null(keyring_add(path, &version));
	assert_int_equal(version, 5);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	remove_folder();

	make_folder("keyring");
	write_file("61 retired " HEX "\n", 0600);
	assert_non_null(strstr(keyring_add(path, &version), "used up"));
	remove_folder();
}

static void
a_bad_file_is_left_as_it_is(void **state)
{
	uint8_t version;
	struct stat st;

	(void)state;
	make_folder("keyring");
	write_file("nonsense\n", 0600);
	assert_non_null(keyring_add(path, &version));
	assert_non_null(keyring_retire(path, 1));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 9);
	remove_folder();
}

static void
two_writers_at_once_lose_nothing(void **state)
{
	struct keyring *ring;
	uint8_t version, live[KEYRING_LIVE];
	pid_t pid[2];
	int status;

	(void)state;
	make_folder("keyring");
	write_file(TWO, 0600);
	for (size_t i = 0; i < NITEMS(pid); i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(keyring_add(path, &version) != NULL);
	}
	for (size_t i = 0; i < NITEMS(pid); i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_null(keyring_load(path, &ring));
	assert_int_equal(keyring_live(ring, live), KEYRING_LIVE);
	keyring_free(ring);
	remove_folder();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_strictly_and_only_when_private),
		cmocka_unit_test(what_is_no_regular_file_is_refused),
		cmocka_unit_test(purposes_and_versions_have_keys_of_their_own),
		cmocka_unit_test(unknown_versions_have_no_key),
		cmocka_unit_test(a_retired_version_keeps_its_audit_key_alone),
		cmocka_unit_test(versions_have_signers_of_their_own_that_last),
		cmocka_unit_test(only_a_readable_line_gives_rsa),
		cmocka_unit_test(a_retired_version_leaves_no_rsa_in_the_file),
		cmocka_unit_test(versions_rise_and_at_most_four_are_live),
		cmocka_unit_test(a_bad_file_is_left_as_it_is),
		cmocka_unit_test(two_writers_at_once_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
