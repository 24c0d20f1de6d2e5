/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_SPELLED_H
#define TESTS_UNIT_SPELLED_H

/*
 * Rights as text: "abK emea:c" is the operator's permissions a and b and
 * Latchkey's own for keys everywhere, and c in the workspace emea.
 */

#include <string.h>

#include "base/nitems.h"
#include "check/rights.h"
#include "store/permission.h"

/* The capitals: place is enum permission. */
static const char spelled_own[] = "_SKARUGVWDCTMF";

static inline unsigned
bit_spelled(char letter)
{
	const char *own = strchr(spelled_own, letter);

	return own != NULL ? (unsigned)(own - spelled_own) :
	    (unsigned)(PERMISSION_FIRST + letter - 'a');
}

static inline struct bits
bits_spelled(const char *letters)
{
	struct bits out = { 0 };

	for (; *letters != '\0' && *letters != ' '; letters++)
		bits_add(&out, bit_spelled(*letters));
	return out;
}

static inline struct rights
rights_spelled(const char *text)
{
	static const char *const places[] = { "emea:", "apac:" };
	struct rights out = { 0 };

	while (*text != '\0') {
		const char *handle = NULL;
		struct bits bits;

		for (size_t i = 0; i < NITEMS(places); i++)
			if (strncmp(text, places[i], 5) == 0)
				handle = i == 0 ? "emea" : "apac";
		if (handle != NULL)
			text += 5;
		bits = bits_spelled(text);
		rights_add(&out, &bits, handle);
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	return out;
}

/* Appended to out, own ones first. */
static inline void
spell_bits(char *out, const struct bits *bits)
{
	out += strlen(out);
	for (unsigned bit = 0; bit < PERMISSION__OWN; bit++)
		if (bits_has(bits, bit))
			*out++ = spelled_own[bit];
	for (unsigned i = 0; i < 26; i++)
		if (bits_has(bits, PERMISSION_FIRST + i))
			*out++ = (char)('a' + i);
	*out = '\0';
}

#endif
