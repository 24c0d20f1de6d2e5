/* SPDX-License-Identifier: ISC */
/* Writes the message and sees the sendmail program through. */

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/nitems.h"
#include "base/utf8.h"

#include "base/sendmail.h"

#define PATIENCE	5000	/* ms */
#define SLICE		20	/* ms between looks where there is no pidfd */
#define WORD		51	/* so that one encoded word is 75 at most */

static bool
is_plain(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if (*c < 0x20 || *c > 0x7e)
			return false;
	return strstr(text, "=?") == NULL;
}

/* RFC 2047, Q: encoded words that never split a character. */
static void
put_encoded(FILE *out, const char *text)
{
	int length = 0;

	fputs("=?UTF-8?Q?", out);
	for (const char *c = text; *c != '\0'; c++) {
		bool begins = ((unsigned char)*c & 0xc0) != 0x80;

		if (begins && length > WORD) {
			fputs("?=\n =?UTF-8?Q?", out);
			length = 0;
		}
		length += fprintf(out, "=%02X", (unsigned char)*c);
	}
	fputs("?=\n", out);
}

static void
put_date(FILE *out)
{
	char date[64];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	fprintf(out, "Date: %s\n", date);
}

static bool
write_message(FILE *out, const char *from, const char *to,
    const char *subject, const char *text)
{
	fprintf(out, "From: %s\nTo: %s\nSubject: ", from, to);
	if (is_plain(subject))
		fprintf(out, "%s\n", subject);
	else
		put_encoded(out, subject);
	put_date(out);
	fputs("MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=UTF-8\n"
	    "Content-Transfer-Encoding: 8bit\n"
	    "Auto-Submitted: auto-generated\n\n", out);
	fputs(text, out);
	return fflush(out) == 0 && ferror(out) == 0 &&
	    lseek(fileno(out), 0, SEEK_SET) == 0;
}

/* Nothing of ours is open in the program but its input and our stderr. */
static pid_t
start_program(const char *program, const char *from, const char *to, int input)
{
	char *const environment[] = { (char[]){
	    "PATH=/usr/sbin:/usr/bin:/sbin:/bin" }, NULL };
	const char *const arguments[] = { program, "-i", "-f", from, "--", to,
	    NULL };
	char *argv[NITEMS(arguments)];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	pid_t pid = -1;

	memcpy(argv, arguments, sizeof(argv));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	posix_spawnattr_init(&attributes);
	sigfillset(&signals);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	sigemptyset(&signals);
	posix_spawnattr_setsigmask(&attributes, &signals);
	posix_spawnattr_setflags(&attributes,
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
	    POSIX_SPAWN_SETPGROUP);
	if (posix_spawn(&pid, program, &actions, &attributes, argv,
	    environment) != 0)
		pid = -1;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static bool
await_program(pid_t pid)
{
	const int64_t end = clock_boot() + PATIENCE;
	struct pollfd done = { .events = POLLIN };
	int status = 0;
	pid_t got;

	done.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	for (;;) {
		int64_t left = end - clock_boot();

		got = waitpid(pid, &status, WNOHANG);
		if (got != 0 || left <= 0)
			break;
		if (done.fd < 0 && left > SLICE)
			left = SLICE;
		poll(&done, 1, (int)left);
	}
	if (got == 0) {
		kill(-pid, SIGKILL);	/* and what it has started */
		waitpid(pid, &status, 0);
	}
	if (done.fd >= 0)
		close(done.fd);
	return got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool
sendmail_run(const char *program, const char *from, const char *to,
    const char *subject, const char *text)
{
	struct sigaction reap = { .sa_handler = SIG_DFL };
	struct sigaction before;
	int fd = memfd_create("message", MFD_CLOEXEC);
	FILE *out;
	pid_t pid = -1;
	bool good = false;

	assert(!utf8_has_control(from, strlen(from)));
	assert(!utf8_has_control(to, strlen(to)));
	if (fd < 0)
		return false;
	out = fdopen(fd, "w");
	if (out == NULL) {
		close(fd);
		return false;
	}
	/* A server may have left us SIG_IGN, which would lose the status. */
	sigaction(SIGCHLD, &reap, &before);
	if (write_message(out, from, to, subject, text))
		pid = start_program(program, from, to, fd);
	if (pid > 0)
		good = await_program(pid);
	sigaction(SIGCHLD, &before, NULL);
	fclose(out);
	return good;
}
