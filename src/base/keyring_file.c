/* SPDX-License-Identifier: ISC */
/* Reading the keyring's file strictly, and replacing it as a whole. */

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/keyring_text.h"

#include "base/keyring_file.h"

#define FILE_MAX	(KEYRING_TEXT - 1)

const char *
keyring_file_fault(const char *path, const char *format, ...)
{
	static char sentence[PATH_MAX + 256];
	va_list ap;
	int n;

	n = snprintf(sentence, sizeof(sentence), "%s: ", path);
	if (n < 0 || (size_t)n >= sizeof(sentence))
		return "the keyring's path is too long";
	va_start(ap, format);
	(void)vsnprintf(sentence + n, sizeof(sentence) - (size_t)n, format,
	    ap);
	va_end(ap);
	return sentence;
}

size_t
keyring_file_live(const struct keyring_file *file)
{
	size_t n = 0;

	for (size_t v = 1; v < KEYRING_VERSIONS; v++)
		if (file->state[v] == KEYRING_IS_LIVE)
			n++;
	return n;
}

static const char *
check_file(const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return keyring_file_fault(path,
		    "the keyring must be a regular file");
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return keyring_file_fault(path, "the keyring is open to "
		    "others than its owner; run chmod 600 on it");
	if (st.st_size > FILE_MAX)
		return keyring_file_fault(path,
		    "the keyring is too long to be one");
	return NULL;
}

static bool
read_whole(int fd, char text[static FILE_MAX + 1])
{
	size_t at = 0;
	ssize_t got;

	do {
		got = read(fd, text + at, FILE_MAX - at);
		if (got > 0)
			at += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	text[at] = '\0';
	return got == 0 && strlen(text) == at;
}

static const char *
read_checked(const char *path, int fd, struct keyring_file *file)
{
	char text[FILE_MAX + 1];
	const char *fault = check_file(path, fd);
	size_t bad;

	if (fault != NULL)
		return fault;
	if (!read_whole(fd, text)) {
		crypto_wipe(text, sizeof(text));
		return keyring_file_fault(path, "the keyring cannot be read");
	}
	bad = keyring_text_parse(file, text);
	crypto_wipe(text, sizeof(text));
	if (bad != 0)
		return keyring_file_fault(path, "line %zu is not a version "
		    "from 1 to 61 of its own, live or retired, and 64 "
		    "hexadecimal digits, nor the RSA key of a live one above "
		    "it", bad);
	if (keyring_file_live(file) > KEYRING_LIVE)
		return keyring_file_fault(path,
		    "more than %d versions are live", KEYRING_LIVE);
	return NULL;
}

const char *
keyring_file_read(const char *path, struct keyring_file *file)
{
	const char *fault;
	int fd;

	memset(file, 0, sizeof(*file));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return keyring_file_fault(path, "the keyring cannot be "
		    "opened: %s", strerror(errno));
	fault = read_checked(path, fd, file);
	close(fd);
	return fault;
}

static int
open_folder(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	if (n >= sizeof(folder))
		return -1;
	memcpy(folder, path, n);
	folder[n] = '\0';
	if (n == 0)
		memcpy(folder, slash == NULL ? "." : "/", 2);
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

const char *
keyring_file_lock(const char *path, int *fd)
{
	*fd = open_folder(path);
	if (*fd < 0)
		return keyring_file_fault(path,
		    "the keyring's folder cannot be opened: %s",
		    strerror(errno));
	while (flock(*fd, LOCK_EX) != 0)
		if (errno != EINTR) {
			close(*fd);
			return keyring_file_fault(path,
			    "the keyring's folder cannot be locked: %s",
			    strerror(errno));
		}
	return NULL;
}

static bool
write_lines(int fd, const struct keyring_file *file)
{
	char text[KEYRING_TEXT];
	size_t n = keyring_text_write(text, file);
	bool good = write(fd, text, n) == (ssize_t)n;

	crypto_wipe(text, sizeof(text));
	return good && fchmod(fd, S_IRUSR | S_IWUSR) == 0 && fsync(fd) == 0;
}

const char *
keyring_file_write(const char *path, const struct keyring_file *file)
{
	char fresh[PATH_MAX];
	int n = snprintf(fresh, sizeof(fresh), "%s.new", path);
	int folder, fd;
	bool good;

	if (n < 0 || (size_t)n >= sizeof(fresh))
		return "the keyring's path is too long";
	unlink(fresh);		/* a writer that died left it */
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    S_IRUSR | S_IWUSR);
	if (fd < 0)
		return keyring_file_fault(fresh, "cannot be made: %s",
		    strerror(errno));
	good = write_lines(fd, file);
	good = close(fd) == 0 && good && rename(fresh, path) == 0;
	if (!good) {
		unlink(fresh);
		return keyring_file_fault(path, "cannot be written");
	}
	folder = open_folder(path);
	good = folder >= 0 && fsync(folder) == 0;
	if (folder >= 0)
		close(folder);
	if (!good)
		return keyring_file_fault(path,
		    "was written, but its folder cannot be synced");
	return NULL;
}
