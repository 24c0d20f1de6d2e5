/* SPDX-License-Identifier: ISC */
/* The table of kinds. */

#include <string.h>

#include "check/kind.h"

#define OWNERS	.own = PERMISSION_KEYS, .others = PERMISSION_KEYS_ALL

const struct kind_type kind_types[KIND__MAX] = {
	[KIND_NONE] = { .word = "session", .form = FORM_BEARER },
	[KIND_PAIR] = {
		.word = "pair", .letter = 'p', .length = 44,
		.form = FORM_BASIC_PAIR, .needs = PERMISSION_ANY,
		OWNERS,
	},
	[KIND_NAMED] = {
		.word = "named", .letter = 'n', .length = 44,
		.form = FORM_BEARER, .readable = true, .needs = PERMISSION_ANY,
		OWNERS,
	},
	[KIND_EXCHANGE] = {	/* a UUID: products say so */
		.word = "exchange", .length = 36,
		.form = FORM_NEVER, .readable = true, .needs = PERMISSION_ANY,
		OWNERS,
	},
	[KIND_PERSONAL] = {
		.word = "personal", .letter = 'u', .length = 40,
		.form = FORM_BASIC_USER, .readable = true, .single = true,
		.carries_own = true, .needs = PERMISSION_ANY,
		OWNERS,
	},
	[KIND_COMPANY] = {
		.word = "company", .letter = 'c', .length = 40,
		.form = FORM_BASIC_USER, .carries_own = true,
		.needs = PERMISSION_ANY,
		.own = PERMISSION_COMPANY, .others = PERMISSION_COMPANY,
	},
	[KIND_APP] = {
		.word = "app", .letter = 'a', .length = 48,
		.form = FORM_BEARER, .carries_own = true,
		.needs = PERMISSION_DEVELOP,
		OWNERS,
	},
};

enum kind
kind_by_letter(char letter)
{
	for (enum kind kind = KIND_PAIR; kind < KIND__MAX; kind++)
		if (kind_types[kind].letter == letter && letter != '\0')
			return kind;
	return KIND_NONE;
}

enum kind
kind_by_word(const char *word)
{
	for (enum kind kind = KIND_PAIR; kind < KIND__MAX; kind++)
		if (strcmp(kind_types[kind].word, word) == 0)
			return kind;
	return KIND_NONE;
}

bool
kind_accepts(enum kind kind, const struct credential *c)
{
	switch (kind_types[kind].form) {
	case FORM_NEVER:
		return false;
	case FORM_BEARER:
		return c->form == CREDENTIAL_BEARER ||
		    c->form == CREDENTIAL_HEADER;
	case FORM_BASIC_PAIR:
		return c->form == CREDENTIAL_BASIC && *c->text != '\0';
	case FORM_BASIC_USER:
		return c->form == CREDENTIAL_HEADER ||
		    (c->form == CREDENTIAL_BASIC && *c->text == '\0');
	}
	return false;
}
