/* SPDX-License-Identifier: ISC */
/* Reading LATCHKEY_REQUIRE. */

#include <string.h>

#include "check/requirement.h"

struct reading {
	struct requirement	*r;
	bool			 any;
};

static const char *
read_account(struct reading *in, const char *value)
{
	if (in->r->says_account)
		return "names account= twice";
	if (*value == '\0')
		return "has an empty account=";
	in->r->says_account = true;
	if (strcmp(value, "*") != 0)
		in->r->demand.account = value;
	return NULL;
}

static const char *
read_workspace(struct reading *in, const char *value)
{
	if (in->r->demand.workspace != NULL)
		return "names workspace= twice";
	if (*value == '\0')
		return "has an empty workspace=";
	in->r->demand.workspace = value;
	return NULL;
}

static const char *
read_permission(struct reading *in, struct db *db, struct arena *arena,
    const char *word, enum db_result *fault)
{
	struct demand *d = &in->r->demand;
	enum db_result result;
	unsigned bit;

	if (!permission_name_valid(word) && strncmp(word, "latchkey:", 9) != 0)
		return "has a word that is no permission";
	result = permission_bit(db, arena, word, &bit);
	if (result == DB_NONE)
		return "names a permission that the catalogue lacks:"
		    " latchkey permission add";
	*fault = result;
	if (result != DB_OK)
		return NULL;
	for (size_t i = 0; i < d->n; i++)
		if (d->permissions[i] == bit)
			return "names a permission twice";
	if (d->n == DEMAND_PERMISSIONS)
		return "names too many permissions";
	d->permissions[d->n++] = bit;
	return NULL;
}

static const char *
read_word(struct reading *in, struct db *db, struct arena *arena,
    const char *word, enum db_result *fault)
{
	if (strncmp(word, "account=", 8) == 0)
		return read_account(in, word + 8);
	if (strncmp(word, "workspace=", 10) == 0)
		return read_workspace(in, word + 10);
	if (strcmp(word, "any") == 0) {
		if (in->any)
			return "says any twice";
		in->any = true;
		return NULL;
	}
	return read_permission(in, db, arena, word, fault);
}

const char *
requirement_parse(struct requirement *r, struct db *db, struct arena *arena,
    const char *text, enum db_result *fault)
{
	struct reading in = { .r = r };
	const char *wrong;

	*r = (struct requirement){ 0 };
	*fault = DB_OK;
	if (text == NULL || text[strspn(text, " ")] == '\0')
		return "is missing: nothing says what this place requires";
	for (text += strspn(text, " "); *text != '\0';
	    text += strspn(text, " ")) {
		size_t n = strcspn(text, " ");

		wrong = read_word(&in, db, arena, arena_copy(arena, text, n),
		    fault);
		if (wrong != NULL || *fault != DB_OK)
			return wrong;
		text += n;
	}
	if (in.any && (r->demand.n > 0 || r->demand.workspace != NULL))
		return "says any beside something finer";
	if (!in.any && r->demand.n == 0)
		return "names no permission, and not any";
	return NULL;
}
