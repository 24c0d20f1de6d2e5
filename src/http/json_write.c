/* SPDX-License-Identifier: ISC */
/* The writer: it counts what is open and escapes what must be. */

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#include "http/json.h"

#define ROOM	1024	/* bytes at first */

struct json {
	struct arena	*arena;
	char		*text;
	size_t		 n;
	size_t		 room;
	size_t		 depth;
	char		 closing[JSON_DEPTH];	/* } or ] */
	bool		 filled[JSON_DEPTH];	/* a comma must come first */
};

struct json *
json_new(struct arena *arena)
{
	struct json *j = arena_alloc(arena, sizeof(*j));

	j->arena = arena;
	j->room = ROOM;
	j->text = arena_alloc(arena, j->room);
	return j;
}

/* Room for n more bytes and a NUL. */
static void
make_room(struct json *j, size_t n)
{
	size_t room = j->room;

	if (room - j->n > n)
		return;
	while (room - j->n <= n)
		room *= 2;
	j->text = arena_grow(j->arena, j->text, j->room, room);
	j->room = room;
}

static void
put_bytes(struct json *j, const char *bytes, size_t n)
{
	make_room(j, n);
	memcpy(j->text + j->n, bytes, n);
	j->n += n;
}

static void
put_byte(struct json *j, char byte)
{
	make_room(j, 1);
	j->text[j->n++] = byte;
}

static void
put_escape(struct json *j, unsigned int code)
{
	char escape[8];
	int n = snprintf(escape, sizeof(escape), "\\u%04x", code & 0xffff);

	put_bytes(j, escape, (size_t)n);
}

/* How many bytes from here on need no escape. */
static size_t
measure_plain(const char *text, size_t n)
{
	size_t i = 0;

	while (i < n && (unsigned char)text[i] >= 0x20 && text[i] != '"' &&
	    text[i] != '\\' && text[i] != 0x7f &&
	    (n - i < 3 || memcmp(text + i, "\xe2\x80", 2) != 0))
		i++;
	return i;
}

/* What measure_plain stopped at: the bytes it takes in the text. */
static size_t
put_special(struct json *j, const char *text)
{
	if (text[0] == '"' || text[0] == '\\') {
		put_byte(j, '\\');
		put_byte(j, text[0]);
		return 1;
	}
	if (text[0] != '\xe2') {
		put_escape(j, (unsigned char)text[0]);
		return 1;
	}
	/* U+2028 and U+2029 would end a line of a script that embeds them. */
	if (text[2] == '\xa8' || text[2] == '\xa9')
		put_escape(j, 0x2000 | (text[2] & 0x3f));
	else
		put_bytes(j, text, 3);
	return 3;
}

/* How much of it is ASCII that stands for itself: of most texts, all. */
static size_t
measure_ascii(const char *text)
{
	size_t n = 0;

	while ((unsigned char)text[n] >= 0x20 &&
	    (unsigned char)text[n] < 0x7f && text[n] != '"' && text[n] != '\\')
		n++;
	return n;
}

/* In quotes; then is what follows them, if not NUL. */
static void
put_quoted(struct json *j, const char *text, size_t n, char then)
{
	char *at;

	make_room(j, n + 3);
	at = j->text + j->n;
	*at++ = '"';
	memcpy(at, text, n);
	at += n;
	*at++ = '"';
	*at = then;
	at += then != '\0';
	j->n = (size_t)(at - j->text);
}

static void
put_string(struct json *j, const char *text)
{
	size_t k = measure_ascii(text), n;

	if (text[k] == '\0') {
		put_quoted(j, text, k, '\0');
		return;
	}
	n = strlen(text);
	assert(utf8_valid(text, n));
	put_byte(j, '"');
	while (n > 0) {
		k = measure_plain(text, n);
		if (k > 0)
			put_bytes(j, text, k);
		else
			k = put_special(j, text);
		text += k;
		n -= k;
	}
	put_byte(j, '"');
}

/* What stands before every value: comma and key, as its place wants. */
static void
begin_value(struct json *j, const char *key)
{
	if (j->depth == 0) {
		assert(j->n == 0 && key == NULL);
		return;
	}
	assert((j->closing[j->depth - 1] == '}') == (key != NULL));
	if (j->filled[j->depth - 1])
		put_byte(j, ',');
	j->filled[j->depth - 1] = true;
	if (key == NULL)
		return;
	put_quoted(j, key, strlen(key), ':');
}

static void
open_value(struct json *j, const char *key, char opening, char closing)
{
	begin_value(j, key);
	assert(j->depth < JSON_DEPTH);
	j->closing[j->depth] = closing;
	j->filled[j->depth] = false;
	j->depth++;
	put_byte(j, opening);
}

void
json_object(struct json *j, const char *key)
{
	open_value(j, key, '{', '}');
}

void
json_array(struct json *j, const char *key)
{
	open_value(j, key, '[', ']');
}

void
json_end(struct json *j)
{
	assert(j->depth > 0);
	j->depth--;
	put_byte(j, j->closing[j->depth]);
}

void
json_plain(struct json *j, const char *key, const char *text)
{
	begin_value(j, key);
	put_quoted(j, text, strlen(text), '\0');
}

void
json_text(struct json *j, const char *key, const char *text)
{
	begin_value(j, key);
	put_string(j, text);
}

void
json_format(struct json *j, const char *key, const char *format, ...)
{
	va_list ap;
	char *text;

	va_start(ap, format);
	text = arena_vprintf(j->arena, format, ap);
	va_end(ap);
	json_text(j, key, text);
}

void
json_integer(struct json *j, const char *key, int64_t value)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRId64, value);

	begin_value(j, key);
	put_bytes(j, digits, (size_t)n);
}

void
json_bool(struct json *j, const char *key, bool value)
{
	begin_value(j, key);
	put_bytes(j, value ? "true" : "false", value ? 4 : 5);
}

void
json_null(struct json *j, const char *key)
{
	begin_value(j, key);
	put_bytes(j, "null", 4);
}

void
json_document(struct json *j, const char *key, const char *text)
{
	struct json_faults faults;
	size_t n = strlen(text), mark = arena_mark(j->arena);
	enum json_result result;

	result = json_read(j->arena, text, n, NULL, 0, NULL, &faults);
	arena_release(j->arena, mark);
	if (result == JSON_MALFORMED) {
		json_null(j, key);
		return;
	}
	begin_value(j, key);
	put_bytes(j, text, n);
}

void
json_reset(struct json *j)
{
	j->n = 0;
	j->depth = 0;
}

const char *
json_done(struct json *j, size_t *n)
{
	*n = j->n;
	j->text[j->n] = '\0';
	return j->text;
}
