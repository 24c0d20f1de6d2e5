/* SPDX-License-Identifier: ISC */
/* Lists of addresses that a key is taken from. */

#include <string.h>

#include "check/addresses.h"

const char *
addresses_add(struct addresses *a, struct arena *arena, const char *text)
{
	bool except = *text == '!';
	struct address_block block;

	if (a->n == ADDRESSES)
		return "must be 32 addresses or less";
	if (!address_block_parse(&block, text + except))
		return "must be an address or a block such as 192.0.2.0/24,"
		    " with ! before it for an exception";
	a->entry[a->n].block = block;
	a->entry[a->n].except = except;
	a->entry[a->n].text = arena_copy(arena, text, strlen(text));
	a->n++;
	return NULL;
}

bool
addresses_load(struct addresses *a, struct arena *arena, const char *row)
{
	*a = (struct addresses){ .n = 0 };
	while (row != NULL && *row != '\0') {
		size_t n = strcspn(row, " ");

		if (addresses_add(a, arena, arena_copy(arena, row, n)) != NULL)
			return false;
		row += n;
		row += strspn(row, " ");
	}
	return true;
}

const char *
addresses_row(const struct addresses *a, struct arena *arena)
{
	const char *out = NULL;

	for (size_t i = 0; i < a->n; i++)
		out = out == NULL ? a->entry[i].text :
		    arena_printf(arena, "%s %s", out, a->entry[i].text);
	return out;
}

/* In a block of that sort? */
static bool
is_in(const struct addresses *a, const struct address *address, bool except)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->entry[i].except == except &&
		    address_in(address, &a->entry[i].block))
			return true;
	return false;
}

bool
addresses_allow(const struct addresses *a, const struct address *address)
{
	if (a->n == 0)
		return true;
	return address != NULL && is_in(a, address, false) &&
	    !is_in(a, address, true);
}

static bool
is_inside(const struct address_block *narrow, const struct address_block *wide)
{
	return narrow->bits >= wide->bits && address_in(&narrow->base, wide);
}

/* Does a block of that sort hold all of it? */
static bool
is_held(const struct addresses *a, const struct address_block *block,
    bool except)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->entry[i].except == except &&
		    is_inside(block, &a->entry[i].block))
			return true;
	return false;
}

/* Could narrow let anything of the block through? */
static bool
reaches(const struct addresses *narrow, const struct address_block *block)
{
	if (is_held(narrow, block, true))
		return false;
	for (size_t i = 0; i < narrow->n; i++) {
		const struct address_block *other = &narrow->entry[i].block;

		/* an exception is held by itself */
		if (is_held(narrow, other, true))
			continue;
		if (is_inside(other, block) || is_inside(block, other))
			return true;
	}
	return false;
}

bool
addresses_within(const struct addresses *narrow, const struct addresses *wide)
{
	if (wide->n == 0)
		return true;
	if (narrow->n == 0)
		return false;
	for (size_t i = 0; i < narrow->n; i++)
		if (!narrow->entry[i].except &&
		    !is_held(wide, &narrow->entry[i].block, false))
			return false;
	for (size_t i = 0; i < wide->n; i++)
		if (wide->entry[i].except &&
		    reaches(narrow, &wide->entry[i].block))
			return false;
	return true;
}
