/* SPDX-License-Identifier: ISC */
/* Known answers, and tampering that is noticed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/encode.h"
#include "base/nitems.h"

static const uint8_t key[CRYPTO_KEY] = { 1, 2, 3 };
static const uint8_t other[CRYPTO_KEY] = { 1, 2, 4 };

static void
sha256_gives_the_known_answer(void **state)
{
	const struct crypto_part parts[] = { { "a", 1 }, { "", 0 },
	    { "bc", 2 } };
	uint8_t digest[CRYPTO_DIGEST];
	char hex[65];

	(void)state;
	for (int again = 0; again < 2; again++) {
		crypto_sha256(digest, parts, NITEMS(parts));
		encode_hex(hex, digest, sizeof(digest));
		assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad");
	}
}

/* From python3's hmac over 8-byte lengths and texts. */
static void
hmac_gives_the_known_answer(void **state)
{
	const struct crypto_part parts[] = { { "ab", 2 }, { "c", 1 } };
	uint8_t digest[CRYPTO_DIGEST];
	char hex[65];

	(void)state;
	for (int again = 0; again < 2; again++) {
		crypto_hmac(digest, key, parts, NITEMS(parts));
		encode_hex(hex, digest, sizeof(digest));
		assert_string_equal(hex, "c68fd9988a3e338d83310b43262cf7fd"
		    "a04968999c4c4aaed3dc75844025365b");
	}
}

static void
hmac_tells_apart_where_parts_end(void **state)
{
	static const struct {
		struct crypto_part part[3];
		size_t	 n;
	} lists[] = {
		{ { { "ab", 2 }, { "c", 1 } }, 2 },
		{ { { "a", 1 }, { "bc", 2 } }, 2 },
		{ { { "abc", 3 } }, 1 },
		{ { { "abc", 3 }, { "", 0 } }, 2 },
		{ { { "", 0 }, { "abc", 3 } }, 2 },
		{ { { "a", 1 }, { "b", 1 }, { "c", 1 } }, 3 },
	};
	uint8_t digest[NITEMS(lists)][CRYPTO_DIGEST];
	uint8_t again[CRYPTO_DIGEST];

	(void)state;
	for (size_t i = 0; i < NITEMS(lists); i++) {
		crypto_hmac(digest[i], key, lists[i].part, lists[i].n);
		for (size_t k = 0; k < i; k++)
			assert_false(crypto_equal(digest[i], digest[k],
			    CRYPTO_DIGEST));
	}
	crypto_hmac(again, other, lists[0].part, lists[0].n);
	assert_false(crypto_equal(digest[0], again, CRYPTO_DIGEST));
	crypto_hmac(again, key, lists[0].part, lists[0].n);
	assert_true(crypto_equal(digest[0], again, CRYPTO_DIGEST));
}

static void
what_was_sealed_opens(void **state)
{
	static const char *const texts[] = {
		"", "x", "a token of some letters and digits 0123456789",
	};

	(void)state;
	for (size_t i = 0; i < NITEMS(texts); i++) {
		uint8_t sealed[128], again[128];
		char out[100] = { 0 };
		size_t n = strlen(texts[i]);

		crypto_seal(sealed, key, "row 1", 5, texts[i], n);
		crypto_seal(again, key, "row 1", 5, texts[i], n);
		assert_false(crypto_equal(sealed, again, n + CRYPTO_SEALED));
		assert_true(crypto_open((uint8_t *)out, key, "row 1", 5,
		    sealed, n + CRYPTO_SEALED));
		assert_string_equal(out, texts[i]);
	}
}

static void
what_was_altered_does_not_open(void **state)
{
	uint8_t sealed[6 + CRYPTO_SEALED];
	uint8_t out[6];
	uint8_t nothing[6] = { 0 };

	(void)state;
	crypto_seal(sealed, key, "row 1", 5, "secret", 6);
	for (size_t i = 0; i < sizeof(sealed); i++) {
		sealed[i] ^= 1;
		assert_false(crypto_open(out, key, "row 1", 5, sealed,
		    sizeof(sealed)));
		assert_memory_equal(out, nothing, sizeof(out));
		sealed[i] ^= 1;
	}
	assert_false(crypto_open(out, other, "row 1", 5, sealed,
	    sizeof(sealed)));
	assert_false(crypto_open(out, key, "row 2", 5, sealed,
	    sizeof(sealed)));
	assert_false(crypto_open(out, key, NULL, 0, sealed, sizeof(sealed)));
	assert_true(crypto_open(out, key, "row 1", 5, sealed,
	    sizeof(sealed)));
	for (size_t n = 0; n < sizeof(sealed); n++)
		assert_false(crypto_open(out, key, "row 1", 5, sealed, n));
}

static void
random_digits_are_equally_likely(void **state)
{
	static char text[620001];
	int count[62] = { 0 };

	(void)state;
	crypto_random_base62(text, sizeof(text) - 1);
	assert_int_equal(strlen(text), sizeof(text) - 1);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		int value = encode_base62_value(text[i]);

		assert_true(value >= 0);
		count[value]++;
	}
	/* Seven deviations; a remainder of 256 would be off by twenty. */
	for (int i = 0; i < 62; i++)
		assert_in_range(count[i], 9300, 10700);
}

static void
a_password_verifies_and_no_other_does(void **state)
{
	char encoded[CRYPTO_PASSWORD], again[CRYPTO_PASSWORD];

	(void)state;
	assert_true(crypto_password_hash(encoded, "correct horse"));
	assert_true(crypto_password_hash(again, "correct horse"));
	assert_string_not_equal(encoded, again);
	assert_memory_equal(encoded, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	assert_true(crypto_password_verify(encoded, "correct horse"));
	assert_false(crypto_password_verify(encoded, "correct horse "));
	assert_false(crypto_password_verify(encoded, ""));
	assert_false(crypto_password_verify("", "correct horse"));
	assert_false(crypto_password_verify("$argon2id$", "correct horse"));
}

static void
equal_sees_every_byte_and_wipe_leaves_none(void **state)
{
	char secret[] = "secret";
	const char nothing[sizeof(secret)] = { 0 };

	(void)state;
	assert_true(crypto_equal("abc", "abc", 3));
	assert_false(crypto_equal("abc", "abd", 3));
	assert_false(crypto_equal("abc", "bbc", 3));
	assert_true(crypto_equal("a", "b", 0));
	crypto_wipe(secret, sizeof(secret));
	assert_memory_equal(secret, nothing, sizeof(secret));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_gives_the_known_answer),
		cmocka_unit_test(hmac_gives_the_known_answer),
		cmocka_unit_test(hmac_tells_apart_where_parts_end),
		cmocka_unit_test(what_was_sealed_opens),
		cmocka_unit_test(what_was_altered_does_not_open),
		cmocka_unit_test(random_digits_are_equally_likely),
		cmocka_unit_test(a_password_verifies_and_no_other_does),
		cmocka_unit_test(equal_sees_every_byte_and_wipe_leaves_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
