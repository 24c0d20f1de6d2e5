/* SPDX-License-Identifier: ISC */
/* What the sendmail program is given, and how long it may take. */

#include "base/clock.h"
#include "base/sendmail.h"

#include "folder.h"

static char got[4096];

/* Run a shell script as the program; what it put beside itself is in got. */
static bool
run_script(const char *script, const char *subject)
{
	char text[512];
	char out[sizeof(path) + 8];
	FILE *file;
	bool good;
	size_t n;

	make_folder("program");
	snprintf(out, sizeof(out), "%s.out", path);
	snprintf(text, sizeof(text), "#!/bin/sh\nout=%s\n%s\n", out, script);
	write_file(text, 0700);
	good = sendmail_run(path, "from@a.example", "to@b.example", subject,
	    "The text.\n.\nMore.\n");
	file = fopen(out, "r");
	n = file == NULL ? 0 : fread(got, 1, sizeof(got) - 1, file);
	got[n] = '\0';
	if (file != NULL)
		fclose(file);
	unlink(out);
	remove_folder();
	return good;
}

static void
the_message_comes_on_standard_input(void **state)
{
	(void)state;
	assert_true(run_script("cat > $out", "Your key expires"));
	assert_non_null(strstr(got, "From: from@a.example\n"));
	assert_non_null(strstr(got, "\nTo: to@b.example\n"));
	assert_non_null(strstr(got, "\nSubject: Your key expires\n"));
	assert_non_null(strstr(got, "\nDate: "));
	assert_non_null(strstr(got, "\nMIME-Version: 1.0\n"));
	assert_non_null(strstr(got,
	    "\nContent-Type: text/plain; charset=UTF-8\n"));
	assert_non_null(strstr(got, "\nAuto-Submitted: auto-generated\n"));
	assert_non_null(strstr(got, "\n\nThe text.\n.\nMore.\n"));
}

static void
the_arguments_and_the_environment_are_fixed(void **state)
{
	(void)state;
	setenv("LATCHKEY_TEST_SECRET", "visible", 1);
	assert_true(run_script("{ echo \"$@\"; env; } > $out", "x"));
	assert_memory_equal(got, "-i -f from@a.example -- to@b.example\n",
	    37);
	assert_non_null(strstr(got, "PATH="));
	assert_null(strstr(got, "visible"));
}

static void
nothing_of_ours_is_open_in_it(void **state)
{
	int fd = dup(STDOUT_FILENO);

	(void)state;
	assert_true(run_script("ls /proc/$$/fd > $out", "x"));
	assert_non_null(strstr(got, "0\n"));
	assert_null(strchr(got, '0' + fd));
	close(fd);
}

static void
a_subject_is_encoded_and_adds_no_headers(void **state)
{
	(void)state;
	assert_true(run_script("cat > $out", "Schl\xc3\xbcssel"));
	assert_non_null(strstr(got, "\nSubject: =?UTF-8?Q?=53=63=68=6C=C3=BC"
	    "=73=73=65=6C?=\nDate"));
	assert_true(run_script("cat > $out", "x\nBcc: all@c.example"));
	assert_null(strstr(got, "Bcc"));
	assert_true(run_script("cat > $out", "\xe2\x82\xac\xe2\x82\xac\xe2\x82"
	    "\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82"
	    "\xac"));
	assert_non_null(strstr(got, "=E2=82=AC?=\n =?UTF-8?Q?=E2=82=AC"));
}

static void
a_program_that_fails_or_is_missing_is_told(void **state)
{
	(void)state;
	assert_false(run_script("exit 75", "x"));
	assert_false(run_script("kill -9 $$", "x"));
	assert_false(sendmail_run("/no/such/program", "a@b", "c@d", "x", "y"));
	assert_true(run_script("exit 0", "x"));
}

static void
a_program_that_hangs_is_killed(void **state)
{
	int64_t start = clock_boot();

	(void)state;
	assert_false(run_script("exec sleep 30", "x"));
	assert_in_range(clock_boot() - start, 4900, 8000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_message_comes_on_standard_input),
		cmocka_unit_test(the_arguments_and_the_environment_are_fixed),
		cmocka_unit_test(nothing_of_ours_is_open_in_it),
		cmocka_unit_test(a_subject_is_encoded_and_adds_no_headers),
		cmocka_unit_test(a_program_that_fails_or_is_missing_is_told),
		cmocka_unit_test(a_program_that_hangs_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
