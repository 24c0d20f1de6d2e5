/* SPDX-License-Identifier: ISC */
/* Lines that hold secrets: from a descriptor, from the terminal. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli.h"

#define INTERRUPT	'\003'

/* 1, 0 at the end, -1. */
static ssize_t
read_byte(int fd, char *c)
{
	ssize_t n;

	do
		n = read(fd, c, 1);
	while (n == -1 && errno == EINTR);
	return n;
}

/* Byte by byte: what follows the line stays for who reads next. */
bool
cli_read_line(int fd, char *out, size_t size)
{
	size_t n = 0;
	ssize_t got;
	char c;

	for (;;) {
		got = read_byte(fd, &c);
		if (got == -1 || (got == 0 && n == 0))
			return false;
		if (got == 0 || c == '\n')
			break;
		if (c == '\0' || n + 1 == size)
			return false;
		out[n++] = c;
	}
	if (n > 0 && out[n - 1] == '\r')
		n--;
	out[n] = '\0';
	return true;
}

/*
 * The interrupt key ends the line instead of the process: nothing may end us
 * while the terminal is without echo.
 */
static bool
set_quiet(int tty, struct termios *before)
{
	struct termios quiet;

	if (tcgetattr(tty, before) != 0)
		return false;
	quiet = *before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG);
	quiet.c_lflag |= ICANON;
	quiet.c_cc[VEOL] = INTERRUPT;
	return tcsetattr(tty, TCSAFLUSH, &quiet) == 0;
}

static bool
put_text(int tty, const char *text)
{
	size_t n = strlen(text);

	return write(tty, text, n) == (ssize_t)n;
}

static bool
read_quietly(int tty, char *out, size_t size)
{
	size_t n = 0;
	char c;

	while (read_byte(tty, &c) == 1 && c != INTERRUPT && n + 1 < size) {
		if (c == '\n') {
			out[n] = '\0';
			return true;
		}
		out[n++] = c;
	}
	return false;
}

bool
cli_ask(const char *prompt, char *out, size_t size)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	struct termios before;
	bool ok = false;

	if (tty == -1)
		return false;
	if (put_text(tty, prompt) && set_quiet(tty, &before)) {
		ok = read_quietly(tty, out, size);
		(void)tcsetattr(tty, TCSAFLUSH, &before);
		(void)put_text(tty, "\n");
	}
	close(tty);
	return ok;
}
