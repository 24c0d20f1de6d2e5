/* SPDX-License-Identifier: ISC */
/* Put in front of a program's libraries: delays, deaths, leaps, no memory. */

#include <sys/mman.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A shared file of that layout, named by FAULTS; knobs.py writes it. */
struct knobs {
	_Atomic int64_t	 slow_fill;	/* us at most, after each query */
	_Atomic int64_t	 slow_telling;	/* us at most, after each commit */
	_Atomic int64_t	 deaths;	/* this many more die after a commit */
	_Atomic int64_t	 leap;		/* ms by which the wall clock is off */
};

static struct knobs none, *knobs = &none;
static int64_t allocations, failing;

__attribute__((constructor)) static void
find_knobs(void)
{
	const char *path = getenv("FAULTS"), *text = getenv("FAILING");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	void *map;

	if (text != NULL)
		failing = strtoll(text, NULL, 10);
	if (fd == -1)
		return;
	map = mmap(NULL, sizeof(*knobs), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		knobs = map;
}

#define REAL(name)	((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void
dawdle(int64_t most)
{
	if (most > 0)
		usleep((useconds_t)(random() % most));
}

int	 mysql_stmt_store_result(void *statement);
signed char mysql_commit(void *link);

int
mysql_stmt_store_result(void *statement)
{
	int result = REAL(mysql_stmt_store_result)(statement);

	if (strcmp(program_invocation_short_name, "check.fcgi") == 0)
		dawdle(knobs->slow_fill);
	return result;
}

signed char
mysql_commit(void *link)
{
	signed char result = REAL(mysql_commit)(link);

	if (knobs->deaths > 0 && atomic_fetch_sub(&knobs->deaths, 1) > 0)
		kill(getpid(), SIGKILL);
	dawdle(knobs->slow_telling);
	return result;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	static __typeof__(&clock_gettime) real;
	int result;

	if (real == NULL)
		real = REAL(clock_gettime);
	result = real(clock, t);
	if (clock == CLOCK_REALTIME)
		t->tv_sec += knobs->leap / 1000;
	return result;
}

/* -- memory ---------------------------------------------------------------- */

void	*__libc_malloc(size_t);
void	*__libc_calloc(size_t, size_t);
void	*__libc_realloc(void *, size_t);

/* The nth fails, and all that follow, as when memory has run out. */
static int
fails(void)
{
	if (failing == 0 || ++allocations < failing)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *old, size_t n)
{
	return fails() ? NULL : __libc_realloc(old, n);
}
