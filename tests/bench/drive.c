/* SPDX-License-Identifier: ISC */
/* Sends one FastCGI program many requests and watches its memory. */

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * drive PROGRAM SOCKET REQUESTS: the program gets a listening socket as its
 * standard input, as from a web server.  Lines on standard input, taken in
 * turn, say what is asked:
 *
 *	STATUS ROLE AUTHORIZATION
 *
 * with as many digits of the status as matter.
 * Prints, after a tenth of the requests and after the last, the program's
 * resident memory in KiB and the size of its table of descriptors (which the
 * kernel doubles when it is full, and shows of any process).
 * Status 1: an answer was not the one that the line says.
 */

#define FCGI_BEGIN	1
#define FCGI_END	3
#define FCGI_PARAMS	4
#define FCGI_STDIN	5
#define FCGI_STDOUT	6

struct line {
	char	 status[4];
	char	 role[16];
	char	*authorization;
};

struct packet {
	uint8_t	 bytes[4096];
	size_t	 n;
};

struct size {
	long	 resident;
	long	 descriptors;
};

static void
fail(const char *what)
{
	fprintf(stderr, "drive: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void
put_head(struct packet *p, uint8_t type, size_t n)
{
	const uint8_t head[8] = {
		1, type, 0, 1, (uint8_t)(n >> 8), (uint8_t)n, 0, 0,
	};

	memcpy(p->bytes + p->n, head, sizeof(head));
	p->n += sizeof(head);
}

static void
put_param(struct packet *p, const char *name, const char *value)
{
	size_t n = strlen(name), m = strlen(value);

	p->bytes[p->n++] = (uint8_t)n;
	if (m < 128) {
		p->bytes[p->n++] = (uint8_t)m;
	} else {
		p->bytes[p->n++] = 0x80;
		p->bytes[p->n++] = 0;
		p->bytes[p->n++] = (uint8_t)(m >> 8);
		p->bytes[p->n++] = (uint8_t)m;
	}
	memcpy(p->bytes + p->n, name, n);
	memcpy(p->bytes + p->n + n, value, m);
	p->n += n + m;
}

static void
make_request(struct packet *p, const struct line *line)
{
	bool authorizer = strcmp(line->role, "AUTHORIZER") == 0;
	uint8_t begin[8] = { 0, authorizer ? 2 : 1 };
	size_t head, n;

	p->n = 0;
	put_head(p, FCGI_BEGIN, sizeof(begin));
	memcpy(p->bytes + p->n, begin, sizeof(begin));
	p->n += sizeof(begin);
	head = p->n;
	put_head(p, FCGI_PARAMS, 0);
	put_param(p, "FCGI_ROLE", line->role);
	put_param(p, "REQUEST_METHOD", "GET");
	put_param(p, "REQUEST_URI", "/api/v1/check");
	put_param(p, "SCRIPT_NAME", "/api/v1/check");
	put_param(p, "SERVER_PROTOCOL", "HTTP/1.1");
	put_param(p, "HTTP_HOST", "localhost");
	put_param(p, "REMOTE_ADDR", "192.0.2.1");
	put_param(p, "HTTPS", "on");
	put_param(p, "LATCHKEY_REQUIRE", "any");
	put_param(p, "HTTP_AUTHORIZATION", line->authorization);
	n = p->n - head - 8;
	p->bytes[head + 4] = (uint8_t)(n >> 8);
	p->bytes[head + 5] = (uint8_t)n;
	put_head(p, FCGI_PARAMS, 0);
	if (!authorizer)
		put_head(p, FCGI_STDIN, 0);
}

/* The answer up to its end, as it comes. */
static size_t
read_answer(int fd, char *out, size_t max)
{
	size_t n = 0;

	while (n < max) {
		ssize_t got = read(fd, out + n, max - n);

		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return n;
}

static int
connect_to(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd == -1 || connect(fd, (const struct sockaddr *)address,
	    sizeof(*address)) == -1)
		fail("connect");
	return fd;
}

/* The status line is the first thing in the first record. */
static void
ask(const struct sockaddr_un *address, const struct line *line)
{
	static char answer[65536];
	struct packet p;
	int fd = connect_to(address);
	size_t n;

	make_request(&p, line);
	if (write(fd, p.bytes, p.n) != (ssize_t)p.n)
		fail("write");
	n = read_answer(fd, answer, sizeof(answer) - 1);
	close(fd);
	answer[n] = '\0';
	if (n > 19 && answer[1] == FCGI_STDOUT &&
	    strncmp(answer + 8, "Status: ", 8) == 0 &&
	    strncmp(answer + 16, line->status, strlen(line->status)) == 0)
		return;
	fprintf(stderr, "drive: %s for %s, not %.30s\n", line->status,
	    line->role, n > 8 ? answer + 8 : "silence");
	exit(1);
}

static pid_t
start(const char *program, const struct sockaddr_un *address)
{
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	if (listener == -1 || bind(listener, (const struct sockaddr *)address,
	    sizeof(*address)) == -1 || listen(listener, 16) == -1)
		fail(address->sun_path);
	pid = fork();
	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		dup2(listener, STDIN_FILENO);
		close(listener);
		execl(program, program, (char *)NULL);
		_exit(127);
	}
	close(listener);
	return pid;
}

static struct size
measure(pid_t pid)
{
	char path[64], text[128];
	struct size size = { 0, 0 };
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	status = fopen(path, "r");
	if (status == NULL)
		fail(path);
	while (fgets(text, sizeof(text), status) != NULL) {
		if (strncmp(text, "VmRSS:", 6) == 0)
			size.resident = strtol(text + 6, NULL, 10);
		if (strncmp(text, "FDSize:", 7) == 0)
			size.descriptors = strtol(text + 7, NULL, 10);
	}
	fclose(status);
	return size;
}

static struct line *
read_lines(size_t *n)
{
	struct line *lines = NULL, line;

	*n = 0;
	while (scanf("%3s %15s %255m[^\n]", line.status, line.role,
	    &line.authorization) == 3) {
		lines = realloc(lines, (*n + 1) * sizeof(*lines));
		if (lines == NULL)
			fail("realloc");
		lines[(*n)++] = line;
	}
	return lines;
}

int
main(int argc, char *argv[])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t n;
	struct line *lines = read_lines(&n);
	struct size before = { 0, 0 }, after;
	long requests;
	pid_t pid;

	if (argc != 4 || n == 0)
		return 2;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", argv[2]);
	requests = strtol(argv[3], NULL, 10);
	pid = start(argv[1], &address);
	for (long i = 0; i < requests; i++) {
		if (i == requests / 10)
			before = measure(pid);
		ask(&address, &lines[(size_t)i % n]);
	}
	after = measure(pid);
	printf("%ld %ld %ld %ld\n", before.resident, after.resident,
	    before.descriptors, after.descriptors);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	unlink(address.sun_path);
	return 0;
}
