/* SPDX-License-Identifier: ISC */
/* Tables in files that processes share. */

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#include "check/tally.h"

#define SAY_EVERY	(60 * (int64_t)1000)

static bool
lock_file(const struct tally *t, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

	return fcntl(t->fd, F_SETLKW, &lock) == 0;
}

/* One line a minute: whoever asks could fill the disk otherwise. */
static void
say_unusable(struct tally *t, const char *path, int error)
{
	int64_t now = clock_boot();

	if (t->said_at != 0 && now - t->said_at < SAY_EVERY)
		return;
	t->said_at = now;
	log_line(LOG_ERROR, "%s cannot be used (%s): %s are not counted"
	    " until it can", path, strerror(error), t->what);
}

/* Blocks are allocated now: a full disk is an error, no signal later. */
static void *
map_file(const struct tally *t, int *error)
{
	void *map;

	*error = posix_fallocate(t->fd, 0, (off_t)t->size);
	if (*error == 0 && ftruncate(t->fd, (off_t)t->size) == -1)
		*error = errno;
	if (*error != 0)
		return NULL;
	map = mmap(NULL, t->size, PROT_READ | PROT_WRITE, MAP_SHARED, t->fd,
	    0);
	*error = errno;
	return map == MAP_FAILED ? NULL : map;
}

static bool
is_mapped(const struct tally *t)
{
	struct stat st;

	return t->table != NULL && fstat(t->fd, &st) == 0 &&
	    st.st_nlink > 0 && st.st_size == (off_t)t->size;
}

static bool
map_table(struct tally *t, const char *state)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%s", state, t->name), error;

	if (is_mapped(t))
		return true;
	if (t->table != NULL) {
		munmap(t->table, t->size);
		close(t->fd);
		t->table = NULL;
	}
	if (n < 0 || (size_t)n >= sizeof(path))
		return false;
	t->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	error = errno;
	if (t->fd != -1)
		t->table = map_file(t, &error);
	if (t->table != NULL)
		return true;
	say_unusable(t, path, error);
	if (t->fd != -1)
		close(t->fd);
	return false;
}

void *
tally_open(struct tally *t, const char *state, const char *magic)
{
	struct tally_head *head;

	if (!map_table(t, state) || !lock_file(t, F_WRLCK))
		return NULL;
	head = t->table;
	if (strncmp(head->magic, magic, sizeof(head->magic)) != 0) {
		memset(t->table, 0, t->size);
		snprintf(head->magic, sizeof(head->magic), "%s", magic);
	}
	return t->table;
}

void
tally_release(const struct tally *t)
{
	lock_file(t, F_UNLCK);
}

void
tally_hold(const struct tally *t)
{
	lock_file(t, F_WRLCK);
}

size_t
tally_hash(const void *data, size_t n)
{
	const uint8_t *b = data;
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ b[i]) * 1099511628211u;
	return (size_t)hash;
}
