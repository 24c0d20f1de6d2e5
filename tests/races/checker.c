/* SPDX-License-Identifier: ISC */
/* Asks one door without a pause, and holds each answer against a board. */

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/*
 * checker BOARD NUMBER PORT NEEDLE: asks 127.0.0.1:PORT over HTTP until the
 * board says that it is over.  Accepted is a 2xx whose answer has the needle.
 *
 * The board is a shared file.  Who makes changes writes a target's request and
 * then its word: a number that is never used twice, and in the lowest bits what
 * is so by now.  What began under a word and ended under the same word is
 * held against it; no clock is asked.
 */

#define TARGETS		16
#define CHECKERS	16
#define REQUEST		2040

enum { EITHER, LIVE, TAKEN };

struct checker {
	_Atomic uint64_t	 right[3];	/* answers, by what is so */
	_Atomic uint64_t	 wrong[3];
	_Atomic uint64_t	 lost;		/* neither of both */
	_Atomic uint64_t	 seen[TARGETS];	/* under this word */
};

struct request {
	uint64_t		 n;		/* 0: not asked at this door */
	char			 text[REQUEST];
};

struct target {
	_Atomic uint64_t	 word;
	struct request		 request[CHECKERS];
};

struct board {
	_Atomic uint64_t	 over;
	struct checker		 checker[CHECKERS];
	struct target		 target[TARGETS];
};

enum verdict { LOST, REFUSED, ACCEPTED };

static struct sockaddr_in server = { .sin_family = AF_INET };
static const char *needle;
static int line = -1;
static char answer[65536];

static void
hang_up(void)
{
	if (line != -1)
		close(line);
	line = -1;
}

static bool
dial(void)
{
	const struct timeval patience = { .tv_sec = 30 };

	if (line != -1)
		return true;
	line = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(line, (struct sockaddr *)&server, sizeof(server)) == 0)
		return true;
	hang_up();
	usleep(10000);
	return false;
}

/* The value of a header, or NULL; the head is a text of its own. */
static const char *
find_header(const char *head, const char *name)
{
	const char *at = strcasestr(head, name);

	return at == NULL ? NULL : at + strlen(name);
}

/* Is the answer whole?  It began at the start of the buffer. */
static bool
is_whole(size_t n)
{
	char *end = strstr(answer, "\r\n\r\n");
	const char *length;
	size_t head;

	if (end == NULL)
		return false;
	head = (size_t)(end - answer) + 4;
	end[2] = '\0';
	length = find_header(answer, "\nContent-Length:");
	end[2] = '\r';
	if (length != NULL)
		return n - head >= strtoul(length, NULL, 10);
	return strncmp(answer + 9, "204", 3) == 0 ||
	    (n >= head + 5 && strcmp(answer + n - 5, "0\r\n\r\n") == 0);
}

static bool
read_answer(void)
{
	size_t n = 0;

	do {
		ssize_t got = read(line, answer + n, sizeof(answer) - 1 - n);

		if (got <= 0)
			return false;
		n += (size_t)got;
		answer[n] = '\0';
	} while (!is_whole(n));
	return true;
}

/* A server may end a connection that is idle just as it is used. */
static bool
send_request(const struct request *r)
{
	for (int attempt = 0; attempt < 3; attempt++) {
		if (!dial())
			continue;
		if (write(line, r->text, r->n) == (ssize_t)r->n &&
		    read_answer())
			return true;
		hang_up();
	}
	return false;
}

static enum verdict
ask(const struct request *r)
{
	const char *said;

	if (!send_request(r))
		return LOST;
	said = find_header(answer, "\nConnection:");
	if (said != NULL && strncasecmp(said, " close", 6) == 0)
		hang_up();
	if (answer[9] == '2')
		return strstr(answer, needle) != NULL ? ACCEPTED : REFUSED;
	return answer[9] == '4' ? REFUSED : LOST;
}

static void
judge(struct checker *own, uint64_t word, enum verdict verdict)
{
	static const enum verdict due[] = { LOST, ACCEPTED, REFUSED };
	unsigned so = word % 4;

	if (verdict == LOST)
		atomic_fetch_add(&own->lost, 1);
	else if (so == EITHER || verdict == due[so])
		atomic_fetch_add(&own->right[so], 1);
	else
		atomic_fetch_add(&own->wrong[so], 1);
}

/* What is asked while it is being written is not held against anything. */
static void
check(struct checker *own, struct target *t, size_t number, size_t at)
{
	struct request r;
	enum verdict verdict;
	uint64_t word = atomic_load(&t->word);

	r = t->request[number];
	if (word == 0 || r.n == 0 || r.n > REQUEST ||
	    atomic_load(&t->word) != word)
		return;
	verdict = ask(&r);
	if (atomic_load(&t->word) != word)
		word = EITHER;
	judge(own, word, verdict);
	if (word % 4 == TAKEN || (word % 4 == LIVE && verdict == ACCEPTED))
		atomic_store(&own->seen[at], word);
}

int
main(int argc, char **argv)
{
	int fd = argc == 5 ? open(argv[1], O_RDWR) : -1;
	size_t number = argc == 5 ? strtoul(argv[2], NULL, 10) : 0;
	struct board *b = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);

	if (b == MAP_FAILED || number >= CHECKERS)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	server.sin_port = htons((uint16_t)strtoul(argv[3], NULL, 10));
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	needle = argv[4];
	while (!atomic_load(&b->over))
		for (size_t i = 0; i < TARGETS; i++)
			check(&b->checker[number], &b->target[i], number, i);
	return 0;
}
