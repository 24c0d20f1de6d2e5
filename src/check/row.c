/* SPDX-License-Identifier: ISC */
/* Taking lines of words apart. */

#include <stdlib.h>
#include <string.h>

#include "check/row.h"

size_t
row_words(const char **row, char word[][ROW_WORD], size_t max)
{
	const char *at = *row, *end = at + strcspn(at, "\n");
	size_t n = 0;

	*row = *end == '\n' ? end + 1 : end;
	while (at < end) {
		size_t length = strcspn(at, " \n");

		if (n == max || length >= ROW_WORD)
			return max + 1;
		memcpy(word[n], at, length);
		word[n++][length] = '\0';
		at += length;
		if (at < end)
			at++;
	}
	return n;
}

bool
row_number(const char *word, int64_t *number)
{
	size_t n = strspn(word, "0123456789");

	if (n == 0 || n > 15 || word[n] != '\0' || (n > 1 && *word == '0'))
		return false;
	*number = strtoll(word, NULL, 10);
	return true;
}
