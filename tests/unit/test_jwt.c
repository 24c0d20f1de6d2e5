/* SPDX-License-Identifier: ISC */
/* JSON web tokens: what they say, and every way to forge one. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/jwt.h"
#include "base/encode.h"
#include "base/nitems.h"

#include "ring.h"

#define ISSUER	"https://www.example.org/api/v1"
#define PRINT	"85c31262678ffb3e"	/* the fingerprint of RING_ONE */

static struct arena *arena;
static struct keyring *ring;

static const struct jwt sample = {
	.issuer = ISSUER,
	.id = { { 1, 1 } },
	.key_id = { { 2, 2 } },
	.secret = { { 0xfb, 0xff, 3 } },
	.user_id = { { 0xab, 4 } },
	.account_id = { { 5, 5 } },
	.issued_at = INT64_C(1795334400000),
	.expires_at = INT64_C(1795338000000),
	.scope = "orders:read orders:write",
};

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(1 << 20);
	ring = load_ring(RING_ONE RING_RSA RING_TWO);
	return arena == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	keyring_free(ring);
	arena_free(arena);
	return 0;
}

static const char *
make_token(uint8_t version, enum crypto_algorithm algorithm)
{
	const char *text = jwt_make(arena, ring, version, algorithm, &sample);

	assert_non_null(text);
	return text;
}

static bool
reads(const char *text)
{
	struct jwt out;

	return jwt_read(&out, arena, ring, text, ISSUER);
}

static void
assert_same(const struct jwt *a, const struct jwt *b)
{
	assert_string_equal(a->issuer, b->issuer);
	assert_true(uuid_equal(&a->id, &b->id));
	assert_true(uuid_equal(&a->key_id, &b->key_id));
	assert_true(uuid_equal(&a->secret, &b->secret));
	assert_true(uuid_equal(&a->user_id, &b->user_id));
	assert_true(uuid_equal(&a->account_id, &b->account_id));
	assert_int_equal(a->issued_at, b->issued_at);
	assert_int_equal(a->expires_at, b->expires_at);
	if (b->scope == NULL)
		assert_null(a->scope);
	else
		assert_string_equal(a->scope, b->scope);
}

static void
what_was_made_is_read(void **state)
{
	static const char *const scopes[] = { NULL, "", "a", "a b:c" };

	(void)state;
	for (size_t i = 0; i < 2 * NITEMS(scopes) * CRYPTO_ALGORITHMS; i++) {
		enum crypto_algorithm a = i % CRYPTO_ALGORITHMS;
		uint8_t version = a == CRYPTO_RS256 ? 1 : 1 + i % 2;
		struct jwt in = sample, out;
		const char *text;

		in.scope = scopes[i % NITEMS(scopes)];
		text = jwt_make(arena, ring, version, a, &in);
		assert_non_null(text);
		assert_true(jwt_shaped(text));
		assert_true(jwt_read(&out, arena, ring, text, ISSUER));
		assert_same(&out, &in);
		assert_true(jwt_read(&out, arena, ring, text, NULL));
		assert_false(jwt_read(&out, arena, ring, text, ISSUER "/"));
		assert_false(jwt_read(&out, arena, ring, text, ""));
		arena_release(arena, 0);
	}
}

static void
times_are_whole_seconds(void **state)
{
	static const int64_t times[] = { 0, 1000, 9007199254740000 };
	struct jwt in = sample, out;

	(void)state;
	in.issued_at += 999;
	assert_true(jwt_read(&out, arena, ring, jwt_make(arena, ring, 1,
	    CRYPTO_ES256, &in), ISSUER));
	assert_int_equal(out.issued_at, sample.issued_at);
	for (size_t i = 0; i < NITEMS(times); i++) {
		in.expires_at = times[i];
		assert_true(jwt_read(&out, arena, ring, jwt_make(arena, ring,
		    1, CRYPTO_ES256, &in), ISSUER));
		assert_int_equal(out.expires_at, times[i]);
	}
}

/* -- parts of a token ------------------------------------------------------ */

static const char *
decode_part(const char *text, size_t n)
{
	uint8_t *out = arena_alloc(arena, n + 1);
	size_t got;

	assert_true(encode_base64url_parse(out, n, &got, text, n));
	return (const char *)out;
}

static const char *
decode_header(const char *text)
{
	return decode_part(text, strcspn(text, "."));
}

static const char *
decode_payload(const char *text)
{
	text = strchr(text, '.') + 1;
	return decode_part(text, strcspn(text, "."));
}

static const char *
encode_bytes(const void *data, size_t n)
{
	char *out = arena_alloc(arena, ENCODE_BASE64URL(n) + 1);

	encode_base64url(out, data, n);
	return out;
}

/* Signed as it should be, whatever it says. */
static const char *
forge(const char *header, const char *payload, uint8_t version,
    enum crypto_algorithm algorithm)
{
	uint8_t made[CRYPTO_SIGNATURE];
	const char *text = arena_printf(arena, "%s.%s",
	    encode_bytes(header, strlen(header)),
	    encode_bytes(payload, strlen(payload)));
	size_t n = crypto_sign(keyring_signer(ring, version, algorithm), made,
	    text, strlen(text));

	return arena_printf(arena, "%s.%s", text, encode_bytes(made, n));
}

/* The first place of a text put in another's place. */
static const char *
edit(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (at == NULL)
		fail_msg("no %s in %s", from, text);
	return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, to,
	    at + strlen(from));
}

static void
a_token_says_what_the_standard_wants(void **state)
{
	const char *text = make_token(1, CRYPTO_EDDSA);

	(void)state;
	assert_string_equal(decode_header(text), "{\"typ\":\"at+jwt\","
	    "\"alg\":\"EdDSA\",\"kid\":\"1-EdDSA-" PRINT "\"}");
	assert_string_equal(decode_payload(text), "{\"iss\":\"" ISSUER "\","
	    "\"aud\":\"" ISSUER "\","
	    "\"sub\":\"ab040000-0000-0000-0000-000000000000\","
	    "\"client_id\":\"02020000-0000-0000-0000-000000000000\","
	    "\"jti\":\"01010000-0000-0000-0000-000000000000\","
	    "\"iat\":1795334400,\"exp\":1795338000,"
	    "\"account\":\"05050000-0000-0000-0000-000000000000\","
	    "\"secret\":\"-_8DAAAAAAAAAAAAAAAAAA\","
	    "\"scope\":\"orders:read orders:write\"}");
}

/* -- forgeries ------------------------------------------------------------- */

static const struct {
	const char	*from, *to;
} headers[] = {
	{ "\"ES256\"", "\"none\"" },
	{ "\"ES256\"", "\"nOnE\"" },
	{ "\"ES256\"", "\"HS256\"" },
	{ "\"ES256\"", "\"EdDSA\"" },
	{ "\"ES256\"", "\"RS256\"" },
	{ "\"ES256\"", "\"ES384\"" },
	{ "\"ES256\"", "\"es256\"" },
	{ "\"ES256\"", "[\"ES256\"]" },
	{ "\"alg\":\"ES256\",", "" },
	{ "\"1-ES256", "\"2-ES256" },
	{ "\"1-ES256", "\"3-ES256" },
	{ "\"1-ES256", "\"1-EdDSA" },
	{ "\"1-ES256", "\"../1-ES256" },
	{ PRINT, "" },
	{ ",\"kid\":\"1-ES256-" PRINT "\"", "" },
	{ "at+jwt", "JWT" },
	{ "at+jwt", "AT+JWT" },
	{ "\"typ\":\"at+jwt\",", "" },
	{ "{", "{\"alg\":\"ES256\"," },
	{ "{", "{\"alg\":\"none\"," },
	{ "{", "{\"crit\":[\"exp\"]," },
	{ "{", "{\"jwk\":{\"kty\":\"EC\"}," },
	{ "{", "{\"jku\":\"https://evil.example/keys\"," },
	{ "{", "{\"x5u\":\"https://evil.example/chain\"," },
	{ "{", "{\"x5c\":[]," },
	{ "{", "{\"b64\":false," },
	{ "{", "{\"zip\":\"DEF\"," },
	{ "{", "{\"cty\":\"JWT\"," },
	{ "{", "{ " },
	{ "}", "}\n" },
	{ "}", "" },
};

static const struct {
	const char	*from, *to;
} payloads[] = {
	{ "\"iss\":\"https:", "\"iss\":\"http:" },
	{ "\"iss\":\"" ISSUER "\",", "" },
	{ "\"iss\":\"" ISSUER "\"", "\"iss\":\"\"" },
	{ "\"iss\":\"" ISSUER "\"", "\"iss\":null" },
	{ "\"aud\":\"https:", "\"aud\":\"http:" },
	{ "\"aud\":\"" ISSUER "\",", "" },
	{ "\"aud\":\"" ISSUER "\"", "\"aud\":[\"" ISSUER "\"]" },
	{ "\"exp\":1795338000", "\"exp\":1795338000.0" },
	{ "\"exp\":1795338000", "\"exp\":1795338e3" },
	{ "\"exp\":1795338000", "\"exp\":\"1795338000\"" },
	{ "\"exp\":1795338000", "\"exp\":-1" },
	{ "\"exp\":1795338000", "\"exp\":-0" },
	{ "\"exp\":1795338000", "\"exp\":01" },
	{ "\"exp\":1795338000", "\"exp\":9007199254741" },
	{ "\"exp\":1795338000", "\"exp\":99999999999999999999" },
	{ "\"exp\":1795338000", "\"exp\":null" },
	{ "\"exp\":1795338000,", "" },
	{ "\"iat\":1795334400", "\"iat\":1795334400.5" },
	{ "\"iat\":1795334400", "\"iat\":-1" },
	{ "\"iat\":1795334400,", "" },
	{ "\"sub\":\"ab04", "\"sub\":\"AB04" },
	{ "\"sub\":\"ab04", "\"sub\":\"ab0" },
	{ "\"sub\":\"ab04", "\"sub\":\"xb04" },
	{ "\"sub\"", "\"act\"" },
	{ "\"client_id\"", "\"azp\"" },
	{ "\"jti\":\"01010000-0000-0000-0000-000000000000\",", "" },
	{ "\"account\":\"05050000-0000-0000-0000-000000000000\",", "" },
	{ "\"account\":\"0505", "\"account\":\"05\\u0000" },
	{ "\"secret\":\"-_8DAAAAAAAAAAAAAAAAAA\",", "" },
	{ "AAAAAAAAAAAA\"", "AAAAAAAAAAA\"" },
	{ "AAAAAAAAAAAA\"", "AAAAAAAAAAAAA\"" },
	{ "AAAAAAAAAAAA\"", "AAAAAAAAAAAB\"" },
	{ "AAAAAAAAAAAA\"", "AAAAAAAAAA==\"" },
	{ "\"-_8D", "\"+/8D" },
	{ "\"scope\":\"", "\"scope\":\"\\u0061" },
	{ "\"scope\":\"orders:read orders:write\"", "\"scope\":null" },
	{ "\"scope\":\"orders:read orders:write\"", "\"scope\":[\"a\"]" },
	{ "{", "{\"exp\":9007199254740," },
	{ "}", ",\"exp\":9007199254740}" },
	{ "}", ",\"scope\":\"a\"}" },
	{ "}", ",\"nbf\":1}" },
	{ "}", ",\"cnf\":{}}" },
	{ "{", "{ " },
	{ "}", "}\n" },
	{ "}", "}{}" },
	{ "}", "" },
	{ "{", "[{" },
	{ "www", "w\xffw" },
};

static void
nothing_else_is_read_even_when_we_signed_it(void **state)
{
	const char *text = make_token(1, CRYPTO_ES256);
	const char *header = decode_header(text);
	const char *payload = decode_payload(text);

	(void)state;
	assert_true(reads(forge(header, payload, 1, CRYPTO_ES256)));
	for (size_t i = 0; i < NITEMS(headers); i++)
		if (reads(forge(edit(header, headers[i].from, headers[i].to),
		    payload, 1, CRYPTO_ES256)))
			fail_msg("%s as %s", headers[i].from, headers[i].to);
	for (size_t i = 0; i < NITEMS(payloads); i++)
		if (reads(forge(header, edit(payload, payloads[i].from,
		    payloads[i].to), 1, CRYPTO_ES256)))
			fail_msg("%s as %s", payloads[i].from,
			    payloads[i].to);
	assert_false(reads(forge("", payload, 1, CRYPTO_ES256)));
	assert_false(reads(forge("{}", payload, 1, CRYPTO_ES256)));
	assert_false(reads(forge(header, "", 1, CRYPTO_ES256)));
	assert_false(reads(forge(header, "{}", 1, CRYPTO_ES256)));
	arena_release(arena, 0);
}

static void
the_key_is_the_one_that_the_header_names(void **state)
{
	(void)state;
	for (enum crypto_algorithm a = 0; a < CRYPTO_ALGORITHMS; a++) {
		const char *text = make_token(1, a);

		for (enum crypto_algorithm b = 0; b < CRYPTO_ALGORITHMS; b++)
			if (reads(forge(decode_header(text),
			    decode_payload(text), 1, b)) != (a == b))
				fail_msg("%d signed as %d", a, b);
		if (a != CRYPTO_RS256)
			assert_false(reads(forge(decode_header(text),
			    decode_payload(text), 2, a)));
	}
	arena_release(arena, 0);
}

static void
another_keyring_and_a_retired_version_read_nothing(void **state)
{
	static const char *const rings[] = {
		"1 live " RING_HEX("0123456789abcdee") "\n", RING_TWO,
		"1 retired " RING_HEX("0123456789abcdef") "\n" RING_TWO,
	};

	(void)state;
	for (size_t i = 0; i < NITEMS(rings); i++) {
		struct keyring *other = load_ring(rings[i]);
		struct jwt out;

		for (enum crypto_algorithm a = 0; a < CRYPTO_ALGORITHMS; a++)
			assert_false(jwt_read(&out, arena, other,
			    make_token(1, a), NULL));
		keyring_free(other);
	}
	arena_release(arena, 0);
}

/* Another spelling of the same bytes, too, so every change must be seen. */
static void
every_character_counts(void **state)
{
	static const char replacements[] = "AB-_=+/.\n ";

	(void)state;
	for (enum crypto_algorithm a = 0; a < CRYPTO_ALGORITHMS; a++) {
		size_t mark = arena_mark(arena);
		const char *text = make_token(1, a);
		size_t n = strlen(text);
		char *copy = arena_copy(arena, text, n);

		for (size_t i = 0; i < n; i++) {
			size_t inner = arena_mark(arena);

			copy[i] = replacements[i % 10];
			if (copy[i] != text[i] && reads(copy))
				fail_msg("character %zu of %s", i, text);
			copy[i] = (char)(text[i] ^ 1);
			if (reads(copy))
				fail_msg("character %zu of %s", i, text);
			copy[i] = text[i];
			arena_release(arena, inner);
		}
		assert_true(reads(copy));
		arena_release(arena, mark);
	}
}

static void
parts_are_three_and_whole(void **state)
{
	const char *text = make_token(1, CRYPTO_ES256);
	const char *signature = strrchr(text, '.') + 1;
	int n = (int)(signature - text);
	const char *const wrong[] = {
		arena_printf(arena, "%.*s", n, text),
		arena_printf(arena, "%.*s", n - 1, text),
		arena_printf(arena, "%s.", text),
		arena_printf(arena, ".%s", text),
		arena_printf(arena, "%s.%s", text, signature),
		arena_printf(arena, "%s=", text),
		arena_printf(arena, "%s==", text),
		arena_printf(arena, "%s ", text),
		arena_printf(arena, " %s", text),
		arena_printf(arena, "%sA", text),
		arena_printf(arena, "%sAA", text),
		arena_printf(arena, "%.*s%s", n, text,
		    encode_bytes("\x30\x06\x02\x01\x01\x02\x01\x01", 8)),
		arena_printf(arena, "%.*s%s", n, text,
		    encode_bytes(uuid_zero.b, 16)),
		"", ".", "..", "...", "a..b", "{}", "a.b", "a.b.c",
		"{\"payload\":\"a\",\"protected\":\"b\",\"signature\":\"c\"}",
	};

	(void)state;
	for (size_t i = 0; i < NITEMS(wrong); i++)
		if (reads(wrong[i]))
			fail_msg("case %zu: %s", i, wrong[i]);
	arena_release(arena, 0);
}

static const struct {
	const char	*text;
	bool		 shaped;
} shapes[] = {
	{ "a.b.c", true },
	{ "eyJ-_.Az09.x", true },
	{ "", false }, { "a", false }, { "a.b", false }, { "a.b.", false },
	{ ".b.c", false }, { "a..c", false }, { "a.b.c.d", false },
	{ "a.b.c.", false }, { "a.b.c=", false }, { "a.b c.d", false },
	{ "a.b.c\n", false }, { "a+.b.c", false }, { "a.b/.c", false },
	{ "a.b.\xc3\xa9", false }, { "lks1abcdefghijkl", false },
};

static void
a_shape_is_three_parts_and_not_too_long(void **state)
{
	char text[JWT_TEXT + 2];

	(void)state;
	for (size_t i = 0; i < NITEMS(shapes); i++)
		if (jwt_shaped(shapes[i].text) != shapes[i].shaped)
			fail_msg("%s", shapes[i].text);
	memset(text, 'a', sizeof(text));
	memcpy(text, "a.b.", 4);
	text[JWT_TEXT] = '\0';
	assert_true(jwt_shaped(text));
	text[JWT_TEXT] = 'a';
	text[JWT_TEXT + 1] = '\0';
	assert_false(jwt_shaped(text));
}

static void
none_is_made_that_could_not_be_read(void **state)
{
	char scope[3000];
	struct jwt in = sample;
	bool fits = true;

	(void)state;
	memset(scope, 'a', sizeof(scope));
	in.scope = scope;
	for (size_t n = 2300; n < sizeof(scope); n++) {
		size_t mark = arena_mark(arena);
		const char *text;

		scope[n] = '\0';
		text = jwt_make(arena, ring, 1, CRYPTO_ES256, &in);
		if (text == NULL)
			fits = false;
		else if (!fits || !reads(text))
			fail_msg("a scope of %zu", n);
		scope[n] = 'a';
		arena_release(arena, mark);
		n += 40;
	}
	assert_false(fits);
	assert_null(jwt_make(arena, ring, 2, CRYPTO_RS256, &sample));
	assert_null(jwt_make(arena, ring, 3, CRYPTO_ES256, &sample));
}

/* -- publishing ------------------------------------------------------------ */

static const struct {
	const char	*kid, *kty, *alg, *crv;
	const char	*members;
} published[] = {
	{ "1-ES256-", "EC", "ES256", "P-256", "xy" },
	{ "1-EdDSA-", "OKP", "EdDSA", "Ed25519", "x" },
	{ "1-RS256-", "RSA", "RS256", NULL, "ne" },
	{ "2-ES256-", "EC", "ES256", "P-256", "xy" },
	{ "2-EdDSA-", "OKP", "EdDSA", "Ed25519", "x" },
};

static void
all_live_keys_are_published(void **state)
{
	struct jwt_key keys[JWT_KEYS];

	(void)state;
	assert_int_equal(jwt_keys(arena, ring, keys), NITEMS(published));
	for (size_t i = 0; i < NITEMS(published); i++) {
		const char *const values[] = { keys[i].x, keys[i].y,
		    keys[i].n, keys[i].e };

		assert_memory_equal(keys[i].kid, published[i].kid, 8);
		assert_string_equal(keys[i].kty, published[i].kty);
		assert_string_equal(keys[i].alg, published[i].alg);
		if (published[i].crv == NULL)
			assert_null(keys[i].crv);
		else
			assert_string_equal(keys[i].crv, published[i].crv);
		for (size_t k = 0; k < NITEMS(values); k++)
			assert_int_equal(values[k] != NULL, strchr(
			    published[i].members, "xyne"[k]) != NULL);
	}
	assert_int_equal(strlen(keys[0].x), 43);
	assert_int_equal(strlen(keys[0].y), 43);
	assert_int_equal(strlen(keys[1].x), 43);
	assert_string_equal(keys[2].e, "AQAB");
	assert_memory_equal(keys[2].n, "ofgWCuLjybRlzo0tZWJjNiuSfb4p", 28);
}

/* The client says both, the issuer by the Host header. */
static void
a_digest_tells_where_the_issuer_ends(void **state)
{
	static const struct {
		const char	*issuer, *text;
	} said[] = {
		{ NULL, "https://a.eyJ.e.f" },
		{ "", "https://a.eyJ.e.f" },
		{ "https://a", ".eyJ.e.f" },
		{ "https://a.eyJ", ".e.f" },
	};
	uint8_t digest[NITEMS(said)][CRYPTO_DIGEST];

	(void)state;
	for (size_t i = 0; i < NITEMS(said); i++) {
		jwt_digest(digest[i], ring, said[i].text, said[i].issuer);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(digest[i], digest[j],
			    CRYPTO_DIGEST);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_made_is_read),
		cmocka_unit_test(times_are_whole_seconds),
		cmocka_unit_test(a_token_says_what_the_standard_wants),
		cmocka_unit_test(nothing_else_is_read_even_when_we_signed_it),
		cmocka_unit_test(the_key_is_the_one_that_the_header_names),
		cmocka_unit_test(
		    another_keyring_and_a_retired_version_read_nothing),
		cmocka_unit_test(every_character_counts),
		cmocka_unit_test(parts_are_three_and_whole),
		cmocka_unit_test(a_shape_is_three_parts_and_not_too_long),
		cmocka_unit_test(none_is_made_that_could_not_be_read),
		cmocka_unit_test(all_live_keys_are_published),
		cmocka_unit_test(a_digest_tells_where_the_issuer_ends),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
