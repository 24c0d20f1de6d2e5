/* SPDX-License-Identifier: ISC */
/* A shared file is there whole, or not at all. */

#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "base/shared.h"

#include "folder.h"

#define SIZE	(1 << 20)

static const struct shared unopened = {
	.name = "test-1",
	.magic = 1,
	.size = SIZE,
	.start = 1,
};

static bool dies;

/* While the file is being made. */
int
posix_fallocate(int fd, off_t offset, off_t n)
{
	if (dies)
		kill(getpid(), SIGKILL);
	return ftruncate(fd, offset + n) == 0 ? 0 : errno;
}

static int
is_file(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

static int
count_files(void)
{
	struct dirent **found;
	int n = scandir(folder, &found, is_file, alphasort);

	for (int i = 0; i < n; i++)
		free(found[i]);
	free(found);
	return n;
}

static bool
has_unnamed_files(void)
{
	int fd = open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

static void
one_is_made_whole_and_found_again(void **state)
{
	struct shared one = unopened, other = unopened;
	const uint8_t *map = shared_open(&one, folder);

	(void)state;
	assert_non_null(map);
	assert_int_equal(map[SIZE - 1], 1);
	assert_int_equal(count_files(), 1);
	assert_non_null(shared_open(&other, folder));
	assert_int_equal(other.map->identity, one.map->identity);
	shared_close(&other);
	shared_close(&one);
	assert_int_equal(unlink(one.path), 0);
}

static void
who_is_killed_over_it_leaves_nothing(void **state)
{
	struct shared one = unopened;
	pid_t pid;
	int status;

	(void)state;
	if (!has_unnamed_files())
		skip();
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		dies = true;
		shared_open(&one, folder);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(count_files(), 0);
}

static int
begin(void **state)
{
	(void)state;
	make_folder("unused");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	remove_folder();
	return 0;
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_is_made_whole_and_found_again),
		TEST(who_is_killed_over_it_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
