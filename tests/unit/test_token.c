/* SPDX-License-Identifier: ISC */
/* The text of tokens: what is ours, and what is stored of it. */

#include <ctype.h>
#include <string.h>

#include "auth/token.h"
#include "base/nitems.h"
#include "base/uuid.h"

#include "ring.h"

#define ID	"019390b5-7c00-7abc-8def-0123456789ab"

static const struct {
	char	 letter;
	size_t	 length;
	bool	 bound;
	uint8_t	 version;
} made[] = {
	{ 'p', 44, true, 1 },
	{ 'n', 44, false, 1 },
	{ 'u', 40, false, 2 },
	{ 'a', 48, false, 2 },
	{ TOKEN_SESSION, TOKEN_SESSION_LENGTH, false, 1 },
};

static void
what_is_made_is_recognised(void **state)
{
	struct keyring *ring = load_ring(RING_ONE RING_TWO);
	struct uuid id;

	(void)state;
	assert_true(uuid_parse(&id, ID));
	for (size_t i = 0; i < NITEMS(made); i++) {
		const struct uuid *bound = made[i].bound ? &id : NULL;
		char text[TOKEN_TEXT], again[TOKEN_TEXT], letter = 0;

		token_make(text, ring, made[i].version, made[i].letter,
		    made[i].length, bound);
		token_make(again, ring, made[i].version, made[i].letter,
		    made[i].length, bound);
		assert_int_equal(strlen(text), made[i].length);
		assert_string_not_equal(text, again);
		for (size_t k = 0; k < made[i].length; k++)
			assert_true(isalnum((unsigned char)text[k]));
		assert_memory_equal(text, "lk", 2);
		assert_int_equal(text[2], made[i].letter);
		assert_int_equal(text[3], '0' + made[i].version);
		assert_int_equal(token_shape(ring, text, bound, &letter),
		    TOKEN_OURS);
		assert_int_equal(letter, made[i].letter);
		assert_int_equal(token_shape(ring, text,
		    made[i].bound ? NULL : &id, &letter), TOKEN_MALFORMED);
	}
	keyring_free(ring);
}

static void
no_character_of_a_token_can_be_changed(void **state)
{
	struct keyring *ring = load_ring(RING_ONE);
	char text[TOKEN_TEXT], letter;

	(void)state;
	token_make(text, ring, 1, 'n', 44, NULL);
	for (size_t i = 0; i < 44; i++) {
		char before = text[i];

		text[i] = before == 'x' ? 'y' : 'x';
		assert_int_not_equal(token_shape(ring, text, NULL, &letter),
		    TOKEN_OURS);
		text[i] = before;
	}
	text[43] = '\0';
	assert_int_equal(token_shape(ring, text, NULL, &letter),
	    TOKEN_MALFORMED);
	keyring_free(ring);
}

static const struct {
	const char		*text;
	enum token_shape	 shape;
} shapes[] = {
	{ "", TOKEN_FOREIGN },
	{ "l", TOKEN_FOREIGN },
	{ "lkn1", TOKEN_FOREIGN },
	{ "lkn1aaaaa", TOKEN_FOREIGN },			/* one too short */
	{ "lkn1aaaaaa", TOKEN_MALFORMED },
	{ "xkn1aaaaaaaaaaaa", TOKEN_FOREIGN },
	{ "lxn1aaaaaaaaaaaa", TOKEN_FOREIGN },
	{ "LKn1aaaaaaaaaaaa", TOKEN_FOREIGN },
	{ "lkn1aaaaaa-aaaaa", TOKEN_FOREIGN },
	{ "lkn1aaaaaa aaaaa", TOKEN_FOREIGN },
	{ "lkn1aaaaaa\xc3\xa9""aaaa", TOKEN_FOREIGN },
	{ "lkn3aaaaaaaaaaaa", TOKEN_MALFORMED },	/* version unknown */
	{ "lkn0aaaaaaaaaaaa", TOKEN_MALFORMED },
	{ "lkn9aaaaaaaaaaaa", TOKEN_FOREIGN },		/* retired */
	{ "019390b5-7c00-7abc-8def-0123456789ab", TOKEN_FOREIGN },
	{ "lkn1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    TOKEN_FOREIGN },				/* 49 characters */
};

static void
what_is_not_ours_is_told_from_what_is_broken(void **state)
{
	struct keyring *ring = load_ring(RING_ONE RING_NINE);
	char letter;

	(void)state;
	for (size_t i = 0; i < NITEMS(shapes); i++)
		if (token_shape(ring, shapes[i].text, NULL, &letter) !=
		    shapes[i].shape)
			fail_msg("%s", shapes[i].text);
	keyring_free(ring);
}

static void
a_token_of_another_keyring_is_refused(void **state)
{
	struct keyring *mine = load_ring(RING_ONE);
	struct keyring *theirs = load_ring("1 live "
	    RING_HEX("fedcba9876543210") "\n");
	char text[TOKEN_TEXT], letter;

	(void)state;
	token_make(text, theirs, 1, 'n', 44, NULL);
	assert_int_equal(token_shape(mine, text, NULL, &letter),
	    TOKEN_MALFORMED);
	keyring_free(mine);
	keyring_free(theirs);
}

static void
digests_depend_on_everything(void **state)
{
	struct keyring *ring = load_ring(RING_ONE RING_TWO);
	uint8_t digest[6][CRYPTO_DIGEST];
	struct uuid id;

	(void)state;
	assert_true(uuid_parse(&id, ID));
	token_digest(digest[0], ring, 1, KEYRING_TOKEN, "text", NULL);
	token_digest(digest[1], ring, 2, KEYRING_TOKEN, "text", NULL);
	token_digest(digest[2], ring, 1, KEYRING_SESSION, "text", NULL);
	token_digest(digest[3], ring, 1, KEYRING_TOKEN, "texts", NULL);
	token_digest(digest[4], ring, 1, KEYRING_TOKEN, "text", &id);
	id.b[15] ^= 1;
	token_digest(digest[5], ring, 1, KEYRING_TOKEN, "text", &id);
	for (size_t i = 0; i < NITEMS(digest); i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(digest[i], digest[k],
			    CRYPTO_DIGEST);
	keyring_free(ring);
}

static void
a_digest_is_taken_under_each_live_version(void **state)
{
	struct keyring *ring = load_ring(RING_ONE RING_TWO RING_NINE);
	uint8_t all[KEYRING_LIVE][CRYPTO_DIGEST], one[CRYPTO_DIGEST];

	(void)state;
	token_digests(all, ring, KEYRING_TOKEN, "text", NULL);
	token_digest(one, ring, 1, KEYRING_TOKEN, "text", NULL);
	assert_memory_equal(all[0], one, sizeof(one));
	token_digest(one, ring, 2, KEYRING_TOKEN, "text", NULL);
	for (size_t i = 1; i < KEYRING_LIVE; i++)
		assert_memory_equal(all[i], one, sizeof(one));
	keyring_free(ring);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_is_recognised),
		cmocka_unit_test(no_character_of_a_token_can_be_changed),
		cmocka_unit_test(what_is_not_ours_is_told_from_what_is_broken),
		cmocka_unit_test(a_token_of_another_keyring_is_refused),
		cmocka_unit_test(digests_depend_on_everything),
		cmocka_unit_test(a_digest_is_taken_under_each_live_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
