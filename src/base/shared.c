/* SPDX-License-Identifier: ISC */
/* Mapping files that processes share. */

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/bus.h"
#include "base/hash.h"
#include "base/nitems.h"

#include "base/shared.h"
#include "base/shared_private.h"

#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC	0x65735546
#endif

/* The memory of two hosts is not one: what lies there is of no use. */
static const unsigned long network[] = {
	NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC,
	AFS_SUPER_MAGIC, CODA_SUPER_MAGIC, CEPH_SUPER_MAGIC, V9FS_MAGIC,
	FUSE_SUPER_MAGIC,
};

/* -- which host, which boot ------------------------------------------------ */

static uint64_t
hash_file(const char *path)
{
	char text[128];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof(text));

	if (fd != -1)
		close(fd);
	return n <= 0 ? 0 : hash_add(HASH_START, text, (size_t)n);
}

uint64_t
shared_boot(void)
{
	static uint64_t boot;

	if (boot == 0)
		boot = hash_file("/proc/sys/kernel/random/boot_id");
	return boot;
}

static bool
make_path(struct shared *s, const char *state)
{
	uint64_t host;
	int n;

	if (s->path[0] != '\0')
		return true;
	/* not the host's name: that changes, and some would not be told */
	host = hash_file("/etc/machine-id");
	n = snprintf(s->path, sizeof(s->path), "%s/%s.%016llx", state, s->name,
	    (unsigned long long)host);
	if (n > 0 && (size_t)n < sizeof(s->path))
		return true;
	s->path[0] = '\0';
	return false;
}

/* -- mapping --------------------------------------------------------------- */

static void *
refuse(struct shared *s, const char *fault)
{
	s->fault = fault;
	return NULL;
}

static const char *
explain_error(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "the state folder cannot be used: it and its files must"
		    " belong to the user that these programs run as";
	case ENOENT:
	case ENOTDIR:
		return "the state folder is missing: make it, or mend [files]"
		    " state in the settings";
	case ENOSPC:
	case EDQUOT:
		return "the state folder has no room left";
	case EROFS:
		return "the state folder is read-only";
	default:
		return "the state folder cannot be used";
	}
}

static bool
is_on_network(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) == -1)
		return false;
	for (size_t i = 0; i < NITEMS(network); i++)
		if ((unsigned long)fs.f_type == network[i])
			return true;
	return false;
}

/*
 * Whoever may write there could put back a file that was ours once, and with
 * it what it said.
 */
static bool
is_private(const struct shared *s)
{
	char folder[PATH_MAX];
	struct stat st;

	shared_folder(s, folder);
	return stat(folder, &st) == 0 && (st.st_mode & 022) == 0 &&
	    (st.st_uid == geteuid() || st.st_uid == 0);
}

static bool
is_whole(const struct shared *s, const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_size == (off_t)s->size &&
	    st->st_uid == geteuid() && (st->st_mode & 077) == 0;
}

static void *
map_file(struct shared *s, int fd, const struct stat *st)
{
	struct shared_head *map;

	map = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return refuse(s, "there is no memory to map a shared file");
	bus_watch(map, s->size);
	if (map->magic != s->magic || map->identity == 0) {
		bus_forget(map);
		munmap(map, s->size);
		return NULL;
	}
	s->map = map;
	s->inode = st->st_ino;
	s->device = st->st_dev;
	s->fault = NULL;
	return map;
}

/* NULL without a fault: what lies there is not ours, or nothing does. */
static void *
open_file(struct shared *s)
{
	int fd = open(s->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	void *map = NULL;

	s->fault = NULL;
	if (fd == -1)
		return errno == ENOENT || errno == ELOOP ? NULL :
		    refuse(s, explain_error(errno));
	if (is_on_network(fd))
		refuse(s, "the state folder lies on a network: choose one on"
		    " this host's own disk in [files] state");
	else if (!is_private(s))
		refuse(s, "the state folder can be written by others: run"
		    " chmod 700 on it, as the user that these programs run"
		    " as");
	else if (fstat(fd, &st) == 0 && is_whole(s, &st))
		map = map_file(s, fd, &st);
	close(fd);
	return map;
}

static bool
is_current(const struct shared *s)
{
	struct stat st;

	return s->map != NULL && s->map->magic == s->magic &&
	    stat(s->path, &st) == 0 && st.st_ino == s->inode &&
	    st.st_dev == s->device && st.st_size == (off_t)s->size;
}

void
shared_close(struct shared *s)
{
	if (s->map == NULL)
		return;
	bus_forget(s->map);
	munmap(s->map, s->size);
	s->map = NULL;
}

void *
shared_open(struct shared *s, const char *state)
{
	void *map;

	if (!make_path(s, state))
		return refuse(s, "the state folder's path is too long");
	if (is_current(s))
		return s->map;
	shared_close(s);
	map = open_file(s);
	if (map != NULL || s->fault != NULL)
		return map;
	unlink(s->path);
	if (!shared_make(s))
		return refuse(s, explain_error(errno));
	map = open_file(s);
	if (map == NULL && s->fault == NULL)
		return refuse(s, "the state folder cannot be used: a file in it"
		    " changes while it is read");
	return map;
}
