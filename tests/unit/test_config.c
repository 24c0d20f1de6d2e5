/* SPDX-License-Identifier: ISC */
/* The INI file: defaults, values, and sentences on faults. */

#include "base/config.h"
#include "base/nitems.h"

#include "folder.h"

static void
an_empty_file_gives_the_defaults(void **state)
{
	struct config c;
	char want[sizeof(path) + 16];

	(void)state;
	make_folder("latchkey.ini");
	write_file("", 0644);
	assert_null(config_load(path, &c));
	assert_string_equal(c.path, path);
	assert_string_equal(c.base, "/api/v1");
	assert_int_equal(c.https, CONFIG_HTTPS_REQUIRED);
	assert_int_equal(c.nproxies + c.norigins, 0);
	assert_string_equal(c.group, "latchkey");
	assert_null(c.hosts);
	assert_false(c.shared);
	snprintf(want, sizeof(want), "%s/my.cnf", folder);
	assert_string_equal(c.my_cnf, want);
	snprintf(want, sizeof(want), "%s/keyring", folder);
	assert_string_equal(c.keyring, want);
	snprintf(want, sizeof(want), "%s/../var", folder);
	assert_string_equal(c.state, want);
	snprintf(want, sizeof(want), "%s/../schema", folder);
	assert_string_equal(c.schema, want);
	assert_int_equal(c.nhosts, 2);
	assert_null(c.sendmail);
	assert_string_equal(c.mail_from, "latchkey@localhost");
	assert_false(c.x_api_key);
	assert_int_equal(c.jwt_algorithm, CRYPTO_ES256);
	assert_null(c.jwt_issuer);
	assert_int_equal(c.jwt_lifetime, 3600);
	assert_int_equal(c.password_min, 15);
	assert_int_equal(c.body_max, 65536);
	config_free(&c);
	remove_folder();
}

static void
every_setting_is_taken(void **state)
{
	struct config c;

	(void)state;
	make_folder("latchkey.ini");
	write_file("; a comment\n"
	    "[site]\nbase = /keys/\nhttps = assumed\n"
	    "trusted_proxies = 192.0.2.1, 10.0.0.0/8\n"
	    "  2001:db8::/32\n"
	    "origins = https://a.example http://b.example:8080\n"
	    "x_api_key = yes\n"
	    "[database]\nmy_cnf = /etc/my.cnf\ngroup = g\n"
	    "hosts = db1:3306,db2\nconnections = shared\n"
	    "[files]\nkeyring = /k\nstate = /s\nschema = /m\nhosts = 1\n"
	    "[mail]\nsendmail = /usr/sbin/sendmail\nfrom = a@b\n"
	    "[jwt]\nalgorithm = EdDSA\nlifetime = 86400\n"
	    "issuer = https://www.example.org:8443/api/v1\n"
	    "[limits]\npassword_min = 8\nbody_max = 1048576\n", 0600);
	assert_null(config_load(path, &c));
	assert_string_equal(c.base, "/keys");
	assert_int_equal(c.https, CONFIG_HTTPS_ASSUMED);
	assert_int_equal(c.nproxies, 3);
	assert_int_equal(c.proxies[1].bits, 104);
	assert_int_equal(c.proxies[2].bits, 32);
	assert_int_equal(c.norigins, 2);
	assert_string_equal(c.origins[1], "http://b.example:8080");
	assert_string_equal(c.my_cnf, "/etc/my.cnf");
	assert_string_equal(c.hosts, "db1:3306,db2");
	assert_true(c.shared);
	assert_string_equal(c.keyring, "/k");
	assert_int_equal(c.nhosts, 1);
	assert_string_equal(c.sendmail, "/usr/sbin/sendmail");
	assert_string_equal(c.mail_from, "a@b");
	assert_true(c.x_api_key);
	assert_int_equal(c.jwt_algorithm, CRYPTO_EDDSA);
	assert_string_equal(c.jwt_issuer,
	    "https://www.example.org:8443/api/v1");
	assert_int_equal(c.jwt_lifetime, 86400);
	assert_int_equal(c.password_min, 8);
	assert_int_equal(c.body_max, 1048576);
	config_free(&c);
	remove_folder();
}

#define SEVERAL	"localhost, db_1.example:1,192.0.2.7,192.0.2.7:65535 ,"	\
		"2001:db8::1, [2001:db8::1],[::1]:03306"

static void
hosts_are_names_and_addresses_with_ports_or_without(void **state)
{
	struct config c;

	(void)state;
	make_folder("latchkey.ini");
	write_file("[database]\nhosts = " SEVERAL "\n", 0644);
	assert_null(config_load(path, &c));
	assert_string_equal(c.hosts, SEVERAL);
	config_free(&c);
	remove_folder();
}

#define HOSTS	":2: [database] hosts must be hosts"
#define LONG	"0123456789012345678901234567890123456789"

static const struct {
	const char	*text;
	const char	*fault;		/* after the path */
} faults[] = {
	{ "[site]\n\nhttps = on\n",
	    ":3: [site] https must be required, loopback or assumed" },
	{ "[site]\nbase = api\n", ":2: [site] base must be a path" },
	{ "[site]\nbase = /a//b\n", ":2: [site] base must be a path" },
	{ "[site]\nbase = /a/../b\n", ":2: [site] base must be a path" },
	{ "[site]\nbase = /a b\n", ":2: [site] base must be a path" },
	{ "[site]\ntrusted_proxies = 10.0.0.1/8\n",
	    ":2: [site] trusted_proxies must be addresses" },
	{ "[site]\norigins = https://a.example/\n",
	    ":2: [site] origins must be origins" },
	{ "[site]\norigins = *\n", ":2: [site] origins must be origins" },
	{ "[site]\norigins = https://A.example\n",
	    ":2: [site] origins must be origins" },
	{ "[database]\nconnections = many\n",
	    ":2: [database] connections must be kept or shared" },
	{ "[database]\nhosts = db1:33o6\n",
	    ":2: [database] hosts must be hosts such as db1.example:3306" },
	{ "[database]\nhosts = db1:\n", HOSTS },
	{ "[database]\nhosts = db1:0\n", HOSTS },
	{ "[database]\nhosts = db1:65536\n", HOSTS },
	{ "[database]\nhosts = db1:000003306\n", HOSTS },
	{ "[database]\nhosts = :3306\n", HOSTS },
	{ "[database]\nhosts = db1:3306:1\n", HOSTS },
	{ "[database]\nhosts = db1,,db2\n", HOSTS },
	{ "[database]\nhosts = db1,\n", HOSTS },
	{ "[database]\nhosts = db1 db2\n", HOSTS },
	{ "[database]\nhosts = mysql://db1\n", HOSTS },
	{ "[database]\nhosts = [2001:db8::1\n", HOSTS },
	{ "[database]\nhosts = [2001:db8::1]3306\n", HOSTS },
	{ "[database]\nhosts = [db1]:3306\n", HOSTS },
	{ "[database]\nhosts = 2001:db8::1::2\n", HOSTS },
	{ "[database]\ngroup =\n", ":2: [database] group must not be empty" },
	{ "[files]\nhosts = 0\n",
	    ":2: [files] hosts must be a whole number from 1 to" },
	{ "[limits]\npassword_min = 7\n", ":2: [limits] password_min must be "
	    "a whole number from 8 to 64" },
	{ "[limits]\npassword_min = 8x\n", ":2: [limits] password_min must" },
	{ "[limits]\npassword_min = +8\n", ":2: [limits] password_min must" },
	{ "[limits]\nbody_max = 99999999999999999999\n",
	    ":2: [limits] body_max must be a whole number" },
	{ "[limits]\nbody_max = 1023\n", ":2: [limits] body_max must" },
	{ "[site]\nx_api_key = true\n",
	    ":2: [site] x_api_key must be yes or no" },
	{ "[site]\nx_api_key =\n", ":2: [site] x_api_key must be yes" },
	{ "[jwt]\nalgorithm = none\n",
	    ":2: [jwt] algorithm must be ES256, EdDSA or RS256" },
	{ "[jwt]\nalgorithm = es256\n", ":2: [jwt] algorithm must be" },
	{ "[jwt]\nissuer = http://site.example\n",
	    ":2: [jwt] issuer must be a URL such as https://" },
	{ "[jwt]\nissuer = https://\n", ":2: [jwt] issuer must be a URL" },
	{ "[jwt]\nissuer = https:///a\n", ":2: [jwt] issuer must be a URL" },
	{ "[jwt]\nissuer = https://a?b\n", ":2: [jwt] issuer must be a URL" },
	{ "[jwt]\nissuer = https://a#b\n", ":2: [jwt] issuer must be a URL" },
	{ "[jwt]\nissuer = https://a@b\n", ":2: [jwt] issuer must be a URL" },
	{ "[jwt]\nissuer = https://a b\n", ":2: [jwt] issuer must be a URL" },
	{ "[jwt]\nlifetime = 59\n", ":2: [jwt] lifetime must be a whole "
	    "number from 60 to 86400" },
	{ "[jwt]\nlifetime = 86401\n", ":2: [jwt] lifetime must be" },
	{ "[limits]\nspeed = 1\n", ":2: [limits] speed is not a setting" },
	{ "[sites]\nbase = /\n", ":2: [sites] base is not a setting" },
	{ "base = /\n", ":1: [] base is not a setting" },
	{ "[site]\nbase = /a\nhttps = assumed\nbase = /a\n",
	    ":4: [site] base is given twice" },
	{ "[site]\nbase = /a\n  b\n", ":3: [site] base is given twice" },
	{ "[site]\norigins = http://a\norigins = http://b\n",
	    ":3: [site] origins is given twice" },
	{ "[site]\nbase\n", ":2: not a section and not a setting" },
	{ "[site\n", ":1: not a section and not a setting" },
	{ "[site]\nwhat\nhttps = on\n", ":2: not a section" },
	{ "[site]\nhttps = on\nwhat\n", ":2: [site] https must" },
	{ "[mail]\nfrom = a\033b\n",
	    ":2: [mail] from must not hold control characters" },
	{ "[files]\nkeyring = /" LONG LONG LONG LONG LONG "\n",
	    ":2: the line is longer than" },
	{ "[site]\norigins = http://a http://a http://a http://a http://a "
	    "http://a http://a http://a http://a http://a http://a\n"
	    " http://a http://a http://a http://a http://a http://a\n",
	    ":3: [site] origins must have at most 16" },
};

static void
a_fault_is_told_with_its_line(void **state)
{
	(void)state;
	make_folder("latchkey.ini");
	for (size_t i = 0; i < NITEMS(faults); i++) {
		struct config c;
		const char *fault;
		size_t n = strlen(faults[i].fault);

		write_file(faults[i].text, 0644);
		fault = config_load(path, &c);
		if (fault == NULL)
			fail_msg("case %zu: no fault", i);
		if (strncmp(fault, path, strlen(path)) != 0 ||
		    strncmp(fault + strlen(path), faults[i].fault, n) != 0)
			fail_msg("case %zu: %s", i, fault);
	}
	remove_folder();
}

static void
the_root_is_a_base(void **state)
{
	static const char *const texts[] = { "[site]\nbase = /\n",
	    "[site]\nbase =\n" };
	struct config c;

	(void)state;
	make_folder("latchkey.ini");
	for (size_t i = 0; i < NITEMS(texts); i++) {
		write_file(texts[i], 0644);
		assert_null(config_load(path, &c));
		assert_string_equal(c.base, "");
		config_free(&c);
	}
	remove_folder();
}

static void
a_file_that_others_may_write_is_refused(void **state)
{
	static const mode_t modes[] = { 0664, 0646, 0620, 0602 };
	struct config c;

	(void)state;
	make_folder("latchkey.ini");
	for (size_t i = 0; i < NITEMS(modes); i++) {
		write_file("", modes[i]);
		assert_non_null(strstr(config_load(path, &c), "chmod go-w"));
	}
	unlink(path);
	assert_non_null(strstr(config_load(path, &c), "cannot be found"));
	assert_non_null(strstr(config_load(folder, &c), "regular file"));
	remove_folder();
}

static void
the_environment_comes_before_the_request(void **state)
{
	char *found;

	(void)state;
	setenv("LATCHKEY_CONFIG", "/from/environment", 1);
	found = config_find("/from/request");
	assert_string_equal(found, "/from/environment");
	free(found);
	unsetenv("LATCHKEY_CONFIG");
	found = config_find("/from/request");
	assert_string_equal(found, "/from/request");
	free(found);
}

static void
the_home_is_looked_at_last(void **state)
{
	char *found;

	(void)state;
	make_folder(".latchkey");
	assert_int_equal(mkdir(path, 0700), 0);
	setenv("HOME", folder, 1);
	assert_null(config_find(NULL));
	snprintf(path, sizeof(path), "%s/.latchkey", folder);
	assert_int_equal(chdir(path), 0);
	fclose(fopen("latchkey.ini", "w"));
	found = config_find("");
	assert_non_null(strstr(found, "/.latchkey/latchkey.ini"));
	free(found);
	unlink("latchkey.ini");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void
what_lies_in_the_document_root_is_noticed(void **state)
{
	struct config c;
	char near[sizeof(folder)];

	(void)state;
	make_folder("latchkey.ini");
	write_file("", 0600);
	assert_null(config_load(path, &c));
	assert_true(config_is_inside(&c, folder));
	assert_true(config_is_inside(&c, "/"));
	assert_true(config_is_inside(&c, "/tmp/"));
	assert_false(config_is_inside(&c, "/usr"));
	assert_false(config_is_inside(&c, "/no/such/folder"));
	assert_false(config_is_inside(&c, NULL));
	/* A folder whose name merely begins alike is another. */
	memcpy(near, folder, sizeof(near));
	near[strlen(near) - 1] = '\0';
	assert_int_equal(mkdir(near, 0700), 0);
	assert_false(config_is_inside(&c, near));
	rmdir(near);
	config_free(&c);
	remove_folder();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_the_defaults),
		cmocka_unit_test(every_setting_is_taken),
		cmocka_unit_test(
		    hosts_are_names_and_addresses_with_ports_or_without),
		cmocka_unit_test(a_fault_is_told_with_its_line),
		cmocka_unit_test(the_root_is_a_base),
		cmocka_unit_test(a_file_that_others_may_write_is_refused),
		cmocka_unit_test(the_environment_comes_before_the_request),
		cmocka_unit_test(the_home_is_looked_at_last),
		cmocka_unit_test(what_lies_in_the_document_root_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
