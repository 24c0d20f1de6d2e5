/* SPDX-License-Identifier: ISC */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

/*
 * One request's memory: a single block of fixed size, handed out in pieces and
 * wiped as a whole.  Nothing is freed piece by piece.  Every size that a client
 * controls is capped before it allocates, so exhaustion is our bug: it aborts.
 */

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* NULL when the system has no memory. */
struct arena	*arena_new(size_t size);
void		 arena_free(struct arena *);

/* Zeroed, aligned for any type, never NULL. */
void		*arena_alloc(struct arena *, size_t n);

/* Grow a piece from old to n bytes; in place when it was the last one. */
void		*arena_grow(struct arena *, void *piece, size_t old, size_t n);

/* A copy of n bytes with a NUL behind them. */
char		*arena_copy(struct arena *, const char *text, size_t n);
char		*arena_printf(struct arena *, const char *format, ...)
		    __attribute__((format(printf, 2, 3)));
char		*arena_vprintf(struct arena *, const char *format, va_list)
		    __attribute__((format(printf, 2, 0)));

/* Give back, wiped, everything allocated since the mark was taken. */
size_t		 arena_mark(const struct arena *);
void		 arena_release(struct arena *, size_t mark);

#endif
