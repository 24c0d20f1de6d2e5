/* SPDX-License-Identifier: ISC */
/* One mapped block, handed out from its start and wiped on release. */

#include <sys/mman.h>

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define ALIGNMENT	16

struct arena {
	size_t	 size;
	size_t	 used;		/* everything beyond is zero */
	size_t	 last;		/* where the latest piece begins */
	size_t	 mapped;
};

#define HEADER	((sizeof(struct arena) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

static char *
find_piece(struct arena *a, size_t offset)
{
	return (char *)a + HEADER + offset;
}

static size_t
round_up(const struct arena *a, size_t n)
{
	if (n > a->size)
		abort();
	return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

struct arena *
arena_new(size_t size)
{
	struct arena *a;
	size_t mapped;

	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	mapped = size + HEADER;
	a = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (a == MAP_FAILED)
		return NULL;
	/* Only a hint: some kernels do not know it. */
	(void)madvise(a, mapped, MADV_DONTDUMP);
	a->size = size;
	a->mapped = mapped;
	return a;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_release(a, 0);
	munmap(a, a->mapped);
}

void *
arena_alloc(struct arena *a, size_t n)
{
	n = round_up(a, n);
	if (n > a->size - a->used)
		abort();
	a->last = a->used;
	a->used += n;
	return find_piece(a, a->last);
}

void *
arena_grow(struct arena *a, void *piece, size_t old, size_t n)
{
	void *grown;

	assert(n >= old);
	if (piece != NULL && piece == find_piece(a, a->last) &&
	    a->last < a->used) {
		n = round_up(a, n);
		if (n > a->size - a->last)
			abort();
		if (a->last + n > a->used)
			a->used = a->last + n;
		return piece;
	}
	grown = arena_alloc(a, n);
	if (piece != NULL && old > 0)
		memcpy(grown, piece, old);
	return grown;
}

char *
arena_copy(struct arena *a, const char *text, size_t n)
{
	char *copy;

	if (n >= a->size)
		abort();
	copy = arena_alloc(a, n + 1);
	if (n > 0)
		memcpy(copy, text, n);
	return copy;
}

char *
arena_vprintf(struct arena *a, const char *format, va_list arguments)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, arguments);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		abort();
	text = arena_alloc(a, (size_t)n + 1);
	(void)vsnprintf(text, (size_t)n + 1, format, arguments);
	return text;
}

char *
arena_printf(struct arena *a, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = arena_vprintf(a, format, arguments);
	va_end(arguments);
	return text;
}

size_t
arena_mark(const struct arena *a)
{
	return a->used;
}

void
arena_release(struct arena *a, size_t mark)
{
	assert(mark <= a->used);
	explicit_bzero(find_piece(a, mark), a->used - mark);
	a->used = mark;
	a->last = mark;
}
