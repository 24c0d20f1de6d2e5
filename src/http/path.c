/* SPDX-License-Identifier: ISC */
/* Splitting a raw path once, and matching it against patterns. */

#include <string.h>

#include "base/encode.h"

#include "http/path.h"

static bool
is_allowed(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '~' ||
	    c == '-';
}

/* One segment, decoded once; NULL when it holds what no route has. */
static const char *
decode_segment(struct arena *arena, const char *text, size_t n)
{
	char *out = arena_copy(arena, text, n);
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (c == '%') {
			if (!encode_percent_parse(&c, text + i, n - i))
				return NULL;
			i += 2;
		}
		if (!is_allowed(c))
			return NULL;
		out[at++] = c;
	}
	out[at] = '\0';
	if (at == 0 || strcmp(out, ".") == 0 || strcmp(out, "..") == 0)
		return NULL;
	return out;
}

bool
path_split(struct path *path, struct arena *arena, const char *target)
{
	const char *end = strchrnul(target, '?');

	path->n = 0;
	if (target[0] != '/')
		return false;
	for (const char *at = target + 1; at < end;) {
		const char *stop = memchr(at, '/', (size_t)(end - at));
		const char *segment;

		if (stop == NULL)
			stop = end;
		if (path->n == PATH_SEGMENTS)
			return false;
		segment = decode_segment(arena, at, (size_t)(stop - at));
		if (segment == NULL)
			return false;
		path->segment[path->n++] = segment;
		at = stop < end ? stop + 1 : end;
	}
	return true;
}

/* The next segment of a pattern or prefix; false at its end. */
static bool
next_word(const char **pattern, const char **word, size_t *n)
{
	*word = *pattern + strspn(*pattern, "/");
	*n = strcspn(*word, "/");
	*pattern = *word + *n;
	return *n > 0;
}

static bool
is_word(const char *segment, const char *word, size_t n)
{
	return strlen(segment) == n && memcmp(segment, word, n) == 0;
}

bool
path_match(const struct path *path, size_t first, const char *pattern,
    const char *captures[static PATH_CAPTURES])
{
	size_t ncaptures = 0;
	const char *word;
	size_t n;

	while (next_word(&pattern, &word, &n)) {
		if (first >= path->n)
			return false;
		if (word[0] == '{') {
			if (ncaptures == PATH_CAPTURES)
				return false;
			captures[ncaptures++] = path->segment[first];
		} else if (!is_word(path->segment[first], word, n)) {
			return false;
		}
		first++;
	}
	return first == path->n;
}

bool
path_strip(const struct path *path, const char *prefix, size_t *first)
{
	size_t taken = 0;
	const char *word;
	size_t n;

	for (; next_word(&prefix, &word, &n); taken++)
		if (taken >= path->n ||
		    !is_word(path->segment[taken], word, n))
			return false;
	*first = taken;
	return true;
}
