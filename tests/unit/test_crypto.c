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

#include "rfc7515.h"

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

/* Too short to be taken. */
#define RSA_1024 \
	"3082025d02010002818100c743a77707a3cb96f4261f2ee427e8cfe719678780e6" \
	"036229b9cd65199e16c4358b39c42b13096f160cd7127df6a1da93471b6d56d57e" \
	"bd2731e9f661b96e8f25c1e69e2db2b1dd9d8bb48d00bc3f67c55b23c7a08da7fe" \
	"7d24d39470780b92b7fe0075a6e439973eb5a4860ebd733dcfe99c361ea51c702d" \
	"934ccb8aff807902030100010281800158d0b9fa403e3110076df0883448db96e9" \
	"520cd56f3898a2459240dbb278deeca9bb433b334ebe047d23bb0944f08524b7b7" \
	"54bee08491ccc1069ed6bc45260982957619fad293c9f09457596794177e248727" \
	"53d026df705dc68c7cbe75018c04e627b249d2dc0dbbb384e9abe8110961b403ce" \
	"7ea387af114484610fec0d024100e418bf6eaad9f32c1da3d5a60d03f9b4839a55" \
	"b61d92d54aa0cd5e6ae914565930d57dc7e2bc954fa28dce687be7bb8f9f3046f7" \
	"9195ddc2b3838c045f19ff1b024100dfa3f7fb3f4760255ab56ed5c338463ca806" \
	"8e95dd6e009768106d7f76a9c68f0a142f1ec62a72134225f4f752cb77919d83f0" \
	"6621511bd189b1389a571033fb02410080f9615d312c35ecef0191afe7d224a2a6" \
	"7b6115add935d391e32e0d23a8053f3f76a83d9afe692af34e5db504c2be72725f" \
	"b8f109980521afa1a54d5f7cf29b024048688b6ad2a3267311ba7aa7456cdbf8d9" \
	"a23dda31f662c4a2d1e6d2053694ee4d2219db89e7c6458bfe44212bb26b053f8d" \
	"af7131ca540a74dd676939552aaf024100b5e17d1646e9dc6705009d58de0d5b2a" \
	"4dede6fb136dc415853385d98d2c7a3211c033865485d8c3d5f776f838facbfa65" \
	"0d02fac27d2cf3f0ce9ed83805699f"

static size_t
read_hex(uint8_t *out, const char *hex)
{
	assert_true(encode_hex_parse(out, strlen(hex) / 2, hex));
	return strlen(hex) / 2;
}

static const struct {
	enum crypto_algorithm algorithm;
	const char	*secret, *input, *public[2];
	const char	*signature;
	bool		 again;		/* signing gives the same */
} known[] = {
	/* RFC 8032 7.1: TEST 1 and TEST 2 */
	{ CRYPTO_EDDSA,
	    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	    "",
	  { "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	    "" },
	    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
	    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
	    true },
	{ CRYPTO_EDDSA,
	    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	    "72",
	  { "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	    "" },
	    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
	    true },
	/* From python3's cryptography, with the scalar made by its integers. */
	{ CRYPTO_ES256,
	    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
	    "73616d706c65",
	  { "8d0cd1125cdcc1dc5b8dc7e86215725e4df9e182a675f7e9fe04cf513f379ad1",
	    "196c67769573083d373ae78685b29fe7faefcdaa001d3bf7b7e2b5f6f468bc9a"
	    },
	    "3f9dd0739e51de9f3ae922c078e0abeb83c760f4182e6bbe243877263bb87ace"
	    "f8a42476115b57b9eb53a25cdf62102db01cf1cd9710fe0a4c8832af6b7080d6",
	    false },
};

static void
signers_give_the_known_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(known); i++) {
		uint8_t secret[CRYPTO_KEY], input[8], want[CRYPTO_SIGNATURE];
		uint8_t made[CRYPTO_SIGNATURE];
		struct crypto_public public;
		struct crypto_signer *signer;
		size_t n, nwant;

		read_hex(secret, known[i].secret);
		n = read_hex(input, known[i].input);
		nwant = read_hex(want, known[i].signature);
		signer = crypto_signer_new(known[i].algorithm, secret,
		    sizeof(secret));
		assert_true(crypto_verify(signer, want, nwant, input, n));
		assert_int_equal(crypto_sign(signer, made, input, n), nwant);
		if (known[i].again)
			assert_memory_equal(made, want, nwant);
		assert_true(crypto_verify(signer, made, nwant, input, n));
		crypto_public(signer, &public);
		for (size_t k = 0; k < 2; k++) {
			nwant = read_hex(want, known[i].public[k]);
			assert_int_equal(public.part[k].n, nwant);
			assert_memory_equal(public.part[k].data, want, nwant);
		}
		crypto_signer_free(signer);
	}
}

static struct crypto_signer *
read_rsa(const char *hex)
{
	uint8_t der[2 * CRYPTO_RSA];

	return crypto_signer_new(CRYPTO_RS256, der, read_hex(der, hex));
}

static void
rsa_signs_as_the_standard_shows(void **state)
{
	static const char input[] = RFC7515_INPUT;
	struct crypto_signer *signer = read_rsa(RFC7515_DER);
	uint8_t made[CRYPTO_SIGNATURE];
	char text[ENCODE_BASE64URL(CRYPTO_SIGNATURE) + 1];
	struct crypto_public public;

	(void)state;
	assert_non_null(signer);
	assert_int_equal(crypto_sign(signer, made, input, strlen(input)), 256);
	encode_base64url(text, made, 256);
	assert_string_equal(text, RFC7515_SIGNATURE);
	crypto_public(signer, &public);
	assert_int_equal(public.part[0].n, 256);
	assert_int_equal(public.part[1].n, 3);
	assert_memory_equal(public.part[1].data, "\1\0\1", 3);
	crypto_signer_free(signer);
}

static struct crypto_signer *
make_signer(enum crypto_algorithm algorithm)
{
	return algorithm == CRYPTO_RS256 ? read_rsa(RFC7515_DER) :
	    crypto_signer_new(algorithm, key, sizeof(key));
}

static void
what_was_altered_does_not_verify(void **state)
{
	(void)state;
	for (enum crypto_algorithm a = 0; a < CRYPTO_ALGORITHMS; a++) {
		struct crypto_signer *signer = make_signer(a);
		uint8_t made[CRYPTO_SIGNATURE + 1] = { 0 };
		size_t n = crypto_sign(signer, made, "text", 4);

		assert_true(crypto_verify(signer, made, n, "text", 4));
		assert_false(crypto_verify(signer, made, n, "texT", 4));
		assert_false(crypto_verify(signer, made, n, "text", 3));
		assert_false(crypto_verify(signer, made, n + 1, "text", 4));
		assert_false(crypto_verify(signer, made, n - 1, "text", 4));
		assert_false(crypto_verify(signer, made, 0, "text", 4));
		for (size_t i = 0; i < n; i++) {
			made[i] ^= 1;
			if (crypto_verify(signer, made, n, "text", 4))
				fail_msg("algorithm %d, byte %zu", a, i);
			made[i] ^= 1;
		}
		memset(made, 0, n);
		assert_false(crypto_verify(signer, made, n, "text", 4));
		memset(made, 0xff, n);
		assert_false(crypto_verify(signer, made, n, "text", 4));
		crypto_signer_free(signer);
	}
}

static void
another_secret_is_another_key(void **state)
{
	(void)state;
	for (enum crypto_algorithm a = 0; a < CRYPTO_RS256; a++) {
		struct crypto_signer *mine = crypto_signer_new(a, key,
		    sizeof(key));
		struct crypto_signer *again = crypto_signer_new(a, key,
		    sizeof(key));
		struct crypto_signer *theirs = crypto_signer_new(a, other,
		    sizeof(other));
		uint8_t made[CRYPTO_SIGNATURE];
		size_t n = crypto_sign(mine, made, "text", 4);

		assert_true(crypto_verify(again, made, n, "text", 4));
		assert_false(crypto_verify(theirs, made, n, "text", 4));
		crypto_signer_free(mine);
		crypto_signer_free(again);
		crypto_signer_free(theirs);
	}
}

static void
rsa_keys_are_made_and_only_such_are_read(void **state)
{
	uint8_t der[CRYPTO_RSA + 1] = { 0 };
	uint8_t made[CRYPTO_SIGNATURE];
	size_t n = crypto_rsa_make(der);
	struct crypto_signer *signer = crypto_signer_new(CRYPTO_RS256, der, n);

	(void)state;
	assert_non_null(signer);
	assert_int_equal(crypto_sign(signer, made, "text", 4), 256);
	crypto_signer_free(signer);
	assert_null(crypto_signer_new(CRYPTO_RS256, der, n + 1));
	assert_null(crypto_signer_new(CRYPTO_RS256, der, n - 1));
	assert_null(crypto_signer_new(CRYPTO_RS256, der, sizeof(der)));
	assert_null(crypto_signer_new(CRYPTO_RS256, key, sizeof(key)));
	assert_null(read_rsa(RSA_1024));
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
		cmocka_unit_test(signers_give_the_known_answers),
		cmocka_unit_test(rsa_signs_as_the_standard_shows),
		cmocka_unit_test(what_was_altered_does_not_verify),
		cmocka_unit_test(another_secret_is_another_key),
		cmocka_unit_test(rsa_keys_are_made_and_only_such_are_read),
		cmocka_unit_test(equal_sees_every_byte_and_wipe_leaves_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
