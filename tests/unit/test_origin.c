/* SPDX-License-Identifier: ISC */
/* What browsers say of where a request comes from. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/config.h"
#include "base/nitems.h"
#include "http/origin.h"

static const struct config config = {
	.origins = { "https://app.example", "http://dev.example:3000" },
	.norigins = 2,
};

static const struct {
	const char	*origin, *host, *site;
	bool		 allowed, cross;
} cases[] = {
	{ NULL, "keys.example", NULL, false, false },
	{ NULL, "keys.example", "same-origin", false, false },
	{ NULL, "keys.example", "none", false, false },
	{ NULL, "keys.example", "same-site", false, true },
	{ NULL, "keys.example", "cross-site", false, true },
	{ NULL, "keys.example", "", false, true },
	{ "https://keys.example", "keys.example", NULL, false, false },
	{ "https://keys.example", "KEYS.example", NULL, false, false },
	{ "https://keys.example", "keys.example:443", NULL, false, false },
	{ "http://keys.example", "keys.example:80", NULL, false, true },
	{ "http://keys.example", "keys.example", NULL, false, true },
	{ "https://keys.example", "keys.example:80", NULL, false, true },
	{ "https://keys.example:8443", "keys.example:8443", NULL, false,
	    false },
	{ "https://keys.example:8443", "keys.example", NULL, false, true },
	{ "https://keys.example", "keys.example.evil", NULL, false, true },
	{ "https://evil.example", "keys.example", NULL, false, true },
	{ "https://evil.example", "keys.example", "same-origin", false,
	    true },
	{ "https://keys.example", NULL, NULL, false, true },
	{ "https://", "", NULL, false, true },
	{ "null", "null", NULL, false, true },
	{ "keys.example", "keys.example", NULL, false, true },
	{ "ftp://keys.example", "keys.example", NULL, false, true },
	{ "https://app.example", "keys.example", "cross-site", true, false },
	{ "http://dev.example:3000", "keys.example", NULL, true, false },
	{ "http://app.example", "keys.example", NULL, false, true },
	{ "https://app.example.evil", "keys.example", NULL, false, true },
	{ "https://app.example:444", "keys.example", NULL, false, true },
};

static void
only_the_same_and_configured_sites_are_near(void **state)
{
	(void)state;
	for (size_t i = 0; i < NITEMS(cases); i++) {
		const struct origin o = { .origin = cases[i].origin,
		    .host = cases[i].host, .fetch_site = cases[i].site };

		if (origin_allowed(&o, &config) != cases[i].allowed ||
		    origin_is_cross(&o, &config) != cases[i].cross)
			fail_msg("case %zu", i);
	}
}

static void
only_navigation_gets_a_login_box(void **state)
{
	struct origin o = { .origin = NULL };

	(void)state;
	assert_false(origin_is_fetch(&o));
	o.fetch_mode = "navigate";
	assert_false(origin_is_fetch(&o));
	o.fetch_mode = "cors";
	assert_true(origin_is_fetch(&o));
	o.fetch_mode = "";
	assert_true(origin_is_fetch(&o));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_same_and_configured_sites_are_near),
		cmocka_unit_test(only_navigation_gets_a_login_box),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
