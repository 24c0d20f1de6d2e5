/* SPDX-License-Identifier: ISC */
/* Rules about methods and paths. */

#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"

#include "check/rules.h"

/*
 * Bytes of a path as it is compared, which is decoded.  Some who stand behind
 * us take a backslash for a slash, decode twice, or cut at the others.
 */
static bool
is_path_byte(char c)
{
	return (unsigned char)c > 0x20 && strchr("\x7f\\%;?#", c) == NULL;
}

static bool
is_method(const char *text, size_t n)
{
	if (n == 0 || n > 20)
		return false;
	for (size_t i = 0; i < n; i++)
		if (text[i] < 'A' || text[i] > 'Z')
			return false;
	return true;
}

static bool
are_methods(const char *text)
{
	if (strcmp(text, "*") == 0)
		return true;
	for (;;) {
		size_t n = strcspn(text, ",");

		if (!is_method(text, n))
			return false;
		if (text[n] == '\0')
			return true;
		text += n + 1;
	}
}

/* No segment is empty (but the last), "." or "..". */
static bool
is_plain(const char *path)
{
	const char *at = path;

	/* an overlong form may be decoded to a slash */
	if (*path != '/' || !utf8_valid(path, strlen(path)))
		return false;
	for (; *at != '\0'; at++)
		if (!is_path_byte(*at))
			return false;
	for (at = path + 1; *at != '\0';) {
		const char *end = strchrnul(at, '/');
		size_t n = (size_t)(end - at);

		if (n == 0 || (n == 1 && *at == '.') ||
		    (n == 2 && at[0] == '.' && at[1] == '.'))
			return false;
		at = *end == '/' ? end + 1 : end;
	}
	return true;
}

const char *
rules_add(struct rules *r, struct arena *arena, const char *text)
{
	size_t n = strcspn(text, " ");
	struct rule rule;
	const char *star;

	if (strlen(text) > RULES_TEXT)
		return "must have 200 bytes or less";
	if (text[n] == '\0')
		return "must be methods, a blank and a path";
	if (r->n == RULES)
		return "must be 32 rules or less";
	rule.methods = arena_copy(arena, text, n);
	rule.path = arena_copy(arena, text + n + 1, strlen(text + n + 1));
	if (!are_methods(rule.methods))
		return "must begin with * or methods such as GET,POST";
	star = strchr(rule.path, '*');
	if (!is_plain(rule.path))
		return "must have a path that begins with a slash, without"
		    " blanks, dot segments or empty ones, \\, %, ;, ? or #";
	if (star != NULL && star[1] != '\0')
		return "must have its * at the end of the path";
	r->rule[r->n++] = rule;
	return NULL;
}

bool
rules_load(struct rules *r, struct arena *arena, const char *row)
{
	*r = (struct rules){ .n = 0 };
	while (row != NULL && *row != '\0') {
		size_t n = strcspn(row, "\n");

		if (rules_add(r, arena, arena_copy(arena, row, n)) != NULL)
			return false;
		row += n;
		if (*row == '\n')
			row++;
	}
	return true;
}

const char *
rules_row(const struct rules *r, struct arena *arena)
{
	const char *out = NULL;

	for (size_t i = 0; i < r->n; i++)
		out = arena_printf(arena, "%s%s%s %s", out == NULL ? "" : out,
		    out == NULL ? "" : "\n", r->rule[i].methods,
		    r->rule[i].path);
	return out;
}

static bool
unescape(char *out, const char *target, size_t n)
{
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		char c = target[i];

		if (c == '%') {
			if (!encode_percent_parse(&c, target + i, n - i) ||
			    c == '/' || c == '\0')
				return false;
			i += 2;
		}
		out[length++] = c;
	}
	out[length] = '\0';
	return true;
}

/* The path of a target, decoded once; false when it is not plain. */
static bool
decode_path(char out[static RULES_PATH], const char *target)
{
	size_t n = strcspn(target, "?");

	return n < RULES_PATH && unescape(out, target, n) && is_plain(out);
}

static bool
has_method(const char *methods, const char *method, size_t n)
{
	if (strcmp(methods, "*") == 0)
		return true;
	for (const char *at = methods;;) {
		size_t length = strcspn(at, ",");

		if (length == n && memcmp(at, method, n) == 0)
			return true;
		if (at[length] == '\0')
			break;
		at += length + 1;
	}
	return n == 4 && memcmp(method, "HEAD", 4) == 0 &&
	    has_method(methods, "GET", 3);
}

/* How much of the pattern must be there literally. */
static size_t
literal(const char *pattern, bool *open)
{
	size_t n = strcspn(pattern, "*");

	*open = pattern[n] == '*';
	return n;
}

static bool
has_path(const char *pattern, const char *path)
{
	bool open;
	size_t n = literal(pattern, &open);

	return strncmp(pattern, path, n) == 0 && (open || path[n] == '\0');
}

static bool
is_allowed(const struct rules *r, const char *method, const char *target)
{
	char path[RULES_PATH];

	if (method == NULL || target == NULL || !decode_path(path, target))
		return false;
	for (size_t i = 0; i < r->n; i++)
		if (has_method(r->rule[i].methods, method,
		    strlen(method)) &&
		    has_path(r->rule[i].path, path))
			return true;
	return false;
}

bool
rules_allow(const struct rules *r, const char *method, const char *target)
{
	return r->n == 0 || is_allowed(r, method, target);
}

static bool
has_methods(const char *wide, const char *narrow)
{
	for (;;) {
		size_t n = strcspn(narrow, ",");

		if (!has_method(wide, narrow, n))
			return false;
		if (narrow[n] == '\0')
			return true;
		narrow += n + 1;
	}
}

static bool
is_within(const struct rule *narrow, const struct rule *wide)
{
	bool open, wide_open;
	size_t n = literal(narrow->path, &open);
	size_t m = literal(wide->path, &wide_open);

	if (!has_methods(wide->methods, narrow->methods))
		return false;
	if (!wide_open)
		return !open && strcmp(narrow->path, wide->path) == 0;
	return n >= m && strncmp(narrow->path, wide->path, m) == 0;
}

bool
rules_within(const struct rules *narrow, const struct rules *wide)
{
	if (wide->n == 0)
		return true;
	if (narrow->n == 0)
		return false;
	for (size_t i = 0; i < narrow->n; i++) {
		bool found = false;

		for (size_t j = 0; !found && j < wide->n; j++)
			found = is_within(&narrow->rule[i], &wide->rule[j]);
		if (!found)
			return false;
	}
	return true;
}
