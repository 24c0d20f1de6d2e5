/* SPDX-License-Identifier: ISC */
#ifndef CHECK_ROW_H
#define CHECK_ROW_H

/* Lines of words, as rows keep limits that have numbers. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROW_WORD	40	/* with its NUL */

/*
 * The words of the next line, which *row is then beyond; how many, or max + 1
 * when there are more or one is too long.
 */
size_t	 row_words(const char **row, char word[][ROW_WORD], size_t max);

/* Digits alone, without a zero before them. */
bool	 row_number(const char *word, int64_t *);

#endif
