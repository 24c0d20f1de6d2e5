/* SPDX-License-Identifier: ISC */
/* Making files that processes share. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/shared.h"
#include "base/shared_private.h"

void
shared_folder(const struct shared *s, char out[static PATH_MAX])
{
	snprintf(out, PATH_MAX, "%.*s",
	    (int)(strrchr(s->path, '/') - s->path), s->path);
}

static bool
write_start(const struct shared *s, int fd)
{
	uint8_t page[4096];

	memset(page, s->start, sizeof(page));
	for (size_t at = 0; s->start != 0 && at < s->size;) {
		size_t left = s->size - at;
		ssize_t n = pwrite(fd, page, left < sizeof(page) ? left :
		    sizeof(page), (off_t)at);

		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

/* Blocks are allocated now: a full disk is an error, no signal later. */
static bool
fill_file(const struct shared *s, int fd)
{
	struct shared_head head = { .magic = s->magic };
	int error = posix_fallocate(fd, 0, (off_t)s->size);

	if (error != 0) {
		errno = error;
		return false;
	}
	return write_start(s, fd) &&
	    getentropy(&head.identity, sizeof(head.identity)) == 0 &&
	    pwrite(fd, &head, sizeof(head), 0) == (ssize_t)sizeof(head);
}

/* Once it is whole; whoever links first has won. */
static bool
finish_file(const struct shared *s, int fd, const char *name)
{
	bool made = fill_file(s, fd) && (linkat(AT_FDCWD, name, AT_FDCWD,
	    s->path, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST);
	int error = errno;

	close(fd);
	errno = error;
	return made;
}

/* Whoever is killed over it leaves nothing behind. */
static bool
make_unnamed(const struct shared *s)
{
	char name[PATH_MAX];
	int fd;

	shared_folder(s, name);
	fd = open(name, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (fd == -1)
		return false;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return finish_file(s, fd, name);
}

/* Not every file system has files without a name. */
static bool
make_named(const struct shared *s)
{
	char own[PATH_MAX + 16];
	bool made;
	int fd, error;

	snprintf(own, sizeof(own), "%s.%ld", s->path, (long)getpid());
	unlink(own);
	fd = open(own, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return false;
	made = finish_file(s, fd, own);
	error = errno;
	unlink(own);
	errno = error;
	return made;
}

bool
shared_make(const struct shared *s)
{
	if (make_unnamed(s))
		return true;
	/* no such files here, or no /proc to name one by */
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)
		return false;
	return make_named(s);
}
