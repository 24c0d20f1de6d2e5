/* SPDX-License-Identifier: ISC */
/* Put in front of a program's libraries: delays, deaths, leaps, no memory. */

#include <sys/mman.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A shared file of that layout, named by FAULTS; knobs.py writes it. */
struct knobs {
	_Atomic int64_t	 slow_fill;	/* us at most, after each query */
	_Atomic int64_t	 slow_telling;	/* us at most, after each commit */
	_Atomic int64_t	 deaths;	/* this many more die after a commit */
	_Atomic int64_t	 leap;		/* ms; the wall clock is off by it */
	_Atomic int64_t	 name;		/* of this host; 0: its own */

	/* calls up to the one that fails; -1: each fails from now on */
	_Atomic int64_t	 database;
	_Atomic int64_t	 memory;
	_Atomic int64_t	 lasting;	/* and all behind it */
};

static struct knobs none, *knobs = &none;

/*
 * FAILING is "memory from 17": the 17th call and all behind it; "memory at 17":
 * that one alone; "database from 17", "database at 17".  It counts from the
 * program's start; the knobs, from when they are turned.
 */
static struct failing {
	char	 what[16];
	char	 how[8];
	long	 n;
	long	 calls;
} failing;

__attribute__((constructor)) static void
find_knobs(void)
{
	const char *path = getenv("FAULTS"), *text = getenv("FAILING");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	struct failing found = { .n = 0 };
	void *map;

	if (text != NULL && sscanf(text, "%15s %7s %ld", found.what, found.how,
	    &found.n) == 3)
		failing = found;
	if (fd == -1)
		return;
	map = mmap(NULL, sizeof(*knobs), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		knobs = map;
}

static bool
is_due(_Atomic int64_t *left)
{
	if (*left <= 0)
		return *left < 0;
	if (atomic_fetch_sub(left, 1) > 1)
		return false;
	if (knobs->lasting != 0)
		*left = -1;
	return true;
}

static bool
fails(const char *what, _Atomic int64_t *left)
{
	if (is_due(left))
		return true;
	if (failing.n == 0 || strcmp(failing.what, what) != 0)
		return false;
	failing.calls++;
	return failing.how[0] == 'a' ? failing.calls == failing.n :
	    failing.calls >= failing.n;
}

#define REAL(name)	((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void
dawdle(int64_t most)
{
	if (most > 0)
		usleep((useconds_t)(random() % most));
}

/* -- the database ---------------------------------------------------------- */

/* Without the driver's own number of an error: nobody may rely on it. */
#define FAILING(type, name, failure, parameters, arguments)	\
type	 name parameters;					\
								\
type								\
name parameters							\
{								\
	if (fails("database", &knobs->database))		\
		return failure;					\
	return REAL(name)arguments;				\
}

FAILING(void *, mysql_init, NULL, (void *link), (link))
FAILING(void *, mysql_real_connect, NULL, (void *link, const char *host,
    const char *user, const char *password, const char *db, unsigned port,
    const char *path, unsigned long flags),
    (link, host, user, password, db, port, path, flags))
FAILING(int, mysql_query, 1, (void *link, const char *sql), (link, sql))
FAILING(void *, mysql_store_result, NULL, (void *link), (link))
FAILING(void *, mysql_stmt_init, NULL, (void *link), (link))
FAILING(int, mysql_stmt_prepare, 1, (void *statement, const char *sql,
    unsigned long n), (statement, sql, n))
FAILING(signed char, mysql_stmt_bind_param, 1, (void *statement, void *binds),
    (statement, binds))
FAILING(int, mysql_stmt_execute, 1, (void *statement), (statement))
FAILING(signed char, mysql_stmt_bind_result, 1, (void *statement, void *binds),
    (statement, binds))
FAILING(int, mysql_stmt_fetch, 1, (void *statement), (statement))
FAILING(int, mysql_stmt_fetch_column, 1, (void *statement, void *bind,
    unsigned column, unsigned long at), (statement, bind, column, at))

int	 mysql_stmt_store_result(void *statement);

int
mysql_stmt_store_result(void *statement)
{
	int result = fails("database", &knobs->database) ? 1 :
	    REAL(mysql_stmt_store_result)(statement);

	if (strcmp(program_invocation_short_name, "check.fcgi") == 0)
		dawdle(knobs->slow_fill);
	return result;
}

signed char mysql_commit(void *link);

signed char
mysql_commit(void *link)
{
	signed char result = REAL(mysql_commit)(link);

	if (knobs->deaths > 0 && atomic_fetch_sub(&knobs->deaths, 1) > 0)
		kill(getpid(), SIGKILL);
	dawdle(knobs->slow_telling);
	return result;
}

/* -- time ------------------------------------------------------------------ */

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

int
gethostname(char *name, size_t size)
{
	if (knobs->name == 0)
		return REAL(gethostname)(name, size);
	snprintf(name, size, "host%lld", (long long)knobs->name);
	return 0;
}

/* -- memory ---------------------------------------------------------------- */

void	*__libc_malloc(size_t);
void	*__libc_calloc(size_t, size_t);
void	*__libc_realloc(void *, size_t);

static bool
lacks_memory(void)
{
	return fails("memory", &knobs->memory);
}

static void *
no_memory(void)
{
	errno = ENOMEM;
	return NULL;
}

void *
malloc(size_t n)
{
	return lacks_memory() ? no_memory() : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return lacks_memory() ? no_memory() : __libc_calloc(n, size);
}

void *
realloc(void *old, size_t n)
{
	return lacks_memory() ? no_memory() : __libc_realloc(old, n);
}
