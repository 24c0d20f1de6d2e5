/* SPDX-License-Identifier: ISC */
/* yajl's door: its events, its memory in the arena. */

#include <assert.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/utf8.h"

#include "http/json_escape.h"
#include "http/json_fill.h"

#define ALIGNMENT	16	/* before each piece that yajl owns: its size */

static int
on_null(void *ctx)
{
	return json_fill_scalar(ctx, JSON_KIND_NULL, "null", 4);
}

static int
on_boolean(void *ctx, int value)
{
	return json_fill_scalar(ctx, JSON_KIND_BOOL,
	    value ? "true" : "false", value ? 4 : 5);
}

static int
on_number(void *ctx, const char *text, size_t n)
{
	return json_fill_scalar(ctx, JSON_KIND_NUMBER, text, n);
}

static int
on_string(void *ctx, const unsigned char *text, size_t n)
{
	return json_fill_scalar(ctx, JSON_KIND_TEXT, (const char *)text, n);
}

static int
on_key(void *ctx, const unsigned char *name, size_t n)
{
	json_fill_key(ctx, (const char *)name, n);
	return 1;
}

static int
on_start_object(void *ctx)
{
	return json_fill_open(ctx, JSON_KIND_OBJECT);
}

static int
on_start_array(void *ctx)
{
	return json_fill_open(ctx, JSON_KIND_ARRAY);
}

static int
on_end(void *ctx)
{
	json_fill_close(ctx);
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_start_object,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_start_array,
	.yajl_end_array = on_end,
};

/* Pieces of the arena, the size of each before it. */
static void *
resize_piece(void *ctx, void *piece, size_t n)
{
	char *whole = piece == NULL ? NULL : (char *)piece - ALIGNMENT;
	size_t old = 0;

	if (whole != NULL)
		memcpy(&old, whole, sizeof(old));
	if (n < old)
		return piece;
	whole = arena_grow(ctx, whole, whole == NULL ? 0 : old + ALIGNMENT,
	    n + ALIGNMENT);
	memcpy(whole, &n, sizeof(n));
	return whole + ALIGNMENT;
}

static void *
make_piece(void *ctx, size_t n)
{
	return resize_piece(ctx, NULL, n);
}

static void
leave_piece(void *ctx, void *piece)
{
	(void)ctx;
	(void)piece;
}

static bool
parse_text(struct arena *arena, struct json_fill *fill, const char *text,
    size_t n)
{
	yajl_alloc_funcs memory = {
		.malloc = make_piece, .realloc = resize_piece,
		.free = leave_piece, .ctx = arena,
	};
	yajl_handle parser = yajl_alloc(&callbacks, &memory, fill);

	assert(parser != NULL);
	return yajl_parse(parser, (const unsigned char *)text, n) ==
	    yajl_status_ok && yajl_complete_parse(parser) == yajl_status_ok;
}

enum json_result
json_read(struct arena *arena, const char *text, size_t n,
    const struct json_field *fields, size_t nfields, void *out,
    struct json_faults *faults)
{
	struct json_fill *fill;

	faults->n = 0;
	if (!utf8_valid(text, n) || !json_escapes_valid(text, n))
		return JSON_MALFORMED;
	fill = json_fill_new(arena, fields, nfields, out, faults);
	if (!parse_text(arena, fill, text, n))
		return JSON_MALFORMED;
	return faults->n == 0 ? JSON_OK : JSON_INVALID;
}
